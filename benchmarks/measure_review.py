"""Measures how fast the review site saves while many people work in one course.

    python benchmarks/measure_review.py [--database postgresql] [--reviewers 50] [--lessons 10]

Starts `karmavani review serve` as people do, on SQLite or on a PostgreSQL of its own
(tests/postgres.sh), with a course of 2,000 sentences in Hindi, and lets reviewers work in it over
http with the calls that the editor's page makes, the same number in each lesson. All reviewers are
one process, which lives on the same cores and gives way to everything else. Not a test:
tests/integration/review holds what must never be lost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import resource
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

from review_course import SAID, World, fill

from pipeline.review.site import Site

THINK = (1.0, 2.0)  # seconds between an answer and the next save, drawn evenly
NEWS = 5.0  # seconds between two looks for what others changed: as live.js
EFFORT = 20.0  # seconds between two reports of work: as live.js
WARM = 10.0  # seconds at the beginning that are not counted
LAYOUT = 0.4  # seconds after a save until its subtitles are asked for: as cues.js
POSTGRES = Path(__file__).parent.parent / "tests" / "postgres.sh"


@dataclass
class Seen:
    """What came of the calls: seconds of each, by kind; and everything that was no 200."""

    times: dict[str, list[float]] = field(default_factory=dict)
    troubles: Counter[str] = field(default_factory=Counter)
    late: list[float] = field(default_factory=list)  # how late this process itself wakes up


class Client:
    """One reviewer's connection, kept open; speaks just enough http for our own server."""

    def __init__(self, port: int, session: str, seen: Seen) -> None:
        token = secrets.token_hex(16)
        self.port, self.seen = port, seen
        self.head = (
            f"Host: 127.0.0.1\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n"
            f"Cookie: sessionid={session}; csrftoken={token}\r\nX-CSRFToken: {token}\r\n"
        )
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.turn = asyncio.Lock()

    async def call(self, kind: str, path: str, body: object = None) -> dict[str, object]:
        """Return the answer to one call, {} for anything but a 200; its time is kept as `kind`."""
        sent = b"" if body is None else json.dumps(body).encode()
        method = "GET" if body is None else "POST"
        said = f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if sent else ""
        whole = f"{method} {path} HTTP/1.1\r\n{self.head}{said}\r\n".encode() + sent
        async with self.turn:
            began = time.perf_counter()
            status, answer = await self._ask(whole)
            self.seen.times.setdefault(kind, []).append(time.perf_counter() - began)
        if status != 200:
            self.seen.troubles[f"{kind} {status}"] += 1
            return {}
        return json.loads(answer) if kind == "save" else {}

    async def _ask(self, whole: bytes) -> tuple[int, bytes]:
        for _ in range(2):  # a server may close a connection that waited long
            if self.streams is None:
                self.streams = await asyncio.open_connection("127.0.0.1", self.port)
            reader, writer = self.streams
            try:
                writer.write(whole)
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = int(head.partition("content-length:")[2].split("\r\n")[0])
                body = await reader.readexactly(length)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.streams = None
                continue
            if "connection: close" in head:
                writer.close()
                self.streams = None
            return int(head.split()[1]), body
        return 0, b""


async def review(client: Client, world: World, mine: Sequence[int], until: float) -> None:
    """Save one line after the other, with a pause to think, until the clock says so."""
    await asyncio.sleep(random.uniform(0, THINK[1]))
    versions = world.versions
    for number in range(10**9):
        if time.perf_counter() > until:
            return
        line = mine[number % len(mine)]
        text = f"{SAID[0][1]} {'जी ' * (number % 3)}हाँ।"
        body = {"text": text, "version": versions[line], "request": str(uuid.uuid4())}
        answer = await client.call("save", f"/edit/lines/{line}/save", body)
        versions[line] = answer.get("row", {}).get("version", versions[line])  # type: ignore
        await asyncio.sleep(LAYOUT)
        await client.call("layout", f"/edit/lines/{line}/layout", {})
        await asyncio.sleep(random.uniform(*THINK) - LAYOUT)


async def stay(client: Client, track: int, until: float) -> None:
    """Look for what others changed, and report work, as the open page does."""
    await asyncio.sleep(random.uniform(0, NEWS))
    for number in range(10**9):
        if time.perf_counter() > until:
            return
        since = quote(time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - NEWS)))
        await client.call("news", f"/edit/tracks/{track}/news?since={since}")
        if number % round(EFFORT / NEWS) == 0:
            await client.call("effort", f"/edit/tracks/{track}/work", {"seconds": 20})
        await asyncio.sleep(NEWS)


