"""Our TMX in another tool's hands: translate-toolkit, run as a process of its own.

It is under the GPL, so it is never imported and no dependency; see `second_opinions`.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from pipeline.formats import tmx
from pipeline.formats.units import Notes
from tests.integration.second_opinions import TOOLKIT, needed
from translators.memory import Unit

READ = """
import json, sys
from translate.storage.tmx import tmxfile
file = tmxfile.parsefile(sys.argv[1])
print(json.dumps([[unit.source, unit.target] for unit in file.units]))
"""
WRITE = """
import sys
from translate.storage.tmx import tmxfile
file = tmxfile(sourcelanguage="en", targetlanguage="hi")
file.addtranslation("Every citizen may ask.", "en", "हर नागरिक पूछ सकता है।", "hi")
file.savefile(sys.argv[1])
"""


@pytest.fixture
def toolkit() -> Path:
    return needed(TOOLKIT)


def test_translate_toolkit_reads_what_we_write(toolkit: Path, tmp_path: Path) -> None:
    path = tmp_path / "ours.tmx"
    units = [
        Unit("en", "hi", "A & B <b>\n two", "क \u200dख", "dopt", "A. R", "2026-01-31T05:06:07Z"),
        Unit("en", "hi", " Spaces ", "  जगह ", "dopt", "A. R", "", "rti", "one", "", "Next."),
    ]
    with path.open("wb") as file:
        tmx.write(file, units)
    shown = subprocess.run(
        [toolkit, "-c", READ, path], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(shown.stdout) == [[unit.source, unit.target] for unit in units]


def test_we_read_what_translate_toolkit_writes(toolkit: Path, tmp_path: Path) -> None:
    path = tmp_path / "theirs.tmx"
    subprocess.run([toolkit, "-c", WRITE, path], check=True, timeout=60)
    with path.open("rb") as file:
        [unit] = tmx.read(file, "theirs.tmx", Notes())
    assert (unit.pair, unit.source) == ("en>hi", "Every citizen may ask.")
    assert unit.target == "हर नागरिक पूछ सकता है।"
