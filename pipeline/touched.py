"""Which translations a change of terms touches: the sentences of an output folder to look at again.

A draft is keyed by the terms in its sentence, so the next run translates exactly these anew; here
people see them before. Sentences come from the work store, lessons from the packages' manifests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.errors import UsageError
from courses.nouns import Hit, Segment, Transcript
from glossaries.terms import TermBase
from pipeline.package_folder import FORMAT, MANIFEST
from pipeline.protecting import terms_mark
from pipeline.weighing import Asked
from pipeline.work import FILE, FOLDER, WorkStore
from transcription.segments import to_segments

Finder = Callable[[str], list[Hit]]


@dataclass(frozen=True, slots=True)
class Touched:
    """One sentence in one language whose terms changed; `start` in ms, `terms` as said there."""

    course: str
    lesson: str
    language: str
    segment_id: str
    start: int
    source: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Lesson:
    """One package: what its manifest says of lesson, languages and transcript."""

    course: str
    id: str
    domain: str | None
    source: str
    target: str
    heard: tuple[str, int, int]  # language, milliseconds and words of the transcript


def find_touched(out: Path, old: TermBase, new: TermBase) -> list[Touched]:
    """Return the drafted sentences below `out` in which `old` and `new` see other terms.

    Raises UsageError when `out` is no output folder, StoreError when its store is damaged.
    """
    if not (out / FOLDER / FILE).is_file():
        raise UsageError(f"{out} is no output folder of karmavani localise.")
    store = WorkStore(out)
    try:
        found = _all_touched(store, _lessons(out), _Finders(old, new))
        # Two lessons alike in length hold the same sentence under one id: it is one translation.
        once = {(one.course, one.language, one.segment_id): one for one in found}
        return sorted(
            once.values(), key=lambda one: (one.course, one.lesson, one.language, one.start)
        )
    finally:
        store.close()


class _Finders:
    """The finders of the old and the new term base, made once a pair of languages and domain."""

    def __init__(self, old: TermBase, new: TermBase) -> None:
        self._bases = (old, new)
        self._made: dict[tuple[str, str | None, str], tuple[Finder, Finder]] = {}

    def changed(self, text: str, lesson: _Lesson) -> tuple[str, ...]:
        """Return the wordings in `text` whose terms changed, if its draft would be made anew."""
        key = (lesson.target, lesson.domain, lesson.source)
        if key not in self._made:
            old, new = (base.finder(*key) for base in self._bases)
            self._made[key] = old, new
        before, after = (Asked(text, tuple(find(text))) for find in self._made[key])
        if terms_mark(before) == terms_mark(after):
            return ()
        differing = _told(before) ^ _told(after) or _told(after)
        return tuple(dict.fromkeys(said for _, said, *_ in sorted(differing)))


def _told(asked: Asked) -> set[tuple[str, ...]]:
    """Return place, wording and what is wanted of each term in a sentence."""
    return {
        (
            f"{hit.start:06}",
            asked.text[hit.start : hit.end],
            *(hit.term.kind, hit.term.target, *hit.term.forms, "", *hit.term.forbidden),
        )
        for hit in asked.hits
    }


def _all_touched(
    store: WorkStore, lessons: Sequence[_Lesson], finders: _Finders
) -> Iterator[Touched]:
    by_transcript: dict[tuple[str, int, int], list[_Lesson]] = {}
    for lesson in lessons:
        by_transcript.setdefault(lesson.heard, []).append(lesson)
    for transcript in store.transcripts():
        heard = (transcript.language, transcript.duration, len(transcript.words))
        for lesson in by_transcript.get(heard, ()):
            for segment in _drafted(store, transcript, lesson):
                if terms := finders.changed(segment.text, lesson):
                    yield Touched(
                        lesson.course, lesson.id, lesson.target,
                        segment.id, segment.start, segment.text, terms,
                    )  # fmt: skip


def _drafted(store: WorkStore, transcript: Transcript, lesson: _Lesson) -> list[Segment]:
    """Return the sentences of the transcript that were translated as this lesson's."""
    segments = to_segments(transcript.words, lesson.id, transcript.language)
    ids = [segment.id for segment in segments]
    drafted = store.drafted(ids, f"{lesson.source}>{lesson.target}")
    return [segment for segment in segments if segment.id in drafted]


def _lessons(out: Path) -> list[_Lesson]:
    """Return the packages below `out`; what is no package of ours is passed over."""
    found = []
    for path in sorted(out.glob(f"*/*/*/{MANIFEST}")):
        try:
            manifest = json.loads(path.read_bytes())
            if manifest["format"] == FORMAT:
                found.append(_lesson(manifest))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return list(dict.fromkeys(found))


def _lesson(manifest: dict[str, Any]) -> _Lesson:
    source = manifest["source"]
    return _Lesson(
        course=manifest["course"]["id"],
        id=manifest["lesson"]["id"],
        domain=manifest["lesson"].get("domain"),
        source=source["language"],
        target=manifest["language"]["code"],
        heard=(source["language"], source["duration_ms"], manifest["counts"]["words"]),
    )
