"""Counts a term base: concepts, domains, and how far each language is filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from courses.nouns import TermKind, TermStatus
from glossaries.rows import used_codes
from glossaries.terms import Entry
from glossaries.tsv import LANGUAGES


def count_terms(entries: Sequence[Entry]) -> dict[str, Any]:
    """Return the counts as JSON can hold them.

    concepts: entries that are not of the kind forbid, which are counted as `forbidden`. domains,
    kinds: concepts of each. languages: code -> `filled`, the concepts that have a wording in it,
    and of these the `official`, `reviewed`, `proposed`, and `kept`, which stay as in English.
    """
    concepts = [entry for entry in entries if entry.kind is not TermKind.FORBID]
    codes = [*LANGUAGES, *sorted(used_codes(concepts) - set(LANGUAGES))]
    return {
        "concepts": len(concepts),
        "forbidden": len(entries) - len(concepts),
        "domains": dict(sorted(Counter(entry.domain for entry in concepts).items())),
        "kinds": dict(sorted(Counter(str(entry.kind) for entry in concepts).items())),
        "languages": {code: _language(concepts, code) for code in codes},
    }


def _language(concepts: Sequence[Entry], code: str) -> dict[str, int]:
    statuses = Counter(e.targets[code].status for e in concepts if code in e.targets)
    kept = sum(e.kind is TermKind.KEEP and code not in e.targets for e in concepts)
    counts = {str(status): statuses[status] for status in TermStatus}
    return {"filled": statuses.total() + kept, **counts, "kept": kept}
