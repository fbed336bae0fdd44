"""A CTranslate2 Whisper as an OpenAI checkpoint: the same numbers under OpenAI's names.

The registry keeps one form of each Whisper; with this the openai-whisper engine runs on it. Names
and shapes are those of openai/whisper `model.py` and of CTranslate2's `WhisperSpec`. Not for
loading into torch; `transcription.openai_whisper` does that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from courses.errors import ModelError
from transcription.ct2_weights import CT2Weights, read_weights

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What an OpenAI checkpoint holds, and the attention heads that tell when a word is said.

    dims: the fields of whisper.model.ModelDimensions. state: variable name -> float32 array.
    alignment_heads: (layer, head) pairs, empty when the model does not name them.
    """

    dims: dict[str, int]
    state: dict[str, Array]
    alignment_heads: list[tuple[int, int]]


def read_checkpoint(folder: Path) -> Checkpoint:
    """Return the Whisper in `folder` (model.bin, config.json) under OpenAI's names.

    Raises ModelError when there is none, or one whose weights are quantised.
    """
    weights = read_weights(folder / "model.bin")
    if weights.spec != "WhisperSpec" or weights["encoder/conv1/weight"].dtype.kind != "f":
        raise ModelError(f"{folder} holds no Whisper in floating point.", "Fetch whisper-base.")
    state = {name: np.asarray(array, np.float32) for name, array in _named(weights)}
    return Checkpoint(_dims(weights, state), state, _alignment_heads(folder))


def _named(weights: CT2Weights) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for name in ("conv1", "conv2"):
        for kind in ("weight", "bias"):
            yield f"encoder.{name}.{kind}", weights[f"encoder/{name}/{kind}"]
    yield "encoder.positional_embedding", weights["encoder/position_encodings/encodings"]
    yield "decoder.positional_embedding", weights["decoder/position_encodings/encodings"]
    yield "decoder.token_embedding.weight", weights["decoder/embeddings/weight"]
    yield from _norm(weights, "encoder/layer_norm", "encoder.ln_post")
    yield from _norm(weights, "decoder/layer_norm", "decoder.ln")
    for side in ("encoder", "decoder"):
        for layer in _layers(weights, side):
            yield from _block(weights, f"{side}/layer_{layer}", f"{side}.blocks.{layer}")


def _layers(weights: CT2Weights, side: str) -> Iterator[int]:
    for layer in count():
        if f"{side}/layer_{layer}/ffn/linear_0/weight" not in weights:
            return
        yield layer


def _block(weights: CT2Weights, old: str, new: str) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    inner = f"{old}/self_attention"
    yield from _norm(weights, f"{inner}/layer_norm", f"{new}.attn_ln")
    yield from _merged(weights, f"{inner}/linear_0", [f"{new}.attn.{n}" for n in _QUERY_KEY_VALUE])
    yield from _merged(weights, f"{inner}/linear_1", [f"{new}.attn.out"])
    cross = f"{old}/attention"
    if f"{cross}/linear_0/weight" in weights:
        yield from _norm(weights, f"{cross}/layer_norm", f"{new}.cross_attn_ln")
        yield from _merged(weights, f"{cross}/linear_0", [f"{new}.cross_attn.query"])
        names = [f"{new}.cross_attn.key", f"{new}.cross_attn.value"]
        yield from _merged(weights, f"{cross}/linear_1", names)
        yield from _merged(weights, f"{cross}/linear_2", [f"{new}.cross_attn.out"])
    yield from _norm(weights, f"{old}/ffn/layer_norm", f"{new}.mlp_ln")
    yield from _merged(weights, f"{old}/ffn/linear_0", [f"{new}.mlp.0"])
    yield from _merged(weights, f"{old}/ffn/linear_1", [f"{new}.mlp.2"])


_QUERY_KEY_VALUE = ("query", "key", "value")


def _norm(weights: CT2Weights, old: str, new: str) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    yield f"{new}.weight", weights[f"{old}/gamma"]
    yield f"{new}.bias", weights[f"{old}/beta"]


def _merged(
    weights: CT2Weights, old: str, names: list[str]
) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """Yield the parts of one linear layer that CTranslate2 merged; a key has no bias."""
    for kind in ("weight", "bias"):
        parts = np.split(weights[f"{old}/{kind}"], len(names))
        for name, part in zip(names, parts, strict=True):
            if not (kind == "bias" and name.endswith(".key")):
                yield f"{name}.{kind}", part


def _dims(weights: CT2Weights, state: dict[str, Array]) -> dict[str, int]:
    dims = {"n_mels": state["encoder.conv1.weight"].shape[1]}
    dims["n_vocab"] = state["decoder.token_embedding.weight"].shape[0]
    for side, name in (("encoder", "audio"), ("decoder", "text")):
        positions = state[f"{side}.positional_embedding"]
        dims[f"n_{name}_ctx"], dims[f"n_{name}_state"] = positions.shape
        dims[f"n_{name}_head"] = int(weights[f"{side}/num_heads"])
        dims[f"n_{name}_layer"] = len(list(_layers(weights, side)))
    return dims


def _alignment_heads(folder: Path) -> list[tuple[int, int]]:
    config = folder / "config.json"
    if not config.is_file():
        return []
    pairs = json.loads(config.read_text("utf-8")).get("alignment_heads") or []
    return [(int(layer), int(head)) for layer, head in pairs]
