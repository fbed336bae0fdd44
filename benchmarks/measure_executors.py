"""Measures what a call costs on top of its work: worker processes beside Ray on this machine.

    python benchmarks/measure_executors.py [--jobs 2] [--rounds 5] [--json FILE]

Calls of 0, 10 and 100 ms, bare and with 100 kB there and back, in rounds that take turns. Told
are the median of the rounds: overhead a call in ms, and how much of the bare work's throughput is
left. Calls sleep: what is measured is the way there and back, not who gets the processor.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

from pipeline.executors import Executor, HereExecutor, ProcessExecutor
from pipeline.executors.on_ray import RayExecutor

CASES = [(0, 0), (0, 100_000), (10, 0), (10, 100_000), (100, 0), (100, 100_000)]
CALLS = {0: 400, 10: 200, 100: 40}  # ms of a call -> calls of a round


def rest(item: tuple[float, bytes]) -> bytes:
    """Sleep so many seconds, and give the load back."""
    seconds, load = item
    if seconds:
        time.sleep(seconds)
    return load


def one_round(executor: Executor, ms: int, load: int) -> float:
    """Return the overhead of one call in ms: the workers' time that was not spent in calls."""
    items = [(ms / 1000, b"x" * load)] * CALLS[ms]
    began = time.perf_counter()
    spent = sum(outcome.seconds for outcome in executor.map(rest, items, lambda *_: None))
    wall = time.perf_counter() - began
    return (wall * executor.size - spent) / len(items) * 1000


def measure(executors: dict[str, Executor], rounds: int) -> list[dict[str, Any]]:
    """Return one row a case and executor; the executors take turns within each round."""
    rows = []
    for executor in executors.values():
        list(executor.map(rest, [(0.0, b"")] * 2 * executor.size, lambda *_: None))
    for ms, load in CASES:
        told: dict[str, list[float]] = {name: [] for name in executors}
        for _ in range(rounds):
            for name, executor in executors.items():
                told[name].append(one_round(executor, ms, load))
        for name, overheads in told.items():
            overhead = statistics.median(overheads)
            row = {"executor": name, "ms": ms, "bytes": load, "overhead_ms": round(overhead, 3)}
            rows.append({**row, "throughput": round(ms / (ms + overhead), 4)})
    return rows


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    began = time.perf_counter()
    ray = RayExecutor("ray", arguments.jobs)
    print(f"Ray started in {time.perf_counter() - began:.1f} s")
    executors: dict[str, Executor] = {
        "here": HereExecutor(),
        "processes": ProcessExecutor(arguments.jobs),
        "ray": ray,
    }
    rows = measure(executors, arguments.rounds)
    for executor in executors.values():
        executor.close()
    print("| executor | call ms | kB there and back | overhead ms | throughput left |")
    print("|---|--:|--:|--:|--:|")
    for row in rows:
        left = f"{row['throughput']:.1%}" if row["ms"] else "-"
        size = row["bytes"] // 1000
        print(f"| {row['executor']} | {row['ms']} | {size} | {row['overhead_ms']} | {left} |")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
