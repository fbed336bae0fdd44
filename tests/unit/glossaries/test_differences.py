"""What changed between two files or folders of terms, and the counts of one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from courses.errors import UsageError
from courses.nouns import TermKind, TermStatus
from glossaries.differences import Change, FieldChange, compare, entries_of
from glossaries.exchange import write_entries
from glossaries.statistics import count_terms
from glossaries.terms import Entry, TargetTerm
from glossaries.tsv import write_tsv
from tests.unit.glossaries.term_entries import APPEAL

FEE = Entry("fee", "fee", TermKind.TRANSLATE, "finance", targets={"hi": TargetTerm("शुल्क")})
PORTAL = Entry("gem", "GeM", TermKind.KEEP, "finance", targets={"hi": TargetTerm("जेम")})


def test_nothing_changed_between_a_term_base_and_itself() -> None:
    assert compare([APPEAL, FEE], [FEE, APPEAL]) == []


def test_added_removed_and_each_changed_field_is_told() -> None:
    after = replace(
        APPEAL,
        definition="A plea.",
        targets={
            "hi": replace(APPEAL.targets["hi"], status=TermStatus.REVIEWED),
            "ta": TargetTerm("மேல்முறையீடு", ("அப்பீல்",)),
            "bn": TargetTerm("আপিল"),
        },
    )
    assert compare([APPEAL, FEE], [after, PORTAL]) == [
        Change("removed", "fee", "fee", "finance"),
        Change("added", "gem", "GeM", "finance"),
        Change(
            "changed",
            "appeal",
            "appeal",
            "law-and-rights",
            (
                FieldChange("definition", APPEAL.definition, "A plea."),
                FieldChange("hi status", "official", "reviewed"),
                FieldChange("ta", "மேல்முறையீடு", "மேல்முறையீடு|அப்பீல்"),
                FieldChange("bn", "", "আপিল"),
            ),
        ),
    ]


def test_an_entry_with_a_new_id_is_changed_and_not_another_one() -> None:
    (change,) = compare([FEE], [replace(FEE, id="the-fee")])
    assert change.fields == (FieldChange("id", "fee", "the-fee"),)


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "t.tbx"])
def test_a_folder_can_be_held_against_a_file_of_any_format(tmp_path: Path, name: str) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own/finance.tsv").write_text(write_tsv([FEE, PORTAL]), encoding="utf-8")
    write_entries(tmp_path / name, [FEE, PORTAL])
    assert compare(entries_of(tmp_path / "own"), entries_of(tmp_path / name)) == []


def test_a_file_with_rows_that_cannot_be_read_is_not_compared(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("en,kind\n,\nx,maybe\nfee,keep\n")
    with pytest.raises(UsageError, match="line 3: there is no kind 'maybe'"):
        entries_of(tmp_path / "t.csv")


def test_the_counts_of_a_language_add_up_and_forbidden_wordings_are_no_concepts() -> None:
    forbid = replace(FEE, id="no-fee", kind=TermKind.FORBID)
    counts = count_terms([APPEAL, FEE, PORTAL, forbid])
    assert (counts["concepts"], counts["forbidden"]) == (3, 1)
    assert counts["domains"] == {"finance": 2, "law-and-rights": 1}
    assert counts["kinds"] == {"keep": 1, "translate": 2}
    hindi, tamil, bodo = (counts["languages"][code] for code in ("hi", "ta", "brx"))
    assert hindi == {"filled": 3, "official": 1, "reviewed": 0, "proposed": 2, "kept": 0}
    assert tamil == {"filled": 2, "official": 0, "reviewed": 0, "proposed": 1, "kept": 1}
    assert bodo == {"filled": 1, "official": 0, "reviewed": 0, "proposed": 0, "kept": 1}
