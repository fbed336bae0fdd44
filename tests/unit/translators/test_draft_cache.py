"""The cache of drafts: bounded, shared, and never in the way."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from translators.base import Draft, Request
from translators.draft_cache import DraftCache, cache_key

DAY = 86_400


def keys(count: int, start: int = 0) -> list[bytes]:
    return [cache_key("s", "en", "hi", Request(str(n))) for n in range(start, start + count)]


def filled(keys: list[bytes], text: str = "x" * 500) -> dict[bytes, Draft]:
    return {key: Draft(text, 0.25) for key in keys}


def test_what_was_put_in_comes_out_and_nothing_else(tmp_path: Path) -> None:
    cache = DraftCache(tmp_path / "deep" / "c.sqlite3")
    known, unknown = keys(2)
    cache.put({known: Draft("सूचना", None)})
    assert cache.get([known, unknown, known]) == {known: Draft("सूचना", None)}


def test_what_was_done_to_a_draft_is_kept_with_it(tmp_path: Path) -> None:
    cache = DraftCache(tmp_path / "c")
    draft = Draft("सूचना", 0.5, notes=("A number was mended.", "“दो”"))
    cache.put(dict.fromkeys(keys(1), draft))
    assert list(cache.get(keys(1)).values()) == [draft]


def test_thousands_of_addresses_may_be_asked_for_at_once(tmp_path: Path) -> None:
    cache = DraftCache(tmp_path / "c")
    cache.put(filled(keys(3000), "y"))
    assert len(cache.get(keys(3000))) == 3000


def test_the_least_recently_used_drafts_make_room(tmp_path: Path) -> None:
    now = [0.0]
    cache = DraftCache(tmp_path / "c", limit=160, now=lambda: now[0])
    old, used, new = keys(56), keys(44, 56), keys(100, 100)
    cache.put(filled(old + used))
    now[0] = 2 * DAY
    assert len(cache.get(used)) == 44  # that is their last use now
    cache.put(filled(new))
    assert len(cache.get(used)) == len(used)
    assert len(cache.get(new)) == len(new)
    assert cache.get(old) == {}


def test_a_damaged_file_is_put_aside_with_a_message_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "c"
    path.write_bytes(b"this is no database" * 1000)
    said: list[str] = []
    cache = DraftCache(path, say=said.append)
    assert cache.get(keys(1)) == {}
    cache.put(filled(keys(1)))
    assert len(cache.get(keys(1))) == 1
    assert (tmp_path / "c.damaged-1").read_bytes().startswith(b"this is no database")
    assert len(said) == 1
    assert "put aside" in said[0]


def test_damage_that_shows_later_is_put_aside_too(tmp_path: Path) -> None:
    path, said = tmp_path / "c", []
    cache = DraftCache(path, say=said.append)
    cache.put(filled(keys(200)))
    cache.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    assert cache.get(keys(200)) == {}
    cache.put(filled(keys(1)))
    assert len(cache.get(keys(1))) == 1
    assert len(said) == 1


def test_a_second_process_keeps_the_file_that_the_first_made_after_damage(tmp_path: Path) -> None:
    path = tmp_path / "c"
    path.write_bytes(b"this is no database" * 1000)
    slow = DraftCache(path, say=lambda message: None)
    with pytest.raises(sqlite3.DatabaseError):
        slow._opened()
    quick = DraftCache(path, say=lambda message: None)
    quick.put(filled(keys(1)))
    slow._recover(damaged=True, error=sqlite3.DatabaseError())
    assert len(slow.get(keys(1))) == 1
    assert not (tmp_path / "c.damaged-2").exists()


def test_where_nothing_can_be_written_work_goes_on_and_it_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said: list[str] = []
    cache = DraftCache(tmp_path / "file" / "c", say=said.append)
    assert cache.get(keys(1)) == {}
    cache.put(filled(keys(1)))
    assert cache.get(keys(1)) == {}
    assert len(said) == 1
    assert "goes on without" in said[0]
