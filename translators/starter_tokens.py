"""Cuts text into the starter's vocabulary pieces and joins them again.

For the engine and its training, so that both cut alike. The tokeniser is a SentencePiece BPE
with byte fallback: the pair whose joined piece has the best score is joined first, spaces are
written as U+2581 and no space is put in front. Built from the pieces and scores of the base
model. Only file that knows `tokenizers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from translators.starter_base import PIECE_NORMAL, Vocabulary

SPACE = "\u2581"
PAD, EOS, BOS, UNK = "<pad>", "<eos>", "<bos>", "<unk>"


class Tokens:
    """A tokeniser over a (pruned) vocabulary; ids are rows of its embedding."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        ids = {name: tokenizer.token_to_id(name) for name in (PAD, EOS, BOS)}
        self.pad, self.eos, self.bos = ids[PAD], ids[EOS], ids[BOS]

    @classmethod
    def build(cls, vocabulary: Vocabulary) -> Tokens:
        """Make the tokeniser of `vocabulary`."""
        from tokenizers import Tokenizer, decoders, models, normalizers

        ids = {piece: number for number, piece in enumerate(vocabulary.pieces)}
        model = models.BPE(
            vocab=ids,
            merges=list(_merges(vocabulary, ids)),
            unk_token=UNK,
            fuse_unk=True,
            byte_fallback=True,
        )
        tokenizer = Tokenizer(model)
        tokenizer.normalizer = normalizers.Replace(" ", SPACE)
        steps = [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
        tokenizer.decoder = decoders.Sequence(steps)
        return cls(tokenizer)

    @classmethod
    def load(cls, path: Path) -> Tokens:
        """Read what `save` wrote."""
        from tokenizers import Tokenizer

        return cls(Tokenizer.from_file(str(path)))

    def save(self, path: Path) -> None:
        """Write the tokeniser as one JSON file."""
        self._tokenizer.save(str(path), pretty=False)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text, without begin and end marks."""
        return [one.ids for one in self._tokenizer.encode_batch_fast(list(texts))]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of `ids`; begin and end marks must not be among them."""
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=False)
        return text

    def pieces(self, ids: Iterable[int]) -> list[str]:
        """Return the piece of each id."""
        return [self._tokenizer.id_to_token(number) for number in ids]

    def __len__(self) -> int:
        size: int = self._tokenizer.get_vocab_size()
        return size


def _merges(vocabulary: Vocabulary, ids: dict[str, int]) -> Iterable[tuple[str, str]]:
    """Yield every pair that joins to a piece, best piece first."""
    normal = [n for n, kind in enumerate(vocabulary.kinds) if kind == PIECE_NORMAL]
    for number in sorted(normal, key=lambda n: -vocabulary.scores[n]):
        piece = vocabulary.pieces[number]
        splits = ((piece[:cut], piece[cut:]) for cut in range(1, len(piece)))
        yield from sorted(
            (pair for pair in splits if pair[0] in ids and pair[1] in ids),
            key=lambda pair: (ids[pair[0]], ids[pair[1]]),
        )
