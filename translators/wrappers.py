"""Translators around a translator: Cached, Retrying and Counted. Each keeps the contract.

    Retrying(Cached(Counted(engine)))

Counted stands next to the engine, so that it counts what the engine was really asked. Retrying is
outside, so that what was answered is kept when asking for the rest again fails. Put together
in pipeline.engines. Not for waiting and calling again when a server is busy: `retry` does that for
one call, while Retrying asks for sentences again that came back as holes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from courses.nouns import Signature
from translators.base import (
    CountsTokens,
    Draft,
    KnowsPlaces,
    Request,
    Translator,
    refuse_unsupported,
)
from translators.draft_cache import DraftCache, cache_key


@dataclass(frozen=True, slots=True)
class Usage:
    """What translating took. Adds up.

    calls: batches that the engine got. sentences, characters: what was in them, in code points,
    as services charge. tokens: 0 where the engine does not tell. seconds: of the engine's work,
    summed over workers. holes: sentences that came back without a text. cached: sentences that
    needed no engine. cost: in the currency of the configured prices.
    """

    calls: int = 0
    sentences: int = 0
    characters: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    holes: int = 0
    cached: int = 0
    cost: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Usage)))


@dataclass(frozen=True, slots=True)
class Prices:
    """What a service charges for a million of each; 0 where it charges nothing or is free."""

    input_tokens: float = 0.0
    output_tokens: float = 0.0
    characters: float = 0.0

    def cost(self, usage: Usage) -> float:
        """Return what `usage` costs."""
        parts = (
            self.input_tokens * usage.input_tokens,
            self.output_tokens * usage.output_tokens,
            self.characters * usage.characters,
        )
        return sum(parts) / 1e6


class _Around:
    """What all wrappers have: the inner translator's abilities and its usage."""

    def __init__(self, inner: Translator) -> None:
        self._inner = inner

    @property
    def signature(self) -> Signature:
        """Return the inner translator's: a wrapper does not change what is made."""
        return self._inner.signature

    @property
    def sources(self) -> frozenset[str]:
        """Return the codes of the languages that it reads."""
        return self._inner.sources

    @property
    def targets(self) -> frozenset[str]:
        """Return the codes of the languages that it writes."""
        return self._inner.targets

    @property
    def understands_hints(self) -> bool:
        """Return whether hints reach the model."""
        return self._inner.understands_hints

    @property
    def goes_on(self) -> bool:
        """Return whether the beginning of a draft can be given."""
        return self._inner.goes_on

    @property
    def repeatable(self) -> bool:
        """Return whether a request always gives the same draft."""
        return self._inner.repeatable

    def take_usage(self) -> Usage:
        """Return what was used since this was last asked."""
        return take_usage(self._inner)

    def chances_inside(
        self, request: Request, wordings: Sequence[str], target: str
    ) -> list[tuple[float, ...]] | None:
        """Return what the engine inside knows of places; see `chances`."""
        return chances(self._inner, request, wordings, target)


def take_usage(translator: Translator) -> Usage:
    """Return what a translator used since this was last asked; nothing where none is counted."""
    return translator.take_usage() if isinstance(translator, _Around) else Usage()


def chances(
    translator: Translator, request: Request, wordings: Sequence[str], target: str
) -> list[tuple[float, ...]] | None:
    """Return `KnowsPlaces.chances` of a translator or of the one inside; None where it cannot."""
    if isinstance(translator, _Around):
        return translator.chances_inside(request, wordings, target)
    if isinstance(translator, KnowsPlaces):
        return translator.chances(request, wordings, target)
    return None


class Counted(_Around):
    """Counts what the engine is asked and what that takes."""

    def __init__(
        self,
        inner: Translator,
        prices: Prices | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(inner)
        self._prices = prices or Prices()
        self._now = now
        self._used = Usage()

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        """Return one Draft a Request, in order; what a failed call took is counted too."""
        if not batch:
            return self._inner.translate(batch, source, target)
        began, drafts = self._now(), None
        try:
            drafts = self._inner.translate(batch, source, target)
            return drafts
        finally:
            self._count(batch, drafts, self._now() - began)

    def take_usage(self) -> Usage:
        """Return what was used since this was last asked."""
        used, self._used = self._used, Usage()
        return used + Usage(cost=self._prices.cost(used))

    def chances_inside(
        self, request: Request, wordings: Sequence[str], target: str
    ) -> list[tuple[float, ...]] | None:
        """Return what the engine inside knows of places; its time is counted, no sentence is."""
        began = self._now()
        try:
            return super().chances_inside(request, wordings, target)
        finally:
            self._used += Usage(seconds=self._now() - began)

    def _count(
        self, batch: Sequence[Request], drafts: Sequence[Draft] | None, seconds: float
    ) -> None:
        inner = self._inner
        tokens = inner.take_tokens() if isinstance(inner, CountsTokens) else (0, 0)
        if drafts is None:  # refused or failed: no sentence was translated
            self._used += Usage(1, 0, 0, *tokens, seconds)
            return
        self._used += Usage(
            1,
            len(batch),
            sum(len(request.text) for request in batch),
            *tokens,
            seconds,
            sum(draft.text is None for draft in drafts),
        )


class Retrying(_Around):
    """Asks again for sentences that came back as holes: in halves, at last each alone.

    For engines that may do better next time, or with fewer sentences at once. A sentence that is a
    hole when it is asked for alone stays one.
    """

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        """Return one Draft a Request, in order."""
        drafts = self._inner.translate(batch, source, target)
        missing = _holes(batch, drafts)
        if len(set(batch)) == 1:
            return drafts
        middle = len(missing) // 2
        made: dict[Request, Draft] = {}
        for group in filter(None, (missing[:middle], missing[middle:])):
            made.update(zip(group, self.translate(group, source, target), strict=True))
        return [made.get(request, draft) for request, draft in zip(batch, drafts, strict=True)]


def _holes(batch: Sequence[Request], drafts: Sequence[Draft]) -> list[Request]:
    """Return the different requests that have text and got none."""
    pairs = zip(batch, drafts, strict=True)
    return list(dict.fromkeys(one for one, draft in pairs if not draft.text and one.text.strip()))


class Cached(_Around):
    """Keeps drafts on disk and asks the engine only for what is not there.

    What was made is addressed by the engine's whole signature, the languages, the text and its
    hints; holes are not kept. For engines that cost money or time and whose drafts do not depend on
    the other sentences of a batch.
    """

    def __init__(self, inner: Translator, cache: DraftCache) -> None:
        super().__init__(inner)
        self._cache = cache
        self._hits = 0

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        """Return one Draft a Request, in order, from the cache where it has one."""
        refuse_unsupported(self, source, target)
        signature = str(self.signature)
        keys = [cache_key(signature, source, target, request) for request in batch]
        kept = self._cache.get(keys)
        missing = {key: one for key, one in zip(keys, batch, strict=True) if key not in kept}
        fresh = {}
        if missing or not batch:
            drafts = self._inner.translate(list(missing.values()), source, target)
            fresh = dict(zip(missing, drafts, strict=True))
            self._cache.put({key: draft for key, draft in fresh.items() if draft.text})
        self._hits += sum(key in kept for key in keys)
        return [kept.get(key) or fresh[key] for key in keys]

    def take_usage(self) -> Usage:
        """Return what was used since this was last asked, and what needed no engine."""
        hits, self._hits = self._hits, 0
        return super().take_usage() + Usage(cached=hits)
