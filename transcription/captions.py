"""Existing captions as a transcript; also the fake engine of the tests.

For: lessons that somebody has captioned already, in any language. Captions are people's work, so
their words are taken as they stand: nothing is recognised, no model is needed. Not for reading
our own packages back, nor for timing words by ear: a cue's time is spread over its words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from pathlib import Path

from courses.findings import make
from courses.languages import find_language
from courses.nouns import Finding, Severity, Signature, Transcript, Word
from courses.script import count, script_of
from transcription.base import Progress
from transcription.caption_reader import (
    OVERLAP,
    SKIPPED,
    Caption,
    read_bytes,
    read_captions,
    warn,
)

_READER = "2"
"""Raised with every change that reads other words out of the same file."""

_JOIN_MS = 100
"""A cue that follows within this time can be the same captions rolled up by a line."""

_MOST_FINDINGS = 20
"""Findings of one kind that are listed one by one; more become a single one."""


def _repeated(before: tuple[str, ...], lines: tuple[str, ...]) -> int:
    """Return how many first lines were the last lines of the cue before (roll-up captions)."""
    sizes = range(min(len(before), len(lines)), 0, -1)
    return next((n for n in sizes if before[-n:] == lines[:n]), 0)


def _unroll(captions: Sequence[Caption]) -> Iterator[tuple[Caption, bool]]:
    """Yield each cue with its new lines only, and whether some were repeated.

    Broadcast and automatic captions show each line twice, first below, then above. A cue that
    only repeats is left out.
    """
    before: Caption | None = None
    for caption in captions:
        adjacent = before is not None and caption.start - before.end <= _JOIN_MS
        again = _repeated(before.lines, caption.lines) if before and adjacent else 0
        if len(caption.lines) > again:
            yield replace(caption, lines=caption.lines[again:]), bool(again)
        before = caption


def _overlap(before: Caption, caption: Caption, name: str) -> Finding:
    """Return the finding for a cue that starts before the last one is over."""
    said = (
        f"{name}, line {caption.line}: the cue starts {before.end - caption.start} ms before the "
        f"cue of line {before.line} ends; that one was shortened."
    )
    return warn(OVERLAP, said, caption.start, before.end)


def _together(first: Caption, second: Caption) -> Caption:
    """Return two cues that start at once as one, the first one's lines first."""
    return replace(first, end=max(first.end, second.end), lines=first.lines + second.lines)


def _in_a_row(captions: Sequence[Caption], name: str) -> tuple[list[Caption], list[Finding]]:
    """Return the cues one after the other: overlaps shortened, two of one start made one."""
    row: list[Caption] = []
    findings = []
    for caption, rolled in _unroll(captions):
        if row and caption.start < row[-1].end:
            last = row.pop()
            if not rolled:
                findings.append(_overlap(last, caption, name))
            if caption.start == last.start:
                row.append(_together(last, caption))
                continue
            row.append(replace(last, end=caption.start))
        row.append(caption)
    return row, findings


def _to_words(caption: Caption) -> list[Word]:
    """Return the words of a cue, its time shared out by their length in clusters."""
    texts = " ".join(caption.lines).split()
    places = list(accumulate((count(text) + 1 for text in texts), initial=0))
    span = caption.end - caption.start
    times = [caption.start + span * place // max(1, places[-1]) for place in places]
    spans = pairwise(times)
    return [Word(text, start, end) for text, (start, end) in zip(texts, spans, strict=True)]


def _inside(
    captions: Sequence[Caption], duration: int, name: str
) -> tuple[list[Caption], list[Finding]]:
    """Return the cues that lie in the media; the rest belongs to another cut of it."""
    kept, findings = [], []
    for caption in captions:
        if caption.start < duration:
            kept.append(replace(caption, end=min(caption.end, duration)))
        else:
            said = f"{name}, line {caption.line}: cue after the end of the media, skipped."
            findings.append(warn(SKIPPED, said, duration, duration))
    return kept, findings


def _summarise(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings, those of a kind with very many as one."""
    kinds: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.check, finding.severity), []).append(finding)
    kept: list[Finding] = []
    for alike in kinds.values():
        if len(alike) > _MOST_FINDINGS:
            first = alike[0]
            kept.append(replace(first, message=f"{len(alike)} times; first: {first.message}"))
        else:
            kept.extend(alike)
    return kept


def _check_script(words: Sequence[Word], language: str) -> list[Finding]:
    """Return an ERROR where the captions are in a script that the language is not written in."""
    known = find_language(language)
    scripts = [writing.script for writing in known.scripts]
    script = script_of(" ".join(word.text for word in words))
    if script is None or script in scripts:
        return []
    said = (
        f"The lesson is declared as {known.name}, which is written in {' or '.join(scripts)}, but "
        f"its captions are in {script}."
    )
    return [make("language-mismatch", said)]


def signature_of(sha256: str) -> Signature:
    """Return the signature of what comes of the captions file whose sha256 in hex is given."""
    return Signature(engine="captions", revision=sha256[:12], version=_READER)


class Captions:
    """A captions file in the place of a recogniser; keeps the Transcriber contract.

    `duration` of the media in ms; None asks the media itself. Raises CaptionsError, when used,
    for a file that is missing or holds no cue.
    """

    def __init__(self, path: Path, duration: int | None = None) -> None:
        self._path = path
        self._duration = duration

    @property
    def signature(self) -> Signature:
        """Return the engine `captions` with 12 hex digits of the file's sha256 and our reader."""
        return self._sign(read_bytes(self._path))

    def transcribe(
        self,
        media: Path,
        language: str,
        hotwords: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Transcript:
        """Return the words of the captions, in cue order, each within its cue's time.

        Confidence is None: people wrote them. WARNING findings name what was odd, with its line;
        a script foreign to `language` is an ERROR. Raises CaptionsError and MediaError.
        """
        data, name = read_bytes(self._path), self._path.name
        duration = self._duration if self._duration is not None else _length_of(media)
        captions, findings = read_captions(data, name)
        row, overlaps = _in_a_row(captions, name)
        if duration is None:
            duration = max(caption.end for caption in captions)
        row, outside = _inside(row, duration, name)
        words = tuple(word for caption in row for word in _to_words(caption))
        findings = [*_check_script(words, language), *findings, *overlaps, *outside]
        if progress:
            progress(1.0)
        return Transcript(words, language, duration, self._sign(data), tuple(_summarise(findings)))

    @staticmethod
    def _sign(data: bytes) -> Signature:
        return signature_of(hashlib.sha256(data).hexdigest())


def _length_of(media: Path) -> int | None:
    """Return the length of the media in ms, None where the file does not say."""
    from transcription.media import probe  # needs numpy, which tests with a duration do not

    return probe(media).duration
