"""Every format gives back what was written, and what is no file of terms is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.errors import UsageError
from glossaries.exchange import format_of, read_rows, table_of, write_entries, write_files
from glossaries.rows import to_entry
from glossaries.terms import Entry
from tests.unit.glossaries.term_entries import APPEAL, ENTRIES

FORMS = [
    ("t.tsv", ""),
    ("t.csv", ""),
    ("t.xlsx", ""),
    *(("t.tbx", d) for d in ("basic", "core", "2008")),
]


def read(path: Path, domain: str = "") -> list[Entry]:
    made = [to_entry(row, domain) for row in read_rows(path)]
    assert all(isinstance(one, Entry) for one in made), made
    return [one for one in made if isinstance(one, Entry)]


@pytest.mark.parametrize(("name", "dialect"), FORMS)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entries=ENTRIES)
def test_a_round_trip_loses_nothing(
    tmp_path: Path, name: str, dialect: str, entries: list[Entry]
) -> None:
    write_entries(tmp_path / name, entries, dialect or "basic")
    assert read(tmp_path / name, entries[0].domain) == entries


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entries=ENTRIES, order=st.permutations(FORMS))
def test_a_tour_through_all_formats_loses_nothing(
    tmp_path: Path, entries: list[Entry], order: list[tuple[str, str]]
) -> None:
    there = entries
    for name, dialect in order:
        write_entries(tmp_path / name, there, dialect or "basic")
        there = read(tmp_path / name, entries[0].domain)
    assert there == entries


def test_a_file_of_one_domain_has_no_domain_column_and_one_of_several_has() -> None:
    assert "domain" not in table_of([APPEAL])[0]
    other = Entry("fee", "fee", APPEAL.kind, "finance")
    assert "domain" in table_of([APPEAL, other])[0]


@pytest.mark.parametrize("name", ["t.tsv", "t.csv", "t.xlsx", "t.tbx"])
def test_the_content_decides_how_a_file_is_read(tmp_path: Path, name: str) -> None:
    write_entries(tmp_path / name, [APPEAL])
    (tmp_path / name).rename(tmp_path / "terms.dat")
    assert format_of(tmp_path / "terms.dat") == f".{name.partition('.')[2]}"
    assert read(tmp_path / "terms.dat", "law-and-rights") == [APPEAL]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or a protected spreadsheet"),
        (b"PK\x03\x04 no archive", "cannot be read as an XLSX spreadsheet"),
        (b"<html></html>", "XML but not TBX: its root is 'html'"),
        (b"<tbx><conceptEntry>", "is not well-formed XML"),
        ("en,hi\nफीस,x".encode("utf-16"), "is UTF-16 text"),
        ("en,hi\nfee,x".encode("utf-16-le"), "is UTF-16 text"),
        (b"en,hi\nfee,caf\xe9", r"line 2: byte 8 \(0xE9\) is not UTF-8.*Windows-1252"),
        (b"en,hi,Hindi\n", "line 1: the column hi is there twice"),
        (b"english,klingon\n", "line 1: there is no column 'klingon'"),
        (b"hi,ta\n", "line 1: the column en, for the English term, is missing"),
        (b'en,hi\n"fee,x\ny', "line 2: the row cannot be read as CSV"),
    ],
)
def test_what_is_no_table_of_terms_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(UsageError, match=message):
        list(read_rows(tmp_path / "t.csv"))


BEGINNINGS = [
    b"",
    b"en,hi\n",
    b"en\thi\n",
    b"PK\x03\x04",
    b"<tbx>",
    b'<?xml version="1.0"?><tbx><conceptEntry id="a"><langSec xml:lang="en"><termSec><term>',
    b"\xef\xbb\xbfen;hi\n",
]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begin=st.sampled_from(BEGINNINGS), rest=st.binary(max_size=60) | st.text().map(str.encode))
def test_any_bytes_are_rows_or_an_error_of_ours(tmp_path: Path, begin: bytes, rest: bytes) -> None:
    (tmp_path / "t.dat").write_bytes(begin + rest)
    try:
        made = [to_entry(row, "law") for row in read_rows(tmp_path / "t.dat")]
    except UsageError as error:
        made = [error.message]
    assert all(isinstance(one, Entry | str) for one in made)


def test_a_byte_order_mark_and_headings_in_words_are_understood(tmp_path: Path) -> None:
    text = "\ufeffEnglish Term;Hindi;Kashmiri;Meaning;Abbreviation\nfee;शुल्क;فیس;A price;F\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    (entry,) = read(tmp_path / "t.csv", "finance")
    assert (entry.id, entry.source, entry.abbreviation) == ("fee", "fee", "F")
    assert {code: target.text for code, target in entry.targets.items()} == {
        "hi": "शुल्क",
        "ks": "فیس",
    }


@pytest.mark.parametrize("row", ["fee\tशुल्क\tx", "fee\tशुल्क\t\tx"])
def test_a_row_with_more_cells_than_columns_is_a_problem_of_that_row(
    tmp_path: Path, row: str
) -> None:
    (tmp_path / "t.tsv").write_text(f"en\thi\n{row}\nact\tअधिनियम\n", encoding="utf-8")
    bad, good = read_rows(tmp_path / "t.tsv")
    assert bad.line == 2
    assert "cells for 2 columns" in bad.problems[0]
    assert good.cells == {"en": "act", "hi": "अधिनियम"}


def test_an_unknown_suffix_and_a_folder_that_is_not_there_write_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no format '\.ods'"):
        write_entries(tmp_path / "t.ods", [APPEAL])
    with pytest.raises(UsageError, match=r"gone/t\.csv cannot be written"):
        write_entries(tmp_path / "gone/t.csv", [APPEAL])
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "t.tbx").write_text("before")
    with pytest.raises(UsageError, match="no term to write"):
        write_entries(tmp_path / "t.tbx", [])
    assert [path.name for path in tmp_path.iterdir()] == ["t.tbx"]
    assert (tmp_path / "t.tbx").read_text() == "before"


def test_several_files_are_written_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("a file, no folder")
    with pytest.raises(UsageError, match="cannot be written"):
        write_files({tmp_path / "a.tsv": "new", tmp_path / "b" / "c.tsv": "new"})
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
