"""Chooses the pieces that the starter keeps of the base model's 262,144.

The rule. Written by the model ("writable"): every piece that occurs in a target text, and every
single letter, digit and mark of the languages' scripts and of ASCII. Read by it: besides those,
every piece that occurs in an English text, every piece in one of the scripts, Latin pieces among
the first LATIN of the base's list (its order is by use), the raw bytes and the marks of begin
and end. With each piece come the pieces through which the tokeniser reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from training.corpus import BLOCKS, Corpus
from translators.indic_text import to_devanagari
from translators.starter_base import PIECE_BYTE, PIECE_NORMAL, Vocabulary
from translators.starter_prompt import LANGUAGES, VIA_DEVANAGARI
from translators.starter_tokens import BOS, EOS, PAD, SPACE, UNK, Tokens

LATIN = 60_000
ASCII = {chr(code) for code in range(33, 127)}
MARKS = set("।॥‘’“”–—…₹°×·•،؛؟۔\u200c\u200d" + SPACE)


def choose(vocabulary: Vocabulary, corpora: dict[str, Corpus]) -> tuple[list[int], int]:
    """Return the kept ids of `vocabulary`, writable ones first, and the number of those."""
    tokens = Tokens.build(vocabulary)
    read, written = set[int](), set[int]()
    for language, corpus in corpora.items():
        pairs = (*corpus.pairs, *corpus.flores, *corpus.courses)
        read.update(_used(tokens, [pair.english for pair in pairs]))
        targets = [in_model_script(pair.target, language) for pair in corpus.pairs]
        written.update(_used(tokens, [f" {target}" for target in targets]))
    read.update(_used(tokens, [f"English: \nTerms: = ;\n{name}:" for name in LANGUAGES.values()]))
    for number, (piece, kind) in enumerate(zip(vocabulary.pieces, vocabulary.kinds, strict=True)):
        if piece in (PAD, EOS, BOS, UNK):
            written.add(number)
        elif kind == PIECE_BYTE:
            read.add(number)
        elif kind == PIECE_NORMAL:
            _sort_in(number, piece, read, written)
    reached = set(_ways(vocabulary, read | written))
    return [*sorted(written), *sorted((read | reached) - written)], len(written)


def in_model_script(text: str, language: str) -> str:
    """Return `text` as the model writes it."""
    return to_devanagari(text, language) if language in VIA_DEVANAGARI else text


def _used(tokens: Tokens, texts: Sequence[str]) -> Iterable[int]:
    for ids in tokens.encode(texts):
        yield from ids


def _sort_in(number: int, piece: str, read: set[int], written: set[int]) -> None:
    letters = piece.replace(SPACE, "")
    ours = [any(a <= ord(x) <= b for a, b in BLOCKS.values()) for x in letters]
    if len(piece) == 1 and (piece in ASCII or piece in MARKS or any(ours)):
        written.add(number)
    elif (letters and all(x in MARKS or our for x, our in zip(letters, ours, strict=True))) or (
        number < LATIN and letters.isascii() and letters.isalpha()
    ):
        read.add(number)


def _ways(vocabulary: Vocabulary, kept: set[int]) -> Iterable[int]:
    """Yield the ids through which the tokeniser's joins pass on the way to the kept pieces."""
    ids = {piece: number for number, piece in enumerate(vocabulary.pieces)}
    for number in kept:
        if vocabulary.kinds[number] != PIECE_NORMAL:
            continue
        parts = list(vocabulary.pieces[number])
        while len(parts) > 1:
            joined = [ids.get(a + b, -1) for a, b in pairwise(parts)]
            scores = [vocabulary.scores[n] if n >= 0 else -1e9 for n in joined]
            best = max(range(len(scores)), key=scores.__getitem__)
            if joined[best] < 0:
                break
            parts[best : best + 2] = [parts[best] + parts[best + 1]]
            yield joined[best]
