"""`karmavani check`: what a person sees who checks subtitles that were made elsewhere."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Karmavani = Callable[..., subprocess.CompletedProcess[str]]

ENGLISH = """\
1
00:00:00,500 --> 00:00:03,500
Every citizen may ask for information.

2
00:00:03,700 --> 00:00:07,500
The officer must reply within 30 days.
"""
HINDI = """\
1
00:00:00,500 --> 00:00:03,500
हर नागरिक सूचना माँग सकता है

2
00:00:03,700 --> 00:00:07,500
अधिकारी को 13 दिनों में उत्तर देना होगा।
"""


def test_a_wrong_number_is_an_error_and_a_missing_mark_has_a_repair(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    (tmp_path / "lesson.en.srt").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "lesson.hi.srt").write_text(HINDI, encoding="utf-8")
    done = karmavani("check", "lesson.hi.srt", "--source", "lesson.en.srt")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "lesson.hi.srt:00:00:00.500: warning: end-mark-missing: The source ends with a full stop,"
        " the translation without one: '।' is missing. [Add । at the end]",
        "lesson.hi.srt:00:00:03.700: error: numbers-differ: Numbers differ; missing in"
        " the translation: 30; more than in the source: 13.",
        "1 errors, 1 warnings, 0 worth knowing.",
    ]
    assert done.stderr.startswith("error: 1 errors in lesson.hi.srt, listed above.")


def test_good_subtitles_pass_and_programs_get_json(karmavani: Karmavani, tmp_path: Path) -> None:
    good = HINDI.replace("13", "30").replace("सकता है", "सकता है।")
    (tmp_path / "lesson.srt").write_text(good, encoding="utf-8")
    done = karmavani("check", "lesson.srt", "--language", "hi", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "language": "hi", "cues": 2, "errors": 0, "warnings": 0, "infos": 0, "findings": [],
    }  # fmt: skip


def test_a_name_without_a_language_is_refused(karmavani: Karmavani, tmp_path: Path) -> None:
    (tmp_path / "lesson.srt").write_text(HINDI, encoding="utf-8")
    done = karmavani("check", "lesson.srt")
    assert done.returncode == 2
    assert "--language hi" in done.stderr
