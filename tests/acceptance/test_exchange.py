"""A package goes to a translator and back, and the next run keeps what the translator wrote."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Karmavani = Callable[..., subprocess.CompletedProcess[str]]

MACHINE = "[hi] In the first, every citizen may ask for information."
PERSON = "पहले में, हर नागरिक सूचना माँग सकता है।"


def localise(karmavani: Karmavani, course: Path) -> None:
    done = karmavani("localise", course, "--to", "hi", "--translator", "echo", "--quiet")
    assert done.returncode == 0, done.stderr


def test_what_a_translator_wrote_is_in_the_next_package_until_its_sentence_changes(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    localise(karmavani, course)
    package = tmp_path / "karmavani-out" / "small" / "first" / "hi"
    done = karmavani("exchange", "export", package)
    assert (done.returncode, done.stdout) == (0, "first.hi.xlf\n"), done.stderr
    path = tmp_path / "first.hi.xlf"
    path.write_text(path.read_text(encoding="utf-8").replace(MACHINE, PERSON), encoding="utf-8")
    done = karmavani("exchange", "import", path, package, "--by", "A. R", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["counts"] == {"unchanged": 2, "changed": 1, "approved": 0, "refused": 0}
    localise(karmavani, course)
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"]["by_people"] == 1
    assert manifest["label"] == "machine draft, reviewed in part"
    assert "नागरिक" in (package / "first.hi.srt").read_text(encoding="utf-8")
    again = karmavani("exchange", "import", path, package, "--by", "A. R")
    assert "3 unchanged, 0 changed" in again.stdout
    captions = course / "first.srt"
    captions.write_text(captions.read_text().replace("every citizen", "each citizen"))
    localise(karmavani, course)
    manifest = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    assert "source-changed" in {finding["check"] for finding in manifest["findings"]}
    assert [one["target"] for one in manifest["memory"]["suggested"]] == [PERSON]
    assert "[hi] In the first, each" in (package / "first.hi.txt").read_text(encoding="utf-8")


def test_a_refused_sentence_is_told_and_nothing_is_taken(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    localise(karmavani, course)
    package = tmp_path / "karmavani-out" / "small" / "first" / "hi"
    assert karmavani("exchange", "export", package, "--format", "xliff1").returncode == 0
    path = tmp_path / "first.hi.xliff"
    path.write_text(path.read_text(encoding="utf-8").replace(">500<", ">700<"), encoding="utf-8")
    done = karmavani("exchange", "import", path, package, "--by", "A. R")
    assert done.returncode == 2
    assert "start was changed from 500 to 700 ms" in done.stdout
    assert "nothing was taken" in done.stderr
    assert not package.with_name("hi.reviewed.json").exists()
