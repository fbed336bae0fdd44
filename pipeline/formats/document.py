"""What every writer of a format is given: one lesson in one language, as people will see it.

Not for reading or writing files: a format gives a str, `pipeline.packaging` puts it on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass

from courses.nouns import Cue


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and when it is spoken (ms); `text` is None or blank where it is a hole."""

    start: int
    end: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """One lesson in one language or writing (our code, e.g. ``ks_Deva``).

    `label` says how far to trust it, for people: "machine draft, not reviewed". `cues` by time,
    `sentences` in the order of speech. A format takes what it can hold.
    """

    title: str
    language: str
    label: str
    cues: tuple[Cue, ...] = ()
    sentences: tuple[Sentence, ...] = ()
