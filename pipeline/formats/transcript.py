"""The reading transcript (.txt): a lesson as prose, for people who read instead of watching.

Not for times or cues: nothing here can be turned back into subtitles.
"""

from __future__ import annotations

import re
from itertools import pairwise

from courses import script
from courses.languages import find_language, find_writing
from pipeline.formats.document import Document, Sentence

SUFFIX = ".txt"

# A speaker who stops for longer than this (ms) goes on to something else; slides change so.
PAUSE = 1200
# A sentence without a translation is seen to be missing, in any language.
HOLE = "[…]"

_SPACES = re.compile("[ \t\r\n]+")  # the no-break space stays


def write(document: Document) -> str:
    """Return title, language and label, then the sentences in paragraphs, a blank line between.

    Right-to-left text has its Latin terms, numbers and addresses isolated (U+2068 ... U+2069).
    """
    writing = find_writing(document.language)
    name = find_language(document.language).name
    head = "\n".join([document.title, f"{writing.autonym} ({name})", document.label])
    body = [" ".join(_prose(sentence) for sentence in part) for part in _parts(document.sentences)]
    if writing.direction == "rtl":
        body = [script.isolate_ltr(paragraph) for paragraph in body]
    return "\n\n".join([head, *body]) + "\n"


def _prose(sentence: Sentence) -> str:
    return _SPACES.sub(" ", sentence.text or "").strip(" ") or HOLE


def _parts(sentences: tuple[Sentence, ...]) -> list[list[Sentence]]:
    """Return `sentences` cut into paragraphs wherever the speech pauses."""
    parts = [list(sentences[:1])] if sentences else []
    for before, sentence in pairwise(sentences):
        if sentence.start - before.end > PAUSE:
            parts.append([])
        parts[-1].append(sentence)
    return parts
