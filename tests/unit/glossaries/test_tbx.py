"""TBX of every dialect in, and what must not be read of an XML file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from courses.errors import UsageError
from courses.nouns import TermKind, TermStatus
from glossaries import xml_safety
from glossaries.exchange import read_rows, write_entries
from glossaries.rows import to_entry
from glossaries.tbx import read_tbx_rows
from glossaries.terms import Entry, TargetTerm
from tests.unit.glossaries.term_entries import APPEAL

SAMPLES = Path(__file__).resolve().parents[2] / "data/tbx"
DEFINITION = "The right of every citizen to information held by a public authority."
ENTRY = (
    '<conceptEntry id="c1"><langSec xml:lang="en"><termSec><term>fee</term>{}</termSec></langSec>'
    "</conceptEntry>"
)
FILE = '<tbx xmlns="urn:iso:std:iso:30042:ed-2">{}<text><body>{}</body></text></tbx>'


def read(path: Path, domain: str = "law-and-rights") -> list[Entry]:
    made = [to_entry(row, domain) for row in read_tbx_rows(path)]
    assert all(isinstance(one, Entry) for one in made), made
    return [one for one in made if isinstance(one, Entry)]


def write(folder: Path, body: str, before: str = "", header: str = "") -> Path:
    path = folder / "t.tbx"
    path.write_text(before + FILE.format(header, body), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["basic-dca.tbx", "basic-dct.tbx"])
def test_basic_is_read_in_both_styles_with_all_that_a_term_base_holds(name: str) -> None:
    left_out: Counter[str] = Counter()
    rows = list(read_tbx_rows(SAMPLES / name, left_out))
    entries = read(SAMPLES / name)
    right, superseded, forbidden, appeal = entries
    assert len(rows) == 4
    assert right == Entry(
        "right-to-information",
        "right to information",
        TermKind.TRANSLATE,
        "law-and-rights",
        "RTI",
        definition=DEFINITION,
        publication="Right to Information Act, 2005",
        note="Named in section 3.; definition: Section 2(j); TBX id c1",
        targets={"hi": TargetTerm("सूचना का अधिकार", ("सूचना अधिकार",))},
    )
    assert (superseded.source, superseded.note) == (
        "freedom of information",
        "superseded, for right to information",
    )
    assert superseded.targets == right.targets
    assert (forbidden.kind, forbidden.source, forbidden.use) == (
        TermKind.FORBID,
        "right to information",
        "right-to-information",
    )
    assert forbidden.targets == {"hi": TargetTerm("जानकारी का अधिकार")}
    assert set(appeal.targets) == {"ta", "ur"}
    assert left_out == {
        "transacGrp": 1,
        "xGraphic": 1,
        "context": 1,
        "context/source": 1,
        "grammaticalGender": 1,
        "a term in es": 1,
    }


@pytest.mark.parametrize("name", ["min-dca.tbx", "min-dct.tbx", "min-old.tbx"])
def test_min_is_read_in_both_styles_and_in_its_older_form(name: str) -> None:
    (entry,) = read(SAMPLES / name)
    bengali = {"bn": TargetTerm("আপিল")}
    assert entry == Entry(
        "appeal",
        "appeal",
        TermKind.TRANSLATE,
        "law-and-rights",
        note="TBX id c1",
        targets=bengali,
    )


def test_core_has_terms_and_notes_and_the_first_term_is_preferred() -> None:
    file, office_file = read(SAMPLES / "core.tbx")
    assert file.note == "Paper or electronic.; In older manuals.; TBX id c1"
    assert file.targets == {"hi": TargetTerm("फ़ाइल", ("मिसिल",))}
    assert (office_file.id, office_file.source) == ("file-2", "office file")
    assert office_file.targets == file.targets


def test_the_edition_of_2008_is_read_with_its_doctype_tig_and_ntig() -> None:
    (telugu,) = read(SAMPLES / "edition-2008.tbx")
    assert (telugu.source, telugu.targets) == ("appeal", {"te": TargetTerm("అప్పీలు")})
    (marathi,) = read(SAMPLES / "edition-2008-ntig.tbx")
    assert marathi.id == "external-id-7"
    assert marathi.definition.startswith("A request that")
    assert marathi.publication == "A published glossary"
    assert marathi.targets == {"mr": TargetTerm("अपील", (), TermStatus.OFFICIAL)}


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.tbx")), ids=lambda path: path.stem)
@pytest.mark.parametrize("dialect", ["basic", "core", "2008"])
def test_what_is_read_of_a_sample_survives_tsv_and_every_dialect(
    tmp_path: Path, path: Path, dialect: str
) -> None:
    entries = read(path)
    write_entries(tmp_path / "t.tsv", entries)
    there = [to_entry(row, "law-and-rights") for row in read_rows(tmp_path / "t.tsv")]
    write_entries(tmp_path / "t.tbx", [one for one in there if isinstance(one, Entry)], dialect)
    assert read(tmp_path / "t.tbx") == entries


def test_basic_is_written_with_the_categories_of_the_dialect(tmp_path: Path) -> None:
    rti = Entry(
        "rti", "right to information", TermKind.TRANSLATE, "law-and-rights", "RTI",
        targets={"hi": TargetTerm("सूचना का अधिकार", ("सूचना अधिकार",))},
    )  # fmt: skip
    forbidden = Entry(
        "rti-no", "right to information", TermKind.FORBID, "law-and-rights", use="rti",
        targets={"hi": TargetTerm("जानकारी का अधिकार")},
    )  # fmt: skip
    write_entries(tmp_path / "t.tbx", [rti, forbidden])
    text = (tmp_path / "t.tbx").read_text(encoding="utf-8")
    _, _, first, second = text.replace("</conceptEntry>", "<conceptEntry").split("<conceptEntry")[
        :4
    ]
    lines = [line.strip() for line in (first + second).splitlines()]
    assert '<tbx type="TBX-Basic" style="dca" xml:lang="en"' in text
    assert '<descrip type="subjectField">law-and-rights</descrip>' in text
    assert '<termNote type="termType">abbreviation</termNote>' in text
    assert '<ref type="crossReference" target="rti">rti</ref>' in lines
    assert (
        lines.count('<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote>') == 1
    )
    left_out: Counter[str] = Counter()
    list(read_tbx_rows(tmp_path / "t.tbx", left_out))
    assert left_out == {}
    assert text.count("preferredTerm-admn-sts") == 3
    assert text.count("admittedTerm-admn-sts") == 2


def test_an_id_that_begins_with_a_digit_is_one_that_xml_allows(tmp_path: Path) -> None:
    entry = Entry("4-wheeler", "4-wheeler", TermKind.KEEP, "law-and-rights")
    write_entries(tmp_path / "t.tbx", [entry])
    assert 'id="_4-wheeler"' in (tmp_path / "t.tbx").read_text()
    assert read(tmp_path / "t.tbx") == [entry]


def test_a_character_that_xml_cannot_hold_is_refused_with_the_entry(tmp_path: Path) -> None:
    bad = Entry("bell", "ring\x07", TermKind.KEEP, "law-and-rights")
    with pytest.raises(UsageError, match="The entry 'bell' holds a character that XML cannot"):
        write_entries(tmp_path / "t.tbx", [bad])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;',
        '<!NOTATION n SYSTEM "n"><!ENTITY a SYSTEM "x" NDATA n>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_declarations_are_refused_whatever_they_declare(
    tmp_path: Path, declaration: str, encoding: str
) -> None:
    doctype = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE tbx [{declaration}]>'
    path = tmp_path / "t.tbx"
    path.write_text(doctype + FILE.format("", ENTRY.format("<note>&a;</note>")), encoding=encoding)
    with pytest.raises(UsageError, match="declares the XML entity 'a', which is refused"):
        list(read_tbx_rows(path))


def test_an_encoding_that_hides_declarations_from_us_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.tbx"
    path.write_bytes(b'<?xml version="1.0" encoding="UTF-7"?>' + FILE.format("", "").encode())
    with pytest.raises(UsageError, match="cannot be read as XML"):
        list(read_tbx_rows(path))


def test_a_doctype_is_allowed_and_what_it_names_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "t.dtd").write_text('<!ENTITY fee "loaded">')
    path = write(tmp_path, ENTRY.format(""), f'<!DOCTYPE tbx SYSTEM "{tmp_path}/t.dtd">')
    assert [entry.source for entry in read(path)] == ["fee"]
    path = write(
        tmp_path, ENTRY.format("<note>&fee;</note>"), f'<!DOCTYPE tbx SYSTEM "{tmp_path}/t.dtd">'
    )
    (row,) = read_tbx_rows(path)
    assert row.problems == ("it refers to the entity &fee;, which is not resolved",)


def test_a_file_cut_in_the_middle_is_refused_however_much_of_it_was_right(tmp_path: Path) -> None:
    path = write(tmp_path, ENTRY.format("") * 5)
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(UsageError, match="is not well-formed XML"):
        list(read_tbx_rows(path))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<conceptEntry id="c1"/>', "there is no English term"),
        (ENTRY.format("").replace("fee", "a|b"), "which separates terms here"),
        (ENTRY.format("").replace("fee", " "), "there is no English term"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_a_problem_of_its_row(
    tmp_path: Path, body: str, problem: str
) -> None:
    bad, good = read_tbx_rows(write(tmp_path, body + ENTRY.format("")))
    assert problem in bad.problems[0]
    assert good.cells["en"] == "fee"


def test_unknown_elements_are_counted_and_do_no_harm(tmp_path: Path) -> None:
    left_out: Counter[str] = Counter()
    strange = '<x:mood xmlns:x="urn:x">glad</x:mood><descrip type="taste">sour</descrip><odd/>'
    (row,) = read_tbx_rows(write(tmp_path, ENTRY.format(strange)), left_out)
    assert row.cells["en"] == "fee"
    assert left_out == {"mood": 1, "taste": 1, "odd": 1}


def test_a_long_file_is_read_entry_by_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_safety, "MOST_ENTRY", 100_000)
    path = write(tmp_path, ENTRY.format("") * 5000)
    assert path.stat().st_size > 4 * xml_safety.MOST_ENTRY
    assert sum(1 for _ in read_tbx_rows(path)) == 5000


def test_an_entry_without_an_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_safety, "MOST_ENTRY", 100_000)
    path = write(tmp_path, ENTRY.format("<note>x</note>" * 50_000))
    with pytest.raises(UsageError, match="holds an entry of more than 100,000 bytes"):
        list(read_tbx_rows(path))


def test_a_prolog_without_an_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_safety, "MOST_PROLOG", 100_000)
    path = write(tmp_path, ENTRY.format(""), before="<!-- x -->\n" * 20_000)
    with pytest.raises(UsageError, match="no element in its first 100,000 bytes"):
        list(read_tbx_rows(path))


def test_elements_nested_without_end_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, ENTRY.format("<note>" * 5000 + "</note>" * 5000))
    with pytest.raises(UsageError, match="is not well-formed XML"):
        list(read_tbx_rows(path))


def test_the_sample_of_the_tests_is_written_and_read_alike(tmp_path: Path) -> None:
    write_entries(tmp_path / "t.tbx", [APPEAL])
    assert read(tmp_path / "t.tbx") == [APPEAL]
