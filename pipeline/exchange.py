"""A package goes out to a translator and comes back: files for CAT tools and word processors.

For: `karmavani exchange`. What is true of a package now is its own texts with the people's over
them. Not for judging what comes back: see `exchange_import`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from courses.errors import UsageError
from courses.languages import find_language, find_writing
from courses.nouns import Hit, TermKind, TermStatus
from pipeline import exchange_segments, reviewed
from pipeline.exchange_segments import PackageTexts, Sentence
from pipeline.formats import docx_reading, docx_sheet, xliff1, xliff2
from pipeline.formats.bilingual import (
    Bilingual,
    BilingualUnit,
    Candidate,
    Remark,
    Returned,
    TermNote,
    mark_of,
)
from pipeline.reviewed import ReviewedText


@dataclass(frozen=True, slots=True)
class Exchange:
    """One format that goes out and comes back."""

    suffix: str
    write: Callable[[Bilingual], bytes]
    read: Callable[[bytes, str], Returned]


EXCHANGES: dict[str, Exchange] = {
    "xliff2": Exchange(xliff2.SUFFIX, xliff2.write, xliff2.read),
    "xliff1": Exchange(xliff1.SUFFIX, xliff1.write, xliff1.read),
    "docx": Exchange(docx_sheet.SUFFIX, docx_sheet.write, docx_reading.read),
}
"""Name -> format."""


def current(package: Path) -> tuple[PackageTexts, Mapping[str, ReviewedText]]:
    """Return the texts of a package with the people's over them, and the people's by segment.

    Raises UsageError when it is no package, StoreError when its texts were changed by hand.
    """
    texts = exchange_segments.read(package)
    people = reviewed.read(reviewed.place_of(package))
    sentences = tuple(_latest(sentence, people) for sentence in texts.sentences)
    return replace(texts, sentences=sentences), people


def _latest(sentence: Sentence, people: Mapping[str, ReviewedText]) -> Sentence:
    text = people.get(sentence.segment.id)
    if text is None or text.source != sentence.segment.text:
        return sentence
    changed = text.text != sentence.text
    return replace(
        sentence,
        text=text.text,
        status=text.status,
        author=text.author,
        findings=() if changed else sentence.findings,
    )


def is_locked(hit: Hit) -> bool:
    """Return whether another wording of a term is refused: official, kept or forbidden ones."""
    term = hit.term
    return term.status is TermStatus.OFFICIAL or term.kind is not TermKind.TRANSLATE


def bilingual_of(texts: PackageTexts) -> Bilingual:
    """Return a package as the exchange formats write it."""
    return Bilingual(
        course=texts.course,
        lesson=texts.lesson,
        title=texts.title,
        source=find_writing(texts.source).bcp47,
        target=find_writing(texts.target).bcp47,
        units=tuple(_unit(sentence, texts.target) for sentence in texts.sentences),
    )


def _unit(sentence: Sentence, target: str) -> BilingualUnit:
    segment, found = sentence.segment, sentence.suggestion
    return BilingualUnit(
        id=segment.id,
        source=segment.text,
        target=sentence.text,
        status=sentence.status,
        start=segment.start,
        end=segment.end,
        base=mark_of(sentence.text),
        author=sentence.author,
        limit=readable(segment.end - segment.start, target),
        remarks=tuple(Remark(one.message, one.check, one.severity) for one in sentence.findings),
        terms=tuple(_term(hit) for hit in sentence.hits if hit.term.target),
        candidates=(
            (Candidate(found.source, found.target, min(100, found.percent), found.organisation),)
            if found
            else ()
        ),
    )


def _term(hit: Hit) -> TermNote:
    term = hit.term
    return TermNote(term.source, term.target, term.status, is_locked(hit), hit.start, hit.end)


def readable(duration: int, language: str) -> int | None:
    """Return how many clusters can be read in `duration` ms at the hard limit; None for no time."""
    profile = find_language(language).profile
    return int(profile.hard_cps * duration / 1000) or None if duration > 0 else None


def export(package: Path, name: str, out: Path | None = None) -> Path:
    """Write `package` in the format `name` and return where; the default is the working folder.

    A file that is there is left as it is when it is the same, and refused when it is not: it may
    hold a translator's work. Raises UsageError, and StoreError for a changed package.
    """
    form = EXCHANGES[name]
    texts, _ = current(package)
    path = out or Path(f"{texts.lesson}.{texts.target}{form.suffix}")
    if path.resolve().parent == package.resolve():
        raise UsageError(
            f"{path} is inside the package, which holds only what a run wrote.",
            "Choose another folder with --out.",
        )
    data = form.write(bilingual_of(texts))
    try:
        if path.exists():
            if path.read_bytes() != data:
                raise UsageError(
                    f"{path} is there already and may hold somebody's work.",
                    "Choose another name with --out, or move it away.",
                )
            return path
        _write_whole(path, data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    return path


def _write_whole(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".making-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def format_of(data: bytes, name: str) -> Exchange:
    """Return the format of a file that came back, by its content; raises UsageError for others."""
    if data[:4] == b"PK\3\4":
        return EXCHANGES["docx"]
    head = data[:4096].replace(b"\0", b"")
    if b"xliff:document:1" in head:
        return EXCHANGES["xliff1"]
    if b"xliff" in head.lower():
        return EXCHANGES["xliff2"]
    raise UsageError(f"{name} is neither XLIFF nor a .docx review sheet.")
