"""The commands `karmavani glossary ...`: what they print, as JSON too, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from courses.errors import PartialFailure, UsageError
from glossaries.tsv import load_terms
from pipeline.cli_glossary import glossary
from pipeline.config import Config
from pipeline.config_tables import GlossariesConfig

Run = Callable[..., Result]
OWN = "English,Hindi,Tamil,definition\nRailway Board,रेलवे बोर्ड,ரயில்வே வாரியம்,It runs the railways.\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a runner of the commands, with paths below the test's own folder as they are said."""
    config = Config(glossaries=GlossariesConfig())
    return lambda *words, **more: CliRunner().invoke(
        glossary, [str(word) for word in words], obj=config, **more
    )


@pytest.fixture
def own(run: Run, tmp_path: Path) -> Path:
    """Return a folder with one own term, imported from a CSV file."""
    (tmp_path / "in.csv").write_text(OWN, encoding="utf-8")
    done = run("import", tmp_path / "in.csv", "--domain", "railways", "--into", tmp_path / "own")
    assert done.exit_code == 0, done.output
    return tmp_path / "own"


def told(result: Result) -> Any:
    assert result.stdout, result.exception
    return json.loads(result.stdout)


def test_find_tells_place_term_status_and_definition(run: Run, own: Path) -> None:
    text = "An Office Memorandum of the railway board."
    (office, board) = told(run("find", text, "--to", "hi", "--folder", own, "--json"))
    assert (office["text"], office["term"], office["status"]) == (
        "Office Memorandum",
        "कार्यालय ज्ञापन",
        "official",
    )
    assert text[board["start"] : board["end"]] == "railway board"
    assert (board["id"], board["term"], board["definition"]) == (
        "railway-board",
        "रेलवे बोर्ड",
        "It runs the railways.",
    )
    assert (board["kind"], board["status"], board["domain"], board["line"]) == (
        "translate",
        "proposed",
        "railways",
        1,
    )
    words = run("find", text, "--to", "hi", "--folder", own).stdout
    assert "1:29  railway board  =  रेलवे बोर्ड  (translate, proposed, railways" in words
    assert "    It runs the railways.\n" in words


def test_find_reads_a_file_and_standard_input_line_by_line(run: Run, tmp_path: Path) -> None:
    text = "Nothing.\nAn Office Memorandum.\n"
    (tmp_path / "t.txt").write_text(text)
    for words, more in (([tmp_path / "t.txt"], {}), (["-"], {"input": text})):
        (hit,) = told(run("find", *words, "--to", "hi", "--json", **more))
        assert (hit["line"], hit["start"]) == (2, 3)
    assert run("find", "Nothing.", "--to", "hi").stdout == "No term of the glossary is in it.\n"
    assert told(run("find", "x" * 5000, "--to", "hi", "--json")) == []


def test_find_names_a_wrong_language_and_a_wrong_domain(run: Run) -> None:
    wrong = run("find", "x", "--to", "hi", "--domain", "law-and-right").exception
    assert isinstance(wrong, UsageError)
    assert "Did you mean 'law-and-rights'?" in str(wrong)
    assert isinstance(run("find", "x", "--to", "xx").exception, UsageError)


def test_stats_counts_every_language_and_the_own_folder(run: Run, own: Path) -> None:
    plain, more = told(run("stats", "--json")), told(run("stats", "--folder", own, "--json"))
    assert more["concepts"] == plain["concepts"] + 1
    assert more["domains"]["railways"] == 1
    assert len(plain["languages"]) == 22
    for name in ("hi", "ta"):
        assert more["languages"][name]["filled"] == plain["languages"][name]["filled"] + 1
    hindi = plain["languages"]["hi"]
    assert hindi["official"] > 50
    parts = ("official", "reviewed", "proposed", "kept")
    assert hindi["filled"] == sum(hindi[part] for part in parts)
    words = run("stats").stdout
    assert f"{plain['concepts']:,} concepts" in words
    assert "\nhi " in words


