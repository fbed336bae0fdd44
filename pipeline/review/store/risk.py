"""How likely a line needs a person's hand: 0 where nothing is known against it, to 1.

Reviewers see the riskiest lines first, and only lines of little risk may be approved in bulk. All
weights stand in this file; they are a first guess, to be set from what reviewers really change.

| signal | part |
|---|---|
| no text | 1 |
| source changed, or returned by a reviewer | `STATES` |
| a finding that is open: numbers, terms, loops, length, negation | `CHECKS` |
| any other open finding | `SEVERITIES` |
| recogniser unsure of the sentence | `HEARD` for each point below `SURE_ENOUGH` |
| engine unsure of its draft | `ENGINE` for each point below 1 |
| a sentence of more than `LONG` words | `LENGTH` |
| the memory has an approved translation of the very sentence | all parts times `REMEMBERED` |

A part is the chance that this signal alone means work. Parts add up as independent chances do:
1 minus the product of (1 - part).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.review.models import Line, LineFinding, LineState

RISKY = 0.3
"""From here on a line counts as risky: `Track.risky`, the queue and the order of tracks."""
CLEAN = 0.2
"""Below this a line may be approved in bulk, if nothing else stands against it."""

STATES = {LineState.STALE: 0.5, LineState.RETURNED: 0.5}
SEVERITIES = {"error": 0.6, "warning": 0.25, "info": 0.05}
CHECKS = {
    "numbers-differ": 0.8,
    "reference-differs": 0.8,
    "numbers-swapped": 0.5,
    "unit-differs": 0.5,
    "number-unclear": 0.4,
    "number-word-unverified": 0.3,
    "number-repaired": 0.15,
    "term-forbidden": 0.7,
    "keep-changed": 0.4,
    "term-not-used": 0.3,
    "term-repaired": 0.1,
    "heard-otherwise": 0.4,
    "repeated-text": 0.7,
    "asr-loop": 0.6,
    "asr-missing-words": 0.4,
    "length-ratio": 0.4,
    "negation-lost": 0.6,
}
"""Id of a finding -> its part where it says more than its severity."""
HEARD, SURE_ENOUGH = 0.5, 0.8
ENGINE = 0.4
LENGTH, LONG = 0.1, 30
REMEMBERED = 0.5

DOUBTS = frozenset(
    name for name in CHECKS if name.startswith(("number", "reference", "unit", "term", "keep"))
) | {"heard-otherwise"}
"""Findings that put a number or a term in doubt, even where they are only told as information."""


def risk_of(line: Line, findings: Iterable[LineFinding]) -> float:
    """Return the risk of a line with its findings, 0..1, to three places; waived ones weigh 0."""
    factor = REMEMBERED if _remembered(line) else 1.0
    safe = 1.0
    for part in _parts(line, findings):
        safe *= 1.0 - factor * part
    return 1.0 if not line.text else round(1.0 - safe, 3)


def _remembered(line: Line) -> bool:
    return bool((line.suggestion or {}).get("percent", 0) >= 100)


def _parts(line: Line, findings: Iterable[LineFinding]) -> Iterator[float]:
    yield STATES.get(LineState(line.state), 0.0)
    for one in findings:
        if one.waived_by_id is None:
            yield CHECKS.get(one.check_id, SEVERITIES.get(one.severity, 0.0))
    heard, drafted = line.sentence.confidence, line.confidence
    if heard is not None:
        yield HEARD * max(0.0, SURE_ENOUGH - heard)
    if drafted is not None:
        yield ENGINE * (1.0 - min(1.0, max(0.0, drafted)))
    if len(line.sentence.text.split()) > LONG:
        yield LENGTH
