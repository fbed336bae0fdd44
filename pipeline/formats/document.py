"""What every format writes and reads: one lesson in one language, as people will see it.

Not for files: a format takes and gives str or bytes, `pipeline.packaging` puts them on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from courses.nouns import Cue, Word

MOST_SKIPPED = 10_000
"""Skipped lines that are listed; a reader only counts those after them."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and when it is spoken (ms); `text` is None or blank where it is a hole.

    `id` is the segment's; `words` are those that were heard, only in the language of the lesson.
    """

    start: int
    end: int
    text: str | None
    id: str = ""
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One lesson in one language or writing (our code, e.g. ``ks_Deva``).

    `label` says how far to trust it, for people: "machine draft, not reviewed". `cues` by time,
    `sentences` in the order of speech. A format takes what it can hold. `title_language` is that
    of the title, which is often not translated. As read, `language` is empty where the file does
    not say it.
    """

    title: str
    language: str
    label: str
    cues: tuple[Cue, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    title_language: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line (from 1) that a reader could not use or changed, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class Reading:
    """What a reader made of a file; `more` are skipped lines beyond those listed."""

    document: Document
    skipped: list[Skipped] = field(default_factory=list)
    more: int = 0

    def skip(self, line: int, reason: str) -> None:
        """Note that `line` was skipped or changed."""
        if len(self.skipped) < MOST_SKIPPED:
            self.skipped.append(Skipped(line, reason))
        else:
            self.more += 1
