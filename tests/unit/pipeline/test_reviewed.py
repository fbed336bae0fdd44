"""A person's text always wins; a stale one stands beside the draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.errors import UsageError
from courses.nouns import Segment, Signature, Suggestion, Translation, TranslationStatus
from pipeline import reviewed
from pipeline.reviewed import OWN, ReviewedText, check_stale, put_over

SEGMENTS = [
    Segment("a1", "l", 0, 0, 1000, "One."),
    Segment("b2", "l", 1, 1000, 2000, "Two."),
]
DRAFTS = [
    Translation(s.id, "hi", f"मसौदा {s.id}", TranslationStatus.DRAFT, "machine:x", Signature("x"))
    for s in SEGMENTS
]


def text(key: str, source: str, start: int = 1000, end: int = 2000) -> ReviewedText:
    status = TranslationStatus.EDITED
    return ReviewedText(key, source, "दो।", status, "A. R", "2026-01-01T00:00:00+00:00", start, end)


def test_a_persons_text_stands_in_place_of_the_draft_under_their_name() -> None:
    first, second = put_over(SEGMENTS, DRAFTS, {"b2": text("b2", "Two.")})
    assert first == DRAFTS[0]
    assert (second.text, second.author, second.status) == ("दो।", "A. R", "edited")
    assert list(check_stale(SEGMENTS, [first, second])) == []


def test_a_persons_text_fills_a_hole_and_beats_the_memory() -> None:
    found = Suggestion("Two.", "स्मृति", 101, "dopt")
    hole = Translation("b2", "hi", "", TranslationStatus.HOLE, "machine:x", Signature("x"))
    for draft in (
        hole,
        Translation("b2", "hi", "स्मृति", "draft", "memory:x", Signature("m"), suggestion=found),
    ):  # type: ignore[arg-type]
        [made] = put_over(SEGMENTS[1:], [draft], {"b2": text("b2", "Two.")})
        assert (made.text, made.suggestion) == ("दो।", None)


def test_a_text_whose_sentence_changed_is_a_suggestion_beside_the_draft_and_a_finding() -> None:
    made = put_over(SEGMENTS, DRAFTS, {"old": text("old", "Two!", 1100, 1900)})
    assert [one.text for one in made] == ["मसौदा a1", "मसौदा b2"]
    [finding] = check_stale(SEGMENTS, made)
    assert (finding.check, finding.segment_id) == ("source-changed", "b2")
    assert "'Two!'" in finding.message
    old = made[1].suggestion
    assert old is not None
    assert (old.target, old.organisation, old.approved_by) == ("दो।", OWN, "A. R")
    assert 0 < old.percent < 100


def test_a_text_whose_sentence_is_gone_touches_no_neighbour() -> None:
    made = put_over(SEGMENTS, DRAFTS, {"old": text("old", "Gone.", 1900, 5000)})
    assert made == tuple(DRAFTS)


def test_texts_are_written_and_read_back_and_no_file_is_no_text(tmp_path: Path) -> None:
    path = reviewed.place_of(tmp_path / "hi")
    assert path.name == "hi.reviewed.json"
    assert reviewed.read(path) == {}
    texts = {"b2": text("b2", "Two.")}
    reviewed.write(path, texts)
    assert reviewed.read(path) == texts
    assert [file.name for file in tmp_path.iterdir()] == ["hi.reviewed.json"]


@pytest.mark.parametrize(
    "damage",
    ["", "[]", '{"format": "other/1"}', '{"format": "karmavani-reviewed/1", "texts": [{}]}'],
)
def test_a_damaged_file_is_never_passed_over_in_silence(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "hi.reviewed.json"
    path.write_text(damage)
    with pytest.raises(UsageError, match="cannot be read"):
        reviewed.read(path)


def test_a_machines_status_is_no_persons_text(tmp_path: Path) -> None:
    path = tmp_path / "hi.reviewed.json"
    reviewed.write(path, {"b2": text("b2", "Two.")})
    path.write_text(path.read_text().replace('"edited"', '"draft"'))
    with pytest.raises(UsageError, match="none of a person"):
        reviewed.read(path)
