"""What can be mended and told of a model's text without knowing the language.

Not for numbers (translators/number_words.py) and not for glossary terms (translators/hint_use.py).
"""

from __future__ import annotations

import re

from courses.languages import find_writing
from courses.script import script_of

# Models now and then write dozens in a row; one joiner or non-joiner can mean something.
_EXTRA_INVISIBLE = re.compile("[\u200b\ufeff]+|([\u200c\u200d])[\u200b-\u200d]+")


def without_noise(text: str) -> str:
    """Return `text` without invisible characters that mean nothing, and no space around it."""
    return _EXTRA_INVISIBLE.sub(r"\1", text).strip()


def foreign_words(text: str, target: str) -> int:
    """Return how many words of `text` have letters neither of the script of `target` nor Latin."""
    own = {find_writing(target).script, "Latn", None}
    strange = {char for char in set(text) if script_of(char) not in own}
    return sum(not strange.isdisjoint(word) for word in text.split())
