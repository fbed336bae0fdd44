"""Draws training examples from the corpora in fixed shares, the same ones for the same seed.

Every language has the same chance; in it, a source weighs by its size and by how close it is to
courses and governance prose. Not for reading files (training/corpus.py).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from training.corpus import Corpus, Pair
from training.hints import Lexicon, hints_for
from training.vocabulary import in_model_script
from translators.starter_prompt import prompt
from translators.starter_tokens import Tokens

QUALITY = {
    "flores200-dev": 5.0,
    "tico19": 3.0,
    "udhr": 4.0,
    "kb-igot-faq": 4.0,
    "sunbird-ed": 2.0,
    "csmop": 4.0,
    "aarogya-setu": 3.0,
    "simple-android": 2.0,
    "pratham-books": 1.5,
    "mosip": 1.0,
    "kolibri": 1.5,
    "opensource-guide": 1.5,
    "xquad-hi": 1.2,
    "ms-courses-mt": 1.2,
    "floresv1-ne": 1.2,
    "indian-parallel-mturk": 1.0,
    "tatoeba-hin": 1.0,
    "tatoeba-laser": 1.0,
    "mozilla-www": 0.8,
    "react-docs": 0.7,
    "gnome-help": 0.6,
    "aosp-android": 0.6,
    "chromium": 0.5,
    "firefox": 0.4,
    "libreoffice-ui": 0.3,
    "libreoffice-help-hi": 0.4,
}
"""How much a row of each source is wanted, 1 = as any other; the rest get OTHER."""
OTHER = 0.4
FINAL = ("flores200-dev", "tico19", "udhr", "kb-igot-faq", "sunbird-ed", "ms-courses-mt")
"""Sources that weigh three times as much while the learning rate falls."""

HINTED = 0.3
RENUMBERED = 0.7
"""Share of pairs with hints, and of pairs with equal numbers that get other numbers."""

GROUPED = 0.15
"""Share of the new numbers that are written with commas, a point or both."""

_NUMBER = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Example:
    """One training text: `ids` is prompt and target, the target begins at `start`."""

    ids: list[int]
    start: int


class Mixture:
    """An endless stream of pairs over all languages; `cursors` says how far each source is."""

    def __init__(self, corpora: dict[str, Corpus], seed: int) -> None:
        self.seed = seed
        self.languages = sorted(corpora)
        self.lexicons = {name: Lexicon(corpus.terms) for name, corpus in corpora.items()}
        self.sources = {name: _by_source(corpus.pairs) for name, corpus in corpora.items()}
        self.cursors: dict[str, int] = {}

    def pool(self, number: int, size: int, final: bool = False) -> list[tuple[str, Pair]]:
        """Return the pool called `number`: `size` pairs with their languages."""
        chance = random.Random(f"{self.seed}/{number}")
        drawn = []
        for _ in range(size):
            language = chance.choice(self.languages)
            sources = self.sources[language]
            names = list(sources)
            weights = [_weight(name, len(sources[name]), final) for name in names]
            drawn.append((language, self._next(language, chance.choices(names, weights)[0])))
        return drawn

    def _next(self, language: str, source: str) -> Pair:
        rows = self.sources[language][source]
        key = f"{language}/{source}"
        turn, at = divmod(self.cursors.get(key, 0), len(rows))
        if at == 0:
            rows.sort(key=lambda pair: pair.english)
            random.Random(f"{self.seed}/{key}/{turn}").shuffle(rows)
        self.cursors[key] = turn * len(rows) + at + 1
        return rows[at]

    def resume(self, cursors: dict[str, int]) -> None:
        """Go on where a stream with these `cursors` stood."""
        self.cursors = dict(cursors)
        for key, count in cursors.items():
            language, source = key.split("/", 1)
            rows = self.sources[language][source]
            rows.sort(key=lambda pair: pair.english)
            random.Random(f"{self.seed}/{key}/{count // len(rows)}").shuffle(rows)

    def examples(
        self, number: int, size: int, tokens: Tokens, final: bool = False
    ) -> list[Example]:
        """Return a pool as token ids, hints put in and numbers varied."""
        chance = random.Random(f"{self.seed}/{number}/texts")
        prompts, targets = [], []
        for language, pair in self.pool(number, size, final):
            english, target = renumber(pair.english, pair.target, chance)
            hints = []
            if chance.random() < HINTED:
                hints = hints_for(self.lexicons[language], english, target, chance)
            hints = [(term, in_model_script(form, language)) for term, form in hints]
            prompts.append(prompt(english, language, hints))
            targets.append(" " + in_model_script(target, language))
        return list(_encode(tokens, prompts, targets))


def _by_source(pairs: list[Pair]) -> dict[str, list[Pair]]:
    sources: dict[str, list[Pair]] = {}
    for pair in pairs:
        sources.setdefault(pair.source, []).append(pair)
    return sources


def _weight(source: str, size: int, final: bool) -> float:
    wanted = QUALITY.get(source, OTHER) * (3.0 if final and source in FINAL else 1.0)
    weight: float = wanted * size**0.85
    return weight


def renumber(english: str, target: str, chance: random.Random) -> tuple[str, str]:
    """Return the pair, often with other numbers where both sides have the same ones.

    Wrong numbers are the worst fault of a translation; this shows the model that any number
    is copied. 0 and 1 stay, for grammar depends on them.
    """
    here, there = _NUMBER.findall(english), _NUMBER.findall(target)
    if not here or sorted(here) != sorted(there) or chance.random() > RENUMBERED:
        return english, target
    new = {old: old if old in "01" else _similar(old, chance) for old in here}

    def swap(match: re.Match[str]) -> str:
        return new[match.group()]

    return _NUMBER.sub(swap, english), _NUMBER.sub(swap, target)


def _similar(number: str, chance: random.Random) -> str:
    if len(number) == 4 and number[:2] in ("19", "20"):
        return str(chance.randint(1947, 2047))
    if number.isdecimal() and chance.random() < GROUPED:
        number = chance.choice(("1.5", "12.50", "1,000", "10,000", "1,00,000", "12,34,567"))
    digits = [str(chance.randint(0, 9)) if mark.isdecimal() else mark for mark in number]
    digits[0] = str(chance.randint(2 if len(number) == 1 else 1, 9))
    return "".join(digits)


def _encode(tokens: Tokens, prompts: list[str], targets: list[str]) -> Iterator[Example]:
    for asked, wanted in zip(tokens.encode(prompts), tokens.encode(targets), strict=True):
        yield Example([tokens.bos, *asked, *wanted, tokens.eos], len(asked) + 1)
