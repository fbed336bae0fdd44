"""Where faster-whisper computes: what is asked for reaches it, and shows in the Signature."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ctranslate2
import faster_whisper
import pytest

from courses.errors import EngineError
from transcription.base import TranscriberOptions
from transcription.whisper_ct2 import WhisperCT2


def engine(folder: Path, device: str) -> WhisperCT2:
    options = TranscriberOptions(folder, "whisper-x", "7", frozenset({"en"}), device=device)
    return WhisperCT2(options)


def test_a_gpu_computes_in_other_numbers_without_openvino(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Reached(Exception):
        pass

    def load(_folder: str, **kind: Any) -> None:
        raise Reached(kind)

    (tmp_path / "model.bin").touch()
    monkeypatch.setattr(faster_whisper, "WhisperModel", load)
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    made = engine(tmp_path, "cuda")
    with pytest.raises(Reached) as caught:
        _ = made._model
    assert caught.value.args[0]["device"] == "cuda"
    assert caught.value.args[0]["compute_type"] == "int8_float16"
    assert made.signature.engine == "faster-whisper/ctranslate2-int8_float16-cuda/beam2"


def test_the_signature_of_a_processor_has_no_device(tmp_path: Path) -> None:
    made = WhisperCT2(engine(tmp_path, "cpu")._options, "ctranslate2")
    assert made.signature.engine == "faster-whisper/ctranslate2-int8/beam2"


def test_a_machine_without_a_gpu_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0)
    with pytest.raises(EngineError, match="no GPU here"):
        _ = engine(tmp_path, "cuda")._model
