"""Servers for the tests of remote engines: real HTTP on loopback, with faults on demand."""

from __future__ import annotations

import json
import os
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from typing import Any

import pytest

from courses.languages import find_writing
from tests.integration.tiny_models import Tiny, build_indictrans, build_nllb, build_opus
from translators.retry import Clock


@dataclass
class Seen:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: Any


class Wire:
    """The way back to the client of one request."""

    def __init__(self, handler: BaseHTTPRequestHandler, released: threading.Event) -> None:
        self._handler = handler
        self._released = released

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self._handler.send_response(status)
        sized = {"Content-Length": str(len(body))} | headers
        for name, value in sized.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def wait(self) -> None:
        """Say nothing until the test is over."""
        self._released.wait(30)


Fault = Callable[[Wire, Any], None]


@dataclass
class FakeServer:
    """Answers with what `answer` returns, after the faults are used up, one a request.

    `config_faults` are for calls to /config, `faults` for all others. `always` is the fault of
    requests for which it returns one.
    """

    answer: Callable[[Seen], Any]
    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    config_faults: deque[Fault] = field(default_factory=deque)
    always: Callable[[Seen], Fault | None] = lambda seen: None

    def handle(self, wire: Wire, seen: Seen) -> None:
        self.seen.append(seen)
        faults = self.config_faults if seen.path == "/config" else self.faults
        fault = faults.popleft() if faults else self.always(seen)
        answer = self.answer(seen)
        if fault is None:
            wire.send(200, json.dumps(answer).encode())
        else:
            fault(wire, answer)


@contextmanager
def serving(server: FakeServer) -> Iterator[FakeServer]:
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            server.handle(Wire(self, released), Seen(self.path, dict(self.headers), body))

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: a client that went away is what some tests are about."""

    httpd = Quiet(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        released.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def bhashini_answer(server: FakeServer) -> Callable[[Seen], Any]:
    """Return the answers of Bhashini's two calls; a translation is the autonym and the source."""

    def answer(seen: Seen) -> Any:
        language = seen.body["pipelineTasks"][0]["config"]["language"]
        if seen.path == "/config":
            entry = {"serviceId": "ai4bharat/indictrans", "language": language}
            return {
                "languages": [],
                "pipelineResponseConfig": [{"taskType": "translation", "config": [entry]}],
                "pipelineInferenceAPIEndPoint": {
                    "callbackUrl": f"{server.url}/compute",
                    "inferenceApiKey": {"name": "Authorization", "value": "inference-key"},
                },
            }
        own = find_writing(language["targetLanguage"]).autonym
        sources = [one["source"] for one in seen.body["inputData"]["input"]]
        output = [{"source": text, "target": f"{own} {text}"} for text in sources]
        return {"pipelineResponse": [{"taskType": "translation", "output": output}]}

    return answer


def chat_reply(content: str, ending: str = "stop") -> Any:
    message = {"role": "assistant", "content": content}
    return {"choices": [{"index": 0, "message": message, "finish_reason": ending}]}


def chat_answer(seen: Seen) -> Any:
    """Return a chat server's answer; a translation is the autonym and the source."""
    question = json.loads(seen.body["messages"][1]["content"])
    own = re.findall(r"\((.*?)\)", question["to"])[0]
    items = [{"n": one["n"], "text": f"{own} {one['text']}"} for one in question["sentences"]]
    return chat_reply(json.dumps({"translations": items}))


def make_bhashini() -> FakeServer:
    server = FakeServer(lambda seen: None)
    server.answer = bhashini_answer(server)
    return server


@pytest.fixture(scope="module")
def lasting_bhashini() -> Iterator[FakeServer]:
    with serving(make_bhashini()) as server:
        yield server


@pytest.fixture(scope="module")
def lasting_chat() -> Iterator[FakeServer]:
    with serving(FakeServer(chat_answer)) as server:
        yield server


@pytest.fixture
def bhashini_server() -> Iterator[FakeServer]:
    with serving(make_bhashini()) as server:
        yield server


@pytest.fixture
def chat_server() -> Iterator[FakeServer]:
    with serving(FakeServer(chat_answer)) as server:
        yield server


@dataclass
class FakeTime:
    """A clock that only sleeping moves on; remembers each sleep in seconds."""

    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return sum(self.slept)

    def clock(self) -> Clock:
        return Clock(self.now, lambda: 1_800_000_000.0, self.slept.append, lambda: 0.0)


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


class Faults:
    """What can go wrong with an answer; each is a Fault or makes one."""

    chat_reply = staticmethod(chat_reply)

    @staticmethod
    def status(code: int, **headers: str) -> Fault:
        return lambda wire, answer: wire.send(code, b"sk-secret is not welcome", **headers)

    @staticmethod
    def slow(wire: Wire, answer: Any) -> None:
        wire.wait()

    @staticmethod
    def cut_before(wire: Wire, answer: Any) -> None:
        pass

    @staticmethod
    def cut_within(wire: Wire, answer: Any) -> None:
        wire.send(200, json.dumps(answer).encode()[:20], Content_Length="5000")

    @staticmethod
    def raw(body: bytes) -> Fault:
        return lambda wire, answer: wire.send(200, body)

    @staticmethod
    def changed(change: Callable[[Any], Any]) -> Fault:
        return lambda wire, answer: wire.send(200, json.dumps(change(answer)).encode())

    @staticmethod
    def outputs(change: Callable[[Sequence[Any]], Sequence[Any]]) -> Fault:
        """Change the list of sentences in an answer of either server."""

        def edit(answer: Any) -> Any:
            if "choices" in answer:
                content = json.loads(answer["choices"][0]["message"]["content"])
                return chat_reply(json.dumps({"translations": change(content["translations"])}))
            return {
                "pipelineResponse": [{"output": change(answer["pipelineResponse"][0]["output"])}]
            }

        return Faults.changed(edit)


@pytest.fixture
def faults() -> type[Faults]:
    return Faults


@pytest.fixture(scope="session")
def convert_extra() -> None:
    """Skip where the extra `convert` is not installed; fail in CI, where everything must be."""
    missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"{missing} are missing in CI")
    if missing:
        pytest.skip("the extra convert is not installed")


@pytest.fixture(scope="session")
def tiny_opus(convert_extra: None, tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    return build_opus(tmp_path_factory.mktemp("opus") / "hub")


@pytest.fixture(scope="session")
def tiny_nllb(convert_extra: None, tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    return build_nllb(tmp_path_factory.mktemp("nllb") / "hub")


@pytest.fixture(scope="session")
def tiny_indictrans(convert_extra: None, tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    return build_indictrans(tmp_path_factory.mktemp("indictrans") / "hub")
