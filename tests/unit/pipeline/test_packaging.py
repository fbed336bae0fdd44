"""What a package is made from is in its inputs: when any of it changes, it is written anew."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from courses.nouns import (
    Course,
    Finding,
    Lesson,
    Segment,
    Severity,
    Signature,
    Transcript,
    Translation,
    TranslationStatus,
    Word,
)
from pipeline.contents import Contents
from pipeline.packaging import inputs_of, package
from pipeline.transcribing import Heard

LESSON = Lesson("one", "rti", "One", Path("a.wav"), "en")
WORDS = (Word("Yes.", 0, 900),)
TRANSCRIPT = Transcript(WORDS, "en", 1000, Signature("captions"))
SKIPPED = Finding("captions-skipped", Severity.INFO, "A cue is empty.")


def contents(transcript: Transcript) -> Contents:
    course = Course("rti", "RTI", (LESSON,))
    return Contents(course, Heard(LESSON, transcript, ()), "hi", (), ())


def test_what_was_found_in_the_recording_is_an_input_although_no_sentence_changed() -> None:
    plain = inputs_of(contents(TRANSCRIPT), ("webvtt",))
    assert inputs_of(contents(TRANSCRIPT), ("webvtt",)) == plain
    assert inputs_of(contents(replace(TRANSCRIPT, findings=(SKIPPED,))), ("webvtt",)) != plain
    assert inputs_of(contents(replace(TRANSCRIPT, words=())), ("webvtt",)) != plain


def test_a_finding_has_its_repair_in_the_manifest_and_in_the_sentences(tmp_path: Path) -> None:
    segment = Segment("s1", "one", 0, 0, 3000, "Every officer must reply to it.")
    text = "हर अधिकारी को इसका उत्तर देना होगा"
    draft = Translation("s1", "hi", text, TranslationStatus.DRAFT, "machine:x", Signature("x"))
    heard = Heard(LESSON, replace(TRANSCRIPT, duration=3000), (segment,))
    made = Contents(Course("rti", "RTI", (LESSON,)), heard, "hi", (draft,), ((),))
    folder = package(made, tmp_path, ("webvtt",)).folder
    repair = {"kind": "end-mark", "label": "Add । at the end", "text": f"{text}।"}
    (found,) = json.loads((folder / "manifest.json").read_bytes())["findings"]
    assert (found["check"], found["repair"]) == ("end-mark-missing", repair)
    (row,) = json.loads((folder / "segments.json").read_bytes())["segments"]
    assert [(one["check"], one["repair"]) for one in row["findings"]] == [
        ("end-mark-missing", repair)
    ]
