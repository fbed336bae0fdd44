"""The term base: concepts with their wordings in every language, and what a lesson sees of them.

Not for files: `glossaries.tsv` reads and writes the term base, the exchange formats stand beside
it. Not for finding or checking: see `match` and `check`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from courses.nouns import Hit, Term, TermKind, TermScope, TermStatus
from glossaries.match import make_finder

HOTWORDS = 60
"""About as many English terms as fit Whisper's prompt of 223 tokens."""


@dataclass(frozen=True, slots=True)
class TargetTerm:
    """The wording of a concept in one language: the preferred one, and others that count too."""

    text: str
    variants: tuple[str, ...] = ()
    status: TermStatus = TermStatus.PROPOSED


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept.

    id: lower case with hyphens, never used twice. source: the English term. domain: the name of
    its file. definition: one line. publication: who published the official wordings. use: for a
    FORBID entry, the id of the concept to use instead. targets: language code -> wording; those
    of a FORBID entry must not be used for `source`, those of a KEEP entry are accepted beside it.
    unsaid: those of kind, part_of_speech and scope that its row leaves empty.
    """

    id: str
    source: str
    kind: TermKind
    domain: str
    abbreviation: str = ""
    part_of_speech: str = "noun"
    scope: TermScope = TermScope.ANY
    definition: str = ""
    publication: str = ""
    note: str = ""
    use: str = ""
    targets: dict[str, TargetTerm] = field(default_factory=dict)
    unsaid: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class TermBase:
    """All concepts at hand, in the order of their files.

    expected: entries whose terms the recogniser expects before all others; the built-in ones,
    so that a file of one's own changes no transcript.
    """

    entries: tuple[Entry, ...] = ()
    expected: tuple[Entry, ...] = ()

    def hotwords(self, domain: str | None) -> tuple[str, ...]:
        """Return English terms that the recogniser should expect: the domain's first ones.

        A recogniser's prompt holds no more, and a term added behind them changes no transcript.
        """
        chosen: dict[str, str] = {}
        for entry in (*self.expected, *self.entries):
            if entry.domain == domain and entry.kind is not TermKind.FORBID:
                chosen.setdefault(entry.source.casefold(), entry.source)
        return tuple(chosen.values())[:HOTWORDS]

    def terms(self, language: str, domain: str | None, source: str = "en") -> list[Term]:
        """Return the terms for one target language; a source term's own domain wins.

        The term base is English: of another `source` only names that are kept as they are can be
        found. Forbidden wordings go with the term of the same source, or stand alone where there
        is none.
        """
        known = [e for e in self.entries if source == "en" or e.kind is TermKind.KEEP]
        seen = [e for e in known if e.scope is TermScope.ANY or e.domain == domain]
        seen.sort(key=lambda entry: entry.domain != domain)
        forbidden = _forbidden(seen, language)
        chosen: dict[str, Term] = {}
        for entry in seen:
            key = entry.source.casefold()
            if key not in chosen and entry.kind is not TermKind.FORBID:
                term = _term(entry, language, forbidden.get(key, ()))
                if term:
                    chosen[key] = term
        preferred = {term.id: term.target for term in chosen.values()}
        for entry in seen:
            key = entry.source.casefold()
            if entry.kind is TermKind.FORBID and key not in chosen and key in forbidden:
                chosen[key] = Term(
                    entry.source,
                    preferred.get(entry.use, ""),
                    language,
                    entry.kind,
                    domain=entry.domain,
                    id=entry.id,
                    forbidden=forbidden[key],
                )
        counted = [e for e in known if e.scope is TermScope.NUMBERED]
        own = {e.source.casefold() for e in counted if e.domain == domain}
        elsewhere = [e for e in counted if e.domain != domain and e.source.casefold() not in own]
        numbered = [replace(term, numbered=True) for e in elsewhere if (term := _term(e, language))]
        return [*chosen.values(), *numbered]

    def finder(
        self, language: str, domain: str | None, source: str = "en"
    ) -> Callable[[str], list[Hit]]:
        """Return a function that finds these terms in a text of the language `source`."""
        return make_finder(self.terms(language, domain, source))


def _term(entry: Entry, language: str, forbidden: tuple[str, ...] = ()) -> Term | None:
    """Return `entry` in one language; None where it has no wording in it."""
    target = entry.targets.get(language)
    if entry.kind is TermKind.KEEP:
        text, forms = entry.source, (target.text, *target.variants) if target else ()
    elif target:
        text, forms = target.text, target.variants
    else:
        return None
    return Term(
        entry.source,
        text,
        language,
        entry.kind,
        forms,
        entry.domain,
        target.status if target else TermStatus.PROPOSED,
        entry.note,
        entry.id,
        entry.abbreviation,
        forbidden,
        entry.part_of_speech,
    )


def _forbidden(entries: list[Entry], language: str) -> dict[str, tuple[str, ...]]:
    """Return folded source -> the wordings that must not stand for it."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        target = entry.targets.get(language)
        if entry.kind is TermKind.FORBID and target:
            key = entry.source.casefold()
            found[key] = (*found.get(key, ()), target.text, *target.variants)
    return found
