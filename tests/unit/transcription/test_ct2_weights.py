"""Reading CTranslate2's model file, on files written here byte by byte."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from courses.errors import ModelError
from transcription.ct2_checkpoint import read_checkpoint
from transcription.ct2_weights import read_weights


def text(value: str) -> bytes:
    return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"


def model(version: int = 6) -> bytes:
    weights = np.arange(6, dtype="<f2")
    return b"".join(
        [
            struct.pack("<I", version) + text("WhisperSpec") + struct.pack("<I", 3),
            struct.pack("<I", 2),
            text("a/weight") + struct.pack("<BIIBI", 2, 2, 3, 4, 12) + weights.tobytes(),
            text("a/heads") + struct.pack("<BBIh", 0, 2, 2, 8),
            struct.pack("<I", 1) + text("b/weight") + text("a/weight"),
        ]
    )


def test_names_shapes_numbers_and_aliases_are_read(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(model())
    weights = read_weights(tmp_path / "model.bin")
    assert (weights.spec, weights.revision) == ("WhisperSpec", 3)
    assert weights["a/weight"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert weights["b/weight"].tolist() == weights["a/weight"].tolist()
    assert int(weights["a/heads"]) == 8
    assert "c" not in weights


@pytest.mark.parametrize(
    "content",
    [b"", b"not a model", model(version=5), model()[:-20]],
    ids=["empty", "other", "old", "cut off"],
)
def test_what_is_no_such_model_is_a_model_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(ModelError):
        read_weights(tmp_path / "model.bin")


def test_a_missing_file_and_a_missing_variable_are_model_errors(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        read_weights(tmp_path / "model.bin")
    (tmp_path / "model.bin").write_bytes(model())
    with pytest.raises(ModelError, match="c/weight"):
        read_weights(tmp_path / "model.bin")["c/weight"]


def test_a_model_that_is_no_whisper_has_no_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(model())
    with pytest.raises(ModelError):
        read_checkpoint(tmp_path)
