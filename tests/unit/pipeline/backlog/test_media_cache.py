"""Fetched files: kept while they fit, whole or not at all, and never taken from who uses them."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from courses.errors import MediaError, StoreError
from pipeline.backlog import media_cache
from pipeline.backlog.media_cache import MediaCache, Source


class Shelf:
    """A store of one object, which counts how often it is asked and read."""

    def __init__(self, name: str, content: bytes, mark: str = "1") -> None:
        self.name, self.content, self.mark = name, content, mark
        self.asked = self.read = 0

    def source(self) -> Source:
        return Source(f"s3://bucket/{self.name}", self._look, self._blocks)

    def _look(self) -> tuple[int, str]:
        self.asked += 1
        return len(self.content), self.mark

    def _blocks(self) -> Iterator[bytes]:
        self.read += 1
        for start in range(0, len(self.content), 4):
            yield self.content[start : start + 4]


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def held(cache: MediaCache, shelf: Shelf, sha256: str = "") -> bytes:
    with cache.hold(shelf.source(), sha256) as path:
        assert path.name == shelf.name
        return path.read_bytes()


def there(cache: MediaCache) -> list[str]:
    """Return every name of a file that is kept, and of what is left half-made."""
    found = [*cache.folder.glob("objects/*/*"), *cache.folder.glob("making/*")]
    return sorted(path.name for path in found if not path.name.startswith("."))


def test_a_file_is_fetched_once_and_read_many_times(tmp_path: Path) -> None:
    cache, shelf = MediaCache(tmp_path, 100), Shelf("a.mp4", b"0123456789")
    assert held(cache, shelf) == held(cache, shelf) == b"0123456789"
    assert (shelf.asked, shelf.read) == (2, 1)


def test_a_file_whose_content_is_known_is_not_even_asked_for(tmp_path: Path) -> None:
    cache, shelf = MediaCache(tmp_path, 100), Shelf("a.mp4", b"0123456789")
    held(cache, shelf)
    assert held(cache, shelf, sha(shelf.content)) == shelf.content
    assert shelf.asked == 1


def test_a_changed_file_is_fetched_anew(tmp_path: Path) -> None:
    cache, shelf = MediaCache(tmp_path, 100), Shelf("a.mp4", b"old")
    held(cache, shelf)
    shelf.content, shelf.mark = b"new", "2"
    assert held(cache, shelf) == b"new"


@pytest.mark.parametrize("fetched_before", [False, True])
def test_another_content_than_the_known_one_is_refused(
    tmp_path: Path, fetched_before: bool
) -> None:
    cache, shelf = MediaCache(tmp_path, 100), Shelf("a.mp4", b"changed")
    if fetched_before:
        held(cache, shelf)
    with pytest.raises(MediaError, match="is not the file that it was"):
        held(cache, shelf, sha(b"first"))
    assert there(cache) == (["a.mp4"] if fetched_before else [])


def test_the_same_content_under_two_names_takes_the_disk_once(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path, 100)
    first, second = Shelf("a.mp4", b"same"), Shelf("b.mp4", b"same")
    held(cache, first)
    held(cache, second)
    paths = list(tmp_path.glob("objects/*/*.mp4"))
    assert len(paths) == 2
    assert len({path.stat().st_ino for path in paths}) == 1


def test_a_file_that_comes_short_is_not_kept(tmp_path: Path) -> None:
    cache, shelf = MediaCache(tmp_path, 100), Shelf("a.mp4", b"0123456789")
    source = Source("s3://bucket/a.mp4", lambda: (11, "1"), shelf._blocks)
    with pytest.raises(StoreError, match="10 of 11 bytes came"), cache.hold(source):
        pass
    assert there(cache) == []


def test_what_was_unused_longest_goes_first(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path, 25)
    shelves = [Shelf(f"{n}.mp4", bytes([n]) * 10) for n in range(3)]
    for age, shelf in zip((30, 20), shelves[:2], strict=True):
        held(cache, shelf)
        entry = tmp_path / "objects" / sha(shelf.content)
        os.utime(entry, (entry.stat().st_mtime - age,) * 2)
    held(cache, shelves[0])  # used just now
    held(cache, shelves[2])
    assert there(cache) == ["0.mp4", "2.mp4"]
    assert len(list((tmp_path / "origins").iterdir())) == 2


def test_what_a_worker_uses_stays_even_over_the_bound(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path, 15)
    shelves = [Shelf(f"{n}.mp4", bytes([n]) * 10) for n in range(3)]
    with ExitStack() as stack:
        paths = [stack.enter_context(cache.hold(shelf.source())) for shelf in shelves]
        assert [path.read_bytes() for path in paths] == [shelf.content for shelf in shelves]
    held(cache, Shelf("3.mp4", b"3" * 10))
    assert there(cache) == ["3.mp4"]


def test_what_a_killed_worker_left_is_cleared_away(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path, 15)
    held(cache, shelf := Shelf("a.mp4", b"0123456789"))
    (tmp_path / "objects" / sha(shelf.content) / ".held-dead").touch()
    (tmp_path / "making").mkdir(exist_ok=True)
    (tmp_path / "making" / f"{'f' * 64}.part").write_bytes(b"half")
    held(cache, Shelf("b.mp4", b"abcdefghij"))
    assert there(cache) == ["b.mp4"]


def test_a_full_disk_clears_away_then_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = MediaCache(tmp_path, 10**9)
    held(cache, Shelf("a.mp4", b"0123456789"))
    full = shutil.disk_usage(tmp_path)._replace(free=media_cache.SPARE + 5)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(StoreError, match=r"is full: .*Free some space there"):
        held(cache, Shelf("b.mp4", b"abcdefghij"))
    assert there(cache) == []


def test_a_disk_that_fills_up_meanwhile_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    cache = MediaCache(tmp_path, 100)
    with pytest.raises(StoreError, match="is full: No space left"):
        held(cache, Shelf("a.mp4", b"0123456789"))
    assert there(cache) == []


def test_a_cache_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="name another folder with the key `cache`"):
        held(MediaCache(tmp_path / "file/cache", 100), Shelf("a.mp4", b"x"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("lecture 1.mp4", "lecture 1.mp4"),
        ("पाठ १.mp4", "पाठ १.mp4"),
        (".mp4", "media"),
        (".hidden.mp4", "media.mp4"),
        ("a\\b.mp4", "media.mp4"),
        ("a:b.mp4", "media.mp4"),
        ("x" * 300 + ".vtt", "media.vtt"),
        ("a\n.mp4", "media.mp4"),
        ("", "media"),
    ],
)
def test_a_file_keeps_its_name_where_a_disk_can_have_it(name: str, kept: str) -> None:
    assert Shelf(name, b"").source().name == kept
