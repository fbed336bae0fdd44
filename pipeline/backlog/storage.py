"""Files wherever they lie: on this machine, or in an object store under an address.

    /srv/courses/rti  file:///srv/courses/rti  s3://bucket/courses/rti

The only module that knows fsspec. Credentials come from where the store's own tools take them
(AWS_* for S3) and appear nowhere here. What an address may be is in `addresses`, what goes wrong
in `store_errors`, what stays on this machine's disk in `media_cache`.
"""

from __future__ import annotations

import functools
import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.errors import KarmavaniError, MediaError, UsageError
from pipeline.backlog.addresses import USUAL, Remote, check_endpoint, check_schemes, place_of
from pipeline.backlog.entries import Entry, entries_in, entries_of, tag_of
from pipeline.backlog.media_cache import MediaCache, Source
from pipeline.backlog.store_errors import is_passing, translated

BLOCK = 8 << 20  # bytes that are asked for at a time
SMALL = 4 << 20  # bytes of a file that is read whole into memory
ATTEMPTS = 3  # of one request, by botocore; s3fs asks up to five times that
PAUSES = (0.5, 3.0)  # seconds between attempts to write one file


class _Missing(KarmavaniError):
    """There is no such file, where that is an answer and no error."""


@dataclass(frozen=True, slots=True)
class Storage:
    """What may be reached, and how; small, and may be sent to workers.

    schemes: of addresses that are allowed. endpoint: URL of a server that speaks S3, empty for
    AWS_ENDPOINT_URL or Amazon's own. offline: only this machine. keep: bytes of fetched files
    that stay on the disk (`media_cache`).
    """

    schemes: tuple[str, ...] = USUAL
    endpoint: str = ""
    offline: bool = False
    keep: int = 50 << 30

    def __post_init__(self) -> None:
        check_schemes(self.schemes)

    def place(self, address: str) -> Path | Remote:
        """Return what `address` names, without looking whether it is there.

        Raises UsageError for an address that is malformed or not allowed, or any while offline.
        """
        place = place_of(address, self.schemes)
        if self.offline and isinstance(place, Remote) and place.scheme != "memory":
            raise UsageError(
                f"{place}: is not on this machine, and the network must not be used.",
                "Leave out --offline (key `offline`), or copy the files to this machine.",
            )
        return place

    @contextmanager
    def local(self, address: str, cache: Path, sha256: str = "") -> Iterator[Path]:
        """Yield `address` as a file of this machine, fetched into `cache` when it is elsewhere.

        The file stays until the end of the `with`. sha256: what its content must be, where that
        is known; not checked for a path. Raises MediaError when there is no such file or another
        content, StoreError when it cannot be fetched or kept.
        """
        place = self.place(address)
        if isinstance(place, Path):
            yield place
            return
        source = Source(str(place), lambda: self._look(place), lambda: self.blocks(address))
        with MediaCache(cache, self.keep).hold(source, sha256) as path:
            yield path

    def mark(self, address: str, missing: type[KarmavaniError] = MediaError) -> str:
        """Return what is known of a file without reading it; another content has another mark.

        Size and time of a file; size, tag and version of an object. At most 140 characters.
        Raises `missing` when there is no such file, StoreError when it cannot be asked.
        """
        place = self.place(address)
        if isinstance(place, Remote):
            return self._look(place, missing)[1]
        with translated(place, missing):
            found = place.stat()
            if place.is_file():
                return f"size:{found.st_size} mtime:{found.st_mtime_ns}"
        raise missing(f"{place}: is a folder.")

    def exists(self, address: str) -> bool:
        """Return whether there is a file or folder at `address`; raises StoreError."""
        return self.size(address) is not None

    def size(self, address: str) -> int | None:
        """Return the bytes of a file, 0 of a folder, None where there is neither."""
        place = self.place(address)
        try:
            with translated(place, _Missing):
                if isinstance(place, Path):
                    return 0 if place.is_dir() else place.stat().st_size
                found = self._asked_anew(place).info(place.path)
                return int(found.get("size") or 0)
        except _Missing:
            return None

    def listing(self, address: str) -> list[Entry]:
        """Return what is in a folder, by name; nothing where there is none. Raises StoreError.

        Names that could lead out of the folder are left out: an object store allows any.
        """
        place = self.place(address)
        try:
            with translated(place, _Missing):
                if isinstance(place, Path):
                    return sorted(entries_of(place), key=lambda entry: entry.name)
                found = self._asked_anew(place).ls(place.path, detail=True)
        except _Missing:
            return []
        return sorted(entries_in(place, found), key=lambda entry: entry.name)

    def sizes(self, address: str) -> dict[str, int]:
        """Return name within the folder, as ``hi/a.vtt`` -> bytes, of every file below it."""
        place = self.place(address)
        try:
            with translated(place, _Missing):
                if isinstance(place, Path):
                    return {
                        path.relative_to(place).as_posix(): path.stat().st_size
                        for path in place.rglob("*")
                        if path.is_file()
                    }
                found = self._asked_anew(place).find(place.path, detail=True)
        except _Missing:
            return {}
        above = place.path.strip("/") + "/"
        names = ((str(name).strip("/"), facts) for name, facts in found.items())
        return {
            name.removeprefix(above): int(facts.get("size") or 0)
            for name, facts in names
            if name.startswith(above)
        }

    def read(self, address: str, missing: type[KarmavaniError] = MediaError) -> bytes:
        """Return the whole content of a small file; raises `missing`, StoreError."""
        content = b""
        for block in self.blocks(address, missing):
            content += block
            if len(content) > SMALL:
                raise missing(f"{address}: has more than {SMALL >> 20} MiB; no such file has.")
        return content

    def blocks(self, address: str, missing: type[KarmavaniError] = MediaError) -> Iterator[bytes]:
        """Yield the content in blocks of BLOCK bytes, all of them of one state of the file.

        Raises `missing` when there is no such file, StoreError when it changed meanwhile.
        """
        place = self.place(address)
        with translated(place, missing), self._opened(place) as file:
            while block := file.read(BLOCK):
                yield block

    def write(self, address: str, data: bytes, sha256: str = "", kind: str = "") -> None:
        """Put `data` at `address` in one step, what was there is replaced; raises StoreError.

        sha256: noted beside an object for `noted`; kind: its media type. What fails in passing
        is tried again.
        """
        place = self.place(address)
        with translated(place):
            if isinstance(place, Path):
                _write(place, data)
                return
            more: dict[str, Any] = {}
            if place.scheme == "s3":
                more = {"Metadata": {"sha256": sha256}} if sha256 else {}
                more |= {"ContentType": kind} if kind else {}
            files = self._files(place)
            _persist(lambda: files.pipe_file(place.path, data, **more))

    def noted(self, address: str) -> str:
        """Return the sha256 in hex of what is at `address`, empty where nobody knows it.

        A file is read for it; of an object it is what `write` noted.
        """
        place = self.place(address)
        try:
            with translated(place, _Missing):
                if isinstance(place, Path):
                    return hashlib.sha256(place.read_bytes()).hexdigest()
                if place.scheme != "s3":
                    return ""
                return str(self._asked_anew(place).metadata(place.path).get("sha256", ""))
        except _Missing:
            return ""

    def remove(self, address: str) -> None:
        """Remove one file, if it is there; raises StoreError."""
        place = self.place(address)
        try:
            with translated(place, _Missing):
                if isinstance(place, Path):
                    place.unlink()
                else:
                    self._files(place).rm_file(place.path)
        except _Missing:
            return

    def _look(self, place: Remote, missing: type[KarmavaniError] = MediaError) -> tuple[int, str]:
        with translated(place, missing):
            found = self._asked_anew(place).info(place.path)
        if found.get("type") != "file":
            raise missing(f"{place}: is a folder.")
        size, tag = int(found["size"]), tag_of(found)
        version = str(found.get("VersionId") or "")[:48]
        return size, f"size:{size} etag:{tag}" + (f" version:{version}" if version else "")

    def _opened(self, place: Path | Remote) -> Any:
        if isinstance(place, Path):
            return place.open("rb")
        files = self._asked_anew(place)
        return files.open(place.path, "rb", block_size=BLOCK, cache_type="none")

    def _asked_anew(self, place: Remote) -> Any:
        files = self._files(place)
        files.invalidate_cache()  # others write there too
        return files

    def _files(self, place: Remote) -> Any:
        names = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
        endpoint = self.endpoint or next(filter(None, map(os.environ.get, names)), "")
        check_endpoint(endpoint)
        return _file_system(place.scheme, endpoint, os.getpid())


