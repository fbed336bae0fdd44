"""The memory in the flow: exact matches become drafts, fuzzy ones stand beside the machine's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from courses.nouns import Segment, Signature, Suggestion, TranslationStatus
from pipeline.memory_drafts import facts, is_draft, recall, to_translation
from translators.memory import Memory, Unit

TEXTS = ["Welcome.", "Reply within 30 days.", "Nothing is like this sentence."]


def segments(texts: list[str]) -> list[Segment]:
    return [Segment(f"s{n}", "one", n, n * 1000, n * 1000 + 900, t) for n, t in enumerate(texts)]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    made = Memory(tmp_path / "memory.sqlite3", "dopt", create=True)
    who = ("dopt", "A. R", "2026-01-01T00:00:00Z", "rti")
    made.add(
        [
            Unit("en", "hi", "Welcome.", "स्वागत है।", *who, previous="", following=TEXTS[1]),
            Unit("en", "hi", "Reply within 45 days.", "45 दिनों में उत्तर दें।", *who),
        ]
    )
    yield made
    made.close()


def test_each_sentence_is_looked_up_between_its_neighbours(memory: Memory) -> None:
    found = recall(segments(TEXTS), "en", "hi", memory)
    assert [known and known.percent for known in found] == [101, 95, None]
    assert [is_draft(known) for known in found] == [True, False, False]
    moved = recall(segments([TEXTS[2], *TEXTS]), "en", "hi", memory)
    assert [known and known.percent for known in moved] == [None, 100, 95, None]


def test_a_run_without_a_memory_finds_nothing() -> None:
    assert recall(segments(TEXTS), "en", "hi", None) == [None, None, None]


def test_an_exact_match_is_a_draft_by_the_memory_of_its_organisation(memory: Memory) -> None:
    [found, *_] = recall(segments(TEXTS), "en", "hi", memory)
    assert found is not None
    made = to_translation("s0", "hi", found)
    assert (made.text, made.status) == ("स्वागत है।", TranslationStatus.DRAFT)
    assert made.author == "memory:dopt"
    assert str(made.signature) == "engine:memory|model:dopt|revision:1"


def test_the_manifest_tells_what_was_used_and_what_is_suggested() -> None:
    exact = Suggestion("Welcome.", "स्वागत", 100, "dopt", "rti", "A. R", "2026")
    fuzzy = Suggestion("Reply within 45 days.", "45 दिन", 95, "dopt", numbers=(("45",), ("30",)))
    first = to_translation("s0", "hi", exact)
    machine = to_translation("s1", "hi", fuzzy)
    told = facts(segments(TEXTS[:2]), [first, machine])
    assert [(one["segment_id"], one["percent"]) for one in told["used"]] == [("s0", 100)]
    [suggested] = told["suggested"]
    assert suggested == {
        "segment_id": "s1",
        "text": "Reply within 30 days.",
        "source": "Reply within 45 days.",
        "target": "45 दिन",
        "percent": 95,
        "organisation": "dopt",
        "course": "",
        "approved_by": "",
        "approved": "",
        "numbers": (("45",), ("30",)),
    }
    assert isinstance(first.signature, Signature)
