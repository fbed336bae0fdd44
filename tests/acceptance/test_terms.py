"""What a user sees of terms: findings, the report of a package, and the sum of the course."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Karmavani = Callable[..., subprocess.CompletedProcess[str]]

CAPTIONS = """\
1
00:00:00,500 --> 00:00:03,000
Write to the Central Public Information Officer.

2
00:00:03,200 --> 00:00:07,000
Open the gem portal and wait.
"""


def test_a_draft_without_its_terms_is_told_in_the_package_the_course_and_the_sum(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    (course / "first.srt").write_text(CAPTIONS, encoding="utf-8")
    localise = ("localise", course, "--to", "hi,en", "--translator", "echo", "--out", "out")
    done = karmavani(*localise)
    assert done.returncode == 0, done.stderr
    assert "terms are as the glossary has them (0.0 %)" in done.stdout

    folder = tmp_path / "out" / "small" / "first"
    manifest = json.loads((folder / "hi" / "manifest.json").read_text(encoding="utf-8"))
    found = {finding["check"]: finding for finding in manifest["findings"]}
    assert found["term-not-used"]["severity"] == "error"
    assert "'केंद्रीय लोक सूचना अधिकारी' (the official term)" in found["term-not-used"]["message"]
    assert found["heard-otherwise"]["language"] == ""

    told = json.loads((folder / "hi" / "adherence.json").read_text(encoding="utf-8"))
    assert told["violated"] == manifest["terms"]["violated"] > 0
    assert told["terms"][0]["term"]["id"] == "central-public-information-officer"
    page = (folder / "hi" / "adherence.html").read_text(encoding="utf-8")
    assert "<mark>Central Public Information Officer</mark>" in page
    assert not (folder / "en" / "adherence.json").exists()

    again = karmavani(*localise, "--json")
    summed = json.loads(again.stdout)["terms"]
    course_wide = json.loads((tmp_path / "out/small/adherence.json").read_text(encoding="utf-8"))
    assert (
        summed["violated"] == course_wide["violated"] == course_wide["languages"]["hi"]["violated"]
    )
    assert {package["lesson"] for package in course_wide["packages"]} == {"first", "second"}