@functools.lru_cache(maxsize=8)
def _file_system(scheme: str, endpoint: str, process: int) -> Any:
    """Return the one fsspec file system of this process; connections do not live through a fork."""
    try:
        import fsspec

        options: dict[str, Any] = {}
        if scheme == "s3":
            options = _s3_options(endpoint)
        return fsspec.filesystem(scheme, skip_instance_cache=True, **options)
    except ImportError as error:
        extra = "karmavani[s3]" if scheme == "s3" else f"fsspec[{scheme}]"
        raise UsageError(
            f"Addresses {scheme}:// need a library that is not here.", f"pip install '{extra}'"
        ) from error


def _s3_options(endpoint: str) -> dict[str, Any]:
    # Servers other than Amazon's seldom have a host name for each bucket.
    style = "path" if endpoint and "amazonaws.com" not in endpoint else "auto"
    return {
        "endpoint_url": endpoint or None,
        "use_listings_cache": False,
        "config_kwargs": {
            "connect_timeout": 10,
            "read_timeout": 60,
            "retries": {"total_max_attempts": ATTEMPTS, "mode": "standard"},
            "s3": {"addressing_style": style},
        },
    }


def _persist(write: Callable[[], Any]) -> None:
    for pause in (*PAUSES, None):
        try:
            write()
            return
        except Exception as error:
            if pause is None or not is_passing(error):
                raise
            time.sleep(pause)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f".making-{uuid.uuid4().hex}")
    try:
        with making.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)
