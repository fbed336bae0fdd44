"""Cues and sentences as JSON, for programs: ids, times in ms, and words where there are any.

For: tools that want more than subtitles, such as a search that jumps to a sentence. Not for
players. Nothing is lost: what is read is what was written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from courses.errors import CaptionsError, UsageError
from courses.languages import find_writing
from courses.nouns import Cue, Word
from pipeline.formats.document import Document, Reading, Sentence
from pipeline.formats.lines import safe_text
from transcription.caption_reader import decode

SUFFIX = ".json"
FORMAT = "karmavani-cues/1"
MOST_BYTES = 32_000_000
MOST_MS = 10_000 * 3_600_000  # ten thousand hours

_T = TypeVar("_T")


def write(document: Document) -> str:
    """Return the document as JSON, one cue, sentence or word a line."""
    writing = find_writing(document.language) if document.language else None
    head = {
        "format": FORMAT,
        "title": safe_text(document.title),
        "title_language": document.title_language,
        "language": document.language,
        "tag": writing.bcp47 if writing else "",
        "direction": writing.direction if writing else "",
        "label": safe_text(document.label),
    }
    rows = [f"{_json(key)}: {_json(value)}" for key, value in head.items()]
    rows.append(f'"cues": {_rows(map(_cue_row, document.cues))}')
    rows.append(f'"sentences": {_rows(map(_sentence_row, document.sentences))}')
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rows(rows: Any) -> str:
    text = ",\n".join(map(_json, rows))
    return f"[\n{text}\n]" if text else "[]"


def _cue_row(cue: Cue) -> dict[str, Any]:
    lines = [safe_text(line) for line in cue.lines]
    return {
        "id": cue.id, "segments": cue.segment_ids, "start": cue.start, "end": cue.end,
        "lines": lines,
    }  # fmt: skip


def _sentence_row(sentence: Sentence) -> dict[str, Any]:
    text = None if sentence.text is None else safe_text(sentence.text)
    row = {"id": sentence.id, "start": sentence.start, "end": sentence.end, "text": text}
    words = [
        {"text": safe_text(w.text), "start": w.start, "end": w.end, "confidence": w.confidence}
        for w in sentence.words
    ]
    return row | ({"words": words} if words else {})


def read(data: bytes, name: str) -> Reading:
    """Return what `write` wrote; `name` is for messages.

    Raises CaptionsError, naming the place in the file, for anything else.
    """
    if len(data) > MOST_BYTES:
        raise CaptionsError(f"{name} has more than {MOST_BYTES:,} bytes.", _ADVICE)
    try:
        whole = json.loads(decode(data, name)[0])
    except (ValueError, RecursionError) as error:
        raise CaptionsError(f"{name} is no JSON: {error}.", _ADVICE) from error
    top = _Place(name, whole)
    if top.get("format", str) != FORMAT:
        raise top.refusal(f"'format' is not {FORMAT!r}")
    language = top.get("language", str)
    try:
        code = find_writing(language).code if language else ""
    except UsageError as error:
        raise top.refusal(error.message) from error
    document = Document(
        safe_text(top.get("title", str)),
        code,
        safe_text(top.get("label", str)),
        top.rows("cues", _cue),
        top.rows("sentences", _sentence),
        top.get("title_language", str),
    )
    return Reading(document)


_ADVICE = "Hand in a file that karmavani wrote."


class _Place:
    """One object of the file, and where it is."""

    def __init__(self, name: str, value: object) -> None:
        self._name = name
        if not isinstance(value, Mapping):
            raise self.refusal("is not an object")
        self._value = value

    def refusal(self, why: str) -> CaptionsError:
        return CaptionsError(f"{self._name}: {why}.", _ADVICE)

    def get(self, key: str, kind: type[_T]) -> _T:
        """Return a value that is there and of this kind."""
        value = self._value.get(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.refusal(f"{key!r} is missing or no {kind.__name__}")
        return value

    def optional(self, key: str, kind: type[_T]) -> _T | None:
        """Return a value of this kind, or None."""
        return None if self._value.get(key) is None else self.get(key, kind)

    def span(self) -> tuple[int, int]:
        """Return start and end in ms; neither negative nor reversed."""
        start, end = self.get("start", int), self.get("end", int)
        if not 0 <= start <= end <= MOST_MS:
            raise self.refusal("its times are negative, reversed or beyond 10,000 hours")
        return start, end

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.get(key, list)
        if not all(isinstance(value, str) for value in values):
            raise self.refusal(f"{key!r} is not a list of texts")
        return tuple(safe_text(value) for value in values)

    def rows(self, key: str, make: Callable[[_Place], _T]) -> tuple[_T, ...]:
        """Return what `make` makes of each object of a list."""
        found = enumerate(self.get(key, list), 1)
        return tuple(make(_Place(f"{self._name}, {key} {n}", value)) for n, value in found)

    def words(self) -> tuple[Word, ...]:
        """Return the words, none where there are none."""
        return self.rows("words", _word) if "words" in self._value else ()


def _cue(place: _Place) -> Cue:
    start, end = place.span()
    return Cue(place.get("id", str), place.texts("segments"), start, end, place.texts("lines"))


def _sentence(place: _Place) -> Sentence:
    start, end = place.span()
    text = place.optional("text", str)
    clean = None if text is None else safe_text(text)
    return Sentence(start, end, clean, place.get("id", str), place.words())


def _word(place: _Place) -> Word:
    start, end = place.span()
    confidence = place.optional("confidence", float)
    return Word(safe_text(place.get("text", str)), start, end, confidence)
