"""A run that is killed again and again ends like one that was not: nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import time
import wave
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from courses.timing import to_clock
from pipeline.config import read_config
from pipeline.models import Registry
from transcription.media import decode

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20
FRESH = re.compile(r"^done    (.*  (?:transcribe|translate)): (?!done already)", re.MULTILINE)


@dataclass
class Runs:
    """Runs one command, whole or killed after a while, and remembers what it said was done."""

    command: list[str]
    environment: dict[str, str]
    folder: Path
    landed: int = 0  # kills that came before the run was done

    def whole(self, out: str) -> tuple[float, str]:
        began = time.monotonic()
        done = subprocess.run(
            [*self.command, "--out", out],
            env=self.environment,
            cwd=self.folder,
            stderr=subprocess.PIPE,
            text=True,
            timeout=400,
        )
        assert done.returncode == 0, done.stderr
        return time.monotonic() - began, done.stderr

    def killed(self, out: str, lines: int, after: float) -> str:
        """Kill a run `after` seconds from its n-th line: a moment that scales with the machine."""
        run = subprocess.Popen(
            [*self.command, "--out", out],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert run.stderr is not None
        said = "".join(run.stderr.readline() for _ in range(lines))
        time.sleep(after)
        os.kill(run.pid, signal.SIGKILL)  # the driver alone: its workers must notice
        said += run.stderr.read()
        run.stderr.close()
        self.landed += run.wait(60) == -signal.SIGKILL
        return said


def packages(folder: Path) -> dict[str, object]:
    """Return every package file; of a manifest all but its one field that holds the time."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or ".karmavani" in path.parts:
            continue
        name = str(path.relative_to(folder))
        if path.name == "manifest.json":
            manifest = json.loads(path.read_bytes())
            assert manifest.pop("created")
            found[name] = json.dumps(manifest)
        else:
            found[name] = path.read_bytes()
    return found


def check(runs: Runs, out: str, said: list[str]) -> None:
    """Let the run in `out` finish, hold it against the whole one, and look for work done twice."""
    said = [*said, runs.whole(out)[1]]
    assert packages(runs.folder / out) == packages(runs.folder / "whole")
    finished = Counter(row for text in said for row in FRESH.findall(text))
    assert [row for row, times in finished.items() if times > 1] == []


def kill_at_random_moments(runs: Runs, kills: int, seed: int) -> None:
    """Kill half of the times in a row before the run may finish, half each in a run of its own."""
    chance = random.Random(seed)
    seconds, said = runs.whole("whole")
    assert packages(runs.folder / "whole")
    total = said.count("\n")
    gap = seconds / total

    def moment(share: float) -> tuple[int, float]:
        return chance.randrange(int(total * share)), chance.uniform(0, gap)

    in_a_row = [runs.killed("row", *moment(0.5)) for _ in range(kills // 2)]
    check(runs, "row", in_a_row)
    for number in range(kills - kills // 2):
        check(runs, f"alone-{number}", [runs.killed(f"alone-{number}", *moment(0.9))])
    assert runs.landed >= kills * 3 // 4


@pytest.mark.slow
def test_a_run_killed_twenty_times_ends_byte_for_byte_like_a_whole_one(
    command: list[str], environment: dict[str, str], course: Path, tmp_path: Path
) -> None:
    for name in ("first", "second"):  # more sentences than a chunk has
        lines = (
            f"{n}\n{clock(n * 4000)} --> {clock(n * 4000 + 3000)}\nSentence {n} of {name} is here."
            for n in range(1, 201)
        )
        (course / f"{name}.srt").write_text("\n\n".join(lines))
        write_silence(course / f"{name}.wav", 810)
    (tmp_path / "a.tsv").write_text("en\thi\nSentence 7 of first is here.\tयह सात है।\n")
    memory = [*command, "memory", "import", "a.tsv", "--approved-by", "A. R"]
    subprocess.run(memory, env=environment, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    arguments = ["localise", str(course), "--to", "hi,ta,ur,ml,bn,sat", "--translator", "echo"]
    kill_at_random_moments(Runs([*command, *arguments], environment, tmp_path), KILLS, seed=2005)


@pytest.mark.slow
@pytest.mark.models
def test_the_same_holds_for_the_real_engines(
    command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    require_models()
    lesson = tmp_path / "lesson.wav"
    write_beginning(ROOT / "samples/rti-basics/media/right-to-information.mp4", lesson, seconds=25)
    arguments = ["localise", str(lesson), "--to", "hi,ta,ur"]
    kill_at_random_moments(Runs([*command, *arguments], environment, tmp_path), 6, seed=8)


def clock(ms: int) -> str:
    return to_clock(ms, ",")


def write_silence(path: Path, seconds: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 16000 * seconds)


def require_models() -> None:
    """Skip where the models were not fetched; in the gate they must be there."""
    registry = Registry.load(read_config())
    missing = [name for name in ("whisper-base", "starter") if not registry.is_present(name)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"karmavani models fetch {' '.join(missing)}")


def write_beginning(media: Path, out: Path, seconds: int) -> None:
    """Write the first `seconds` of the sound of `media` as a wave file."""
    sound = np.concatenate(list(decode(media)))[: seconds * 16000]
    with wave.open(str(out), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes((sound * 32767).astype("<i2").tobytes())
