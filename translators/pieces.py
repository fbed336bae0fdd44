"""Cuts text into SentencePiece pieces and joins them; the only file that knows `sentencepiece`.

The pieces are strings, as CTranslate2 takes them. Not for tags and end marks: those are no text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from courses.errors import ModelError

# A placeholder as <ID1> is text, in vocabularies that have it as one piece.
_MARK = re.compile("<(?!ID\\d)[^<>\\s]+>|>>[^<>\\s]+<<|[a-z]{3}_[A-Z][a-z]{3}")


class Pieces:
    """One SentencePiece model."""

    def __init__(self, path: Path) -> None:
        """Load the model; raises ModelError when it cannot be read."""
        from sentencepiece import SentencePieceProcessor

        try:
            self._processor = SentencePieceProcessor(model_file=str(path))
        except (OSError, RuntimeError) as error:
            message = f"The pieces of the translation model cannot be read: {path}."
            raise ModelError(message, "Fetch it again: karmavani models fetch NAME.") from error

    def cut(self, text: str) -> list[str]:
        """Return the pieces of `text`."""
        pieces: list[str] = self._processor.encode(text, out_type=str)
        return pieces

    def join(self, pieces: Sequence[str]) -> str:
        """Return the text of `pieces`, without marks such as ``<s>`` and language tags."""
        text: str = self._processor.decode_pieces([p for p in pieces if not _MARK.fullmatch(p)])
        return text
