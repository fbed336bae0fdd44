"""Generates for many prompts at once: batches by length, limits, a second try where one failed.

Works over anything that has `generate`, so tests need no model. Not for text: prompts and
results are piece ids.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

BATCH = 24
"""Prompts in one batch; larger ones gain nothing on one core."""

PIECES_EACH, PIECES_MORE = 5, 16
"""A translation longer than 5 pieces a source piece plus 16 has run away: the longest of the
training texts have 4."""

NO_REPEAT = 4
"""In the second try no run of so many pieces may come twice."""

SPREAD = 16
"""Pieces that beginnings in one batch may differ in length: a shorter one is written while the rest
of a longer one is only read, piece by piece too."""

WIDER = 4
"""Beams of the second try, and texts to choose from."""

HOPELESS = 5
"""So many faults are worth a third try."""

PENALTY = 1.3
"""Of pieces that stand already, in the third try: it ends loops, and costs some grammar."""


@dataclass(frozen=True, slots=True)
class Written:
    """One generated text: piece ids without the end mark, mean log probability a piece, end."""

    ids: list[int]
    score: float
    ended: bool


@dataclass(frozen=True, slots=True)
class Search:
    """How to generate. `beam` 1 is greedy; `choices` texts a prompt, at most `beam`;
    `no_repeat` forbids repeated runs of so many pieces; `penalty` above 1 makes every piece that
    stands already less likely."""

    longest: int
    beam: int = 1
    choices: int = 1
    no_repeat: int = 0
    penalty: float = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One prompt as pieces, and how many pieces its source sentence has."""

    pieces: list[str]
    source: int


class Model(Protocol):
    """What is needed of a loaded model."""

    def generate(self, prompts: Sequence[Sequence[str]], search: Search) -> list[list[Written]]:
        """Continue every prompt; best text first."""
        ...


Faults = Callable[[int, Written], int]
"""Number of a prompt and a text for it -> how many faults show without knowing the language."""


def decode(model: Model, asked: Sequence[Asked], faults: Faults, beam: int = 1) -> list[Written]:
    """Return one text a prompt, in order; `ended` is False where even the third try ran on.

    A text that loops or has faults is tried again with a wider search; of all its texts the
    first without loop and with the fewest faults is taken. One that still loops or is hopeless is
    tried once more, with a penalty on what was said.
    """
    found = [texts[0] for texts in _run(model, asked, Search(longest=0, beam=beam))]
    wider = Search(longest=0, beam=WIDER, choices=WIDER, no_repeat=NO_REPEAT)
    faulty = [n for n, written in enumerate(found) if is_loop(written) or faults(n, written)]
    _try_again(model, asked, found, (faulty, wider, faults))
    lost = [n for n in faulty if is_loop(found[n]) or faults(n, found[n]) >= HOPELESS]
    _try_again(model, asked, found, (lost, replace(wider, penalty=PENALTY), faults))
    return [replace(written, ended=not is_loop(written)) for written in found]


def go_on(model: Model, asked: Sequence[Asked]) -> list[Written]:
    """Return the likeliest rest of each prompt that holds the beginning of a text already."""
    found = [texts[0] for texts in _run(model, asked, Search(longest=0), SPREAD)]
    return [replace(written, ended=not is_loop(written)) for written in found]


def _try_again(
    model: Model,
    asked: Sequence[Asked],
    found: list[Written],
    again: tuple[Sequence[int], Search, Faults],
) -> None:
    """Put better texts into `found` for the numbers of `again`, made by its search."""
    numbers, search, faults = again
    retried = _run(model, [asked[number] for number in numbers], search)
    for number, texts in zip(numbers, retried, strict=True):
        choices = [found[number], *texts]
        found[number] = min(choices, key=lambda text: (is_loop(text), faults(number, text)))


def _run(
    model: Model, asked: Sequence[Asked], search: Search, spread: float = math.inf
) -> list[list[Written]]:
    found: dict[int, list[Written]] = {}
    for batch in _batches([len(one.pieces) for one in asked], spread):
        longest = PIECES_MORE + PIECES_EACH * max(asked[number].source for number in batch)
        prompts = [asked[number].pieces for number in batch]
        made = model.generate(prompts, replace(search, longest=longest))
        found.update(zip(batch, made, strict=True))
    return [found[number] for number in range(len(asked))]


def _batches(lengths: Sequence[int], spread: float) -> list[list[int]]:
    """Return numbers by rising length, in groups that differ in it by `spread` at most."""
    groups: list[list[int]] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        last = groups[-1] if groups else []
        if not 0 < len(last) < BATCH or lengths[number] - lengths[last[0]] > spread:
            groups.append([])
        groups[-1].append(number)
    return groups


def is_loop(written: Written) -> bool:
    """Return whether a text ran on to its limit or says a run of pieces three times in a row."""
    return not written.ended or has_repeats(written.ids)


def has_repeats(ids: Sequence[int]) -> bool:
    """Return whether some run of pieces comes again and again without a break."""
    return any(_repeats(ids, run) for run in range(1, 9))


def _repeats(ids: Sequence[int], run: int) -> bool:
    times = 6 if run == 1 else 3
    repeated = 0
    for here in range(run, len(ids)):
        repeated = repeated + 1 if ids[here] == ids[here - run] else 0
        if repeated >= run * (times - 1):
            return True
    return False
