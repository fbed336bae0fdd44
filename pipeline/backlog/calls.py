"""What workers do: one function a stage. Workers compute and save nothing.

Terms and formats are the same for all calls of a run, and come once to each worker
(`executors.shared`).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from courses.errors import CaptionsError, KarmavaniError, MediaError
from courses.nouns import Lesson, Suggestion, Translation
from pipeline import engines, packaging, reviewed
from pipeline.backlog.media_cache import OtherContentError
from pipeline.backlog.messages import (
    Changed,
    Drafted,
    Handed,
    HandOverCall,
    PackageCall,
    Packaged,
    Place,
    Read,
    Said,
    Tools,
    TranslateCall,
)
from pipeline.contents import Contents
from pipeline.engines import TranscriberSpec
from pipeline.executors import say_progress, shared
from pipeline.lines import Line, lines_of, own_words, to_do, translations_of
from pipeline.peaks import peaks_of
from pipeline.protecting import translate_keeping_terms
from pipeline.terminology import Hits, find_terms
from pipeline.transcribing import Heard, TranscribeTask, content_of, hear, transcribe_task
from pipeline.work import to_text, to_transcript
from transcription.media import decode
from translators.base import Draft, Translator
from translators.wrappers import take_usage

SLICE = 60.0  # seconds after which a long lesson gives way to what is more urgent


def read(place: Place) -> Read:
    """Return hashes and duration of a lesson's media. Raises MediaError, CaptionsError."""
    from transcription.media import probe

    # What was read before does not count: the lesson is read because it may be another now.
    with _files(replace(place, content=("", ""))) as lesson:
        info = probe(lesson.media)
        sha256, captions = content_of(lesson)
        return Read(sha256, captions, info.duration or 0, lesson.media.stat().st_size)


def transcribe(task: tuple[Place, TranscriberSpec]) -> Said | Changed:
    """Return what is said in a lesson, unless its files have changed since they were read.

    Raises LanguageError when it is another language.
    """
    engines.keep_both()
    place, spec = task
    try:
        with _files(place) as lesson:
            _refuse_changed(place, lesson)
            hotwords = shared().terms.hotwords(lesson.domain)
            transcript = transcribe_task(TranscribeTask(lesson, spec, hotwords))
    except OtherContentError as error:
        return Changed(error.message)
    return said(place.lesson, to_text(transcript))


def said(lesson: Lesson, text: str) -> Said:
    """Return the size of a transcript that is kept as `text`."""
    transcript = to_transcript(text)
    heard = hear(lesson, transcript)
    ids = tuple(segment.id for segment in heard.segments)
    characters = sum(len(segment.text) for segment in heard.segments)
    return Said(text, str(transcript.signature), transcript.duration, ids, characters)


def translate(call: TranslateCall) -> Drafted:
    """Translate what is not there, chunk by chunk, until all is done or the time is up.

    An error that comes after something was made, or paid for, comes back with it; else it is
    raised.
    """
    engines.keep_both()
    engine = engines.translator(call.spec)
    take_usage(engine)  # what a call that ended by surprise left is no cost of this one
    lines = _lines(call)
    there = _own(lines, call.there)
    chunks = to_do(lines, there, _recalled(call), engine.repeatable)
    # What was tried before and came back empty is asked again last, or it would hold up the rest.
    chunks.sort(key=lambda chunk: all(line.segment_id in there for line in chunk))
    fresh, done, error = _slice(call, engine, chunks)
    usage = take_usage(engine)
    if error and not (fresh or usage.cost):
        raise error
    there |= {segment: draft for (segment, _), draft in fresh}
    holes = [draft for draft in there.values() if draft.text is None]
    return Drafted(
        fresh=tuple(fresh),
        left=_untried(chunks[done:], there),
        holes=0 if engine.repeatable else len(holes),
        problem=str(error) if error else holes[0].problem or "" if holes else "",
        made=_mark(call, lines, there),
        signature=str(engine.signature),
        usage=usage,
        error=type(error).__name__ if error else "",
    )


def _slice(
    call: TranslateCall, engine: Translator, chunks: Sequence[Sequence[Line]]
) -> tuple[list[tuple[tuple[str, str], Draft]], int, KarmavaniError | None]:
    """Translate chunks until the time is up; return drafts, chunks done, and what ended it."""
    began, done = time.monotonic(), 0
    fresh: list[tuple[tuple[str, str], Draft]] = []
    for chunk in chunks:
        if done and time.monotonic() - began > SLICE:
            break
        say_progress(call.label, done / len(chunks))
        asked = [line.asked for line in chunk]
        try:
            drafts = translate_keeping_terms(engine, asked, call.lesson.language, call.target)
        except KarmavaniError as error:
            return fresh, done, error
        fresh += zip((line.made for line in chunk), drafts, strict=True)
        done += 1
    return fresh, done, None


def _untried(chunks: Sequence[Sequence[Line]], there: Mapping[str, Draft]) -> int:
    """Return how many sentences nobody has tried to translate yet."""
    return sum(line.segment_id not in there for chunk in chunks for line in chunk)


