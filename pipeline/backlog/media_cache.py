"""Files of an object store on this machine's disk: fetched once, checked, kept as long as they fit.

    CACHE/objects/<sha256>/<name>   a file, whole      CACHE/origins/<key>   the sha256 it came to
    CACHE/making/<key>.part         under way          CACHE/locks/          who fetches, who looks

Many workers share one cache. What comes from where is for `storage`; nothing here knows a network.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from courses.errors import MediaError, StoreError

SPARE = 64 << 20  # bytes of the disk that are left alone, for the work store and its journal
_NAME_BYTES = 200
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


class OtherContentError(MediaError):
    """A file is there, with another content than was asked for."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file comes from. look: asks the store, gives size in bytes and mark.

    blocks: the content; raises where it is not the same object all the way.
    """

    address: str
    look: Callable[[], tuple[int, str]]
    blocks: Callable[[], Iterator[bytes]]

    @property
    def name(self) -> str:
        """Return the file's name, or a safe one in its place: stores allow any."""
        name = self.address.rpartition("/")[2]
        plain = name.isprintable() and not set(name) & set('\\:*?"<>|')
        if plain and not name.startswith(".") and 0 < len(name.encode()) <= _NAME_BYTES:
            return name
        suffix = PurePosixPath(name).suffix
        return "media" + (suffix if _SUFFIX.fullmatch(suffix) else "")


