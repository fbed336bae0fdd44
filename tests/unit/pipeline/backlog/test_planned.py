"""Catalogues of courses that are not here yet, for an estimate."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.errors import UsageError
from pipeline.backlog.catalogue import Reading, Wanted
from pipeline.backlog.nouns import Lane
from pipeline.backlog.planned import Planned, read_planned
from pipeline.backlog.storage import Storage

READING = Reading(Storage(), Wanted("", languages=("all",), lane=Lane.BULK))


def read(file: Path, content: str) -> list[Planned]:
    file.write_text(content, encoding="utf-8")
    return list(read_planned(str(file), READING))


def test_a_planned_course_says_how_much_video_it_has(tmp_path: Path) -> None:
    found = read(
        tmp_path / "plan.csv",
        "course,hours,minutes_of_video,lessons,spoken,languages,lane,learners\n"
        "rti,1.5,,6,Hindi,ta te,urgent,900\n"
        ",,45,,,,,\n",
    )
    assert found == [
        Planned("rti", 6, 5_400_000, "hi", ("ta", "te"), Lane.URGENT, 900),
        Planned("course of line 3", 1, 2_700_000, "en", ("all",), Lane.BULK, 0),
    ]


def test_files_need_not_be_there_for_an_estimate(tmp_path: Path) -> None:
    found = read(tmp_path / "plan.jsonl", '{"path": "none/at/all", "hours": 2}\n')
    assert [(one.course, one.duration_ms) for one in found] == [("none/at/all", 7_200_000)]


def test_all_problems_of_a_plan_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(
            tmp_path / "plan.csv",
            "course,hours,minutes_of_video,lessons,spoken\n"
            "a,,,,\nb,0,,,\nc,2,60,,\nd,1,,0,\ne,1,60,2.5,Klingon\nf,20000,,,\n",
        )
    lines = str(caught.value).replace(str(tmp_path), "P").splitlines()
    assert [line.split(": ")[0] for line in lines[1:]] == [
        f"  P/plan.csv:{n}" for n in (2, 3, 4, 5, 6, 6, 7)
    ]
    assert "hours 2 and minutes_of_video 60 do not agree" in str(caught.value)


def test_an_empty_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names no course"):
        read(tmp_path / "plan.csv", "course,hours\n")
