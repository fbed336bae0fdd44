"""Where CTranslate2 computes, and in which numbers: the same for all translation engines on it.

Gets the module `ctranslate2` from the files that know it. Not run on a GPU yet: docs/engines.md.
"""

from __future__ import annotations

from typing import Any

from courses.errors import EngineError

COMPUTE = {"cpu": "int8_float32", "cuda": "int8_float16"}
"""Device -> the numbers it computes in, as CTranslate2 calls them."""


def device_mark(device: str) -> str:
    """Return what a Signature says of the device: nothing for the processor, its numbers else."""
    return "" if device == "cpu" else f".{device}-{COMPUTE[device]}"


def refuse_missing(ctranslate2: Any, device: str) -> None:
    """Raise EngineError when there is no GPU, or none that CTranslate2 can use."""
    if device == "cuda" and not ctranslate2.get_cuda_device_count():
        raise EngineError(
            "There is no GPU here that CTranslate2 can use.",
            'Say translator.device = "cpu", or install NVIDIA\'s driver, CUDA and cuDNN.',
        )
