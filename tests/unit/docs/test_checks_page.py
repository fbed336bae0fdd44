"""docs/checks.md is the table of findings in words, and nothing is found that is not in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from courses.findings import TABLE, Area, RepairKind

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
PACKAGES = ("courses", "transcription", "glossaries", "translators", "pipeline")
# The table itself, and what reads findings that were stored; the review site does only that.
MAY_BUILD = {
    "courses/findings.py",
    "pipeline/exchange_segments.py",
    "pipeline/work.py",
}


def sections() -> Iterator[tuple[str, str, str]]:
    """Yield section, id and text of every heading of an id."""
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        title = section.partition("\n")[0]
        for one in re.split(r"^### ", section, flags=re.MULTILINE)[1:]:
            name, _, text = one.partition("\n")
            yield title, name, text.strip()


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call of `name` in our packages, and the file it is in."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                    yield path.relative_to(ROOT).as_posix(), node


def test_the_page_has_the_ids_of_the_table_in_its_order() -> None:
    told = [(title, name) for title, name, _ in sections()]
    assert told == [(kind.area.value, name) for name, kind in TABLE.items()]


def test_the_page_has_a_section_for_each_area() -> None:
    titles = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert [title for title in titles if title in {*Area}] == [area.value for area in Area]


@pytest.mark.parametrize(
    ("name", "text"), [pytest.param(name, text, id=name) for _, name, text in sections()]
)
def test_each_text_begins_with_the_severities_and_names_the_repair(name: str, text: str) -> None:
    first = re.split(r"[.:]\s", text)[0].lower()
    kind = TABLE[name]
    assert {one.value for one in kind.severities} == set(
        re.findall(r"\b(error|warning|info)\b", first)
    )
    assert bool(kind.repairs) == bool(re.search(r"\bRepair[:,]", text))


def test_the_page_explains_every_kind_of_repair() -> None:
    rows = re.findall(r"^\| (`[a-z`, -]+`) \|", PAGE, re.MULTILINE)
    assert set(re.findall(r"[a-z-]+", " ".join(rows))) == {kind.value for kind in RepairKind}


def test_a_finding_is_made_from_the_table_alone() -> None:
    made = {path for path, _ in calls("Finding") if not path.startswith("pipeline/review/store/")}
    assert made <= MAY_BUILD


def test_every_id_of_the_table_is_somewhere_in_the_code_and_no_other_is_made() -> None:
    said = {
        node.value
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.name != "findings.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert set(TABLE) <= said
    made = {
        call.args[0].value
        for _, call in calls("make")
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert made <= set(TABLE)


def test_every_check_of_a_text_is_in_the_table() -> None:
    from pipeline.checking.checks import CHECKS, SOURCE_CHECKS

    assert {*CHECKS, *SOURCE_CHECKS} <= set(TABLE)
