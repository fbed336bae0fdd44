"""What a chat model wrote, held against what was asked: believed only where it fits.

Sentences of a course may hold orders for the model (OWASP, "LLM01: Prompt Injection"); telling the
model so is not enough, so its answer must have the schema exactly, and each text must look like a
translation into the language. Not for the quality of a translation: pipeline.checking.checks.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from courses.languages import Writing
from courses.script import comparison_key, script_of
from translators.base import Draft, Request
from translators.http import read_json
from translators.remote import Unusable

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "translations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"n": {"type": "integer"}, "text": {"type": "string"}},
                "required": ["n", "text"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["translations"],
    "additionalProperties": False,
}
"""JSON schema of an answer, with the few keywords that all servers know."""

# Some models put JSON between fences however they are asked; nothing else may stand around it.
_FENCED = re.compile(r"```(?:json)?\s*\n(.*)\n```", re.DOTALL)
# pipeline.checking.checks reports a text from 3 times the length of its source on. Twice that, with
# room for short sentences, is no translation any more but an essay.
_LONGEST_RATIO, _LONGEST_ROOM = 6, 60
_TELLING_WORDS = 4  # a shorter sentence may well be all names and abbreviations


def read_translations(content: str, count: int) -> list[str]:
    """Return the texts of an answer in the order of their numbers, 1 to `count`.

    Raises Unusable unless it is the schema and nothing else, with each number once: when one is
    missing or double, two sentences may have become one, and no text is sure to be its sentence's.
    """
    found = _FENCED.fullmatch(content.strip())
    try:
        answer = read_json(found[1] if found else content)
    except ValueError:
        raise Unusable("the model did not answer with the JSON it was asked for") from None
    if not isinstance(answer, dict) or answer.keys() != {"translations"}:
        raise Unusable("the model answered with other JSON than it was asked for")
    items = answer["translations"]
    if not isinstance(items, list) or not all(map(_is_item, items)):
        raise Unusable("the model answered with other JSON than it was asked for")
    texts = {item["n"]: item["text"] for item in items}
    if len(items) != count or texts.keys() != set(range(1, count + 1)):
        raise Unusable(f"the model answered with {len(items)} sentences for {count}")
    return [texts[number] for number in range(1, count + 1)]


def judge(request: Request, text: str, writing: Writing) -> Draft:
    """Return the text as a Draft on one line, or a hole when it cannot be a translation."""
    flat = " ".join(text.split())
    problem = _problem(request.text, flat, writing)
    return Draft(None, problem=problem) if problem else Draft(flat)


def _problem(source: str, text: str, writing: Writing) -> str | None:
    if not text:
        return "the model left this sentence empty"
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        return "the model's text has control characters in it"
    if len(text) > _LONGEST_RATIO * len(source) + _LONGEST_ROOM:
        return "the model wrote far more than this sentence says"
    if not _is_written(source, text, writing):
        return f"the model did not write {writing.script}, the script of the language"
    return None


def _is_written(source: str, text: str, writing: Writing) -> bool:
    """Return whether a text has a word in the script that was asked for, or needs none.

    An order that was followed shows here: its answer is mostly English. A sentence of names may
    stay as it is; that one is the source itself, and pipeline.checking.checks reports it.
    """
    words = [word for word in source.split() if any(map(str.isalpha, word))]
    if len(words) < _TELLING_WORDS or comparison_key(text) == comparison_key(source):
        return True
    return any(script_of(word) == writing.script for word in text.split())


def _is_item(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and item.keys() == {"n", "text"}
        and type(item["n"]) is int
        and isinstance(item["text"], str)
    )
