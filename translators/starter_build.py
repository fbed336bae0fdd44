"""Builds the starter's runnable model in the cache, once, from base and adapter.

Safe with many processes (translators/built_once.py). Not for fetching: both files are handed in.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from courses.errors import ModelError, StoreError
from translators.built_once import build_once
from translators.starter_base import Base
from translators.starter_ct2 import ModelWriter
from translators.starter_tokens import Tokens
from translators.starter_weights import (
    Adapter,
    Array,
    merged_block,
    merged_ends,
    read_adapter,
    smooth_block,
    smooth_ends,
)

FORMAT = 2
"""Raised when this code would write other files from the same base and adapter."""

TOKENIZER = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to build from: two files, how to round (`quantization`), whether to smooth first."""

    base: Path
    adapter: Path
    quantization: str | None = "int8"
    smooth: bool = True

    def key(self) -> str:
        """Return the name of the build: equal for equal results."""
        said = f"{FORMAT} {self.quantization} {self.smooth} {_sha256(self.adapter)}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def ensure_built(recipe: Recipe, cache: Path) -> Path:
    """Return the folder of the built model, built now when it is not there and whole.

    Raises ModelError when base or adapter are damaged, StoreError when the cache cannot be
    written.
    """
    try:
        return build_once(cache / f"starter-{recipe.key()}", lambda folder: build(recipe, folder))
    except OSError as error:
        message = f"The translation model cannot be built in {cache} ({error})."
        raise StoreError(message, "Free space there (about 500 MB) or name another.") from error


def build(recipe: Recipe, folder: Path) -> None:
    """Write model and tokeniser into the empty `folder`; 1 to 2 minutes, about 2 GB of memory."""
    adapter = read_adapter(recipe.adapter)
    if adapter.base_sha256 and _sha256(recipe.base) != adapter.base_sha256:
        message = f"{recipe.base} is not the base model that the starter was trained on."
        raise ModelError(message, "Fetch it again: karmavani models fetch starter.")
    base = Base(recipe.base)
    whole = base.vocabulary
    pieces = [whole.pieces[row] for row in adapter.rows]
    picked, _ = whole.pick(pieces)
    Tokens.build(picked).save(folder / TOKENIZER)
    writer = ModelWriter(base.shape)
    for layer in range(base.shape.layers):
        block = merged_block(base, adapter, layer)
        if recipe.smooth:
            smooth_block(block, _maxima(adapter, f"blk.{layer}."), base.shape)
        writer.put_block(layer, block)
    ends = merged_ends(base, adapter)
    if recipe.smooth:
        smooth_ends(ends, adapter.weights["maxima.output_norm"])
    writer.put_ends(ends)
    writer.save(folder, pieces, recipe.quantization)


def _maxima(adapter: Adapter, block: str) -> dict[str, Array]:
    prefix = f"maxima.{block}"
    return {
        name.removeprefix(prefix): values
        for name, values in adapter.weights.items()
        if name.startswith(prefix)
    }


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        message = f"A file of the starter is missing: {path}."
        raise ModelError(message, "Fetch it: karmavani models fetch starter.") from error