def test_lint_ends_well_with_warnings_and_not_with_errors(run: Run, own: Path) -> None:
    well = run("lint", own)
    assert (well.exit_code, well.stdout) == (0, "1 rows in 1 files: 0 errors, 0 warnings.\n")
    path = own / "railways.tsv"
    path.write_text(path.read_text("utf-8").replace("रेलवे बोर्ड", "রেল"), encoding="utf-8")
    bad = run("lint", own)
    assert isinstance(bad.exception, UsageError)
    assert bad.stdout.startswith(f"{path}:2: error: wrong-script: railway-board: hi: 'রেল' is in")
    facts = told(run("lint", own, "--json"))
    assert (facts["errors"], facts["warnings"], facts["rows"]) == (1, 0, 1)
    assert facts["findings"][0]["line"] == 2
    assert facts["checks"] == {"wrong-script": 1}
    assert told(run("lint", "--folder", own, "--json"))["errors"] == 1


def test_the_built_in_terms_pass(run: Run) -> None:
    assert run("lint").exit_code == 0


def test_an_import_is_whole_or_not_at_all(run: Run, own: Path, tmp_path: Path) -> None:
    before = (own / "railways.tsv").read_bytes()
    rows = "English,Hindi\nZonal Railway,क्षेत्रीय रेल\nRailway Board,रेल मंडल\nBad,বাংলা\n"
    (tmp_path / "more.csv").write_text(rows, encoding="utf-8")
    command = ("import", tmp_path / "more.csv", "--domain", "railways", "--into", own)
    refused = run(*command)
    assert isinstance(refused.exception, UsageError)
    assert "Nothing was imported" in str(refused.exception)
    assert "more.csv:3: not taken (Railway Board): it contradicts railway-board" in refused.stdout
    assert "more.csv:4: not taken (Bad): hi: 'বাংলা' is in the script Beng" in refused.stdout
    assert (own / "railways.tsv").read_bytes() == before
    partly = run(*command, "--skip", "--replace", "--json")
    assert isinstance(partly.exception, PartialFailure)
    facts = told(partly)
    assert (facts["added"], facts["changed"]) == (["zonal-railway"], ["railway-board"])
    assert [one["line"] for one in facts["refused"]] == [4]
    assert [entry.targets["hi"].text for entry in load_terms(own).entries] == [
        "रेल मंडल",
        "क्षेत्रीय रेल",
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", "en,hi\nfee,शुल्क\nकhi".encode()[:-5] + b"\xff"),
        ("t.tbx", b"<tbx><text><body><conceptEntry>"),
        ("t.tbx", b'<!DOCTYPE tbx [<!ENTITY a "b">]><tbx/>'),
        ("t.xlsx", b"PK\x03\x04"),
        ("gone.csv", None),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_changes_nothing(
    run: Run, tmp_path: Path, name: str, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run("import", tmp_path / name, "--domain", "law", "--into", tmp_path / "own")
    assert isinstance(done.exception, UsageError), done.output
    assert not (tmp_path / "own").exists()


def test_an_import_says_what_of_tbx_has_no_place_and_what_differs_from_built_in(
    run: Run, tmp_path: Path
) -> None:
    sample = Path(__file__).resolve().parents[2] / "data/tbx/basic-dca.tbx"
    done = run("import", sample, "--domain", "law-and-rights", "--into", tmp_path / "own")
    assert done.exit_code == 0, done.output
    assert "left out: a term in es (1)" in done.stdout
    (tmp_path / "in.csv").write_text("en,hi\nOffice Memorandum,ज्ञापन\n", encoding="utf-8")
    command = ("--domain", "administration", "--into", tmp_path / "own")
    over = run("import", tmp_path / "in.csv", *command)
    assert "Said otherwise than built in: office-memorandum" in over.stdout


def test_a_sheet_of_two_columns_keeps_what_the_built_in_entry_says(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "t.tsv").write_text("English\tHindi\nSection\tअनुच्छेद\n", encoding="utf-8")
    own = tmp_path / "own"
    command = ("import", tmp_path / "t.tsv", "--domain", "law-and-rights", "--into", own)
    assert "section: takes the place of the built-in section-of-act" in run(*command).stdout
    assert told(run(*command, "--json"))["unchanged"] == ["section"]
    text = "Under Section 5 your section acts."
    where = ("--domain", "administration", "--folder", own)
    hits = told(run("find", text, "--to", "hi", *where, "--json"))
    assert [hit["term"] for hit in hits] == ["अनुच्छेद", "अनुभाग"]
    assert told(run("lint", own, "--json"))["errors"] == 0


def test_a_scope_that_a_later_file_says_is_taken(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own"
    command = ("import", tmp_path / "t.csv", "--domain", "law-and-rights", "--into", own)
    (tmp_path / "t.csv").write_text("English,Hindi\nSection,अनुच्छेद\n", encoding="utf-8")
    assert told(run(*command, "--json"))["replaced"] == [
        {"id": "section", "built_in": "section-of-act"}
    ]
    (tmp_path / "t.csv").write_text("en,hi,scope\nSection,अनुच्छेद,any\n", encoding="utf-8")
    assert told(run(*command, "--json"))["changed"] == ["section"]
    (entry,) = load_terms(own).entries
    assert (entry.scope, entry.unsaid) == ("any", {"kind", "part_of_speech"})


@pytest.mark.parametrize("name", ["t.tsv", "t.csv", "t.xlsx", "t.tbx"])
def test_an_export_to_no_folder_is_one_error(run: Run, tmp_path: Path, name: str) -> None:
    done = run("export", "--out", tmp_path / "gone" / name)
    assert isinstance(done.exception, UsageError)
    assert f"{name} cannot be written: No such file or directory." in str(done.exception)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nofile.txt", "There is no file nofile.txt."),
        ("in/no.SRT", "There is no file in/no.SRT."),
        (" ", "The text is empty."),
    ],
)
def test_find_refuses_a_file_that_is_not_there_and_an_empty_text(
    run: Run, text: str, said: str
) -> None:
    assert said in str(run("find", text, "--to", "hi").exception)


def test_lint_only_counts_warnings_about_built_in_terms(run: Run, own: Path) -> None:
    path = own / "railways.tsv"
    text = path.read_text("utf-8").replace("It runs the railways.", "")
    path.write_text(text, encoding="utf-8")
    first, second, *rest = run("lint", "--folder", own).stdout.splitlines()
    assert first.startswith(f"{path}:2: warning: definition-missing")
    assert "warnings about built-in terms are not listed" in second
    assert len(rest) == 1


@pytest.mark.parametrize("name", ["t.tsv", "t.csv", "t.xlsx", "t.tbx"])
def test_an_export_imported_again_is_no_difference(run: Run, tmp_path: Path, name: str) -> None:
    done = run("export", "--out", tmp_path / name, "--json")
    assert told(done) == {"file": str(tmp_path / name), "entries": len(load_terms().entries)}
    assert run("import", tmp_path / name, "--into", tmp_path / "own").exit_code == 0
    data = Path(load_terms.__defaults__[0])  # type: ignore[index]
    changes = told(run("diff", data, tmp_path / "own", "--json"))
    assert changes == {"changes": []}


def test_an_export_can_be_of_one_domain_and_a_few_languages(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "law-and-rights.tsv"
    run("export", "--out", out, "--domain", "law-and-rights", "--to", "ta,hi")
    assert out.read_text(encoding="utf-8").partition("\n")[0].endswith("\tnote\tta\thi")
    codes = {code for entry in load_terms(tmp_path).entries for code in entry.targets}
    assert codes <= {"hi", "ta"}
    wrong = run("export", "--out", out, "--domain", "law").exception
    assert isinstance(wrong, UsageError)
    assert run("export", "--out", tmp_path / "t.ods").exception is not None


def test_diff_shows_fields_before_and_after(run: Run, own: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(OWN.replace("बोर्ड", "मंडल"), encoding="utf-8")
    shown = run("diff", own, tmp_path / "in.csv").stdout
    assert shown == (
        "~ railway-board  Railway Board  (railways)\n"
        "    hi: रेलवे बोर्ड -> रेलवे मंडल\n"
        "0 added, 0 removed, 1 changed.\n"
    )


@pytest.mark.parametrize(
    "command", [glossary, *glossary.commands.values()], ids=lambda one: one.name
)
def test_help_opens_with_a_verb_and_ends_with_commands(command: click.Command) -> None:
    text = (command.help or "").strip()
    verbs = ("Look", "Check", "Find", "Import", "Export", "Compare", "Count")
    assert text.split()[0].strip(",") in verbs
    examples = text.partition("Examples:")[2].strip().splitlines()
    assert examples
    assert all(line.strip().startswith("karmavani glossary ") for line in examples)
