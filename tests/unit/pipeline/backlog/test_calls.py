"""What workers do with files that change, and with an engine that fails half way."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from courses.errors import EngineError, LanguageError, MediaError
from courses.nouns import Lesson, Signature, Transcript, Word
from glossaries.terms import TermBase
from pipeline.backlog import calls
from pipeline.backlog.media_cache import OtherContentError
from pipeline.backlog.messages import Changed, Drafted, Place, Tools, TranslateCall
from pipeline.backlog.nouns import State
from pipeline.backlog.steps import _drafted
from pipeline.engines import TranscriberSpec, TranslatorSpec
from pipeline.executors.base import enter_worker
from pipeline.lines import CHUNK
from pipeline.work import to_text
from transcription.base import TranscriberOptions
from translators.base import Draft, Request, TranslatorOptions
from translators.wrappers import Counted, Prices

SPEC = TranslatorSpec("paid", TranslatorOptions({}, Path()))
LESSON = Lesson("l1", "rti", "Lesson", Path("l1.wav"), "en", Path("l1.srt"))


class Paid:
    """A remote engine: fails from its n-th call on, and has no text for some sentences."""

    understands_hints, goes_on = True, False
    sources = targets = frozenset({"en", "hi"})
    signature = Signature("paid")

    def __init__(self) -> None:
        self.fails_from = 1000
        self.error: Exception = EngineError("The server is down.", "Wait.")
        self.silent = ""
        self.repeatable = False
        self.batches: list[list[str]] = []

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        self.batches.append([one.text for one in batch])
        if len(self.batches) >= self.fails_from:
            raise self.error
        return [
            Draft(None, problem="no answer")
            if self.silent and self.silent in one.text
            else Draft(f"<{one.text}>")
            for one in batch
        ]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paid]:
    """Return the engine that calls find, one currency unit a million characters."""
    paid = Paid()
    counted = Counted(paid, Prices(characters=1e6))
    monkeypatch.setattr(calls.engines, "translator", lambda _: counted)
    tools: Any = Tools(TermBase(), (), Store(), Path("cache"))
    enter_worker(None, tools)
    yield paid
    enter_worker(None, None)


def call_of(sentences: int, there: Sequence[tuple[tuple[str, str], Draft]] = ()) -> TranslateCall:
    words = [
        Word(text, 1000 * number + 100 * place, 1000 * number + 100 * place + 90)
        for number in range(sentences)
        for place, text in enumerate(("Rule", f"{number}", "holds", "here."))
    ]
    heard = Transcript(tuple(words), "en", 1000 * sentences, Signature("captions"))
    return TranslateCall(None, LESSON, to_text(heard), "hi", SPEC, dict(there), ())


# --- an engine that fails -----------------------------------------------------------------------


def test_what_was_drafted_before_an_error_comes_back_with_it_and_with_its_cost(
    engine: Paid,
) -> None:
    engine.fails_from = 2
    found = calls.translate(call_of(CHUNK + 10))
    assert (len(found.fresh), found.left) == (CHUNK, 10)
    assert (found.error, found.problem) == ("EngineError", "The server is down. Wait.")
    assert found.usage.cost == sum(len(text) for text in engine.batches[0])
    assert pickle.loads(pickle.dumps(found)) == found


def test_such_a_translation_is_tried_again_later_with_the_error_it_had(engine: Paid) -> None:
    engine.fails_from = 2
    found = calls.translate(call_of(CHUNK + 10))
    ended = _drafted(found)
    assert (ended.state, ended.error) == (State.LATER, "EngineError")
    assert ended.reason == "The server is down. Wait."
    assert ended.cost == found.usage.cost > 0


def test_the_next_try_asks_only_for_what_is_not_there(engine: Paid) -> None:
    engine.fails_from = 2
    first = calls.translate(call_of(CHUNK + 10))
    engine.fails_from = 1000
    second = calls.translate(call_of(CHUNK + 10, first.fresh))
    assert len(engine.batches[-1]) == 10
    assert (second.left, second.error, len(second.fresh)) == (0, "", 10)


def test_an_error_before_anything_was_made_is_raised_as_it_is(engine: Paid) -> None:
    engine.fails_from, engine.error = 1, LanguageError("Not this language.")
    with pytest.raises(LanguageError):
        calls.translate(call_of(3))


def test_no_lesson_pays_for_another(engine: Paid) -> None:
    engine.fails_from, engine.error = 2, RuntimeError("a surprise")
    with pytest.raises(RuntimeError):
        calls.translate(call_of(CHUNK + 10))
    engine.fails_from = 1000
    found = calls.translate(call_of(2))
    assert found.usage.cost == sum(len(text) for text in engine.batches[-1])


# --- a long lesson ------------------------------------------------------------------------------


def test_a_slow_lesson_gives_way_and_goes_on_until_all_was_tried(
    engine: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "SLICE", -1.0)  # each chunk takes longer than that
    engine.silent = "Rule 3 "
    there: list[tuple[tuple[str, str], Draft]] = []
    left = []
    for _ in range(4):
        found = calls.translate(call_of(3 * CHUNK, there))
        there += found.fresh
        left.append((found.left, found.holes, len(engine.batches[-1])))
    # The hole of the first chunk is asked for again only after all else was tried once.
    assert left == [(2 * CHUNK, 1, CHUNK), (CHUNK, 1, CHUNK), (0, 1, CHUNK), (0, 1, 1)]
    assert _drafted(found).state is State.LATER


# --- files that change --------------------------------------------------------------------------


@dataclass
class Store:
    """Storage whose files are in a folder of this machine; address -> content that it was asked."""

    asked: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None

    @contextmanager
    def local(self, address: str, cache: Path, sha256: str = "") -> Iterator[Path]:
        self.asked[address] = sha256
        if self.error:
            raise self.error
        yield Path(address)


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    tools: Any = Tools(TermBase(), (), store, Path("cache"))
    enter_worker(None, tools)
    yield store
    enter_worker(None, None)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a lesson that was read, with captions."""
    media, captions = tmp_path / "l1.wav", tmp_path / "l1.srt"
    media.write_bytes(b"sound")
    captions.write_text("1\n00:00:00,000 --> 00:00:03,000\nThe rule holds.\n", encoding="utf-8")
    content = tuple(hashlib.sha256(one.read_bytes()).hexdigest() for one in (media, captions))
    return Place(LESSON, str(media), str(captions), (content[0], content[1]))


