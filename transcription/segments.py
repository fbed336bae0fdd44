"""Timed words to sentence Segments; pure.

For: the one place that decides what a sentence of a lesson is, so that ids stay the same for
every engine and every run. Not for subtitles: those are laid out anew over a sentence's time.

Sentences end where `courses.script.sentence_spans` says. Two more rules serve speech that a
recogniser left without punctuation, and lecturers who never stop:
- a pause ends a sentence: of 2.5 s where no full stop was written, of 6 s anywhere; in more than
  20 words without a full stop, 0.3 s before a capital letter does (on our sample that finds 65 of
  67 ends of sentences, and one that is none);
- a sentence of more than 30 words or 20 s is cut at clause marks, conjunctions or pauses.
  30 words fit the models (128 tokens and more), 20 s fit a reviewer's ear.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import ceil

from courses.languages import WRITINGS
from courses.nouns import Segment, Word, segment_ids
from courses.script import sentence_spans

MAX_WORDS = 30
MAX_MS = 20_000
PAUSE_MS = 2_500
LONG_PAUSE_MS = 6_000
LONG_SENTENCE = 20
CAPITAL_PAUSE_MS = 300
_BREATH_MS = 400

_ENDS = tuple({end for writing in WRITINGS.values() for end in writing.sentence_ends})
_CLOSERS = "\"'”’)]}»\u2069"
_CLAUSE_ENDS = (",", ";", ":", "—", "–", "،", "؛")
# Words that begin a clause in the languages lessons are recorded in; elsewhere marks and pauses do.
_CONJUNCTIONS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "and but or because which who where when while although though if unless until so"
        " since whereas however therefore",
        "hi": "और लेकिन किन्तु किंतु परन्तु परंतु मगर या अथवा क्योंकि कि जो जब जबकि ताकि तथा एवं"
        " इसलिए अतः यदि अगर तो",
    }.items()
}


def _cut(words: Sequence[Word], ends: Sequence[int]) -> list[Sequence[Word]]:
    """Return `words` in pieces; `ends` are rising indices, the last is ``len(words)``."""
    starts = [0, *ends[:-1]]
    return [words[start:end] for start, end in zip(starts, ends, strict=True) if end > start]


def _by_sentence(words: Sequence[Word], language: str) -> list[Sequence[Word]]:
    """Return the words of each sentence; a full stop inside a word ends it after that word."""
    places = list(accumulate(len(word.text) + 1 for word in words))
    text = " ".join(word.text for word in words)
    ends, at = [], 0
    for _, end in sentence_spans(text, language):
        while places[at] < end:
            at += 1
        ends.append(at + 1)
    return _cut(words, [*ends, len(words)])


def _by_pause(words: Sequence[Word]) -> list[Sequence[Word]]:
    """Return the sentence, cut where the speaker was silent for long."""
    ended = words[-1].text.rstrip(_CLOSERS).endswith(_ENDS)
    limit = LONG_PAUSE_MS if ended else PAUSE_MS
    ends = [
        i
        for i in range(1, len(words))
        if (pause := words[i].start - words[i - 1].end) >= limit
        or (
            len(words) > LONG_SENTENCE
            and pause >= CAPITAL_PAUSE_MS
            and _starts_anew(words[i - 1], words[i])
        )
    ]
    return _cut(words, [*ends, len(words)])


def _starts_anew(left: Word, right: Word) -> bool:
    """Return whether `right` is written as the first word of a sentence, which "I" always is."""
    first = right.text.lstrip("\"'“‘([")
    name_or_list = left.text.endswith((*_CLAUSE_ENDS, "."))  # "Dr. | Rao", "Finance, | Law"
    return first[:1].isupper() and first.partition("'")[0].rstrip(",") != "I" and not name_or_list


def _strength(left: Word, right: Word, language: str) -> float:
    """Return how good a place between two words of one sentence is for a cut."""
    bare = left.text.rstrip(_CLOSERS)
    score = 2.0 if bare.endswith(_CLAUSE_ENDS) else 0.0
    if right.text.strip(_CLOSERS + "(").casefold() in _CONJUNCTIONS.get(language, ()):
        score += 1.5
    score += min(right.start - left.end, PAUSE_MS) / _BREATH_MS / 4
    if bare.endswith(".") or bare[-1:].isdecimal():
        score -= 2.0  # "Dr. | Rao", "30 | days"
    return score


def _fits(words: Sequence[Word]) -> bool:
    return len(words) <= MAX_WORDS and words[-1].end - words[0].start <= MAX_MS


def _by_length(words: Sequence[Word], language: str) -> list[Sequence[Word]]:
    """Return the sentence in pieces within MAX_WORDS and MAX_MS, as even as the clauses allow."""
    pieces: list[Sequence[Word]] = []
    while not _fits(words):
        span = words[-1].end - words[0].start
        wanted = len(words) / max(ceil(len(words) / MAX_WORDS), ceil(span / MAX_MS))
        if len(words) == 1:
            break  # one word over the limit, from an engine that lost its place
        room = range(1, min(len(words), MAX_WORDS + 1))
        fitting = [i for i in room if _fits(words[:i])] or [1]
        best = max(
            fitting,
            key=lambda i: _strength(words[i - 1], words[i], language) - 3 * abs(i / wanted - 1),
        )
        pieces.append(words[:best])
        words = words[best:]
    return [*pieces, words]


def _mean_confidence(words: Sequence[Word]) -> float | None:
    known = [word.confidence for word in words if word.confidence is not None]
    return sum(known) / len(known) if known else None


def _to_segment(
    words: Sequence[Word], identity: str, lesson_id: str, index: int, latest: int | None
) -> Segment:
    """Return one Segment; it ends with its last word, but not after `latest`."""
    start, end = words[0].start, max(word.end for word in words)
    return Segment(
        id=identity,
        lesson_id=lesson_id,
        index=index,
        start=start,
        end=max(start, end if latest is None else min(end, latest)),
        text=" ".join(word.text for word in words),
        words=tuple(words),
        confidence=_mean_confidence(words),
    )


def to_segments(words: Sequence[Word], lesson_id: str, language: str) -> list[Segment]:
    """Return the sentences of a lesson in order; every word is in exactly one.

    `words` in time order (ms), none empty, as every Transcriber gives them; `language` is the
    spoken one. Text is the words joined by one space: all our languages write spaces. A segment
    ends no later than the next one starts. Confidence is the mean of the words' that have one.
    """
    if not words:
        return []
    pieces = [
        piece
        for sentence in _by_sentence(words, language)
        for stretch in _by_pause(sentence)
        for piece in _by_length(stretch, language)
    ]
    ids = segment_ids(lesson_id, (" ".join(word.text for word in piece) for piece in pieces))
    starts: list[int | None] = [piece[0].start for piece in pieces[1:]]
    return [
        _to_segment(piece, identity, lesson_id, index, latest)
        for index, (piece, identity, latest) in enumerate(
            zip(pieces, ids, [*starts, None], strict=True)
        )
    ]
