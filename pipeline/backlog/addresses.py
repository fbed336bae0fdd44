"""What an address is: a path of this machine, or `scheme://bucket/key` in a store. Pure.

Addresses come from catalogues and course files that strangers wrote, so all that could mean more
than it shows is refused here. Whether there is anything at an address is for `storage`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from courses.errors import UsageError

USUAL = ("file", "s3")
KNOWN = (*USUAL, "abfs", "gs", "hdfs", "memory", "sftp", "smb")  # what an operator may add
LONGEST = 1000  # characters, as the database
_MARK = "://"
_SERVER = re.compile(r"https?://(?:[\w.-]+|\[[0-9A-Fa-f:]+\])(?::([0-9]{1,5}))?(?:/[\w./-]*)?")


@dataclass(frozen=True, slots=True)
class Remote:
    """An address outside this machine's file system: its scheme and `bucket/key`."""

    scheme: str
    path: str

    def __str__(self) -> str:
        return f"{self.scheme}{_MARK}{self.path}"


def is_remote(address: str) -> bool:
    """Return whether `address` names something that is perhaps not on this machine."""
    return _MARK in address and not address.startswith("file:")


def place_of(address: str, schemes: tuple[str, ...] = USUAL) -> Path | Remote:
    """Return the path or the remote place that `address` names.

    Raises UsageError for one that is malformed, or whose scheme is not one of `schemes`.
    """
    if not address or not address.isprintable():
        raise UsageError(f"{address!r} is neither a path nor an address.")
    if len(address) > LONGEST:
        raise UsageError(f"{address[:60]}...: has {len(address)} characters; {LONGEST} may be.")
    scheme, mark, rest = address.partition(_MARK)
    if not mark:
        return Path(address)
    if scheme not in schemes:
        raise UsageError(
            f"Addresses that begin with {scheme[:20]}{_MARK} are not allowed here.", _advice(scheme)
        )
    if "@" in rest.split("/")[0]:
        # What stands before the @ may be a password, so the address is not shown.
        raise UsageError(
            f"An address {scheme}{_MARK}...@... holds a name or a password.",
            "Give it without; credentials belong in the environment.",
        )
    if scheme == "file":
        return _path(address)
    rest = rest.rstrip("/")
    if not all(_is_plain(part) for part in rest.split("/")) or "?versionId=" in rest:
        raise UsageError(
            f"{address!r} is no address.",
            f"It looks like {scheme}{_MARK}bucket/folder/file, without . or .. or empty parts.",
        )
    return Remote(scheme, rest)


def check_schemes(schemes: tuple[str, ...]) -> None:
    """Raise UsageError for a scheme that nobody may allow."""
    for scheme in schemes:
        if scheme not in KNOWN:
            raise UsageError(
                f"Addresses that begin with {scheme}{_MARK} cannot be allowed.",
                f"Those that can: {', '.join(KNOWN)}.",
            )


def check_endpoint(url: str) -> None:
    """Raise UsageError when `url` is no address of a server that speaks S3; empty is none."""
    found = _SERVER.fullmatch(url)
    if url and (not found or int(found[1] or 0) > 65535):
        # It is not shown: there may be a password in it.
        raise UsageError(
            "The address of the S3 server is malformed.",
            "Write s3_endpoint or AWS_ENDPOINT_URL as https://host:port.",
        )


def join(folder: str, name: str) -> str:
    """Return the address of `name`, which may have slashes, in the folder at address `folder`."""
    if _MARK not in folder:
        return str(Path(folder) / name)
    return f"{folder.rstrip('/')}/{name}"


def split(address: str) -> tuple[str, str]:
    """Return the folder and the name of what is at `address`."""
    if _MARK not in address:
        return str(Path(address).parent), Path(address).name
    folder, _, name = address.rstrip("/").rpartition("/")
    return folder, name


def is_inside(name: str) -> bool:
    """Return whether `name`, of a file in a folder, stays in it: ``media/a.mp4`` does."""
    return bool(name) and all(_is_plain(part) for part in name.split("/"))


def _is_plain(part: str) -> bool:
    return part not in ("", ".", "..") and "\\" not in part and part.isprintable()


def _path(address: str) -> Path:
    parts = urlsplit(address, allow_fragments=False)
    path = unquote(parts.path + (f"?{parts.query}" if parts.query else ""))
    if parts.netloc not in ("", "localhost") or not PurePosixPath(path).is_absolute():
        raise UsageError(f"{address!r} is no path of this machine.", "Write file:///folder/file.")
    if not path.isprintable():
        raise UsageError(f"{address!r} is neither a path nor an address.")
    return Path(path)


def _advice(scheme: str) -> str:
    if scheme in ("http", "https"):
        # A web server lists no folders and need not say when a file changed.
        return "Download the files first, or put them into an object store (s3://bucket/folder)."
    return "Give a path, or an address s3://bucket/folder."
