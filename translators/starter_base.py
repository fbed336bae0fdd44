"""Reads the starter's base model, Gemma 3 in one GGUF file, into numpy arrays.

For the engine's first start and for the training. Not for fetching the file and not for
running it. Layout as llama.cpp writes it: a matrix is (outputs, inputs), the weights of a norm
are stored as 1 + w, query and key rows are in the half-split order of Hugging Face's files.
Only file that knows `gguf`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from courses.errors import ModelError

GLOBAL_EVERY = 6
"""Every sixth layer attends globally, with its own rotary base (Gemma 3 report, section 2)."""

LOCAL_ROTARY_BASE = 10_000.0

LINEARS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
"""The linear layers of a block, by their GGUF names."""

NORMS = (
    "attn_norm",
    "attn_q_norm",
    "attn_k_norm",
    "post_attention_norm",
    "ffn_norm",
    "post_ffw_norm",
)
"""The norms of a block, by their GGUF names."""

PIECE_NORMAL, PIECE_CONTROL, PIECE_DEFINED, PIECE_BYTE = 1, 3, 4, 6
"""Kinds of vocabulary pieces, as in the GGUF specification."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a Gemma 3 text model; `rotary_base` is that of the global layers."""

    layers: int
    width: int
    heads: int
    key_heads: int
    head_width: int
    inner: int
    epsilon: float
    rotary_base: float
    window: int

    def is_global(self, layer: int) -> bool:
        """Return whether layer number `layer`, from 0, attends over everything."""
        return (layer + 1) % GLOBAL_EVERY == 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces of a SentencePiece BPE vocabulary in the order of their ids."""

    pieces: list[str]
    scores: list[float]
    kinds: list[int]

    def pick(self, pieces: Sequence[str]) -> tuple[Vocabulary, list[int]]:
        """Return the vocabulary of `pieces` only, in their order, and their ids in this one."""
        ids = {piece: number for number, piece in enumerate(self.pieces)}
        missing = [piece for piece in pieces if piece not in ids]
        if missing:
            raise ModelError(f"The base model has no piece {missing[0]!r}.", "Fetch it again.")
        rows = [ids[piece] for piece in pieces]
        picked = Vocabulary(
            list(pieces), [self.scores[row] for row in rows], [self.kinds[row] for row in rows]
        )
        return picked, rows


class Base:
    """An open GGUF file of the Gemma 3 architecture. Tensors are dequantised when asked for."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises ModelError when it is missing or no Gemma 3."""
        from gguf import GGUFReader

        try:
            self._reader = GGUFReader(path)
        except (OSError, ValueError) as error:
            message = f"The starter's base model cannot be read: {path} ({error})."
            raise ModelError(message, "Fetch it again: karmavani models fetch starter.") from error
        if self._field("general.architecture") != "gemma3":
            raise ModelError(f"{path} is no Gemma 3 model.")
        self._tensors = {tensor.name: tensor for tensor in self._reader.tensors}

    def _field(self, name: str) -> Any:
        field = self._reader.fields.get(name)
        if field is None:
            raise ModelError(f"The base model does not say {name}.", "Fetch it again.")
        return field.contents()

    @property
    def shape(self) -> Shape:
        """Return the sizes of the model."""
        return Shape(
            layers=self._field("gemma3.block_count"),
            width=self._field("gemma3.embedding_length"),
            heads=self._field("gemma3.attention.head_count"),
            key_heads=self._field("gemma3.attention.head_count_kv"),
            head_width=self._field("gemma3.attention.key_length"),
            inner=self._field("gemma3.feed_forward_length"),
            epsilon=self._field("gemma3.attention.layer_norm_rms_epsilon"),
            rotary_base=self._field("gemma3.rope.freq_base"),
            window=self._field("gemma3.attention.sliding_window"),
        )

    @property
    def vocabulary(self) -> Vocabulary:
        """Return the whole vocabulary; takes some seconds."""
        keys = ("tokens", "scores", "token_type")
        return Vocabulary(*(self._field(f"tokenizer.ggml.{key}") for key in keys))

    def tensor(self, name: str, rows: Sequence[int] | None = None) -> Any:
        """Return the float32 array called `name`, or only its `rows`, shape (outputs, inputs)."""
        from gguf import dequantize

        found = self._tensors.get(f"{name}.weight")
        if found is None:
            raise ModelError(f"The base model has no tensor {name}.", "Fetch it again.")
        data = found.data if rows is None else found.data[list(rows)]
        return dequantize(data, found.tensor_type)

    def close(self) -> None:
        """Let go of the mapped file."""
        self._tensors.clear()
        del self._reader