class MediaCache:
    """A folder of fetched files. keep: bytes; what is over it goes, the longest unused first.

    A file in use never goes, so what the workers need at one moment may be more than that.
    """

    def __init__(self, folder: Path, keep: int) -> None:
        """Make nothing yet; folders come with the first file."""
        self.folder = folder
        self.keep = keep

    @contextmanager
    def hold(self, source: Source, sha256: str = "") -> Iterator[Path]:
        """Yield the file of `source`, fetched if it is not here, and keep it until the end.

        sha256: in hex, what the content must be; the store is then not even asked for a file that
        is here. Raises StoreError for a full disk, OtherContentError when it is another, and
        what `source` raises.
        """
        with _on_disk(self.folder):
            held = self._take(sha256, source.name) if sha256 else None
        path, lock = held or self._bring(source, sha256)
        try:
            yield path
        finally:
            lock.release()
            Path(lock.lock_file).unlink(missing_ok=True)

    def _bring(self, source: Source, sha256: str) -> tuple[Path, FileLock]:
        size, mark = source.look()
        key = hashlib.sha256(f"{source.address}\0{mark}".encode()).hexdigest()
        with _on_disk(self.folder), self._fetching(key):
            origin = self.folder / "origins" / key
            came = origin.read_text(encoding="ascii") if origin.is_file() else ""
            if came:
                _check(source, came, sha256)
                if held := self._take(came, source.name):
                    return held
            self._make_room(key, size)
            part = self._made("making") / f"{key}.part"
            try:
                came = _fetch(source, part, size)
                _check(source, came, sha256)
                return self._place(part, came, source.name, key)
            finally:
                part.unlink(missing_ok=True)

    def _place(self, part: Path, sha256: str, name: str, key: str) -> tuple[Path, FileLock]:
        """Move the fetched file to its place and take hold of it, before anybody may clear up."""
        with self._looking(sha256):
            entry = self._made("objects", sha256)
            if not _file_in(entry):
                part.replace(entry / name)
            (entry / f".from-{key}").touch()
            _sync(entry)
            taken = self._grip(entry, name)
        origin = self._made("origins") / key
        waiting = origin.with_name(f"{key}.{uuid.uuid4().hex}")
        waiting.write_text(sha256, encoding="ascii")
        waiting.replace(origin)
        return taken

    def _take(self, sha256: str, name: str) -> tuple[Path, FileLock] | None:
        entry = self.folder / "objects" / sha256
        if not entry.is_dir():
            return None
        with self._looking(sha256):
            return self._grip(entry, name) if entry.is_dir() and _file_in(entry) else None

    def _grip(self, entry: Path, name: str) -> tuple[Path, FileLock]:
        """Return the file under `name` and a lock that says so; its end, even a kill, frees it."""
        path = entry / name
        if not path.exists() and (there := _file_in(entry)):
            os.link(there, path)  # the same content came under two names
        os.utime(entry)
        lock = FileLock(entry / f".held-{uuid.uuid4().hex}", timeout=0, thread_local=False)
        lock.acquire()
        return path, lock

    def _make_room(self, key: str, need: int) -> None:
        """Clear away what was unused longest until `need` bytes fit; raises StoreError."""
        self._sweep(key)
        entries = sorted(self._made("objects").iterdir(), key=_last_use)
        sizes = {entry: _size(entry) for entry in entries}
        total = sum(sizes.values())
        for entry in entries:
            if total + need <= self.keep and self._free() >= need:
                break
            if self._evict(entry):
                total -= sizes[entry]
        if self._free() < need:
            raise _full(self.folder, f"{need / 1e6:.0f} MB are needed")

    def _evict(self, entry: Path) -> bool:
        try:
            with self._looking(entry.name, timeout=0):
                for held in entry.glob(".held-*"):
                    with FileLock(held, timeout=0):  # nobody has it: its worker was killed
                        pass
                for origin in entry.glob(".from-*"):
                    (self.folder / "origins" / origin.name.removeprefix(".from-")).unlink(True)
                shutil.rmtree(entry, ignore_errors=True)
        except Timeout:
            return False
        return not entry.exists()

    def _sweep(self, key: str) -> None:
        """Remove what killed workers left half-fetched."""
        for part in self._made("making").glob("*.part"):
            if part.stem != key:
                try:
                    with self._fetching(part.stem, timeout=0):
                        part.unlink(missing_ok=True)
                except Timeout:
                    continue

    def _free(self) -> int:
        return shutil.disk_usage(self.folder).free - SPARE

    def _fetching(self, key: str, timeout: float = -1) -> FileLock:
        # Few lock files for many keys; one that waits longer than it must loses only time.
        return FileLock(self._made("locks") / f"fetch-{key[:3]}", timeout, poll_interval=0.1)

    def _looking(self, sha256: str, timeout: float = -1) -> FileLock:
        return FileLock(self._made("locks") / f"entry-{sha256[:3]}", timeout)

    def _made(self, *names: str) -> Path:
        folder = self.folder.joinpath(*names)
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _fetch(source: Source, part: Path, size: int) -> str:
    """Write the content to `part`, on the disk for good, and return its sha256."""
    digest, came = hashlib.sha256(), 0
    with part.open("wb") as file:
        for block in source.blocks():
            file.write(block)
            digest.update(block)
            came += len(block)
        file.flush()
        os.fsync(file.fileno())
    if came != size:
        raise StoreError(
            f"{source.address}: {came} of {size} bytes came.",
            "Nothing of it is kept; it is fetched again the next time.",
        )
    return digest.hexdigest()


def _check(source: Source, came: str, sha256: str) -> None:
    if sha256 and came != sha256:
        raise OtherContentError(
            f"{source.address}: is not the file that it was when it was read first.",
            "Add its course again: what the change touches is then done anew.",
        )


def _file_in(entry: Path) -> Path | None:
    return next((path for path in entry.iterdir() if not path.name.startswith(".")), None)


def _last_use(entry: Path) -> float:
    try:
        return entry.stat().st_mtime
    except FileNotFoundError:  # another worker cleared it away
        return 0.0


def _size(entry: Path) -> int:
    try:
        file = _file_in(entry)
        return file.stat().st_size if file else 0
    except FileNotFoundError:
        return 0


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _full(folder: Path, why: str) -> StoreError:
    return StoreError(
        f"The disk of {folder} is full: {why}, and all that is not in use is cleared away.",
        "Free some space there, or name a larger disk with the key `cache`, then run it again.",
    )


@contextmanager
def _on_disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(folder, str(error.strerror)) from error
        raise StoreError(
            f"Fetched files cannot be kept in {folder}: {error.strerror or error}.",
            "Check that you may write there, or name another folder with the key `cache`.",
        ) from error
