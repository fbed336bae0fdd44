"""Which engines calls are made with: no database is asked for that."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from courses.errors import ModelError
from courses.nouns import Course, Lesson
from glossaries.terms import TermBase
from pipeline.backlog import session
from pipeline.backlog.asking import Asking
from pipeline.backlog.lessons import Known
from pipeline.backlog.messages import Place, Said
from pipeline.backlog.nouns import Lane, Stage, Work
from pipeline.config import Config
from pipeline.engines import TranscriberSpec, TranslatorSpec
from transcription.base import TranscriberOptions
from translators.base import Remote, TranslatorOptions

MODEL = Path("model")
Find = Callable[[str], TranscriberSpec]


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[Set[str]]:
    """Return for what languages a speech engine was looked for; it can do English and Hindi."""
    asked: list[Set[str]] = []

    def found(_: Config, spoken: Set[str], __: object) -> TranscriberSpec:
        asked.append(spoken)
        able = frozenset({"en", "hi"})
        folder = MODEL if able & set(spoken) else Path()
        return TranscriberSpec("fake", TranscriberOptions(folder, "fake", "1", able))

    monkeypatch.setattr(session, "find_transcriber", found)
    return asked


def folder(spec: TranscriberSpec) -> Path:
    return spec.options.model


def test_no_model_is_fetched_for_lessons_with_captions(fetched: list[Set[str]]) -> None:
    found = session._transcriber_of(Config(), None)
    assert [folder(found("")) for _ in range(3)] == [Path()] * 3
    assert fetched == [set()]


def test_a_lesson_that_is_added_later_gets_the_model_if_it_can_do_its_language(
    fetched: list[Set[str]],
) -> None:
    found = session._transcriber_of(Config(), None)
    assert folder(found("ks")) == Path()
    assert folder(found("hi")) == MODEL
    assert fetched == [set(), {"hi"}]


def test_once_it_is_there_all_lessons_get_the_same_model(fetched: list[Set[str]]) -> None:
    found = session._transcriber_of(Config(), None)
    specs = {repr(found(code)) for code in ("en", "", "hi", "ks", "en")}
    assert len(specs) == 1
    assert len(fetched) == 2


def test_a_model_that_could_not_be_fetched_is_fetched_the_next_time(
    fetched: list[Set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    really, errors = session.find_transcriber, [ModelError("The hub is down.")]

    def found_at_last(config: Config, spoken: Set[str], reporter: Any) -> TranscriberSpec:
        if spoken and errors:
            raise errors.pop()
        return really(config, spoken, reporter)

    monkeypatch.setattr(session, "find_transcriber", found_at_last)
    found = session._transcriber_of(Config(), None)
    with pytest.raises(ModelError):
        found("en")
    assert folder(found("en")) == MODEL


# --- what is asked ------------------------------------------------------------------------------


class Store:
    """A work store without drafts."""

    def drafts_of(self, sentences: object, pair: str) -> dict[Any, Any]:
        return {}


def asking_of(transcriber: Find, workers: int = 1) -> Asking:
    remote = Remote("https://example.org", interval=2.0)
    spec = TranslatorSpec("far", TranslatorOptions({}, Path(), remote=remote))
    tools: Any = type("Tools", (), {"terms": TermBase()})()
    store: Any = Store()
    lessons: Any = None
    return Asking(
        store, lessons, Path("out"), transcriber, spec, tools, None, workers=lambda: workers
    )


LESSON = Lesson("l1", "rti", "Lesson", Path("l1.wav"), "hi")


def test_the_speech_engine_is_asked_for_by_what_a_lesson_needs() -> None:
    asked: list[str] = []

    def found(language: str) -> TranscriberSpec:
        asked.append(language)
        return TranscriberSpec("fake", TranscriberOptions(Path(), "fake", "1", frozenset()))

    asking = asking_of(found)
    asking.speech(LESSON)
    asking.speech(replace(LESSON, captions=Path("l1.srt")))
    assert asked == ["hi", ""]


def test_drafts_and_packages_are_asked_of_the_same_engine_shared_out_among_all_workers(
    tmp_path: Path,
) -> None:
    asking = replace(asking_of(lambda _: pytest.fail("no speech"), workers=30), out=tmp_path)
    place = Place(LESSON, "l1.wav")
    known = Known(Course("rti", "RTI", (LESSON,)), place, ("a", "b"), "key")
    work = Work(1, "rti", "l1", Stage.TRANSLATE, "ta", Lane.NORMAL, 1, 1, 1)
    said = Said("", "", 0, (), 0)
    drafts, package = asking.translate(work, known, said), asking.package(work, known, said)
    assert drafts.spec.options.remote.interval == 60.0
    assert package.spec == drafts.spec  # or workers would make their engine anew for each call
