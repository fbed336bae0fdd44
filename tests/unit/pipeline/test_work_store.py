"""The work store gives back exactly what was saved, and says plainly when it cannot."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from courses.errors import StoreError
from courses.nouns import Finding, Severity, Signature, Transcript, Word
from pipeline.work import FILE, WorkStore
from translators.base import Draft


def test_a_transcript_comes_back_as_it_was(tmp_path: Path) -> None:
    transcript = Transcript(
        words=(Word("नमस्ते", 0, 500, 0.9), Word("all.", 600, 900)),
        language="en",
        duration=1000,
        signature=Signature("captions", revision="abc"),
        findings=(Finding("no-speech", Severity.WARNING, "nothing", start=3, end=4),),
    )
    WorkStore(tmp_path).save_transcript("key", transcript)
    assert WorkStore(tmp_path).transcript("key") == transcript
    assert WorkStore(tmp_path).transcript("other") is None


def test_drafts_are_found_by_segment_language_and_signature(tmp_path: Path) -> None:
    store = WorkStore(tmp_path)
    drafts = [Draft("एक", 0.5), Draft(None, problem="too long")]
    store.save_drafts([("s1", "sig"), ("s2", "sig")], drafts, "hi")
    wanted = [("s1", "sig"), ("s2", "sig"), ("s3", "sig")]
    assert store.drafts(wanted, "hi") == {"s1": drafts[0], "s2": drafts[1]}
    assert store.drafts(wanted, "ta") == {}
    assert store.drafts([("s1", "other")], "hi") == {}


def test_a_hole_gives_way_to_a_text_that_comes_later(tmp_path: Path) -> None:
    store = WorkStore(tmp_path)
    store.save_drafts([("s1", "sig")], [Draft(None, problem="busy")], "en>hi")
    store.save_drafts([("s1", "sig")], [Draft("एक")], "en>hi")
    assert store.drafts([("s1", "sig")], "en>hi") == {"s1": Draft("एक")}


def test_an_id_belongs_to_the_file_that_had_it_first(tmp_path: Path) -> None:
    store = WorkStore(tmp_path)
    store.claim("lecture", Path("/a/lecture.mp4"))
    store.claim("lecture", Path("/a/lecture.mp4"))
    with pytest.raises(StoreError, match=r"made from /a/lecture\.mp4.*--out"):
        store.claim("lecture", Path("/b/lecture.mp4"))


def test_the_first_draft_saved_stays(tmp_path: Path) -> None:
    store = WorkStore(tmp_path)
    store.save_drafts([("s1", "sig")], [Draft("first")], "hi")
    store.save_drafts([("s1", "sig")], [Draft("second")], "hi")
    assert store.drafts([("s1", "sig")], "hi") == {"s1": Draft("first")}


def test_a_damaged_store_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / ".karmavani").mkdir()
    (tmp_path / ".karmavani" / FILE).write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match=r"is damaged: file is not a database.*Delete it"):
        WorkStore(tmp_path)


def test_what_an_earlier_version_finished_is_taken_over_once(tmp_path: Path) -> None:
    (tmp_path / ".karmavani").mkdir()
    earlier = sqlite3.connect(tmp_path / ".karmavani" / "work-1.sqlite3")
    earlier.executescript("""
        CREATE TABLE transcripts (key TEXT PRIMARY KEY, transcript TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE drafts (
            segment TEXT, pair TEXT, signature TEXT, text TEXT, confidence REAL, problem TEXT,
            PRIMARY KEY (segment, pair, signature)
        ) WITHOUT ROWID;
        CREATE TABLE courses (id TEXT PRIMARY KEY, origin TEXT NOT NULL) WITHOUT ROWID;
        INSERT INTO drafts VALUES ('s1', 'en>hi', 'sig', 'एक', 0.5, NULL);
        INSERT INTO courses VALUES ('rti', '/a.mp4');
    """)
    transcript = Transcript((Word("Yes.", 0, 900),), "en", 1000, Signature("captions"))
    WorkStore(tmp_path / "other").save_transcript("key", transcript)
    other = sqlite3.connect(tmp_path / "other" / ".karmavani" / FILE)
    rows = other.execute("SELECT * FROM transcripts").fetchall()
    earlier.executemany("INSERT INTO transcripts VALUES (?, ?)", rows)
    earlier.commit()
    store = WorkStore(tmp_path)
    assert store.transcript("key") == transcript
    assert store.drafts([("s1", "sig")], "en>hi") == {"s1": Draft("एक", 0.5)}
    with pytest.raises(StoreError, match="already has 'rti'"):
        store.claim("rti", Path("/b.mp4"))
    earlier.execute("UPDATE drafts SET text = 'दो', segment = 's2'")
    earlier.commit()
    assert WorkStore(tmp_path).drafts([("s2", "sig")], "en>hi") == {}
