"""`karmavani evaluate`: scores of an engine and of finished texts, as a user types it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Karmavani = Callable[..., subprocess.CompletedProcess[str]]

ROWS = [(f"Pay {n} rupees in the office.", f"कार्यालय में {n} रुपये दें।") for n in range(10, 50)]
XLIFF = """<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0"
 srcLang="en-IN" trgLang="ur"><file id="f"><unit id="u"><segment>
 <source>One book.</source><target>ایک کتاب۔</target></segment></unit></file></xliff>
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Return a TSV file of forty sentences in Hindi."""
    path = tmp_path / "dev.tsv"
    path.write_text("".join(f"{a}\t{b}\n" for a, b in ROWS), encoding="utf-8")
    return path


def test_an_engine_is_compared_with_a_finished_translation(
    karmavani: Karmavani, sheet: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("".join(f"{b}\n" for _, b in ROWS), encoding="utf-8")
    options = ("--translator", "echo", "--output", "mine.txt", "--out", "quality")
    done = karmavani("evaluate", sheet, "--to", "hi", *options)
    assert done.returncode == 0, done.stderr
    assert "made by       engine:echo\n" in done.stdout
    assert "numbers kept  40 of 40 (100.0 %); references 40" in done.stdout
    assert "mine.txt is better than echo (p = 0.001)" in done.stdout
    assert {path.name for path in (tmp_path / "quality").iterdir()} == {
        "hi.html",
        "hi.json",
        "hi.tsv",
    }
    again = karmavani("evaluate", "quality/hi.tsv", "--to", "hi", "--output", "quality/hi.tsv:4")
    assert "chrF++        100.0" in again.stdout


def test_scores_come_as_json_with_nothing_else(karmavani: Karmavani, sheet: Path) -> None:
    done = karmavani(
        "evaluate", sheet, "--to", "hi", "--translator", "echo", "--json", "--limit", 5
    )
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert (data["rows"], data["target"], data["metric"][:7]) == (5, "hi", "nrefs:1")
    assert data["candidates"][0]["signature"] == "engine:echo"
    assert done.stderr.strip() == ""


def test_xliff_says_its_own_languages(karmavani: Karmavani, tmp_path: Path) -> None:
    (tmp_path / "a.xlf").write_text(XLIFF, encoding="utf-8")
    done = karmavani("evaluate", "a.xlf", "--translator", "echo")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("en to ur, 1 rows of a.xlf")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--translator", "echo"), "does not say its language. Say it with --to LANG."),
        (("--to", "xx"), "Unknown language 'xx'"),
        (("--to", "hi", "--translator", "nothing"), "There is no engine 'nothing'"),
        (("--to", "hi", "--output", "none.txt"), "none.txt cannot be read"),
        (("--to", "hi", "--output", "-", "--output", "-"), "Only one of the files"),
        (("--to", "hi", "--output", "dev.tsv:9"), "there is no column 9"),
    ],
)
def test_a_wrong_command_is_one_message_and_exit_code_2(
    karmavani: Karmavani, sheet: Path, arguments: tuple[str, ...], problem: str
) -> None:
    done = karmavani("evaluate", sheet, *arguments)
    assert done.returncode == 2
    assert problem in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_engine_that_cannot_write_the_language_refuses_it_before_any_work(
    karmavani: Karmavani, sheet: Path
) -> None:
    engines = ("--translator", "echo", "--translator", "starter")
    done = karmavani("evaluate", sheet, "--to", "sat", *engines)
    assert done.returncode == 5
    assert "cannot write 'sat'" in done.stderr
    assert "done" not in done.stderr


def test_a_translation_of_another_length_is_refused(
    karmavani: Karmavani, sheet: Path, tmp_path: Path
) -> None:
    (tmp_path / "short.txt").write_text("एक\n", encoding="utf-8")
    done = karmavani("evaluate", sheet, "--to", "hi", "--output", "short.txt")
    assert done.returncode == 2
    assert "short.txt has 1 texts" in done.stderr
