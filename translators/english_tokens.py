"""Puts spaces around the marks of English text, as models with Moses tokenisation want it.

For IndicTrans2's English side only: into the model with `spread`, out of it with `tighten`. Not
for counting words (courses/script.py). The rules are those of the Moses tokeniser for English
(Koehn et al. 2007), without its escapes.
"""

from __future__ import annotations

import re

_ABBREVIATION_NAMES = (
    "adj adm adv asst bart bldg brig bros capt cmdr col comdr con corp cpl dr drs ens gen gov "
    "hon hr hosp insp lt mm mr mrs ms maj messrs mlle mme op ord pfc ph prof pvt rep reps res rev "
    "rt sen sens sfc sgt sr st supt surg v vs i.e e.g viz no nos art nr pp rs smt shri"
)
_ABBREVIATIONS = frozenset(_ABBREVIATION_NAMES.split())
_BEFORE_NUMBERS = frozenset({"no", "nos", "art", "nr", "pp", "rs"})
_SPREAD = (
    (re.compile(r"([^\w\s.'`,\-])|(_)"), r" \1\2 "),
    (re.compile(r"(?<!\d),|,(?!\d)"), " , "),
    (re.compile(r"(?<![^\W\d_])'(?![^\W\d_])"), " ' "),
    (re.compile(r"(?<![^\W\d_])(?<!\d)'(?=[^\W\d_])"), " ' "),
    (re.compile(r"(?<=[^\W\d_])'(?![^\W\d_])"), " ' "),
    (re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])"), " '"),
    (re.compile(r"(?<=\d)'(?=s\b)"), " '"),
)
_DOTS = re.compile(r"\.{2,}")
_LEFT = frozenset(".,;:!?%)]}…")
_RIGHT = frozenset("([{¿¡$£₹")
_SHORT = re.compile(r"'(?:s|t|m|d|re|ve|ll|S|T|M|D|RE|VE|LL)\b")


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
    """Return `word` with its full stop apart, unless it belongs to an abbreviation."""
    stem = word.removesuffix(".")
    if stem == word or not stem:
        return word
    if following:
        inner = "." in stem and any(map(str.isalpha, stem))
        folded = stem.lower()
        if inner or (folded in _ABBREVIATIONS and folded not in _BEFORE_NUMBERS):
            return word
        if (len(stem) == 1 and stem.isupper()) or following[:1].islower():
            return word
        if folded in _BEFORE_NUMBERS and following[:1].isdigit():
            return word
    return f"{stem} ."


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
        elif token[0] in _LEFT or _SHORT.match(token) or token == "'":
            made.append(token)
            glue = False
        else:
            made.append(token if glue else f" {token}")
            glue = token[-1] in _RIGHT
    return "".join(made)
