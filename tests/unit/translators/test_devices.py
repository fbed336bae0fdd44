"""Where the engines on CTranslate2 compute: what is asked for reaches it, and shows in results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ctranslate2
import pytest

from courses.errors import EngineError
from translators.base import TranslatorOptions
from translators.ctranslate import Model
from translators.nllb import Nllb
from translators.starter_ct2 import Generator


@pytest.mark.parametrize(("engine", "theirs"), [(Model, "Translator"), (Generator, "Generator")])
@pytest.mark.parametrize(("device", "numbers"), [("cpu", "int8_float32"), ("cuda", "int8_float16")])
def test_the_device_reaches_ctranslate2(
    engine: Any, theirs: str, device: str, numbers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(ctranslate2, theirs, lambda _folder, **kind: asked.append(kind))
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    engine(Path("model"), 3, device=device)
    assert asked == [{"device": device, "compute_type": numbers, "intra_threads": 3}]


@pytest.mark.parametrize("engine", [Model, Generator])
def test_a_machine_without_a_gpu_is_told_so(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0)
    with pytest.raises(EngineError, match="no GPU here"):
        engine(Path("model"), 1, device="cuda")


def test_drafts_of_a_gpu_are_never_taken_for_those_of_a_processor(tmp_path: Path) -> None:
    def signature(**more: Any) -> str:
        options = TranslatorOptions({}, tmp_path, "nllb-x", "7", **more)
        return str(Nllb(options).signature)

    assert signature() == signature(device="cpu")
    assert signature() != signature(device="cuda")
    assert "cuda-int8_float16" in signature(device="cuda")
