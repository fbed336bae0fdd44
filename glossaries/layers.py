"""The term base that holds: the built-in one, and over it the folder of a department.

A department keeps term files of its own, in the same form as the built-in ones. Its entry wins
over a built-in one with the same id, and over one for the same English term in the same domain;
what it leaves empty, languages and facts alike, stays as it is built in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from courses.errors import UsageError
from courses.nouns import TermKind
from glossaries.terms import Entry, TermBase
from glossaries.tsv import DATA, domains, load_terms

Concept = tuple[str, str, str]
"""What makes two entries one: domain and folded English term; if they forbid, their id too."""


def concept_of(entry: Entry) -> Concept:
    """Return the concept that an entry is about, whatever its id.

    Several entries may forbid wordings of one term, so each of these stands for itself.
    """
    term = " ".join(entry.source.casefold().split())
    return entry.domain, term, entry.id if entry.kind is TermKind.FORBID else ""


def load_layers(*own: Path | None) -> TermBase:
    """Return the built-in term base under the files of the folders `own`, the last one on top.

    Raises UsageError for a folder that is not there and for a faulty file, naming file and line.
    """
    built_in = load_terms(DATA)
    folders = [folder for folder in own if folder is not None]
    laid = built_in.entries
    for folder in folders:
        laid = lay_over(laid, load_terms(folder_of(folder)).entries)
    return TermBase(laid, built_in.entries) if folders else built_in


def all_domains(own: Path | None = None) -> list[str]:
    """Return the names of all domains, built-in and own, in order."""
    return sorted({*domains(), *(domains(folder_of(own)) if own else ())})


def folder_of(own: Path) -> Path:
    """Return `own`; raises UsageError when it is no folder."""
    if not own.is_dir():
        raise UsageError(
            f"There is no folder {own} with glossary files.",
            "Make it, or put its right name into --folder or the key glossaries.folder.",
        )
    return own


def lay_over(base: Sequence[Entry], own: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return `own`, completed from `base`, and after it what of `base` it does not replace."""
    replaced: set[str] = set()
    laid = []
    for entry, twins in zip(own, find_twins(base, own), strict=True):
        for twin in twins:
            replaced.add(twin.id)
            entry = _completed(entry, twin)
        laid.append(entry)
    return (*laid, *(entry for entry in base if entry.id not in replaced))


def find_twins(base: Sequence[Entry], own: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    """Return for each of `own` the entries of `base` whose place it takes: by id, by concept."""
    by_id = {entry.id: entry for entry in base}
    by_concept = {concept_of(entry): entry for entry in base}
    pairs = ((by_id.get(entry.id), by_concept.get(concept_of(entry))) for entry in own)
    return [tuple({one.id: one for one in pair if one}.values()) for pair in pairs]


def _completed(own: Entry, base: Entry) -> Entry:
    """Return `own` with the languages and facts of `base` that it leaves empty."""
    facts = {name: getattr(base, name) for name in own.unsaid}
    own = replace(own, **facts, unsaid=frozenset())
    if own.kind is not base.kind:
        return own
    publications = dict.fromkeys(one for one in (own.publication, base.publication) if one)
    return replace(
        own,
        abbreviation=own.abbreviation or base.abbreviation,
        definition=own.definition or base.definition,
        publication="; ".join(publications),
        note=own.note or base.note,
        use=own.use or base.use,
        targets=base.targets | own.targets,
    )
