"""Which sentences of an output folder a change of terms touches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from courses.errors import StoreError, UsageError
from courses.nouns import Signature, TermKind, TermStatus, Transcript, Word
from glossaries.terms import Entry, TargetTerm, TermBase
from pipeline.package_folder import FORMAT
from pipeline.touched import Touched, find_touched
from pipeline.work import FILE, FOLDER, WorkStore
from transcription.segments import to_segments
from translators.base import Draft

SENTENCES = ("Pay the fee today.", "Then file an appeal.", "Every fee is small.")


def term(target: str) -> TermBase:
    made = Entry("fee", "fee", TermKind.TRANSLATE, "finance", targets={"hi": TargetTerm(target)})
    return TermBase((made,))


def words() -> tuple[Word, ...]:
    spoken = " ".join(SENTENCES).split()
    return tuple(Word(word, n * 500, n * 500 + 400) for n, word in enumerate(spoken))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return an output folder with one lesson in Hindi and Tamil, and another course's lesson."""
    store = WorkStore(tmp_path)
    transcript = Transcript(words(), "en", 9000, Signature("captions"))
    store.save_transcript("k1", transcript)
    ids = [segment.id for segment in to_segments(transcript.words, "first", "en")]
    for language in ("hi", "ta"):
        made = [(one, f"engine:echo|language:{language}") for one in ids]
        store.save_drafts(made, [Draft("x")] * len(ids), f"en>{language}")
        write_manifest(tmp_path, "course", "first", language)
    write_manifest(tmp_path, "course", "second", "hi")
    store.close()
    return tmp_path


def write_manifest(out: Path, course: str, lesson: str, language: str) -> None:
    folder = out / course / lesson / language
    folder.mkdir(parents=True)
    manifest = {
        "format": FORMAT,
        "course": {"id": course},
        "lesson": {"id": lesson, "domain": None},
        "source": {"language": "en", "duration_ms": 9000},
        "language": {"code": language},
        "counts": {"words": len(words())},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_the_sentences_with_a_changed_term_are_told_and_no_others(out: Path) -> None:
    found = find_touched(out, term("शुल्क"), term("फ़ीस"))
    assert [(one.language, one.source, one.terms) for one in found] == [
        ("hi", "Pay the fee today.", ("fee",)),
        ("hi", "Every fee is small.", ("fee",)),
    ]
    assert found[0] == Touched(
        "course", "first", "hi", found[0].segment_id, 0, "Pay the fee today.", ("fee",)
    )


def test_a_new_term_touches_and_a_status_does_not(out: Path) -> None:
    reviewed = TargetTerm("शुल्क", (), TermStatus.REVIEWED)
    same = Entry("fee", "fee", TermKind.TRANSLATE, "finance", note="x", targets={"hi": reviewed})
    assert find_touched(out, term("शुल्क"), TermBase((same,))) == []
    assert len(find_touched(out, TermBase(), term("शुल्क"))) == 2
    assert len(find_touched(out, term("शुल्क"), TermBase())) == 2


def test_a_lesson_that_was_not_translated_into_the_language_is_not_touched(out: Path) -> None:
    bengali = Entry("fee", "fee", TermKind.TRANSLATE, "finance", targets={"bn": TargetTerm("ফি")})
    assert find_touched(out, TermBase(), TermBase((bengali,))) == []


def test_what_is_no_package_is_passed_over(out: Path) -> None:
    for number, text in enumerate(["", "[]", "{}", '{"format": "other/1"}', '{"format": 1']):
        (out / f"course/odd{number}/hi").mkdir(parents=True)
        (out / f"course/odd{number}/hi/manifest.json").write_text(text)
    assert len(find_touched(out, term("शुल्क"), term("फ़ीस"))) == 2


def test_a_folder_that_is_no_output_folder_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no output folder"):
        find_touched(tmp_path, TermBase(), TermBase())
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_store_is_an_error_with_advice(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / FILE).write_bytes(b"no database at all, but a text" * 200)
    with pytest.raises(StoreError, match="is damaged"):
        find_touched(tmp_path, TermBase(), TermBase())
