"""Which forms of a target term count as the term: right inflections do, other words do not.

The rules are data, one table a language in glossaries/inflection; a language without a table is
compared as written. Spelling is folded first: the key of `courses.script`, nasal consonants
before their own class as anusvara (सम्बन्ध is संबंध), chandrabindu, a colon for visarga, a final
virama in Odia, two ways to spell Malayalam, Arabic letters for Urdu ones. Not for making forms to
be shown: many that the rules allow are no words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from courses.script import comparison_map

TABLES = Path(__file__).with_name("inflection")

# Letters and signs of words: stdlib's \w leaves out the vowel signs of the Indian scripts.
_WORD = r"\w\u0900-\u0963\u0966-\u096f\u0971-\u0dff\u064b-\u065f\u0670\u1c50-\u1c7d\uabc0-\uabed"
_LATIN = r"A-Za-z0-9"
_SEPARATOR = r"[\s\-]{0,3}"  # few: runs of hyphens would be tried in every way
_SEPARATOR_OF_YEAR = r"[\s\-,]{0,3}"
_PUNCTUATION = ",;:()'\"“”‘’।؛۔"

# Blocks of the Indian scripts, in which the same letter has the same place (Unicode, ch. 12).
_BLOCKS = [f"{base:04x}" for base in (0x900, 0x980, 0xA80, 0xB00, 0xC00, 0xC80, 0xD00)]
_NASALS = {0x19: "15-18", 0x1E: "1a-1d", 0x23: "1f-22", 0x28: "24-27", 0x2E: "2a-2d"}

# Ways to spell the same word, in one script each: (pattern, replacement).
_SPELLINGS = (
    ("[\u0a01\u0a70]", "\u0a02"),  # Gurmukhi adak bindi and tippi are one nasalisation
    ("\u0d7b\u0d4d(?=\u0d31)", "\u0d28\u0d4d"),  # Malayalam ൻ്റെ is ന്റെ
    # Malayalam before 1971 and without chillus: കത്തു് is കത്ത്, ഓഫീസര് is ഓഫീസർ.
    ("\u0d41\u0d4d", "\u0d4d"),
    ("\u0d30\u0d4d(?![\u0d05-\u0d39])", "\u0d7c"),
    ("\u0d32\u0d4d(?![\u0d05-\u0d39])", "\u0d7d"),
    ("\u0d33\u0d4d(?![\u0d05-\u0d39])", "\u0d7e"),
    # Malayalam, spelt either way: അർത്ഥം is അർഥം, നിർണ്ണയം is നിർണയം, മീറ്റിംഗ് is മീറ്റിങ്.
    ("(?<=\u0d7c)(?:\u0d24\u0d4d(?=\u0d25)|\u0d26\u0d4d(?=\u0d27))", ""),
    ("(?<=\u0d7c)([\u0d17\u0d1c\u0d23\u0d2c\u0d2e\u0d2f\u0d35])\u0d4d(?=\\1)", ""),
    ("(?<=\u0d3f)\u0d02\u0d17", "\u0d19\u0d4d\u0d19"),
    ("(?<=\u0d3f)\u0d19\u0d4d(?![\u0d05-\u0d39])", "\u0d19\u0d4d\u0d19\u0d4d"),
    # Odia, at the end of a loan word: ଫାଇଲ୍ is ଫାଇଲ.
    ("(?<=[\u0b15-\u0b39\u0b5f\u0b71])\u0b4d(?![\u0b05-\u0b39\u0b5f\u0b71])", ""),
    ("\u09f7", "\u0964"),  # a danda in much Assamese and Bengali text
    ("[\u064b-\u0655\u0670\u0640]", ""),
    ("\u06d3", "\u06d2"),
    ("[\u064a\u0649]", "\u06cc"),
    ("\u0643", "\u06a9"),
    ("[\u0647\u0629\u06c0\u06c2\u06c3\u06d5]", "\u06c1"),
    ("[\u0622\u0623\u0625]", "\u0627"),
    ("(?<=[\u0627\u06c1])\u0621(?![\u0621-\u06d3])", ""),  # اشیاء is اشیا
    ("\u060c", ","),
    ("[‐‑–]", "-"),
    ("[’‘]", "'"),
)


def _folding() -> list[tuple[re.Pattern[str], str]]:
    """Return what is folded beyond the comparison key, as (pattern, replacement)."""
    rules = []
    for block in _BLOCKS:
        base = int(block, 16)
        anusvara, virama = chr(base + 2), chr(base + 0x4D)
        for nasal, stops in _NASALS.items():
            first, last = (chr(base + int(stop, 16)) for stop in stops.split("-"))
            rules.append((f"{chr(base + nasal)}{virama}(?=[{first}-{last}])", anusvara))
        rules.append((chr(base + 1), anusvara))
        rules.append((f"(?<=[{chr(base)}-{chr(base + 0x4F)}]):(?=[{chr(base)}-{chr(base + 0x4F)}])",
                      chr(base + 3)))  # fmt: skip
    return [(re.compile(pattern), replacement) for pattern, replacement in (*rules, *_SPELLINGS)]


_FOLDING = _folding()


@dataclass(frozen=True, slots=True)
class Table:
    """The rules of one language. `last`, `inner`: (final, forms in its place), longest first.

    The last word of a term takes `last`, the others `inner`; `joint` may follow any word;
    `same` are groups of words that stand for each other.
    """

    last: tuple[tuple[str, tuple[str, ...]], ...] = ()
    inner: tuple[tuple[str, tuple[str, ...]], ...] = ()
    joint: tuple[str, ...] = ()
    same: dict[str, tuple[str, ...]] = field(default_factory=dict)


@lru_cache(maxsize=2048)
def fold(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the text as wordings are compared, and the span in `text` of each character of it."""
    key, spans = comparison_map(text)
    for pattern, replacement in _FOLDING:
        if pattern.search(key):
            key, spans = _replace(pattern, replacement, key, spans)
    return key, tuple(spans)


