"""The tokeniser joins as SentencePiece does and gives every text back."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from translators.starter_base import Vocabulary
from translators.starter_tokens import Tokens

JOINED = ["he", "ll", "hell", "\u2581w", "lo", "क्", "क्ष"]
PIECES = [
    *("<pad>", "<eos>", "<bos>", "<unk>"),
    *(f"<0x{byte:02X}>" for byte in range(256)),
    *("\n", "\u2581", *"abcdefghijklmnopqrstuvwxyz", *"कष्म।"),
    *JOINED,
]
SCORES = [-1000.0] * (len(PIECES) - len(JOINED)) + [-float(n) for n in range(len(JOINED))]
KINDS = [3] * 4 + [6] * 256 + [4] + [1] * (len(PIECES) - 261)
TOKENS = Tokens.build(Vocabulary(PIECES, SCORES, KINDS))


def _cut(text: str) -> list[str]:
    return TOKENS.pieces(TOKENS.encode([text])[0])


def test_the_best_pair_is_joined_first() -> None:
    assert _cut("hello world") == ["hell", "o", "\u2581w", "o", "r", "l", "d"]
    assert _cut("क्षमा") == ["क्ष", "म", "<0xE0>", "<0xA4>", "<0xBE>"]


def test_no_space_is_put_in_front_and_lines_stay_lines() -> None:
    assert _cut("a\nb") == ["a", "\n", "b"]
    assert _cut(" a") == ["\u2581", "a"]


@given(st.text().filter(lambda text: "\u2581" not in text and "\r" not in text))
def test_every_text_comes_back(text: str) -> None:
    assert TOKENS.decode(TOKENS.encode([text])[0]) == text


def test_a_saved_tokeniser_cuts_the_same(tmp_path: Path) -> None:
    TOKENS.save(tmp_path / "tokenizer.json")
    loaded = Tokens.load(tmp_path / "tokenizer.json")
    texts = ["hello world", "क्षमा है।", "x" * 50]
    assert loaded.encode(texts) == TOKENS.encode(texts)
    assert (loaded.bos, loaded.eos, len(loaded)) == (2, 1, len(PIECES))
