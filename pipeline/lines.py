"""One lesson in one language, sentence by sentence: what is to be translated, and what came of it.

Pure: no store and no engine's work. `drafting` runs it for one course, `backlog.calls` for many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from courses.nouns import (
    Hit,
    Lesson,
    Segment,
    Signature,
    Suggestion,
    Translation,
    TranslationStatus,
)
from pipeline import engines
from pipeline.engines import TranslatorSpec
from pipeline.memory_drafts import is_draft, to_translation
from pipeline.protecting import terms_mark
from pipeline.weighing import Asked
from translators.base import Draft

CHUNK = 64  # sentences: a batch that keeps the engine busy, and at most a minute's work to lose


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence to be translated: its segment id, text and terms, and the full signature."""

    segment_id: str
    asked: Asked
    signature: Signature

    @property
    def made(self) -> tuple[str, str]:
        """Return what the work store knows the draft by."""
        return (self.segment_id, str(self.signature))


def lines_of(
    segments: Sequence[Segment], hits: Sequence[Sequence[Hit]], spec: TranslatorSpec
) -> list[Line]:
    """Return one Line a segment, with its terms in what is asked and in the signature.

    `hits[i]` are the terms found in ``segments[i].text``. A changed term changes the signature
    of just the sentences that hold it.
    """
    made_by = engines.translator(spec).signature
    lines = []
    for segment, found in zip(segments, hits, strict=True):
        asked = Asked(segment.text, tuple(found))
        signature = replace(made_by, glossary=terms_mark(asked)) if found else made_by
        lines.append(Line(segment.id, asked, signature))
    return lines


def chunks(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Yield the lines in chunks cut at every CHUNK-th place of the lesson."""
    for start in range(0, len(lines), CHUNK):
        yield tuple(lines[start : start + CHUNK])


def to_do(
    lines: Sequence[Line],
    there: Mapping[str, Draft],
    recalled: Sequence[Suggestion | None],
    repeatable: bool,
) -> list[tuple[Line, ...]]:
    """Return what is still to be translated, chunk by chunk.

    `there`: segment id -> draft of the line's own signature. `recalled[i]` is what the translation
    memory has for ``lines[i]``. A hole is final for an engine that is `repeatable`: it would
    answer the same; another may fill it.
    """
    done = {key for key, draft in there.items() if draft.text is not None or repeatable}
    pairs = zip(lines, recalled, strict=True)
    done |= {line.segment_id for line, known in pairs if is_draft(known)}
    left = (tuple(line for line in chunk if line.segment_id not in done) for chunk in chunks(lines))
    return [chunk for chunk in left if chunk]


def pair_of(lesson: Lesson, target: str) -> str:
    """Return source and target: text that is read as another language is another draft."""
    return f"{lesson.language}>{target}"


def translations_of(
    lines: Sequence[Line],
    found: Mapping[str, Draft],
    recalled: Sequence[Suggestion | None],
    target: str,
    engine: str,
) -> tuple[Translation, ...]:
    """Return one Translation a line: the memory's where it knows the sentence, else the draft.

    Raises KeyError for a line that neither has.
    """
    return tuple(
        to_translation(line.segment_id, target, known)
        if is_draft(known)
        else replace(
            _to_translation(line, found[line.segment_id], target, engine), suggestion=known
        )
        for line, known in zip(lines, recalled, strict=True)
    )


def own_words(segments: Sequence[Segment], language: str) -> tuple[Translation, ...]:
    """Return the sentences themselves: subtitles in the language that is spoken."""
    signature = Signature(engine="source")
    status, author = TranslationStatus.DRAFT, "machine:source"
    return tuple(
        Translation(segment.id, language, segment.text, status, author, signature)
        for segment in segments
    )


def _to_translation(line: Line, draft: Draft, target: str, engine: str) -> Translation:
    return Translation(
        segment_id=line.segment_id,
        language=target,
        text=draft.text or "",
        status=TranslationStatus.DRAFT if draft.text else TranslationStatus.HOLE,
        author=f"machine:{engine}",
        signature=line.signature,
        confidence=draft.confidence,
        problem=draft.problem or "",
        notes=draft.notes,
    )
