"""The table of findings: its rows, and the only way to make a finding."""

from __future__ import annotations

import pytest

from courses.findings import TABLE, Area, RepairKind, anchor, make
from courses.nouns import Cue, Segment, Severity


def test_a_finding_has_the_usual_severity_of_its_row() -> None:
    assert make("hole", "Nothing.").severity is Severity.ERROR
    assert make("cue-too-fast", "20", Severity.INFO).severity is Severity.INFO


def test_an_id_or_a_severity_that_the_table_has_not_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        make("no-such-check", "x")
    with pytest.raises(ValueError, match="hole is never info"):
        make("hole", "x", Severity.INFO)


def test_a_finding_says_where_it_is() -> None:
    segment = Segment("s1", "lesson", 0, 1000, 4000, "text")
    found = make("hole", "x", at=segment, language="hi")
    assert (found.segment_id, found.language, found.start, found.end) == ("s1", "hi", 1000, 4000)
    assert found.cue_id == ""
    cue = Cue("s1-2", ("s1",), 2000, 3000, ("text",))
    found = make("cue-overlap", "x", at=cue)
    assert (found.segment_id, found.cue_id, found.start, found.end) == ("s1", "s1-2", 2000, 3000)
    assert make("cue-overlap", "x", at=Cue("1", (), 0, 1, ())).segment_id == ""
    found = make("no-speech", "x", span=(5, 9))
    assert (found.segment_id, found.start, found.end) == ("", 5, 9)


def test_every_row_is_whole() -> None:
    for name, kind in TABLE.items():
        assert anchor(name) == f"checks.md#{name}"
        assert kind.severities
        assert kind.summary.endswith(".")
        assert len(kind.summary) <= 60
    assert {kind.area for kind in TABLE.values()} == set(Area)


def test_every_kind_of_repair_is_offered_for_something() -> None:
    assert {repair for kind in TABLE.values() for repair in kind.repairs} == set(RepairKind)


def test_ids_that_were_published_stay() -> None:
    assert len(TABLE) == PUBLISHED, "An id is for ever: add rows, and raise this number."


PUBLISHED = 51
