"""The fake translator: deterministic, needs no model, obeys the contract of all engines.

It tags the source text with the target language, so that a person sees at once that this is no
translation. For tests, dry runs and demonstrations of the flow; never for publishing.
"""

from __future__ import annotations

from collections.abc import Sequence

from courses.languages import WRITINGS
from courses.nouns import Signature
from translators.base import Draft, Request, TranslatorOptions, refuse_unsupported


class Echo:
    """Returns ``[hi] source text`` for every request."""

    understands_hints = True
    goes_on = False
    repeatable = True

    def __init__(self, options: TranslatorOptions) -> None:
        self.sources = self.targets = frozenset(WRITINGS)
        self.signature = Signature(engine="echo", revision=options.revision)

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        """Return one Draft a Request, in order; blank text becomes a hole."""
        refuse_unsupported(self, source, target)
        return [_echo(request, target) for request in batch]


def _echo(request: Request, target: str) -> Draft:
    if not request.text.strip():
        return Draft(None, problem="there is no text to translate")
    return Draft(f"[{target}] {request.text}", confidence=1.0)
