"""Makes what every piece of the training needs, once: corpora, pruned vocabulary, tokeniser.

The result is kept in the work folder; delete it after a change of the corpora. Not for training.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from training.corpus import Corpus, read_corpora
from training.vocabulary import choose
from translators.starter_base import Base
from translators.starter_prompt import LANGUAGES
from translators.starter_tokens import Tokens


@dataclass(frozen=True, slots=True)
class Prepared:
    """The filtered corpora, the kept rows of the embedding (writable first), the tokeniser."""

    corpora: dict[str, Corpus]
    rows: list[int]
    writable: int
    tokens: Tokens


def prepare(base: Base, corpora: Path, work: Path, init: Path | None = None) -> Prepared:
    """Return the prepared data of `work`, made from the folder `corpora` when missing.

    With `init`, an exported adapter, its vocabulary is taken over so that training can go on.
    """
    work.mkdir(parents=True, exist_ok=True)
    kept, tokens_file = work / "prepared.pickle", work / "tokenizer.json"
    if not kept.is_file():
        read = read_corpora(corpora, tuple(LANGUAGES))
        vocabulary = base.vocabulary
        rows, writable = _rows_of(init) if init else choose(vocabulary, read)
        picked, _ = vocabulary.pick([vocabulary.pieces[row] for row in rows])
        Tokens.build(picked).save(tokens_file)
        kept.write_bytes(pickle.dumps((read, rows, writable)))
    read, rows, writable = pickle.loads(kept.read_bytes())  # our own file, just written
    return Prepared(read, rows, writable, Tokens.load(tokens_file))


def _rows_of(adapter: Path) -> tuple[list[int], int]:
    weights = load_file(adapter)
    rows = np.asarray(weights["vocabulary.rows"]).tolist()
    return rows, int(weights["vocabulary.writable"][0])
