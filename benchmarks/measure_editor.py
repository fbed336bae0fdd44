"""How fast the review editor opens and answers for a long lesson, in headless Chromium.

    python benchmarks/measure_editor.py [--lines 2000] [--runs 5]

Makes a review site of its own in a temporary folder, with one lesson of so many sentences in
Hindi, serves it with gunicorn (one worker) and opens it with an empty cache each time. Prints
figures for benchmarks/review.md, in ms. Needs playwright and a Chromium on PATH.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCES = (
    "Every citizen may ask for information.",
    "The fee is ten rupees.",
    "The public authority replies within 30 days and informs the applicant in writing.",
    "An appeal is free of charge.",
)
HINDI = (
    "हर नागरिक सूचना माँग सकता है।",
    "शुल्क बीस रुपये है।",
    "लोक प्राधिकरण 30 दिनों के भीतर उत्तर देता है और आवेदक को लिखित रूप में सूचित करता है।",
    "अपील निःशुल्क है।",
)
STEP = 5000
SCROLL = """() => new Promise((give) => {
  const pane = document.getElementById("lines-pane");
  const gaps = [];
  let last = performance.now();
  const until = last + 4000;
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    pane.scrollTop += 400;
    if (now < until) requestAnimationFrame(frame); else give(gaps.slice(2));
  };
  requestAnimationFrame(frame);
})"""
NEXT = """() => new Promise(async (give) => {
  const times = [];
  for (let n = 0; n < 40; n += 1) {
    const start = performance.now();
    const key = { code: "ArrowDown", key: "ArrowDown", bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", key));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - start);
  }
  give(times);
})"""
OPENED = """() => ({
  open: performance.getEntriesByName("editor-open")[0]?.startTime ?? null,
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
  all: document.querySelectorAll("#lines > li").length,
  lines: performance.getEntriesByType("resource")
    .find((one) => one.name.endsWith("/lines"))?.responseEnd ?? null,
})"""


def make_site(data: Path, count: int) -> str:
    """Make the database of a site with one long lesson; returns the session of its reviewer."""
    from pipeline.review.configure import configure
    from pipeline.review.site import Site, make_secret_key

    make_secret_key(Site(data=data))
    configure(Site(data=data))
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return _fill(count)


def _fill(count: int) -> str:
    from django.contrib.sessions.backends.db import SessionStore

    from courses import nouns
    from courses.nouns import Segment, Signature, Transcript, Translation, TranslationStatus, Word
    from pipeline.review.models import Grant, Role, User
    from pipeline.review.store import intake
    from pipeline.transcribing import Heard

    sources = [f"{SOURCES[n % 4][:-1]}, number {n}." for n in range(count)]
    lesson = nouns.Lesson("long", "course", "A long lesson", Path("long.mp4"), "en")
    segments = []
    for n, (key, text) in enumerate(zip(nouns.segment_ids("long", sources), sources, strict=True)):
        parts = text.split()
        step = 4000 // len(parts)
        words = tuple(
            Word(part, STEP * n + step * i, STEP * n + step * (i + 1), 0.9)
            for i, part in enumerate(parts)
        )
        segments.append(
            Segment(key, "long", n, STEP * n, words[-1].end, text, words, 0.5 + n % 5 / 10)
        )
    made_by = Signature("starter", "starter", "1")
    transcript = Transcript((), "en", STEP * count, made_by)
    user = User.objects.create_user("reviewer@example.org", "Reviewer")
    Grant.objects.create(user=user, role=Role.TRANSLATION_REVIEWER, language="hi")
    course = intake.keep_course(nouns.Course("course", "A course", (lesson,)))
    row = course.lessons.get()
    intake.keep_transcript(row, Heard(lesson, transcript, tuple(segments)))
    drafts = tuple(
        Translation(one.id, "hi", HINDI[n % 4], TranslationStatus.DRAFT, "machine:starter", made_by)
        for n, one in enumerate(segments)
    )
    intake.keep_drafts(row, "hi", drafts, tuple(() for _ in segments))
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Serve the site; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-w", "1", "--threads", "4", "--no-control-socket"]
    command += ["-b", f"127.0.0.1:{port}", "pipeline.review.wsgi:application"]
    server = subprocess.Popen(command, env=os.environ | {"KARMAVANI_REVIEW_DATA": str(data)})
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def measure(address: str, session: str, runs: int) -> dict[str, list[float]]:
    """Open the editor so many times, each with an empty cache; returns what -> ms."""
    from playwright.sync_api import sync_playwright

    names = ("first paint", "lines received", "open", "all rows")
    found: dict[str, list[float]] = {name: [] for name in names}
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for run in range(runs + 1):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
            page = context.new_page()
            start = time.perf_counter()
            page.goto(f"{address}/c/course/long/hi/")
            page.wait_for_selector("li.seg.open")
            told = page.evaluate(OPENED)
            while page.evaluate(OPENED)["all"] < told["all"] or _growing(page):
                pass
            whole = (time.perf_counter() - start) * 1000
            if run:  # the first one warms the server
                found["first paint"].append(told["paint"])
                found["lines received"].append(told["lines"])
                found["open"].append(told["open"])
                found["all rows"].append(whole)
            if run == runs:
                time.sleep(3)  # subtitles come behind the lines
                found["frame while scrolling"] = page.evaluate(SCROLL)
                page.evaluate("document.getElementById('lines-pane').scrollTop = 0")
                found["next line by key"] = page.evaluate(NEXT)
            context.close()
        browser.close()
    return found


def _growing(page: object) -> bool:
    before = page.evaluate(OPENED)["all"]  # type: ignore[attr-defined]
    time.sleep(0.03)
    return bool(page.evaluate(OPENED)["all"] > before)  # type: ignore[attr-defined]


def main() -> None:
    """Make, serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        session = make_site(Path(folder), chosen.lines)
        with served(Path(folder)) as address:
            found = measure(address, session, chosen.runs)
    print(f"{chosen.lines} lines, {chosen.runs} runs; ms")
    for what, times in found.items():
        ranked = sorted(times)
        p95 = ranked[min(len(ranked) - 1, int(len(ranked) * 0.95))]
        print(f"| {what} | {statistics.median(times):.0f} | {p95:.0f} | {ranked[-1]:.0f} |")


if __name__ == "__main__":
    main()
