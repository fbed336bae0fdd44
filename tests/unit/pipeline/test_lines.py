"""Drafts are keyed by all that changes them, and chunks are cut at fixed places."""

from __future__ import annotations

from pathlib import Path

from courses.nouns import Hit, Segment, Term
from pipeline.engines import TranslatorSpec
from pipeline.lines import CHUNK, chunks, lines_of
from translators.base import TranslatorOptions

ECHO = TranslatorSpec("echo", TranslatorOptions({}, Path("cache")))


def segment(text: str, number: int = 0) -> Segment:
    return Segment(f"s{number}", "lesson", number, number * 1000, number * 1000 + 900, text)


def hit(text: str, word: str, target: str) -> Hit:
    start = text.index(word)
    return Hit(Term(word.lower(), target, "hi"), start, start + len(word))


def test_a_changed_term_changes_the_key_of_just_the_sentences_that_hold_it() -> None:
    segments = [segment("The fee.", 0), segment("No term.", 1)]
    first = lines_of(segments, [[hit("The fee.", "fee", "शुल्क")], []], ECHO)
    second = lines_of(segments, [[hit("The fee.", "fee", "फ़ीस")], []], ECHO)
    assert first[0].made != second[0].made
    assert first[1].made == second[1].made == ("s1", "engine:echo")


def test_chunks_begin_at_every_sixty_fourth_sentence_and_lose_none() -> None:
    lines = lines_of([segment("x", n) for n in range(150)], [[]] * 150, ECHO)
    found = list(chunks(lines))
    assert [chunk[0].segment_id for chunk in found] == ["s0", f"s{CHUNK}", f"s{2 * CHUNK}"]
    assert [line for chunk in found for line in chunk] == lines