def _replace(
    pattern: re.Pattern[str], replacement: str, key: str, spans: list[tuple[int, int]]
) -> tuple[str, list[tuple[int, int]]]:
    made, kept, at = "", [], 0
    for found in pattern.finditer(key):
        made += key[at : found.start()] + replacement
        kept += spans[at : found.start()]
        whole = (spans[found.start()][0], spans[found.end() - 1][1])
        kept += [whole] * len(replacement)
        at = found.end()
    return made + key[at:], kept + spans[at:]


@lru_cache(maxsize=64)
def table(language: str) -> Table:
    """Return the rules of `language`, empty where there are none."""
    path = TABLES / f"{language}.toml"
    if not path.exists():
        return Table()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = {name: tuple(fold(one)[0] for one in some) for name, some in data["parts"].items()}
    same = {
        word: tuple(group)
        for words in data.get("same", [])
        if (group := [fold(one)[0] for one in words])
        for word in group
    }
    return Table(
        _rules(data["last"], parts),
        _rules(data["inner"], parts),
        tuple(fold(one)[0] for one in data.get("joint", [])),
        same,
    )


def _rules(
    data: dict[str, list[str]], parts: dict[str, tuple[str, ...]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the rules with ``{part}`` written out as an alternative of regular expressions."""
    made = []
    for final, forms in data.items():
        written = tuple(_written_out(form, parts) for form in forms)
        made.append((fold(final)[0], written))
    return tuple(sorted(made, key=lambda rule: -len(rule[0])))


def _written_out(form: str, parts: dict[str, tuple[str, ...]]) -> str:
    pieces = re.split(r"\{(\w+)\}", form)
    return "".join(
        _either(parts[piece]) if number % 2 else re.escape(fold(piece)[0] if piece else "")
        for number, piece in enumerate(pieces)
    )


def _either(some: Iterable[str]) -> str:
    """Return a group of alternatives that are already folded, the longest tried first."""
    return "(?:" + "|".join(map(re.escape, sorted(set(some), key=len, reverse=True))) + ")"


@lru_cache(maxsize=8192)
def pattern(wording: str, language: str) -> re.Pattern[str]:
    """Return what finds `wording` in folded text: inflected, its words spaced, joined, hyphened."""
    rules = table(language)
    words = fold(wording)[0].split()
    written = [
        _word(word, rules, last=number == len(words) - 1) for number, word in enumerate(words)
    ]
    before = _LATIN if words[0][:1].isascii() else _WORD
    after = _LATIN if words[-1][-1:].isascii() else _WORD
    parts = [
        (_SEPARATOR_OF_YEAR if word[0] in "12" else _SEPARATOR) + one
        for word, one in zip(words, written, strict=True)
    ]
    parts[0] = written[0]
    return re.compile(f"(?<![{before}])" + "".join(parts) + f"(?![{after}])")


def _word(word: str, rules: Table, last: bool) -> str:
    """Return the pattern of one word of a term; before a comma it is inflected like the last."""
    core = word.strip(_PUNCTUATION)
    if not core:
        return f"(?:{re.escape(word)})?"
    ahead, behind = word.split(core, 1)
    chosen = rules.last if last or behind else rules.inner
    if not last and core.endswith(rules.joint) and not core.isascii():
        core = core[:-2]  # the doubled letter is there for the word that follows, or is not
    made = "|".join(_forms(one, chosen) for one in rules.same.get(core, (core,)))
    joint = f"{_either(rules.joint)}?" if rules.joint and not core.isascii() else ""
    marks = "".join(f"{re.escape(mark)}?" for mark in behind)
    return "".join(f"{re.escape(mark)}?" for mark in ahead) + f"(?:{made}){joint}{marks}"


def _forms(word: str, rules: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """Return the alternatives of one word; a hyphen in it may be a space, or gone."""
    if not word.isascii():
        for final, forms in rules:
            if word.endswith(final):
                stem = word[: len(word) - len(final)]
                return _hyphens(stem) + "(?:" + "|".join(forms) + ")"
    return _hyphens(word)


def _hyphens(word: str) -> str:
    return _SEPARATOR.join(map(re.escape, word.split("-")))


def find_wording(text: str, wording: str, language: str) -> list[tuple[int, int]]:
    """Return where `wording` stands in `text` in any of its forms, as code point offsets."""
    if not any(letter.isalnum() for letter in fold(wording)[0]):
        return []
    key, spans = fold(text)
    return [
        (spans[found.start()][0], spans[found.end() - 1][1])
        for found in pattern(wording, language).finditer(key)
        if found.end() > found.start()
    ]


def has_wording(text: str, wording: str, language: str) -> bool:
    """Return whether `wording` stands in `text` in any of its forms."""
    return bool(find_wording(text, wording, language))
