"""What the browser tests of the review site share: Chromium, a watch on pages, a small course."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

WAIT = 30_000  # milliseconds until a page that does not change is a failure
PASSPHRASE = "four words of river sand"
SENTENCES = {
    "Every citizen may ask for information.": "हर नागरिक जानकारी माँग सकता है।",
    "The fee is ten rupees.": "शुल्क दस रुपये है।",
    "The application is made in writing.": "आवेदन लिखित रूप में किया जाता है।",
    "The officer replies within thirty days.": "अधिकारी तीस दिनों के भीतर उत्तर देता है।",
    "An appeal is free of charge.": "अपील निःशुल्क है।",
    "The next lesson is about appeals.": "अगला पाठ अपीलों के बारे में है।",
}
"""English and a translation in which no check finds an error."""
# What a script that was injected anywhere would have to do to be noticed, and what broke the CSP.
_WATCH = """
window.__broken = [];
addEventListener("securitypolicyviolation", (event) =>
  window.__broken.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


def captions(sentences: Mapping[str, str] = SENTENCES) -> str:
    """Return the sentences as SubRip, each of two seconds with a pause."""
    blocks = []
    for index, text in enumerate(sentences):
        start = 3 * index
        blocks.append(f"{index + 1}\n00:00:{start:02},200 --> 00:00:{start + 2:02},600\n{text}\n")
    return "\n".join(blocks)


def write_video(path: Path, seconds: int) -> None:
    """Write a small .mp4 that Chromium plays: grey that becomes lighter, and silence."""
    with av.open(str(path), "w", format="mp4") as file:
        picture = file.add_stream("libx264", rate=5, options={"preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = 160, 90, "yuv420p"
        sound = file.add_stream("aac", rate=16000, layout="mono")
        for number in range(5 * seconds):
            shade = np.full((90, 160, 3), number * 200 // (5 * seconds), np.uint8)
            file.mux(picture.encode(av.VideoFrame.from_ndarray(shade, format="rgb24")))
        for second in range(seconds):
            silence = np.zeros((1, 16000), np.int16)
            frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="mono")
            frame.rate, frame.pts = 16000, 16000 * second
            frame.time_base = Fraction(1, 16000)
            file.mux(sound.encode(frame))
        file.mux(picture.encode())
        file.mux(sound.encode())


class _Translating(BaseHTTPRequestHandler):
    """A chat server that has learnt six sentences by heart and waits until it may answer."""

    may_answer: ClassVar[threading.Event]

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        question = json.loads(asked["messages"][1]["content"])
        known = [{"n": one["n"], "text": SENTENCES[one["text"]]} for one in question["sentences"]]
        self.may_answer.wait(60)
        content = json.dumps({"translations": known}, ensure_ascii=False)
        answer = {"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def translating() -> Iterator[tuple[str, threading.Event]]:
    """Serve translations on loopback; yields the address and what lets the server answer."""
    may_answer = threading.Event()
    handler = type("Handler", (_Translating,), {"may_answer": may_answer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", may_answer
    finally:
        may_answer.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the system's Chromium; a machine without it skips, but not in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed (on Debian: apt-get install chromium).")
        pytest.skip("no Chromium here")
    expect.set_options(timeout=WAIT)
    switches = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=switches)
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """What went wrong in the pages of a person: scripts' errors, CSP, dialogs nobody asked for."""

    def __init__(self, browser: Browser, site: str, **options: Any) -> None:
        self.site = site
        self.wrong: list[str] = []
        self.context: BrowserContext = browser.new_context(base_url=site, **options)
        self.context.set_default_timeout(WAIT)
        self.context.add_init_script(_WATCH)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)

    def _dialog(self, dialog: Any) -> None:
        if dialog.type != "beforeunload":
            self.wrong.append(f"dialog: {dialog.message}")
        dialog.accept()

    def _console(self, message: Any) -> None:
        # A page that is left cuts its requests; an answer of 4xx is said by the page itself.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.wrong.append(f"{message.type}: {message.text}")

    def settle(self) -> list[str]:
        """Return all that went wrong so far, with what broke the page's CSP."""
        broken = self.page.evaluate("window.__broken ?? ['the watch is not there']")
        return self.wrong + broken

    def sign_in(self, email: str) -> None:
        """Sign in through the page."""
        self.page.goto("/login/")
        self.page.fill("[name=username]", email)
        self.page.fill("[name=password]", PASSPHRASE)
        self.page.click("main button.primary")
        self.page.wait_for_url(f"{self.site}/**")


def create_administrator(
    command: list[str], environment: Mapping[str, str], folder: Path, email: str
) -> None:
    """Make the first administrator as a person does: by answering the command's questions."""
    done = subprocess.run(
        [*command, "review", "create-admin", email, "--data", "site"],
        input=f"Meera Nair\n{PASSPHRASE}\n{PASSPHRASE}\n",
        capture_output=True,
        text=True,
        env=environment,
        cwd=folder,
        start_new_session=True,  # without a terminal, hidden answers come from standard input
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
