"""Puts spaces around the marks of English text, as models with Moses tokenisation want it.

For IndicTrans2's English side only: into the model with `spread`, out of it with `tighten`. Not
for counting words (courses/script.py). The rules are those of the Moses tokeniser for English
(Koehn et al. 2007), without its escapes.
"""

from __future__ import annotations

import re

from translators.entities import WORD_PARTS

_ABBREVIATION_NAMES = (
    "adj adm adv asst bart bldg brig bros capt cmdr col comdr con corp cpl dr drs ens gen gov "
    "hon hr hosp insp lt mm mr mrs ms maj messrs mlle mme op ord pfc ph prof pvt rep reps res rev "
    "rt sen sens sfc sgt sr st supt surg v vs i.e e.g viz no nos art nr pp rs smt shri "
    "jan feb mar apr jun jul aug sep oct nov dec"
)
_ABBREVIATIONS = frozenset(_ABBREVIATION_NAMES.split())
_BEFORE_NUMBERS = frozenset({"no", "nos", "art", "nr", "pp", "rs"})
_SPREAD = (
    (re.compile(rf"([^\w\s.'`,\-{WORD_PARTS}])|(_)"), r" \1\2 "),
    (re.compile(r"(?<!\d),|,(?!\d)"), " , "),
    (re.compile(r"(?<![^\W\d_])'(?![^\W\d_])"), " ' "),
    (re.compile(r"(?<![^\W\d_])(?<!\d)'(?=[^\W\d_])"), " ' "),
    (re.compile(r"(?<=[^\W\d_])'(?![^\W\d_])"), " ' "),
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), " '"),
    (re.compile(r"(?<=\d)'(?=s\b)"), " '"),
)
_DOTS = re.compile(r"\.{2,}")
_LEFT = frozenset(".,;:!?%)]}…")
_RIGHT = frozenset("([{¿¡$£€₹")
_SHORT = re.compile(r"'[^\W\d_]")


def spread(text: str) -> str:
    """Return `text` with a space around every mark: "Yes, it's." -> "Yes , it 's ."."""
    dots = _DOTS.findall(text)
    text = _DOTS.sub(" \ue7ff ", text)
    for pattern, made in _SPREAD:
        text = pattern.sub(made, text)
    words = text.split()
    spread_out = " ".join(
        _split_stop(word, words[number + 1] if number + 1 < len(words) else "")
        for number, word in enumerate(words)
    )
    for run in dots:
        spread_out = spread_out.replace("\ue7ff", run, 1)
    return spread_out


def _split_stop(word: str, following: str) -> str:
    """Return `word` with its full stop apart, unless it belongs to an abbreviation.

    That is so at the end of a sentence, too: the model was trained on "He left the U.S."
    """
    stem = word.removesuffix(".")
    if stem == word or not stem:
        return word
    folded = stem.lower()
    if folded in _BEFORE_NUMBERS:
        belongs = following[:1].isdigit() or following[:1].islower()
    else:
        inner = "." in stem and any(map(str.isalpha, stem))
        letter = len(stem) == 1 and stem.isupper()
        belongs = inner or letter or folded in _ABBREVIATIONS or following[:1].islower()
    return word if belongs else f"{stem} ."


def tighten(text: str) -> str:
    """Return text of `spread` as people write it: "Yes , it 's ." -> "Yes, it's."."""
    made: list[str] = []
    quoted, glue = {'"': False, "'": False}, True
    for token in text.split():
        if token in quoted and not (token == "'" and made and made[-1].endswith("s")):
            closing = quoted[token]
            quoted[token] = not closing
            made.append(token if glue or closing else f" {token}")
            glue = not closing
        elif set(token) <= _LEFT or token == "'" or (_SHORT.match(token) and _in_word(made)):
            made.append(token)
            glue = False
        else:
            made.append(token if glue else f" {token}")
            glue = token[-1] in _RIGHT
    return "".join(made)


def _in_word(made: list[str]) -> bool:
    return bool(made) and made[-1][-1:].isalnum()
