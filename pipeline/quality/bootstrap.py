"""Whether one translation is better than another, or only seems so on these sentences.

Paired bootstrap resampling (Koehn 2004): the same sentences are drawn again and again for both,
and the difference of their corpus chrF++ is looked at. Pure arithmetic with a fixed seed: the same
outputs always give the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.quality import chrf

if TYPE_CHECKING:
    from pipeline.quality.chrf import Counts

RESAMPLES = 1000
SEED = 12345
FEWEST = 30
"""With fewer sentences than this no difference is claimed: a resample repeats the same few."""
_SURE = 0.05


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two translations of the same sentences, `a` against `b`.

    difference: chrF++ of a less that of b; low, high: its 95 % interval; p: how often chance alone
    gives a difference as large, on both sides. better, worse: sentences in which a scores higher,
    lower.
    """

    a: str
    b: str
    sentences: int
    difference: float
    low: float
    high: float
    p: float
    better: int
    worse: int

    @property
    def shown(self) -> bool:
        """Return whether the difference is more than chance (p < 0.05)."""
        return self.sentences >= FEWEST and self.p < _SURE and self.difference != 0

    @property
    def verdict(self) -> str:
        """Return the result as one sentence."""
        if self.sentences < FEWEST:
            return (
                f"No difference is claimed on {self.sentences} sentences; "
                f"at least {FEWEST} are needed."
            )
        if not self.shown:
            return f"No difference between {self.a} and {self.b} is shown (p = {self.p:.3f})."
        names = (self.a, self.b) if self.difference > 0 else (self.b, self.a)
        return f"{names[0]} is better than {names[1]} (p = {self.p:.3f})."


def compare(a: tuple[str, Counts], b: tuple[str, Counts]) -> Comparison:
    """Return the comparison of two named outputs; their counts are of the same sentences.

    p is two-sided: the share of resamples whose difference, moved to a mean of zero, is at least
    as large as the real one (Riezler and Maxwell 2005), as sacrebleu counts it.
    """
    import numpy as np

    (name_a, counts_a), (name_b, counts_b) = a, b
    rows = len(counts_a)
    singles = chrf.scores(counts_a) - chrf.scores(counts_b)
    real = _corpus(counts_a) - _corpus(counts_b)
    drawn = np.zeros(RESAMPLES)
    chance = np.random.default_rng(SEED)
    for number in range(RESAMPLES if rows else 0):
        drawn_rows = np.bincount(chance.integers(0, rows, rows), minlength=rows)
        weights = drawn_rows.astype(np.float64)
        drawn[number] = _corpus(counts_a, weights) - _corpus(counts_b, weights)
    low, high = np.percentile(drawn, (2.5, 97.5))
    as_large = np.abs(drawn - drawn.mean()) >= abs(real)
    return Comparison(
        a=name_a,
        b=name_b,
        sentences=rows,
        difference=real,
        low=float(low),
        high=float(high),
        p=float(as_large.sum() + 1) / (RESAMPLES + 1),
        better=int((singles > 0).sum()),
        worse=int((singles < 0).sum()),
    )


def _corpus(counts: Counts, weights: Counts | None = None) -> float:
    total = counts.sum(axis=0) if weights is None else weights @ counts
    return float(chrf.scores(total[None, :])[0])
