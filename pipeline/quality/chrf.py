"""chrF++ of outputs against references; the only file that knows sacrebleu.

Beside the corpus score there are the n-gram counts of each sentence, from which the score of any
choice of sentences can be had: for bootstrap resampling, and for finding the worst sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counts = NDArray[np.float64]

WORD_ORDER = 2
"""What makes chrF into chrF++ (Popović 2017)."""
_RECALL = 4.0  # beta squared; beta is 2 in chrF2


def _metric() -> Any:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF(word_order=WORD_ORDER)


def corpus_score(outputs: Sequence[str], references: Sequence[str]) -> float:
    """Return chrF++ of the whole, 0 to 100; an empty output counts as what it is."""
    if not outputs:
        return 0.0
    return float(_metric().corpus_score(list(outputs), [list(references)]).score)


def signature() -> str:
    """Return sacrebleu's line on how the score is made: one reference, its options, its version."""
    metric = _metric()
    metric.corpus_score(["a"], [["a"]])  # the signature counts references only after a score
    return str(metric.get_signature())


def statistics(outputs: Sequence[str], references: Sequence[str]) -> Counts:
    """Return (sentences, 3 x orders): n-grams of the output, of the reference, and in both."""
    import numpy as np

    metric = _metric()
    rows = metric._extract_corpus_statistics(list(outputs), [list(references)])
    return np.asarray(rows, dtype=np.float64).reshape(len(outputs), -1)


def scores(counts: Counts) -> Counts:
    """Return chrF++ of each row of n-gram counts, 0 to 100.

    Summed rows give the corpus score: the arithmetic of sacrebleu's chrF with its effective order,
    for many rows at once.
    """
    import numpy as np

    made, wanted, both = counts[:, 0::3], counts[:, 1::3], counts[:, 2::3]
    counted = (made > 0) & (wanted > 0)
    orders = np.maximum(1, counted.sum(axis=1))
    precision = (both / np.maximum(1, made) * counted).sum(axis=1) / orders
    recall = (both / np.maximum(1, wanted) * counted).sum(axis=1) / orders
    below = _RECALL * precision + recall
    above = (1 + _RECALL) * precision * recall
    found: Counts = 100 * above / np.where(below > 0, below, 1)
    return found
