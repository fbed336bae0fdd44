"""Where previews go: made in a folder of ours on the same disk, then moved there whole.

What is there already is replaced only when an earlier preview made it: it carries our mark.
"""

from __future__ import annotations

import mmap
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from courses.errors import StoreError, UsageError

MARK = "made by karmavani preview"
MASTER = "master.m3u8"
_HLS = frozenset({".m3u8", ".ts", ".vtt"})
_PNG_HEAD = 33  # signature and IHDR, which must be first (PNG, section 5.6)


@contextmanager
def workshop(parent: Path) -> Iterator[Path]:
    """Yield an empty folder of ours in `parent`, made if need be, and remove it afterwards.

    Raises StoreError for what the operating system says.
    """
    with storage_errors(parent):
        fresh = not parent.exists()
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".karmavani-preview-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if fresh and not any(parent.iterdir()):
            parent.rmdir()


@contextmanager
def storage_errors(place: Path) -> Iterator[None]:
    """Turn what the operating system says about `place` into StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{place} cannot be written: {error.strerror or error}.",
            "Free some space or name another place with --out.",
        ) from error


def refuse_foreign(target: Path, sources: Sequence[Path] = ()) -> None:
    """Raise UsageError when `target` is there and no preview of ours, or is one of `sources`."""
    if any(source.exists() and target.resolve() == source.resolve() for source in sources):
        raise UsageError(f"{target} is what the preview is made of.", "Name another with --out.")
    with storage_errors(target):
        if (target.exists() or target.is_symlink()) and not _is_ours(target):
            raise UsageError(
                f"{target} is there already and was not made by karmavani preview.",
                "Move it away, or name another place with --out.",
            )


def put_files(made: Sequence[tuple[Path, Path]]) -> None:
    """Move each made file to its target, after all of them were looked at."""
    for _, target in made:
        refuse_foreign(target)
    for path, target in made:
        with storage_errors(target):
            path.replace(target)


def put_folder(made: Path, target: Path) -> None:
    """Move the folder `made` to `target`; an earlier one of ours is replaced."""
    refuse_foreign(target)
    with storage_errors(target):
        made.chmod(0o755)
        old = made.with_name(f"{made.name}-old")
        if target.exists():
            target.rename(old)
        made.rename(target)
        shutil.rmtree(old, ignore_errors=True)


def mark_png(path: Path) -> None:
    """Write our mark into a PNG, as its chunk tEXt "Software"."""
    data = path.read_bytes()
    body = b"tEXt" + b"Software\0" + MARK.encode()
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    path.write_bytes(data[:_PNG_HEAD] + chunk + data[_PNG_HEAD:])


def _is_ours(target: Path) -> bool:
    if target.is_dir():
        files = [path for path in target.rglob("*") if not path.is_dir()]
        known = all(path.suffix in _HLS for path in files)
        return not files or (known and _has_mark(target / MASTER))
    return _has_mark(target)


def _has_mark(path: Path) -> bool:
    """Return whether a file carries our mark; it may be longer than the memory."""
    if not path.is_file() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        return view.find(MARK.encode()) >= 0