async def watch_self(seen: Seen, until: float) -> None:
    """Note how late this process wakes up: what is slow here is not the server's."""
    while time.perf_counter() < until:
        began = time.perf_counter()
        await asyncio.sleep(0.02)
        seen.late.append(time.perf_counter() - began - 0.02)


async def crowd(port: int, world: World, seconds: float) -> Seen:
    """Let all reviewers work at once; the first seconds warm up and are not counted."""
    seen, until = Seen(), time.perf_counter() + WARM + seconds
    people = [Client(port, session, seen) for session in world.sessions]
    jobs = [watch_self(seen, until)]
    tracks = list(world.tracks.items())
    for number, client in enumerate(people):
        track, lines = tracks[number % len(tracks)]
        mine = lines[number // len(tracks) :: -(-len(people) // len(tracks))]
        jobs += [review(client, world, mine, until), stay(client, track, until)]
    working = asyncio.gather(*jobs)
    await asyncio.sleep(WARM)
    for times in seen.times.values():
        times.clear()
    await working
    return seen


@contextmanager
def database(name: str) -> Iterator[str]:
    """Yield the address of a database that ends with this; empty for SQLite."""
    if name != "postgresql":
        yield ""
        return
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        place = f"{folder}/postgres"
        made = subprocess.run(
            ["bash", str(POSTGRES), "start", place], check=True, capture_output=True, text=True
        )
        try:
            yield made.stdout.strip()
        finally:
            subprocess.run(["bash", str(POSTGRES), "stop", place], check=True)


@contextmanager
def server(site: Site, workers: int) -> Iterator[int]:
    """Yield the port of `karmavani review serve`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "pipeline.cli", "review", "serve", "--port", str(port)]
    command += ["--workers", str(workers)]
    # What the program before set for its one process must not name the settings here.
    with subprocess.Popen(command, env={**os.environ, **site.environment()}) as running:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        try:
            yield port
        finally:
            running.send_signal(signal.SIGINT)
            running.wait()


def busy() -> float:
    """Return the seconds that all cores together were at work since the machine started."""
    named = Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    ticks = [int(value) for value in named]
    return (sum(ticks[:3]) + sum(ticks[5:8])) / os.sysconf("SC_CLK_TCK")


def shown(times: Sequence[float]) -> list[float]:
    """Return p50, p95 and p99 in ms."""
    cuts = quantiles(times, n=100) if len(times) > 1 else list(times) * 100
    return [round(1000 * cuts[at - 1], 1) for at in (50, 95, 99)]


def facts(seen: Seen, seconds: float, spent: float, client: float) -> dict[str, object]:
    """Return what one run found."""
    return {
        **{kind: shown(times) for kind, times in seen.times.items()},
        "saves a second": round(len(seen.times["save"]) / seconds, 1),
        "not 200": dict(seen.troubles),
        "cores at work, all programs": round(spent, 2),
        "cores at work, the reviewers": round(client, 2),
        "reviewers wake late, ms": shown(seen.late),
        "load of the machine": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Prepare a site, measure it, and print one line of JSON a run and their middle."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--lessons", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {asked}")
    middles = []
    with tempfile.TemporaryDirectory() as data, database(asked.database) as address:
        site = Site(data=Path(data), database=address)
        world = prepare(site, asked.reviewers, asked.lessons)
        with server(site, asked.workers) as port:
            os.nice(10)
            for _ in range(asked.runs):
                before, used = busy(), resource.getrusage(resource.RUSAGE_SELF)
                began = time.perf_counter()
                seen = asyncio.run(crowd(port, world, asked.seconds))
                now = resource.getrusage(resource.RUSAGE_SELF)
                own = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
                wall = time.perf_counter() - began
                found = facts(seen, asked.seconds, (busy() - before) / wall, own / wall)
                print(json.dumps(found), flush=True)
                middles.append(found["save"])
    middle = [median(one[at] for one in middles) for at in range(3)]  # type: ignore[index]
    print(f"saves, ms, p50 p95 p99, middle of {asked.runs} runs: {middle}")


def prepare(site: Site, reviewers: int, lessons: int) -> World:
    """Make the site's tables and fill them."""
    from pipeline.review.serving import get_ready

    get_ready(site)
    world = fill(reviewers, lessons)
    from django.db import connection, connections

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # PostgreSQL does so itself, within a minute or two
    connections.close_all()
    return world


if __name__ == "__main__":
    main()
