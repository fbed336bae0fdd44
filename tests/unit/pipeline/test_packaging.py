"""What a package is made from is in its inputs: when any of it changes, it is written anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from courses.nouns import Course, Finding, Lesson, Severity, Signature, Transcript, Word
from pipeline.packaging import Contents
from pipeline.transcribing import Heard

LESSON = Lesson("one", "rti", "One", Path("a.wav"), "en")
WORDS = (Word("Yes.", 0, 900),)
TRANSCRIPT = Transcript(WORDS, "en", 1000, Signature("captions"))
SKIPPED = Finding("captions-skipped", Severity.INFO, "A cue is empty.")


def contents(transcript: Transcript) -> Contents:
    course = Course("rti", "RTI", (LESSON,))
    return Contents(course, Heard(LESSON, transcript, ()), "hi", (), ())


def test_what_was_found_in_the_recording_is_an_input_although_no_sentence_changed() -> None:
    plain = contents(TRANSCRIPT).inputs(("webvtt",))
    assert contents(TRANSCRIPT).inputs(("webvtt",)) == plain
    assert contents(replace(TRANSCRIPT, findings=(SKIPPED,))).inputs(("webvtt",)) != plain
    assert contents(replace(TRANSCRIPT, words=())).inputs(("webvtt",)) != plain
