"""Pieces of a SentencePiece model: text, marks, placeholders."""

from __future__ import annotations

from pathlib import Path

import pytest
import sentencepiece

from courses.errors import ModelError
from translators.pieces import Pieces

LINES = ["Reply within 30 days < ID1 > .", "हर नागरिक सूचना माँग सकता है ।"]


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Pieces:
    made = tmp_path_factory.mktemp("pieces") / "model"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(LINES * 10),
        model_prefix=str(made),
        vocab_size=80,
        model_type="bpe",
        user_defined_symbols=["<ID1>"],
        hard_vocab_limit=False,
        minloglevel=2,
    )
    return Pieces(made.with_suffix(".model"))


def test_text_comes_back_from_its_pieces(pieces: Pieces) -> None:
    for line in LINES:
        assert pieces.join(pieces.cut(line)) == line


def test_marks_and_language_tags_are_no_text(pieces: Pieces) -> None:
    marks = ["</s>", "<pad>", "hin_Deva", ">>tam_Taml<<"]
    assert pieces.join([*marks, *pieces.cut("Reply"), *marks]) == "Reply"


def test_a_placeholder_that_is_one_piece_is_text(pieces: Pieces) -> None:
    cut = pieces.cut("Reply <ID1>")
    assert "<ID1>" in cut
    assert pieces.join(cut) == "Reply <ID1>"


def test_a_file_that_is_no_model_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="cannot be read"):
        Pieces(tmp_path / "model")
