"""The reading transcript (.txt): a lesson as prose, for people who read instead of watching.

Not for times or cues: what is read back are paragraphs without times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from courses.isolates import isolate_ltr
from courses.languages import WRITINGS, find_language, find_writing
from pipeline.formats.document import Document, Reading, Sentence
from pipeline.formats.lines import safe_text
from transcription.caption_reader import decode
from transcription.cue_blocks import normalised

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
    head = "\n".join([prose(document.title), named(document.language), prose(document.label)])
    parts = paragraphs(document.sentences)
    body = [" ".join(prose(sentence.text) or HOLE for sentence in part) for part in parts]
    if writing.direction == "rtl":
        body = [isolate_ltr(paragraph) for paragraph in body]
    return "\n\n".join([head, *body]) + "\n"


def prose(text: str | None) -> str:
    """Return a text on one line, safe to show; empty for None."""
    return _SPACES.sub(" ", safe_text(text or "")).strip(" ")


def named(language: str) -> str:
    """Return the name of a language in itself and in English."""
    return f"{find_writing(language).autonym} ({find_language(language).name})"


def paragraphs(sentences: Sequence[Sentence]) -> list[list[Sentence]]:
    """Return `sentences` cut into paragraphs wherever the speech pauses."""
    parts = [list(sentences[:1])] if sentences else []
    for before, sentence in pairwise(sentences):
        if sentence.start - before.end > PAUSE:
            parts.append([])
        parts[-1].append(sentence)
    return parts


def read(data: bytes, name: str) -> Reading:
    """Return title, language and label, and a sentence for each paragraph; `name` is for messages.

    Times are not in the file: paragraph n, from 0, is put after n pauses, and takes no time. Plain
    text of others, whose first lines name none of our languages, is all paragraphs: nothing in it
    is taken for a title.
    """
    text, findings = decode(data, name)
    head, *body = re.split(r"\n(?:[ \t]*\n)+", normalised(text, name).strip("\n"))
    codes = {named(code): code for code in WRITINGS}
    lines = [line.strip() for line in head.split("\n")]
    at = next((n for n, line in enumerate(lines[:2]) if line in codes), None)
    title, code, label = "", "", ""
    if at is None:
        body = [head, *body] if head.strip() else body
    else:
        title, code, label = " ".join(lines[:at]), codes[lines[at]], " ".join(lines[at + 1 :])
    sentences = (_paragraph(n, prose(part)) for n, part in enumerate(body))
    document = Document(prose(title), code, prose(label), sentences=tuple(sentences))
    reading = Reading(document)
    for finding in findings:
        reading.skip(1, finding.message)
    return reading


def _paragraph(number: int, text: str) -> Sentence:
    at = number * (PAUSE + 1)
    # Isolates stay: nobody can tell ours from those of the text, and none is put in twice.
    return Sentence(at, at, None if text == HOLE else text)
