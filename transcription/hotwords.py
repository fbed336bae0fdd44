"""How many of a glossary's terms fit in front of a window, so that the model expects them.

Not for choosing terms; the caller hands them in, most important first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence


def fit_hotwords(words: Sequence[str], count: Callable[[str], int], room: int) -> str:
    """Return the first `words`, joined by commas, that `count` finds to be at most `room` tokens.

    A term is never cut: half a term is a word that nobody says.
    """
    text = ""
    for word in words:
        longer = f"{text}, {word}" if text else word
        if count(" " + longer) > room:
            break
        text = longer
    return text
