"""How the backlog stands, as data and in words."""

from __future__ import annotations

import pytest

from pipeline.backlog.nouns import Lane, Stage
from tests.integration.backlog.bench import Bench
from tests.integration.backlog.courses_of import make_course

pytestmark = pytest.mark.django_db(transaction=True)


def test_items_are_counted_by_stage_and_language(bench: Bench) -> None:
    from pipeline.backlog import standing
    from pipeline.backlog.models import Item

    bench.add(make_course(bench.folder, lessons=2), lane="urgent")
    bench.add(make_course(bench.folder, "other", lessons=1))
    Item.objects.filter(language="ta", stage=Stage.TRANSLATE).update(state="done")
    Item.objects.filter(language="hi", stage=Stage.PACKAGE, lane=Lane.URGENT).update(state="held")
    found = standing.standing("", 50)
    assert found["stages_by_language"] == {
        "translate": {"hi": {"waiting": 3}, "ta": {"done": 3}},
        "package": {"hi": {"held": 2, "waiting": 1}, "ta": {"waiting": 3}},
    }
    assert found["languages"] == {"hi": {"held": 2, "waiting": 4}, "ta": {"done": 3, "waiting": 3}}
    assert list(found["stages"]) == ["read", "transcribe", "translate", "package"]
    assert found["stages"]["read"] == {"ready": 3}
    assert found["lanes"] == {
        "urgent": {"done": 2, "held": 2, "ready": 2, "waiting": 6},
        "normal": {"done": 1, "ready": 1, "waiting": 4},
    }
    assert (found["items"], found["states"]["done"]) == (18, 3)
    assert len(standing.in_words(found).splitlines()) < 20


def test_what_was_refused_when_it_was_added_comes_after_what_failed_since(bench: Bench) -> None:
    from django.utils import timezone

    from pipeline.backlog import control
    from pipeline.backlog.models import Item

    bench.add(make_course(bench.folder, lessons=1))
    first, second = Item.objects.order_by("pk")[:2]
    Item.objects.filter(pk=second.pk).update(state="failed")
    Item.objects.filter(pk=first.pk).update(state="failed", finished=timezone.now())
    assert [one.pk for one in control.failures()] == [first.pk, second.pk]
    # SQLite has them there anyway; PostgreSQL must be told.
    assert "NULLS LAST" in str(control.failures().query)
