"""`karmavani backlog estimate` as a person types it, before anything has run and after."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Karmavani

CATALOGUE = """\
course,lessons,hours,languages,lane,learners
Basics,4,1.5,hi ta,normal,1200
Urgent,1,0.5,hi,urgent,40
"""


def test_a_catalogue_is_estimated_from_what_was_measured_on_a_course(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    (tmp_path / "catalogue.csv").write_text(CATALOGUE, encoding="utf-8")
    settings = ("--config", "settings.toml", "backlog", "estimate")
    (tmp_path / "settings.toml").write_text('[translator]\nengine = "echo"\n', encoding="utf-8")

    before = karmavani(*settings, "catalogue.csv", "--data", "site")

    assert before.returncode == 0, before.stderr
    assert "2 courses, 5 lessons, 2 h 00 min of media, 28 items of work." in before.stdout
    assert "with these engines, for: read, transcribe, translate, package." in before.stdout

    measured = karmavani(
        *settings, course.name, "--measure", "--to", "hi,ta", "--workers", "2", "--data", "site"
    )

    assert measured.returncode == 0, measured.stderr
    assert "Measured in" in measured.stderr

    after = karmavani(*settings, "catalogue.csv", "--data", "site", "--json")

    told = json.loads(after.stdout)
    # The course has captions: the recogniser was not measured, and no time is made up for it.
    assert told["not_measured"] == ["transcribe"]
    assert told["elapsed_seconds"] is None
    assert told["stages"]["translate"]["measured_calls"] > 0
    assert told["stages"]["translate"]["signature"] == "engine:echo"


def test_what_is_no_catalogue_is_refused_with_what_to_do(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    done = karmavani("backlog", "estimate", "video.mp4", "--data", "site")

    assert done.returncode == 2
    assert "video.mp4 is no catalogue" in done.stderr
    assert "Traceback" not in done.stderr
