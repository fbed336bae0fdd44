"""Cuts examples into batches of about equal padded size, long with long.

Not for choosing examples (training/mixture.py).
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch
from torch import Tensor

from training.mixture import Example
from training.model import IGNORED

LONGEST = 200
"""Longer examples, in tokens, are left out."""
STEP = 8
"""Rows are padded to a multiple of so many tokens: few sizes of tensors, little waste."""


def batches(
    examples: Sequence[Example], writable: int, budget: int, seed: str
) -> list[list[Example]]:
    """Return shuffled batches whose rows times longest row stay within `budget` tokens.

    The few examples that are too long or whose target needs a piece beyond `writable` go.
    """
    short = [e for e in examples if len(e.ids) <= LONGEST and max(e.ids[e.start :]) < writable]
    fit = sorted(short, key=lambda example: len(example.ids))
    made: list[list[Example]] = [[]]
    for example in fit:
        if (len(made[-1]) + 1) * padded(example) > budget:
            made.append([])
        made[-1].append(example)
    random.Random(seed).shuffle(made)
    return [batch for batch in made if batch]


def padded(example: Example) -> int:
    """Return the length of `example` with its padding."""
    return -len(example.ids) // STEP * -STEP


def tensors(batch: Sequence[Example], pad: int) -> tuple[Tensor, Tensor]:
    """Return ids and wanted next ids, both (rows, positions), IGNORED outside the target."""
    longest = max(map(padded, batch))
    ids = torch.full((len(batch), longest), pad)
    wanted = torch.full((len(batch), longest), IGNORED)
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        target = torch.tensor(example.ids[example.start :])
        wanted[row, example.start - 1 : len(example.ids) - 1] = target
    return ids, wanted
