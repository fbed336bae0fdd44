"""Reads the folder of parallel texts, drops what should not be learnt, keeps validation apart.

A corpus file is `en-<language>.tsv.gz`: English, target, source name, tab-separated. Not for
mixing (training/mixture.py) and not for fetching: the folder is handed in. What is dropped is
counted by reason.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from translators.starter_prompt import one_line

BLOCKS = {
    "as": (0x0980, 0x09FF),
    "bn": (0x0980, 0x09FF),
    "gu": (0x0A80, 0x0AFF),
    "hi": (0x0900, 0x097F),
    "kn": (0x0C80, 0x0CFF),
    "ml": (0x0D00, 0x0D7F),
    "mr": (0x0900, 0x097F),
    "ne": (0x0900, 0x097F),
    "or": (0x0B00, 0x0B7F),
    "pa": (0x0A00, 0x0A7F),
    "ta": (0x0B80, 0x0BFF),
    "te": (0x0C00, 0x0C7F),
    "ur": (0x0600, 0x06FF),
}
"""First and last code point of each language's script."""

VALIDATION = "flores200-dev"
"""Its rows 1-500 of each language are validation and never learnt."""
VALIDATION_ROWS = 500

COURSE_SOURCES = ("ms-courses-mt",)
PROSE_SOURCES = ("sunbird-ed", "kolibri", "pratham-books", "kb-igot-faq")
"""Where a language has no course rows (gu, or, as), its course validation comes from these."""
HELD_OUT = 300

TERM_SOURCES = frozenset({"gatitos", "tico19-terms", "cldr", "iso-codes", "osm-tagging-schema"})
"""Word lists: for hints, not for prose."""

_INTERFACE_NAMES = (
    "aosp-android chromium firefox libreoffice-ui libreoffice-help-hi wikipedia-android "
    "odk-collect scratch mozilla-www gnome-help simple-android aarogya-setu"
)
INTERFACE_SOURCES = frozenset(_INTERFACE_NAMES.split())
INTERFACE_WORDS = 6
"""Interface texts shorter than this teach labels, not sentences."""

_UNWANTED = re.compile(r"https?:|www\.|[<>{}\\|`#@^~$=\[\]*_]|%[\dsd@]|\w+\.\w+\(|\.(py|js|md)\b")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Pair:
    """An English text and its translation, digits as 0-9."""

    english: str
    target: str
    source: str


@dataclass(slots=True)
class Corpus:
    """One language: pairs to learn, two validation sets, word-list entries, reasons of drops."""

    language: str
    pairs: list[Pair] = field(default_factory=list)
    flores: list[Pair] = field(default_factory=list)
    courses: list[Pair] = field(default_factory=list)
    terms: list[tuple[str, str]] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def read_rows(folder: Path, language: str) -> Iterator[Pair]:
    """Yield the rows of one language's file, as they stand but for white space and digits."""
    with gzip.open(folder / f"en-{language}.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if len(cells) == 3:
                yield Pair(one_line(cells[0]), ascii_digits(one_line(cells[1])), cells[2])


def ascii_digits(text: str) -> str:
    """Return `text` with the decimal digits of every script as 0-9."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
    )


def fault(pair: Pair, language: str) -> str | None:
    """Return why `pair` should not be learnt, None when it should."""
    words = len(pair.english.split())
    if _UNWANTED.search(pair.english) or _UNWANTED.search(pair.target):
        return "markup"
    if pair.source in INTERFACE_SOURCES and words < INTERFACE_WORDS:
        return "short interface text"
    if not 2 <= words <= 60 or not pair.target:
        return "length"
    if len(pair.english) > 12 and not 0.4 <= len(pair.target) / len(pair.english) <= 2.2:
        return "length ratio"
    if _NUMBER.findall(pair.target) and not _NUMBER.findall(pair.english):
        return "number from nowhere"
    return _script_fault(pair.target, language)


def _script_fault(target: str, language: str) -> str | None:
    first, last = BLOCKS[language]
    letters = [ord(letter) for letter in target if letter.isalpha()]
    own = sum(first <= code <= last for code in letters)
    latin = sum(code < 0x250 for code in letters)
    if own + latin < len(letters):
        return "other script"
    if own < 0.6 * len(letters) or not own:
        return "too little of its script"
    return None


def is_course_like(pair: Pair) -> bool:
    """Return whether `pair` is a whole sentence fit for the course validation."""
    return 7 <= len(pair.english.split()) <= 32 and pair.english[-1] in ".?!"


def _order(english: str) -> str:
    return hashlib.sha1(english.lower().encode()).hexdigest()


def read_corpora(folder: Path, languages: tuple[str, ...]) -> dict[str, Corpus]:
    """Read all `languages`; no English text of a validation set stays in any one's `pairs`."""
    corpora = {language: read_corpus(folder, language) for language in languages}
    hidden = {
        pair.english.lower()
        for corpus in corpora.values()
        for pair in (*corpus.flores, *corpus.courses)
    }
    for corpus in corpora.values():
        kept = [pair for pair in corpus.pairs if pair.english.lower() not in hidden]
        corpus.dropped["validation"] += len(corpus.pairs) - len(kept)
        corpus.pairs = kept
    return corpora


def read_corpus(folder: Path, language: str) -> Corpus:
    """Read one language: both validation sets, and pairs that may still hold another's English."""
    corpus = Corpus(language)
    seen: set[str] = set()
    for pair in read_rows(folder, language):
        if pair.source == VALIDATION and len(corpus.flores) < VALIDATION_ROWS:
            corpus.flores.append(pair)
            continue
        if len(pair.english.split()) <= 3 and not _UNWANTED.search(pair.english + pair.target):
            corpus.terms.append((pair.english, pair.target))
        reason = "word list" if pair.source in TERM_SOURCES else fault(pair, language)
        if reason is None and pair.english.lower() in seen:
            reason = "repeated"
        if reason:
            corpus.dropped[reason] += 1
            continue
        seen.add(pair.english.lower())
        corpus.pairs.append(pair)
    corpus.courses = _hold_out(corpus.pairs)
    return corpus


def _hold_out(pairs: list[Pair]) -> list[Pair]:
    """Return the course validation: the first rows by the hash of their English."""
    for sources in (COURSE_SOURCES, PROSE_SOURCES):
        fit = [pair for pair in pairs if pair.source in sources and is_course_like(pair)]
        if fit:
            return sorted(fit, key=lambda pair: _order(pair.english))[:HELD_OUT]
    return []
