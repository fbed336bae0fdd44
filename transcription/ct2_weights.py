"""Reads the variables of a CTranslate2 `model.bin`, for those who build a graph from them.

The format (CTranslate2 `python/ctranslate2/specs/model_spec.py`, `_serialize`, version 6), all
little endian; a string is its length with the final zero (uint16), the bytes, the zero:

    uint32 version | string spec | uint32 revision
    uint32 count | count x (string name | uint8 rank | uint32 shape[] | uint8 dtype | uint32 | data)
    uint32 count | count x (string alias | string name)

Not for running a model and not for writing one.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from courses.errors import ModelError

_DTYPES = {0: "<f4", 1: "<i1", 2: "<i2", 3: "<i4", 4: "<f2"}
_VERSION = 6


@dataclass(frozen=True, slots=True)
class CT2Weights:
    """The spec's name and revision and its variables; the arrays are views into the file."""

    spec: str
    revision: int
    variables: dict[str, npt.NDArray[Any]]

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return the variable called `name`; raises ModelError when the model has none."""
        if name not in self.variables:
            raise ModelError(f"The model has no variable {name!r}.", "Is it a Whisper model?")
        return self.variables[name]

    def __contains__(self, name: object) -> bool:
        return name in self.variables


def read_weights(path: Path) -> CT2Weights:
    """Return the variables of the model file `path` without copying them into memory.

    Raises ModelError when it is missing, of another version, cut off or quantised in a form that
    numpy has no name for (bfloat16, 4 bit).
    """
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return _parse(_Cursor(data))
    except (OSError, ValueError, struct.error, UnicodeDecodeError, KeyError) as error:
        raise ModelError(f"{path} cannot be read as a CTranslate2 model: {error}.") from error


class _Cursor:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def number(self, form: str) -> int:
        (value,) = struct.unpack_from("<" + form, self._data, self._at)
        self._at += struct.calcsize(form)
        return int(value)

    def text(self) -> str:
        length = self.number("H")
        self._at += length
        return self._data[self._at - length : self._at - 1].decode("utf-8")

    def array(self, dtype: str, shape: tuple[int, ...], size: int) -> npt.NDArray[Any]:
        start, self._at = self._at, self._at + size
        count = size // np.dtype(dtype).itemsize
        return np.frombuffer(self._data, dtype, count, start).reshape(shape)


def _parse(cursor: _Cursor) -> CT2Weights:
    version = cursor.number("I")
    if version != _VERSION:
        raise ValueError(f"format version {version}, not {_VERSION}")
    spec, revision = cursor.text(), cursor.number("I")
    variables = {}
    for _ in range(cursor.number("I")):
        name = cursor.text()
        shape = tuple(cursor.number("I") for _ in range(cursor.number("B")))
        dtype = _DTYPES[cursor.number("B")]
        variables[name] = cursor.array(dtype, shape, cursor.number("I"))
    for _ in range(cursor.number("I")):
        alias, name = cursor.text(), cursor.text()
        variables[alias] = variables[name]
    return CT2Weights(spec, revision, variables)
