"""The look of the site: contrast of its colours, and nothing that its security policy forbids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pipeline.review

HERE = Path(pipeline.review.__file__).parent
CSS = (HERE / "static/review/site.css").read_text(encoding="utf-8")
TEMPLATES = sorted((HERE / "templates").rglob("*.html"))
SCHEMES = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)

GROUNDS = ("ground", "raised", "sunken")
PAIRS = [
    *((text, ground, 4.5) for text in ("text", "quiet", "link", "bad") for ground in GROUNDS),
    *((kind, f"{kind}-ground", 4.5) for kind in ("good", "warn", "bad", "info")),
    ("text", "chosen", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    *((edge, ground, 3.0) for edge in ("edge", "focus") for ground in ("ground", "raised")),
]


def tokens(scheme: int) -> dict[str, str]:
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", SCHEMES[0]))
    return found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", SCHEMES[scheme]))


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_have_the_contrast_of_wcag_aa(
    scheme: int, front: str, back: str, least: float
) -> None:
    known = tokens(scheme)
    dark, light = sorted((luminance(known[front]), luminance(known[back])))
    assert (light + 0.05) / (dark + 0.05) >= least


def test_both_schemes_name_the_same_colours() -> None:
    named = [set(re.findall(r"--([\w-]+): #", scheme)) for scheme in SCHEMES]
    assert named[0] == named[1]


def test_lines_leave_room_for_the_marks_of_indic_scripts() -> None:
    said = re.search(r"--leading: ([\d.]+)", CSS)
    assert said
    assert float(said[1]) >= 1.6


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: page.name)
def test_a_page_has_nothing_that_the_security_policy_forbids(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    forbidden = r"""\son\w{3,}\s*=\s*["']|\sstyle\s*=|<style|["']\s*javascript:"""
    assert re.findall(forbidden, text, re.IGNORECASE) == []
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []
    scripts = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text)
    assert [tag for tag in scripts if "application/json" not in tag] == []
    assert "|safe" not in text
    assert "autoescape off" not in text


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: page.name)
def test_every_form_that_changes_something_carries_its_token(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    forms = re.findall(r"<form[^>]*method=\"post\"[^>]*>(.{0,200})", text, re.DOTALL)
    assert [form for form in forms if "{% csrf_token %}" not in form] == []
