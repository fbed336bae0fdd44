"""Hides what a model must not translate behind placeholders and puts it back exactly.

For addresses, e-mails, handles and hashtags, dates, times and other numbers with signs in them,
as IndicTrans2 was trained to see them: ``<ID1>``; and for sections of law, as 8(1)(j), which its
tokens would tear apart. Plain numbers stay in the text; the model copies
them. Not for glossary terms. Source: AI4Bharat's IndicTransToolkit, for what is hidden and how
models write the placeholders; the code is ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from courses.script import to_ascii_digits

WORD_PARTS = "\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0df3\u200c\u200d\uabe3-\uabed"
"""Vowel signs and joiners inside words, no dandas: for classes of `re`, whose \\w lacks them."""

_ADDRESS_ENDS = "gov|nic|org|com|net|edu|res|ac|co|in|io|info|int|uk|us|eu|dev|app"
_ENTITY = re.compile(
    r"""
    (?P<email>[\w.%+-]+@[\w-]+(?:\.[\w-]+)+)
    | (?P<url>(?:(?:https?|ftp)://|www\.)[^\s<>"'”’।]+
        | (?<![\w@./-])(?:[A-Za-z0-9-]+\.)+(?:"""
    + _ADDRESS_ENDS
    + r""")\b(?:[/?\#][^\s<>"'”’।]*)?)
    | (?P<mark>\[?<?ID\d+>\]?)
    | (?P<handle>[A-Za-z0-9]*[\#@][\w"""
    + WORD_PARTS
    + r"""]+)
    | (?P<section>(?<!\w)\d+[A-Z]{0,2}(?:\((?:\d{1,3}[A-Z]{0,2}|[A-Za-z]{1,2}|[ivxl]{1,5})\))+)
    | (?P<number>~?\d+(?:[.,:/'’+-]\d+)+(?:\s?%)?|~?\d+(?:\.\d+)?\s?%)
    """,
    re.VERBOSE,
)
_PLACEHOLDER = re.compile(r"<ID\d+>")
_TRAILING = ".,;:!?)]}»”’…"
_SHORTEST = 4
"""Letters and digits of a number or address that is worth hiding; shorter ones are copied well."""

# Stand-ins that no library changes while a text is put into another script.
_FIRST = 0xE000
_STAND_IN = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + 999)}]")
_NAMES = "ID|आ[ईइय]\\s?\\.?\\s?डी\\s?\\.?|आइडि|ऐडि|ऐटि|آئی\\s?ڈی|آی\\s?ڈی|ꯑꯥꯏ\\s?ꯗꯤ|ᱟᱭ\\s?ᱰᱤ\\s?᱾?"
_BRACKETED = re.compile(r"[<\[]\s*[^<>\[\]\d]{0,12}?\s*(\d{1,3})\s*[>\]]")
_BARE = re.compile(rf"(?:{_NAMES})\s*(\d{{1,3}})(?!\d)")


def hide(text: str) -> tuple[str, tuple[str, ...]]:
    """Return `text` with placeholders ``<ID1>``, ``<ID2>`` ... and what each stands for, in order.

    Digits of numbers come back as 0 to 9, everything else exactly.
    """
    entities: list[str] = []

    def replace(match: re.Match[str]) -> str:
        said = match.group()
        kept = said.rstrip(_TRAILING) if match.lastgroup == "url" else said
        if match.lastgroup in ("number", "url") and sum(map(str.isalnum, kept)) < _SHORTEST:
            return said
        entities.append(to_ascii_digits(kept) if match.lastgroup == "number" else kept)
        return f"<ID{len(entities)}>{said[len(kept) :]}"

    return _ENTITY.sub(replace, text), tuple(entities)


def has_words(text: str) -> bool:
    """Return whether `text` has letters besides its entities: only then there is work."""
    hidden, _ = hide(text)
    return any(map(str.isalpha, _PLACEHOLDER.sub("", hidden)))


def to_stand_ins(text: str, count: int) -> str:
    """Return a model's `text` with its first `count` placeholders, however written, as stand-ins.

    A stand-in is one private character, which other scripts and tokenisers leave alone.
    """

    def replace(match: re.Match[str]) -> str:
        number = int(match.group(1))
        return chr(_FIRST + number) if 1 <= number <= count else match.group()

    if not count:
        return text
    text = _BRACKETED.sub(replace, text)
    if all(chr(_FIRST + number) in text for number in range(1, count + 1)):
        return text
    return _BARE.sub(replace, text)


def put_back(text: str, entities: Sequence[str]) -> str | None:
    """Return `text` with every stand-in as its entity; None unless each stands there once."""
    found = sorted(ord(one) - _FIRST for one in _STAND_IN.findall(text))
    if found != list(range(1, len(entities) + 1)):
        return None
    return _STAND_IN.sub(lambda match: entities[ord(match.group()) - _FIRST - 1], text)


def has_all(text: str, entities: Sequence[str]) -> bool:
    """Return whether every entity stands in `text` as often as it must, spaces not counted."""
    folded = "".join(to_ascii_digits(text).split())
    wanted = ["".join(to_ascii_digits(one).split()) for one in entities]
    return all(folded.count(one) >= wanted.count(one) for one in wanted)
