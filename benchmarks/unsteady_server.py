"""A chat server on this machine that fails as often as it is told, and counts what it translated.

It speaks the part of OpenAI's protocol that `translators.chat` uses. A translation is the
language's own name, the source and the terms that were asked for: the same each time. For
break_backlog.py and tests of the backlog; not for anything that people read.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# What a server says that is overloaded or being started anew; a pause of 0 leaves our own jitter.
DOWN = (503, 429, 502)


@dataclass
class Unsteady:
    """The server's settings and what it saw.

    failing: share of the calls, 0..1. seconds: before each answer. answered: how often each
    (language, sentence) was translated; what failed is not in it. record: where that is kept too,
    one line each, so that a server which is started again goes on counting.
    """

    failing: float = 0.0
    seconds: float = 0.0
    seed: int = 7
    port: int = 0
    answered: Counter[tuple[str, str]] = field(default_factory=Counter)
    calls: int = 0
    failed: int = 0
    url: str = ""
    record: Path | None = None

    def __post_init__(self) -> None:
        if self.record and self.record.exists():
            lines = self.record.read_text(encoding="utf-8").splitlines()
            self.answered.update((one[0], one[1]) for one in map(json.loads, lines))
        self._lock = threading.Lock()
        self._chance = random.Random(self.seed)

    def reply(self, body: Any) -> tuple[int, Any]:
        """Return status and answer to one call."""
        question = json.loads(body["messages"][1]["content"])
        with self._lock:
            self.calls += 1
            if self._chance.random() < self.failing:
                self.failed += 1
                return self._chance.choice(DOWN), {}
            language = re.findall(r"\((.*?)\)", question["to"])[0]
            self._count([(language, one["text"]) for one in question["sentences"]])
        items = [{"n": one["n"], "text": _said(one, language)} for one in question["sentences"]]
        content = json.dumps({"translations": items}, ensure_ascii=False)
        message = {"role": "assistant", "content": content}
        return 200, {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}

    def _count(self, asked: list[tuple[str, str]]) -> None:
        self.answered.update(asked)
        if self.record:
            with self.record.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in asked)


def _said(sentence: dict[str, Any], language: str) -> str:
    terms = (term["target"] for term in sentence.get("terms", ()))
    return " ".join((language, sentence["text"], *terms))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(self.server.unsteady.seconds)
        status, answer = self.server.unsteady.reply(body)
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, unsteady: Unsteady) -> None:
        self.unsteady = unsteady
        super().__init__(("127.0.0.1", unsteady.port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: callers are killed here."""


@contextmanager
def serving(unsteady: Unsteady) -> Iterator[Unsteady]:
    """Run the server in threads; `port` and `url` are set."""
    listener = _Listener(unsteady)
    unsteady.port = listener.server_port
    unsteady.url = f"http://127.0.0.1:{unsteady.port}/v1"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield unsteady
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
