"""The term base: what it reads, what it finds, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.errors import UsageError
from courses.nouns import TermKind
from glossaries.terms import DATA, load_terms

HEAD = "en\tkind\tstatus\tnote\thi\n"


def write(folder: Path, name: str, rows: str) -> None:
    (folder / f"{name}.tsv").write_text(HEAD + rows, encoding="utf-8")


def found(folder: Path, text: str, language: str = "hi", domain: str | None = None) -> list[str]:
    hits = load_terms(folder).finder(language, domain)(text)
    return [f"{text[hit.start : hit.end]}={hit.term.target}" for hit in hits]


def test_the_longest_term_wins_and_case_and_plural_do_not_matter(tmp_path: Path) -> None:
    rows = (
        "Public Information Officer\ttranslate\tproposed\t\tलोक सूचना अधिकारी\n"
        "information\ttranslate\tproposed\t\tसूचना\n"
    )
    write(tmp_path, "law", rows)
    assert found(tmp_path, "Two public information officers gave Information.") == [
        "public information officers=लोक सूचना अधिकारी",
        "Information=सूचना",
    ]


def test_a_hit_inside_a_longer_word_is_no_hit(tmp_path: Path) -> None:
    write(tmp_path, "law", "fee\ttranslate\tproposed\t\tशुल्क\n")
    assert found(tmp_path, "No coffee, no feeling; the fees, a fee-payer.") == [
        "fees=शुल्क",
        "fee=शुल्क",
    ]


def test_the_lessons_own_domain_wins(tmp_path: Path) -> None:
    write(tmp_path, "finance", "appeal\ttranslate\tproposed\t\tयाचना\n")
    write(tmp_path, "law", "appeal\ttranslate\tproposed\t\tअपील\n")
    assert found(tmp_path, "An appeal.", domain="law") == ["appeal=अपील"]
    assert found(tmp_path, "An appeal.", domain="finance") == ["appeal=याचना"]


def test_a_term_without_a_translation_is_left_alone_but_a_kept_one_is_kept(tmp_path: Path) -> None:
    write(tmp_path, "it", "eOffice\tkeep\tproposed\t\t\nfile\ttranslate\tproposed\t\tफ़ाइल\n")
    assert found(tmp_path, "Open the file in eOffice.", "ta") == ["eOffice=eOffice"]


def test_letters_that_grow_in_lower_case_do_not_move_the_hits(tmp_path: Path) -> None:
    write(tmp_path, "law", "fee\ttranslate\tproposed\t\tशुल्क\n")
    assert found(tmp_path, "İİİ: the fee") == ["fee=शुल्क"]  # İ is two letters in lower case


def test_hotwords_are_the_terms_of_the_domain(tmp_path: Path) -> None:
    write(tmp_path, "law", "appeal\ttranslate\tproposed\t\tअपील\n")
    write(tmp_path, "it", "file\ttranslate\tproposed\t\tफ़ाइल\n")
    assert load_terms(tmp_path).hotwords("law") == ("appeal",)
    assert load_terms(tmp_path).hotwords(None) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("english\thindi\n", r"law\.tsv, line 1: the columns are not"),
        (HEAD + "\ttranslate\tproposed\t\tअपील\n", r"law\.tsv, line 2: the English term is empty"),
        (HEAD + "fee\tmaybe\tproposed\t\tशुल्क\n", r"law\.tsv, line 2: no such kind 'maybe'"),
    ],
)
def test_a_faulty_file_is_refused_by_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "law.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        load_terms(tmp_path)


def test_no_term_of_ours_is_official_without_its_source() -> None:
    entries = load_terms(DATA).entries
    assert entries
    assert [
        entry.source for entry in entries if entry.status == "official" and not entry.note
    ] == []
    assert {entry.status for entry in entries} <= {"official", "reviewed", "proposed"}
    keys = [(entry.domain, entry.source.casefold()) for entry in entries]
    assert len(keys) == len(set(keys))
    assert all(entry.targets or entry.kind is TermKind.KEEP for entry in entries)
