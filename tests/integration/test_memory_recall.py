"""The memory against the truth: nothing that rapidfuzz finds by comparing everything is missed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from translators.memory import Memory, Query, Unit

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
from pathlib import Path
from translators.memory import Memory, Unit
memory = Memory(Path(sys.argv[1]), "dopt")
for n in range(40):
    text = f"Rule number {n} of part {sys.argv[2]} is for every single office."
    memory.add([Unit("en", "hi", text, text, "dopt", "A", "")])
print("done")
"""
READER = """
import sys
from pathlib import Path
from translators.memory import Memory, Query
memory = Memory(Path(sys.argv[1]), "dopt")
seen = 0
while seen < 80:
    now = sum(n for _, _, n in memory.counts())
    assert now >= seen, (now, seen)
    seen = now
    found = memory.find(Query("Rule number 7 of part one is for each single office.", "en", "hi"))
    assert all(match.percent >= 75 for match in found)
assert found
print("done")
"""


def test_no_match_that_is_there_is_missed(tmp_path: Path) -> None:
    path = ROOT / "benchmarks" / "measure_memory.py"
    spec = importlib.util.spec_from_file_location("measure_memory", path)
    assert spec is not None
    assert spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = benchmark  # dataclasses look their module up
    spec.loader.exec_module(benchmark)
    figures = benchmark.measure(4000, 60, tmp_path)
    assert figures["queries_with_match"] >= 50
    assert figures["recall"] >= 0.98


def test_two_processes_read_while_two_write(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    Memory(path, "dopt", create=True).close()
    commands = [(READER, "-"), (READER, "-"), (WRITER, "one"), (WRITER, "two")]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path), part],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
        )
        for code, part in commands
    ]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert said == ["done\n"] * 4
    memory = Memory(path, "dopt")
    assert memory.counts() == [("dopt", "en>hi", 80)]
    for n in range(40):
        text = f"Rule number {n} of part two is for each single office."
        assert memory.find(Query(text, "en", "hi"), 1)[0].unit.source.startswith(f"Rule number {n}")


def test_a_killed_addition_leaves_nothing_and_the_memory_whole(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    memory = Memory(path, "dopt", create=True)
    memory.add([Unit("en", "hi", "Stay.", "रुको।", "dopt", "A", "")])
    code = """
import os, sys
from pathlib import Path
from translators.memory import Memory, Unit
def units():
    for n in range(3000):
        yield Unit("en", "hi", f"Sentence {n} is here.", "x", "dopt", "A", "")
    os._exit(9)
Memory(Path(sys.argv[1]), "dopt").add(units())
"""
    killed = subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=False)
    assert killed.returncode == 9
    again = Memory(path, "dopt")
    assert again.counts() == [("dopt", "en>hi", 1)]
    assert again.find(Query("Sentence 7 is here.", "en", "hi")) == []
