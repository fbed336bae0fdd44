"""What the formats of translation units share: language tags, and notes on what was left out.

For tmx and tsv. Not for packages: their formats write a Document.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from courses.errors import UsageError
from courses.languages import find_writing

SHOWN = 20  # places that are told of each kind; a file may have a million
# Of the control characters, text has line ends and tabs; XML 1.0 cannot hold most others at all.
CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OVERRIDE = re.compile("[\u202d\u202e]")
_REGION = re.compile("-(?:[a-z]{2}|[0-9]{3})$")
# Punjabi of Pakistan is in Arabic script, which our table does not have.
_OTHER_SCRIPT = frozenset({"pa-pk"})


@dataclass(slots=True)
class Notes:
    """What a reader left out or changed, by reason: how often, and the first lines."""

    skipped: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def skip(self, line: int, reason: str) -> None:
        """Note that a unit on `line` (from 1; 0 is not known) was left out."""
        self.skipped[reason] += 1
        self._keep(line, reason)

    def change(self, line: int, reason: str) -> None:
        """Note that a unit on `line` is not as it was in the file."""
        self.changed[reason] += 1
        self._keep(line, reason)

    def _keep(self, line: int, reason: str) -> None:
        lines = self.lines.setdefault(reason, [])
        if line and len(lines) < SHOWN:
            lines.append(line)


def code_of(tag: str) -> str | None:
    """Return our code for a BCP 47 tag, as ``en-US`` or ``ks-Deva``; None when it is not ours.

    A region does not make another language here.
    """
    folded = tag.strip().lower().replace("_", "-")
    if folded in _OTHER_SCRIPT:
        return None
    for spelling in (folded, _REGION.sub("", folded)):
        try:
            return find_writing(spelling).code
        except UsageError:
            continue
    return None


def flaw(text: str) -> str | None:
    """Return why a text cannot be half of a unit, None when it can."""
    if not text.strip():
        return "a text is empty"
    if _OVERRIDE.search(text):
        return "a text has a bidi override, which makes it read otherwise than it is"
    return "a text has a control character" if CONTROL.search(text) else None