def lines_mark(call: TranslateCall) -> str:
    """Return what the drafts of a lesson would be made from, and what is there of them."""
    lines = _lines(call)
    return _mark(call, lines, _own(lines, call.there))


def build(call: PackageCall) -> Packaged:
    """Check, lay out and build a package, unless the one that is there is made of the same."""
    contents, missing = contents_of(call)
    if contents is None:
        return Packaged(missing=missing)
    names = shared().formats
    inputs = packaging.inputs_of(contents, names)
    if inputs == call.before:
        return Packaged(inputs)
    return Packaged(inputs, packaging.build(contents, names, inputs))


def inputs_of(call: PackageCall) -> str:
    """Return what a package would be made from, one hash; "" where a draft is not there."""
    contents, _ = contents_of(call)
    return packaging.inputs_of(contents, shared().formats) if contents else ""


def contents_of(call: PackageCall) -> tuple[Contents | None, int]:
    """Return what a package is made from, or None and how many sentences have no draft."""
    heard = _heard(call.lesson, call.transcript)
    hits = _terms(heard, call.target)
    texts: tuple[Translation, ...]
    if call.target == call.lesson.language:
        texts = own_words(heard.segments, call.target)
    else:
        lines = lines_of(heard.segments, hits, call.spec)
        found = _own(lines, call.drafts)
        recalled = call.recalled or [None] * len(lines)
        try:
            texts = translations_of(lines, found, recalled, call.target, call.spec.engine)
        except KeyError:
            return None, sum(line.segment_id not in found for line in lines)
        texts = reviewed.put_over(heard.segments, texts, call.reviewed)
    return Contents(call.course, heard, call.target, texts, hits), 0


def hand_over(call: HandOverCall) -> Handed | Changed:
    """Return what the review site takes in of a lesson in a language. Raises MediaError."""
    contents, _ = contents_of(call.package)
    if contents is None:
        return Handed(None)
    inputs = packaging.inputs_of(contents, shared().formats)
    if not call.peaks:
        return Handed(contents, inputs)
    try:
        with _files(call.place) as lesson:
            _refuse_changed(call.place, lesson)
            return Handed(contents, inputs, peaks_of(decode(lesson.media, level=False)))
    except OtherContentError as error:
        return Changed(error.message)


def mark_of(*parts: str) -> str:
    """Return one hash of several texts, 64 hex digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _lines(call: TranslateCall) -> list[Line]:
    heard = _heard(call.lesson, call.transcript)
    return lines_of(heard.segments, _terms(heard, call.target), call.spec)


def _recalled(call: TranslateCall) -> Sequence[Suggestion | None]:
    return call.recalled or [None] * len(_heard(call.lesson, call.transcript).segments)


def _own(lines: Sequence[Line], there: Mapping[tuple[str, str], Draft]) -> dict[str, Draft]:
    """Return segment id -> draft, of those that were made as the lines want it."""
    return {line.segment_id: there[line.made] for line in lines if line.made in there}


def _mark(call: TranslateCall, lines: Sequence[Line], there: Mapping[str, Draft]) -> str:
    # A video that was cut anew says the same at other times, and its package is another.
    digest = hashlib.sha256(call.transcript.encode())
    for line in lines:
        draft = there.get(line.segment_id)
        text = (draft.text or "") if draft else ""
        digest.update("\0".join((*line.made, text, "")).encode())
    return digest.hexdigest()


@lru_cache(maxsize=4)
def _heard(lesson: Lesson, text: str) -> Heard:
    """Return a lesson's sentences; its languages come one after the other."""
    return hear(lesson, to_transcript(text))


def _terms(heard: Heard, target: str) -> Hits:
    return find_terms(heard, target, shared().terms)


@contextmanager
def _files(place: Place) -> Iterator[Lesson]:
    """Yield the lesson with its files on this machine, fetched if need be."""
    tools: Tools = shared()
    with ExitStack() as stack:
        held = [
            stack.enter_context(tools.storage.local(address, tools.cache, sha256))
            for address, sha256 in zip((place.media, place.captions), place.content, strict=True)
            if address
        ]
        captions = held[1] if place.captions else None
        try:
            yield replace(place.lesson, media=held[0], captions=captions)
        except (MediaError, CaptionsError) as error:
            raise _by_address(
                error, dict(zip(held, (place.media, place.captions), strict=False))
            ) from error


def _refuse_changed(place: Place, lesson: Lesson) -> None:
    """Raise OtherContentError unless the files are those that were read, where that is known.

    Files that were fetched were checked then; what is on this machine may change at any time.
    """
    if place.content[0] and content_of(lesson) != place.content:
        raise OtherContentError(f"{place.media} has changed since it was read.")


def _by_address(
    error: MediaError | CaptionsError, addresses: Mapping[Path, str]
) -> MediaError | CaptionsError:
    """Return an error that names a file by its address, not by where it was fetched to."""
    said = error.message
    for path, address in addresses.items():
        said = said.replace(str(path), address)
    return type(error)(said, error.advice)
