"""The TSV of the term base: what is written is read again, and faulty rows are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import UsageError
from courses.nouns import TermKind, TermScope, TermStatus
from glossaries.terms import Entry, TargetTerm
from glossaries.tsv import COLUMNS, DATA, Problem, domains, load_terms, parse, read_tsv, write_tsv

HEAD = "\t".join([*COLUMNS, "hi", "ta"])
ROW = (
    "rti\tRight to Information\tRTI\tnoun\ttranslate\tany\tThe right to ask.\tThe Act\thi\tta\t\t"
    "a note\tसूचना का अधिकार|आरटीआई\tதகவல் அறியும் உரிமை"
)


def one(row: str) -> Entry | Problem:
    (made,) = parse([HEAD, row], "law")
    return made


def test_a_row_is_an_entry_with_a_status_for_each_wording() -> None:
    assert one(ROW) == Entry(
        id="rti",
        source="Right to Information",
        kind=TermKind.TRANSLATE,
        domain="law",
        abbreviation="RTI",
        part_of_speech="noun",
        scope=TermScope.ANY,
        definition="The right to ask.",
        publication="The Act",
        note="a note",
        targets={
            "hi": TargetTerm("सूचना का अधिकार", ("आरटीआई",), TermStatus.OFFICIAL),
            "ta": TargetTerm("தகவல் அறியும் உரிமை", (), TermStatus.REVIEWED),
        },
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("\tfee", "id must not be empty"),
        ("fee\t", "en must not be empty"),
        ("fee\tfee\t\t\tmaybe", "no kind 'maybe'"),
        ("fee\tfee\t\t\t\teverywhere", "no scope 'everywhere'"),
        ("fee\tfee\t\t\t\t\t\t\thi", "without a term: hi"),
        ("\t" * 20, "21 cells for 14 columns"),
    ],
)
def test_a_faulty_row_is_a_problem_with_its_line(row: str, message: str) -> None:
    problem = one(row if row.strip() else row + "x")
    assert isinstance(problem, Problem)
    assert problem.line == 2
    assert message in problem.message


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("id\ten", "missing: abbr"),
        (HEAD + "\txx", "no column 'xx'"),
        (HEAD + "\thi", "a column is there twice"),
        ("", "no column ''"),
    ],
)
def test_wrong_columns_are_the_problem_of_the_first_line(head: str, message: str) -> None:
    (problem,) = parse([head, ROW], "law")
    assert isinstance(problem, Problem)
    assert problem.line == 1
    assert message in problem.message


def test_blank_lines_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "law.tsv"
    path.write_text(f"\ufeff{HEAD}\n\n{ROW}\r\n", encoding="utf-8")
    entries, problems = read_tsv(path)
    assert [entry.id for entry in entries] == ["rti"]
    assert problems == []


def test_the_first_problem_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "law.tsv").write_text(f"{HEAD}\n{ROW}\nfee\t\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"law\.tsv, line 3: en must not be empty"):
        load_terms(tmp_path)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "law.tsv").write_bytes(HEAD.encode("utf-16"))
    with pytest.raises(UsageError, match="is not UTF-8"):
        load_terms(tmp_path)


def test_the_files_of_this_house_are_as_this_house_writes_them() -> None:
    for name in domains():
        path = DATA / f"{name}.tsv"
        entries, problems = read_tsv(path)
        assert problems == []
        again = list(parse(write_tsv(entries).splitlines(), name))
        assert again == entries


WORDING = st.text("कखगाि abc-", min_size=1, max_size=12).map(lambda t: " ".join(t.split()) or "क")
TARGET = st.builds(
    TargetTerm, WORDING, st.lists(WORDING, max_size=3).map(tuple), st.sampled_from(TermStatus)
)
ENTRY = st.builds(
    Entry,
    id=WORDING,
    source=WORDING,
    kind=st.sampled_from(TermKind),
    domain=st.just("law"),
    abbreviation=WORDING,
    part_of_speech=WORDING,
    scope=st.sampled_from(TermScope),
    definition=WORDING,
    publication=WORDING,
    note=WORDING,
    use=WORDING,
    targets=st.dictionaries(st.sampled_from(["hi", "ta", "ks_Deva", "sat"]), TARGET),
)


@given(st.lists(ENTRY, max_size=5))
def test_entries_survive_being_written_and_read(entries: list[Entry]) -> None:
    assert list(parse(write_tsv(entries).splitlines(), "law")) == entries
