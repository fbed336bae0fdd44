"""The command as a user types it: a course made by the test, run in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

Karmavani = Callable[..., subprocess.CompletedProcess[str]]

CAPTIONS = """\
1
00:00:00,500 --> 00:00:03,000
Every citizen may ask for information.

2
00:00:03,200 --> 00:00:07,000
The officer must reply within 30 days, under Section 7(1) of the Act.

3
00:00:07,500 --> 00:00:11,000
The fee is Rs. 10, and Dr. Rao explains it in the next lesson.
"""
COURSE = """\
id = "small"
title = "A small course"

[[lessons]]
id = "first"
title = "The first lesson"
media = "first.wav"
language = "en"
captions = "first.srt"

[[lessons]]
id = "second"
title = "The second lesson"
media = "second.wav"
language = "en"
captions = "second.srt"
"""


def write_silence(path: Path, seconds: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 16000 * seconds)


_OWN = ("KARMAVANI", "DJANGO")  # a developer's settings, and what tests of the site set


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course folder of two silent lessons with captions."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "course.toml").write_text(COURSE)
    for name in ("first", "second"):
        write_silence(folder / f"{name}.wav", 12)
        (folder / f"{name}.srt").write_text(CAPTIONS.replace("Every", f"In the {name}, every"))
    return folder


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """Return the beginning of the command line: the installed command of this environment."""
    return [str(Path(sys.executable).with_name("karmavani"))]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment without the developer's own settings, never on the network."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_OWN)}
    memory = str(tmp_path / "memory.sqlite3")
    return {**kept, "KARMAVANI_OFFLINE": "1", "KARMAVANI_MEMORY": memory}


@pytest.fixture
def karmavani(command: list[str], environment: dict[str, str], tmp_path: Path) -> Karmavani:
    """Return a function that runs the command in an empty folder and gives what came of it."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
            timeout=300,
        )

    return run
