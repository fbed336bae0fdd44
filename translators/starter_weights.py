"""Puts the starter's weights together: base model, adapters, kept pieces, smoothed for int8.

Pure numpy; not for running the model. The adapter file (safetensors) holds:

- ``blk.<layer>.<linear>.a`` (rank, inputs) and ``.b`` (outputs, rank), float16: the merged weight
  is W + SCALE * b @ a;
- ``vocabulary.rows``: the kept rows of the base's embedding, ``vocabulary.writable``: how many of
  them, from the first, the model may write;
- ``maxima.<norm or linear>``: the largest absolute value of every input channel, over 64
  training sentences.

Smoothing (SmoothQuant, Xiao et al. 2022) divides an input channel with outliers and multiplies
the weights that read it by the same number: the function stays, int8 rounding hurts less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from courses.errors import ModelError
from translators.starter_base import LINEARS, NORMS, Base, Shape

SCALE = 2.0
ALPHA = 0.65
"""How much of an outlier moves into the weights, 0..1; 0.35, 0.5 and 0.65 were compared."""

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Adapter:
    """What training made; `weights` by the names above, float32 but for the vocabulary."""

    rows: list[int]
    writable: int
    weights: Mapping[str, Array]
    base_sha256: str


def read_adapter(path: Path) -> Adapter:
    """Read an adapter file; raises ModelError when it is missing or none of ours."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as opened:
            said = opened.metadata() or {}
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        rows = tensors.pop("vocabulary.rows").tolist()
        writable = int(tensors.pop("vocabulary.writable")[0])
    except (OSError, SafetensorError, KeyError) as error:
        message = f"The starter's adapter cannot be read: {path} ({error})."
        raise ModelError(message, "Install karmavani again.") from error
    weights = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
    return Adapter(rows, writable, weights, said.get("base_sha256", ""))


def merged_block(base: Base, adapter: Adapter, layer: int) -> dict[str, Array]:
    """Return the linears, with their adapters, and norms of one block by their GGUF names."""
    block: dict[str, Array] = {}
    for name in LINEARS:
        key = f"blk.{layer}.{name}"
        change = adapter.weights[f"{key}.b"] @ adapter.weights[f"{key}.a"]
        block[name] = base.tensor(key) + SCALE * change
    for name in NORMS:
        block[name] = np.array(base.tensor(f"blk.{layer}.{name}"), np.float32)
    return block


def merged_ends(base: Base, adapter: Adapter) -> dict[str, Array]:
    """Return `embedding` (kept rows), `projection` (writable rows) and `output_norm`."""
    embedding = base.tensor("token_embd", adapter.rows)
    return {
        "embedding": embedding,
        "projection": embedding[: adapter.writable].copy(),
        "output_norm": np.array(base.tensor("output_norm"), np.float32),
    }


def smooth_block(block: dict[str, Array], maxima: Mapping[str, Array], shape: Shape) -> None:
    """Smooth all linears of one block in place; `maxima` has the keys of that block."""
    _behind_norm(block, "attn_norm", ("attn_q", "attn_k", "attn_v"), maxima["attn_norm"])
    _behind_norm(block, "ffn_norm", ("ffn_gate", "ffn_up"), maxima["ffn_norm"])
    factors = smoothing(maxima["ffn_down"], (block["ffn_down"],))
    block["ffn_up"] /= factors[:, None]
    block["ffn_down"] *= factors
    # One value head feeds several query heads, so these share the factors of its channels.
    groups = shape.heads // shape.key_heads
    channels = maxima["attn_output"].reshape(shape.key_heads, groups, shape.head_width).max(1)
    split = block["attn_output"].reshape(-1, shape.key_heads, groups, shape.head_width)
    factors = smoothing(channels.ravel(), (np.abs(split).max(2).reshape(len(split), -1),))
    block["attn_v"] /= factors[:, None]
    split *= factors.reshape(shape.key_heads, 1, shape.head_width)
    block["attn_output"] = split.reshape(block["attn_output"].shape)


def smooth_ends(ends: dict[str, Array], maxima: Array) -> None:
    """Smooth the projection in place."""
    _behind_norm(ends, "output_norm", ("projection",), maxima)


def _behind_norm(block: dict[str, Array], norm: str, readers: tuple[str, ...], maxima: Any) -> None:
    factors = smoothing(maxima, tuple(block[name] for name in readers))
    block[norm] /= factors
    for name in readers:
        block[name] *= factors


def smoothing(maxima: Array, readers: tuple[Array, ...], alpha: float = ALPHA) -> Array:
    """Return the factor of every input channel of the matrices `readers` (outputs, inputs)."""
    heaviest = np.max([np.abs(reader).max(0) for reader in readers], axis=0)
    factors = np.maximum(maxima, 1e-5) ** alpha / np.maximum(heaviest, 1e-5) ** (1 - alpha)
    clipped: Array = np.clip(factors, 1e-3, 1e3).astype(np.float32)
    return clipped