def task_of(place: Place) -> tuple[Place, TranscriberSpec]:
    return place, TranscriberSpec("none", TranscriberOptions(Path(), "none", "", frozenset()))


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be media of one second."""
    media = "transcription.media.probe"
    monkeypatch.setattr(media, lambda _: type("Info", (), {"duration": 1000, "streams": ()})())


def test_files_are_asked_for_by_the_content_that_was_read(store: Store, place: Place) -> None:
    calls.transcribe(task_of(replace(place, content=("0" * 64, "1" * 64))))
    assert store.asked == {place.media: "0" * 64, place.captions: "1" * 64}


@pytest.mark.usefixtures("probed")
def test_reading_takes_the_files_as_they_are_now(store: Store, place: Place) -> None:
    found = calls.read(replace(place, content=("0" * 64, "1" * 64)))
    assert store.asked == {place.media: "", place.captions: ""}
    assert (found.sha256, found.captions_sha256) == place.content


@pytest.mark.parametrize("which", [0, 1], ids=["media", "captions"])
def test_a_lesson_whose_files_changed_since_they_were_read_is_not_transcribed(
    store: Store, place: Place, which: int
) -> None:
    changed = [place.media, place.captions][which]
    Path(changed).write_text("other")
    found = calls.transcribe(task_of(place))
    assert found == Changed(f"{place.media} has changed since it was read.")


def test_an_object_that_is_another_now_is_told_the_same_way(store: Store, place: Place) -> None:
    store.error = OtherContentError("s3://bucket/l1.wav: is not the file that it was.")
    found = calls.transcribe(task_of(place))
    assert found == Changed("s3://bucket/l1.wav: is not the file that it was.")


def test_a_file_that_is_gone_is_an_error_still(store: Store, place: Place) -> None:
    store.error = MediaError("s3://bucket/l1.wav: there is no such file.")
    with pytest.raises(MediaError, match="no such file"):
        calls.transcribe(task_of(place))


def test_a_drafted_call_without_an_error_is_done(engine: Paid) -> None:
    found = calls.translate(call_of(3))
    assert isinstance(found, Drafted)
    assert _drafted(found).state is State.DONE
