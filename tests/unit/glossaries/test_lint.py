"""What lint says of files of terms: one finding a fault, with file, line and entry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.errors import UsageError
from courses.nouns import Severity
from glossaries import lint as module
from glossaries.cell_checks import PARTS_OF_SPEECH, check_row
from glossaries.lint import Report, lint
from glossaries.rows import Row, to_entry
from glossaries.terms import Entry
from glossaries.tsv import COLUMNS, DATA, load_terms

LANGUAGES = ("hi", "bn", "ta", "ur", "ks_Deva")
SOUND = {"id": "fee", "en": "fee", "definition": "A price.", "hi": "शुल्क", "ur": "فیس"}


def said(**cells: str) -> list[str]:
    """Return the ids of what is wrong with a sound row into which `cells` are put."""
    row = Row(2, {name: text for name, text in (SOUND | cells).items() if text})
    return [check for check, _, _ in check_row(row, "finance")]


def write(folder: Path, rows: list[dict[str, str]], name: str = "finance.tsv") -> Path:
    head = (*COLUMNS, *LANGUAGES)
    lines = [head, *([row.get(column, "") for column in head] for row in rows)]
    text = "".join("\t".join(line) + "\n" for line in lines)
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def found(report: Report, folder: Path) -> list[str]:
    """Return all findings in one line each, but for definitions that are missing."""
    return [
        f"{Path(one.file).relative_to(folder)}:{one.line} {one.severity} {one.check} {one.id}"
        for one in report.faults
        if one.check != "definition-missing"
    ]


def test_a_sound_row_has_no_fault() -> None:
    assert said() == []
    assert (
        said(hi="शुल्क|फ़ीस|जी.एस.टी. शुल्क (GST)", ur="فیس", ta="கட்டணம்", official="hi", source="Act")
        == []
    )


@pytest.mark.parametrize(
    ("cells", "check"),
    [
        ({"en": ""}, "row-broken"),
        ({"kind": "maybe"}, "row-broken"),
        ({"scope": "here"}, "row-broken"),
        ({"id": "Fee_1"}, "id-not-kebab"),
        ({"pos": "nuon"}, "pos-unknown"),
        ({"official": "hi"}, "source-missing"),
        ({"official": "ta", "source": "Act"}, "status-of-nothing"),
        ({"reviewed": "xx"}, "status-unknown"),
        ({"reviewed": "hi", "official": "hi", "source": "Act"}, "status-twice"),
        ({"use": "price"}, "use-without-forbid"),
        ({"hi": "", "ur": ""}, "terms-missing"),
        ({"definition": ""}, "definition-missing"),
        ({"hi": "|शुल्क"}, "preferred-empty"),
        ({"hi": "शुल्क|शुल्क"}, "variant-twice"),
        ({"hi": "শুল্ক"}, "wrong-script"),
        ({"ta": "शुल्क"}, "wrong-script"),
        ({"ks_Deva": "فیس"}, "wrong-script"),
        ({"hi": "fees"}, "latin-term"),
        ({"hi": "शुल्क \u0441"}, "look-alike"),
        ({"en": "f\u0435e"}, "look-alike"),
        ({"en": "शुल्क"}, "wrong-script"),
        ({"hi": "शुल्कs"}, "look-alike"),
        ({"hi": "अत:"}, "look-alike"),
        ({"hi": "शुल्क\u202e"}, "control-character"),
        ({"ur": "\u2067فیس\u2069"}, "control-character"),
        ({"hi": "शु\u00adल्क"}, "control-character"),
        ({"note": "a\x07b"}, "control-character"),
        ({"hi": "शुल्क\u200b"}, "control-character"),
        ({"hi": "शुल्क\u200d"}, "stray-joiner"),
        ({"en": "fe\u200ce"}, "stray-joiner"),
        ({"hi": " शुल्क"}, "stray-space"),
        ({"hi": "शुल्क  राशि"}, "stray-space"),
        ({"hi": "शुल्क\u00a0राशि"}, "stray-space"),
        ({"definition": "x" * 2001}, "cell-too-long"),
        ({"hi": "शुल्क " * 151}, "term-too-long"),
        ({"en": "fee|price"}, "row-broken"),
    ],
)
def test_each_fault_of_a_row_has_a_name(cells: dict[str, str], check: str) -> None:
    assert check in said(**cells)


def test_joiners_inside_words_are_no_fault() -> None:
    assert said(hi="क्\u200dष", bn="র\u200d্যাব", ta="") == []


def test_the_parts_of_speech_are_those_of_the_built_in_terms() -> None:
    assert {entry.part_of_speech for entry in load_terms(DATA).entries} <= set(PARTS_OF_SPEECH)


def test_the_built_in_terms_have_no_error() -> None:
    report = lint([DATA])
    errors = [one for one in report.faults if one.severity is Severity.ERROR]
    assert errors == []
    assert report.rows == len(load_terms(DATA).entries)


def test_rows_that_contradict_each_other_are_told_at_the_later_one(tmp_path: Path) -> None:
    rows = [
        SOUND,
        SOUND | {"id": "fee-2", "en": "Fee", "hi": "फ़ीस"},
        SOUND | {"id": "fee-3", "en": "fee ", "hi": "शुल्क", "ur": ""},
        SOUND | {"en": "charge", "hi": "प्रभार", "ur": ""},
        {"id": "cost", "en": "cost", "abbr": "C", "hi": "शुल्क"},
        {"id": "court", "en": "court", "abbr": "C", "hi": "न्यायालय"},
    ]
    folder = write(tmp_path / "own", rows)
    assert found(lint([folder]), folder) == [
        "finance.tsv:3 error concept-contradicted fee-2",
        "finance.tsv:4 warning stray-space fee-3",
        "finance.tsv:4 warning concept-twice fee-3",
        "finance.tsv:5 error id-twice fee",
        "finance.tsv:6 warning term-shared cost",
        "finance.tsv:7 warning abbreviation-shared court",
    ]
    told = [one.message for one in lint([folder]).faults if one.check == "concept-contradicted"]
    place = f"fee in {folder}/finance.tsv:2"
    assert told == [f"the English term is that of {place}, but hi is 'फ़ीस' here and 'शुल्क' there."]


def test_the_same_term_in_two_domains_is_no_contradiction(tmp_path: Path) -> None:
    folder = write(tmp_path / "own", [SOUND])
    write(folder, [SOUND | {"id": "fee-law", "hi": "फ़ीस"}], "law.tsv")
    assert found(lint([folder]), folder) == []


def test_forbidden_terms_must_lead_to_a_wording(tmp_path: Path) -> None:
    forbid = {"kind": "forbid", "en": "fee"}
    rows = [
        SOUND,
        forbid | {"id": "no-1", "use": "fee", "hi": "दाम"},
        forbid | {"id": "no-2", "use": "fee", "hi": "दाम|शुल्क"},
        forbid | {"id": "no-3", "use": "gone", "hi": "दाम"},
        forbid | {"id": "no-4", "use": "no-5", "hi": "दाम"},
        forbid | {"id": "no-5", "use": "no-6", "hi": "दाम"},
        forbid | {"id": "no-6", "use": "no-5", "hi": "दाम"},
        forbid | {"id": "no-7", "use": "no-7", "hi": "दाम"},
        forbid | {"id": "no-8", "use": "no-1", "hi": "दाम"},
        forbid | {"id": "no-9", "hi": "शुल्क"},
    ]
    folder = write(tmp_path / "own", rows)
    report = lint([folder])
    assert found(report, folder) == [
        "finance.tsv:4 error forbidden-allowed no-2",
        "finance.tsv:5 error use-unknown no-3",
        "finance.tsv:6 error forbid-circle no-4",
        "finance.tsv:7 error forbid-circle no-5",
        "finance.tsv:8 error forbid-circle no-6",
        "finance.tsv:9 error forbid-circle no-7",
        "finance.tsv:10 error use-forbids no-8",
        "finance.tsv:11 error forbidden-allowed no-9",
    ]
    circle = next(one.message for one in report.faults if one.id == "no-4")
    assert circle == "forbidden terms name each other in a circle: no-5 -> no-6 -> no-5."


def test_a_later_layer_may_say_otherwise_and_use_ids_of_an_earlier_one(tmp_path: Path) -> None:
    base = write(tmp_path / "base", [SOUND])
    forbid = {"id": "no-1", "kind": "forbid", "en": "fee", "use": "fee", "hi": "शुल्क"}
    own = write(tmp_path / "own", [SOUND | {"hi": "फ़ीस"}, forbid])
    assert found(lint([base, own]), tmp_path) == []
    write(own, [forbid])
    assert found(lint([base, own]), tmp_path) == ["own/finance.tsv:2 error forbidden-allowed no-1"]


def test_a_broken_file_is_a_finding_and_the_others_are_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "own", [SOUND])
    (folder / "bytes.tsv").write_bytes(b"id\ten\nfee\tcaf\xe9\n")
    (folder / "Law.tsv").write_text("id\ten\nx\tx\n")
    (folder / "twice.tsv").write_text("\t".join([*COLUMNS, "hi", "hi"]) + "\n")
    report = lint([folder])
    assert [line for line in found(report, folder) if " error " in line] == [
        "Law.tsv:1 error domain-unknown ",
        "Law.tsv:1 error columns-wrong ",
        "Law.tsv:2 error row-broken x",
        "bytes.tsv:1 error columns-wrong ",
        "bytes.tsv:1 error file-broken ",
        "twice.tsv:1 error columns-wrong ",
        "twice.tsv:1 error file-broken ",
    ]
    assert (report.files, report.rows) == (4, 2)


def test_a_row_cut_short_or_with_a_cell_too_many_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "own", [SOUND])
    with (folder / "finance.tsv").open("a", encoding="utf-8") as file:
        file.write("half\n" + "x\t" * 40 + "x\n")
    assert found(lint([folder]), folder) == [
        "finance.tsv:3 warning terms-missing half",
        "finance.tsv:3 error row-broken half",
        "finance.tsv:4 error row-broken ",
    ]


def test_a_domain_that_a_row_of_a_file_names_should_be_known(tmp_path: Path) -> None:
    text = "id,en,definition,hi,domain\nfee,fee,A price.,शुल्क,law-and-right\n"
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    report = lint([tmp_path / "t.csv"])
    assert found(report, tmp_path) == ["t.csv:2 warning domain-unknown fee"]


def test_every_fault_is_counted_and_the_first_of_each_check_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    rows = [{"id": f"a-{n}", "en": f"a{n}", "hi": "शुल्क"} for n in range(50)]
    folder = write(tmp_path / "own", [*rows, SOUND | {"id": "BAD", "hi": "x"}])
    report = lint([folder])
    assert report.counts["definition-missing", Severity.WARNING] == 50
    assert report.counts["term-shared", Severity.WARNING] == 49
    assert len(report.faults) == 3 + 3 + 1 + 1
    assert (report.number(Severity.ERROR), report.faults[-2].check) == (1, "id-not-kebab")


def test_every_check_has_its_row_in_the_docs_and_no_other_has() -> None:
    root = Path(module.__file__).parents[1]
    files = ("cell_checks", "lint", "lint_index")
    sources = "".join((root / f"glossaries/{name}.py").read_text("utf-8") for name in files)
    checks = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)",\s+(?:_ERROR|_WARNING|Severity)', sources))
    page = (root / "docs/glossaries.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z]+(?:-[a-z]+)+)` \| (?:err|warn)", page, re.M)) == checks


CELL = st.sampled_from(["", "x", "fee", "शुल्क", "a|b", "hi", "keep", "any", " y", "\u00a0", "_"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, max_size=20), max_size=4), st.booleans())
def test_a_folder_that_lint_finds_no_error_in_can_be_loaded(
    tmp_path: Path, cells: list[list[str]], extra: bool
) -> None:
    head = [*COLUMNS, "hi", *(["Tamil"] if extra else [])]
    sound = [SOUND.get(name, "") for name in (*COLUMNS, "hi")]
    lines = [head, sound, *cells, *([*sound[:1], *row[1:]] for row in cells)]
    text = "".join("\t".join(line) + "\n" for line in lines)
    (tmp_path / "finance.tsv").write_text(text, encoding="utf-8")
    if not lint([tmp_path]).number(Severity.ERROR):
        assert load_terms(tmp_path).entries


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no file or folder"):
        lint([tmp_path / "gone"])
    with pytest.raises(UsageError, match=r"has no \.tsv file"):
        lint([tmp_path])


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([*COLUMNS, *LANGUAGES, "domain"]), st.text(max_size=20)),
    st.sampled_from([None, "translate", "keep", "forbid"]),
)
def test_any_row_makes_an_entry_or_has_an_error(cells: dict[str, str], kind: str | None) -> None:
    row = Row(2, cells | ({"kind": kind, "id": "x", "en": "x"} if kind else {}))
    errors = [one for one in check_row(row, "finance") if one[1] is Severity.ERROR]
    assert bool(errors) or isinstance(to_entry(row, "finance"), Entry)
