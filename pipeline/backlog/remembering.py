"""What the report of a run needs to know of its items, in memory that does not grow with them.

Reasons of failures are put together by their kind: what differs only in a file, a number or a name
is one kind.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.backlog.hiding import without_secrets
from pipeline.backlog.nouns import Ended, Figures, Stage, State, Work
from pipeline.backlog.watching import SilentWatcher

KINDS = 300  # of reasons and of Signatures that are told apart; what comes later is "others"
EXAMPLES = 5  # items that are named of one kind
LONGEST = 600  # characters of a reason
OTHERS = "…"
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9)
"""How much of the work is done when an estimate is remembered; 0 is the first there is."""
_VARIES = (
    re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`|«[^»\n]*»"),
    re.compile(r"(?:[a-z][a-z0-9+.-]{1,9}:/)?/[^\s:;,()]+", re.IGNORECASE),
    re.compile(
        r"\b[\w-]+\.(?:mp4|m4v|mkv|webm|mov|avi|mp3|m4a|wav|ogg|opus|flac|vtt|srt|json|toml)\b"
    ),
    re.compile(r"\b(?=\w*\d)[0-9a-f]{8,}\b"),
    re.compile(r"\d+(?:[.,:]\d+)*"),
)


def kind_of(reason: str) -> str:
    """Return the reason with paths, names in quotes, hashes and numbers replaced by ``…``."""
    first = " ".join(without_secrets(reason[:LONGEST]).split())
    for pattern in _VARIES:
        first = pattern.sub(OTHERS, first)
    return re.sub(r"…(?:\s*…)+", OTHERS, first)


class Kind(NamedTuple):
    """Failures that belong together."""

    stage: Stage
    error: str
    kind: str


@dataclass(slots=True)
class Letters:
    """The dead letters of one kind: how many, and some of them."""

    count: int = 0
    reason: str = ""
    examples: list[tuple[int, str]] = field(default_factory=list)  # item, course lesson language

    def add(self, work: Work, reason: str) -> None:
        """Count one."""
        self.count += 1
        self.reason = self.reason or without_secrets(reason[:LONGEST])
        if len(self.examples) < EXAMPLES:
            self.examples.append((work.item, str(work)))


@dataclass(slots=True)
class Took:
    """What the attempts of one stage took, in seconds of workers."""

    attempts: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    longest_item: str = ""
    reused: int = 0
    cost: float = 0.0

    def add(self, work: Work, ended: Ended) -> None:
        """Count an attempt."""
        self.attempts += 1
        self.seconds += ended.seconds
        self.cost += ended.cost
        self.reused += ended.reused
        if ended.seconds > self.longest:
            self.longest, self.longest_item = ended.seconds, str(work)


@dataclass(slots=True)
class Tally(SilentWatcher):
    """Watches a run for its report.

    ended: how attempts ended. tries_again: error -> attempts that failed and are tried again.
    guesses: what was said of the time left: share of the work that was done, elapsed and left in
    seconds.
    """

    ended_as: Counter[tuple[Stage, State]] = field(default_factory=Counter)
    took: dict[Stage, Took] = field(default_factory=dict)
    letters: dict[Kind, Letters] = field(default_factory=dict)
    tries_again: Counter[tuple[Stage, str]] = field(default_factory=Counter)
    signatures: Counter[tuple[Stage, str]] = field(default_factory=Counter)
    guesses: list[tuple[float, float, float]] = field(default_factory=list)

    def ended(self, work: Work, ended: Ended) -> None:
        """Count an attempt at an item."""
        stage = work.stage
        self.ended_as[stage, ended.state] += 1
        self.took.setdefault(stage, Took()).add(work, ended)
        if ended.signature:
            _count(self.signatures, stage, ended.signature)
        if ended.state is State.FAILED:
            self._letter(Kind(stage, ended.error, kind_of(ended.reason))).add(work, ended.reason)
        elif ended.error:
            _count(self.tries_again, stage, ended.error)

    def counted(self, figures: Figures) -> None:
        """Remember the estimates: the first, and those at some shares of the work."""
        if not figures.left:
            return
        done = _share(figures)
        last = self.guesses[-1][0] if self.guesses else -1.0
        if any(last < share <= done for share in SHARES):
            self.guesses.append((done, figures.elapsed, figures.left))

    def _letter(self, kind: Kind) -> Letters:
        if kind not in self.letters and len(self.letters) >= KINDS:
            kind = Kind(kind.stage, kind.error, OTHERS)
        return self.letters.setdefault(kind, Letters())


def _share(figures: Figures) -> float:
    """Return how much of this run's work is done, by items."""
    rest = sum(map(figures.total, (State.WAITING, State.READY, State.LATER, State.RUNNING)))
    whole = figures.done_now + rest
    return figures.done_now / whole if whole else 1.0


def _count(counter: Counter[tuple[Stage, str]], stage: Stage, what: str) -> None:
    is_told = (stage, what) in counter or len(counter) < KINDS
    counter[stage, what if is_told else OTHERS] += 1
