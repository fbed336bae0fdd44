"""How a sentence is put to the starter, in training and in use.

Not for choosing hints: they come with the request. The form is the one the weights were trained
with; changing it means training again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LANGUAGES = {
    "as": "Assamese",
    "bn": "Bengali",
    "gu": "Gujarati",
    "hi": "Hindi",
    "kn": "Kannada",
    "ml": "Malayalam",
    "mr": "Marathi",
    "ne": "Nepali",
    "or": "Odia",
    "pa": "Punjabi",
    "ta": "Tamil",
    "te": "Telugu",
    "ur": "Urdu",
}
"""The languages the starter was trained to write, and their names in the prompt."""

VIA_DEVANAGARI = frozenset({"gu", "or", "pa"})
"""Written by the model in Devanagari: that takes it fewer pieces a word than their own script
(Odia 2.9 against 4.8, Punjabi 2.3 against 2.9, Gujarati 2.3 against 2.5)."""

HINT_LIMIT = 4
"""More hints than this a sentence were never seen in training."""


def prompt(source: str, language: str, hints: Sequence[tuple[str, str]] = ()) -> str:
    """Return the text in front of the translation; `hints` are in the model's script."""
    lines = [f"English: {one_line(source)}"]
    if hints:
        pairs = (f"{one_line(term)} = {one_line(target)}" for term, target in hints[:HINT_LIMIT])
        lines.append("Terms: " + "; ".join(pairs))
    lines.append(f"{LANGUAGES[language]}:")
    return "\n".join(lines)


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space; line breaks steer the model."""
    return re.sub(r"\s+", " ", text).strip()
