"""A language goes out as a file and comes back; the report says what became of every line."""

from __future__ import annotations

import pytest

from courses.errors import ForbiddenError, UsageError
from pipeline.review.models import LineState
from pipeline.review.store import deciding, roundtrip

from .conftest import HINDI, World


def sent(world: World, form: str = "xliff2") -> tuple[str, bytes]:
    return roundtrip.export(world.people["asha"], world.track, form)


@pytest.mark.parametrize("form", roundtrip.FORMATS)
def test_an_untouched_file_changes_nothing(form: str, world: World) -> None:
    before = list(world.track.lines.values_list("version", "text"))
    outcome = roundtrip.take_in(world.people["asha"], world.track.pk, sent(world, form))
    assert outcome.counts() == {"unchanged": 4, "changed": 0, "approved": 0, "refused": 0}
    assert list(world.track.lines.values_list("version", "text")) == before


def test_a_changed_line_is_an_edit_of_who_brings_it(world: World) -> None:
    name, data = sent(world)
    changed = data.replace(HINDI[3].encode(), "अपील के लिए शुल्क नहीं है।".encode())
    outcome = roundtrip.take_in(world.people["asha"], world.track.pk, (name, changed))
    assert outcome.kept
    line = world.track.lines.order_by("sentence__position")[3]
    assert (line.text, line.state) == ("अपील के लिए शुल्क नहीं है।", LineState.EDITED)
    assert line.revisions.last().origin == "import"
    with pytest.raises(ForbiddenError):
        deciding.approve(world.people["asha"], line.pk, line.version)


def test_a_file_never_changes_approved_text(world: World) -> None:
    line = world.track.lines.order_by("sentence__position")[3]
    deciding.approve(world.people["bharat"], line.pk, line.version)
    name, data = sent(world)
    text = data.replace(HINDI[3].encode(), "कुछ और।".encode())
    text = text.replace(HINDI[0].encode(), "सब लोग सूचना माँग सकते हैं।".encode())
    outcome = roundtrip.take_in(world.people["asha"], world.track.pk, (name, text))
    assert not outcome.kept
    assert "approved" in outcome.judgements[3].reasons[0]
    assert world.track.lines.order_by("sentence__position")[0].text == HINDI[0]
    outcome = roundtrip.take_in(world.people["asha"], world.track.pk, (name, text), skip=True)
    assert outcome.kept
    texts = list(world.track.lines.order_by("sentence__position").values_list("text", flat=True))
    assert (texts[0], texts[3]) == ("सब लोग सूचना माँग सकते हैं।", HINDI[3])


def test_a_stranger_to_the_language_takes_nothing_out_or_in(world: World) -> None:
    with pytest.raises(ForbiddenError):
        roundtrip.export(world.people["tamil"], world.track, "docx")
    with pytest.raises(ForbiddenError):
        roundtrip.take_in(world.people["tamil"], world.track.pk, sent(world))


def test_a_file_of_another_lesson_is_refused(world: World) -> None:
    name, data = sent(world)
    other = data.replace(b"rti", b"rts")
    with pytest.raises(UsageError):
        roundtrip.take_in(world.people["asha"], world.track.pk, (name, other))
