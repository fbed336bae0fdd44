"""Inline codes of XLIFF 2: which may stand where, and none lost, doubled or made up.

A tool must keep the codes of a source in its target unless they may be deleted, and must not add
one that the source lacks ("XLIFF Version 2.1", 4.3 and 4.7). Marks are notes on text: they may go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pipeline.formats.bilingual import XML_CONTROL, Fault

_CODES = frozenset({"ph", "pc", "sc", "ec"})
_NAMED = frozenset({"ph", "pc", "sc", "mrk", "sm"})
_ALLOWED = _CODES | {"cp", "mrk", "sm", "em"}
_NO = "no"


def code_faults(parts: list[Any], key: str) -> Iterator[Fault]:
    """Yield the faults of the codes in all sources and targets of the unit `key`."""
    sources, targets = _texts(parts, "source"), _texts(parts, "target")
    yield from (fault for text in sources + targets for fault in well_formed(text, key))
    before, after = _codes(sources), _codes(targets)
    counts = Counter(name for name, _ in after)
    for name, count in counts.items():
        if count > 1:
            yield Fault(f"the code {name!r} stands {count} times in the target", key)
    known = {name for name, _ in before}
    for name, code in after:
        if name not in known and code.get("copyOf") not in known:
            yield Fault(f"the target has the code {name!r}, which the source lacks", key)
    if not targets or not any(len(text) or (text.text or "").strip() for text in targets):
        return
    for name, code in before:
        if name not in counts and code.get("canDelete") == _NO:
            yield Fault(f"the code {name!r} was lost, which may not be deleted", key)


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "entity"


def _texts(parts: list[Any], name: str) -> list[Any]:
    return [child for part in parts for child in part if _local(child) == name]


def _inner(text: Any) -> Iterator[Any]:
    return (element for element in text.iter() if element is not text)


def _codes(texts: list[Any]) -> list[tuple[str, Any]]:
    """Return (id, element) of every code; the end of a pair is named after its start."""
    found = []
    for text in texts:
        for element in _inner(text):
            if _local(element) in _CODES:
                start = element.get("startRef")
                found.append((f"/{start}" if start else element.get("id") or "", element))
    return found


def well_formed(text: Any, key: str) -> Iterator[Fault]:
    """Yield what must not stand in a source or target, or lacks what it must have."""
    for element in _inner(text):
        name, line = _local(element), element.sourceline or 0
        if name not in _ALLOWED:
            yield Fault(f"<{name}> must not stand in a text", key, line)
        elif name in _NAMED and not element.get("id"):
            yield Fault(f"<{name}> has no id", key, line)
        elif name == "em" and not element.get("startRef"):
            yield Fault("<em> has no startRef", key, line)
        elif name == "ec" and bool(element.get("startRef")) == (element.get("isolated") == "yes"):
            yield Fault("<ec> needs startRef, or isolated and an id of its own", key, line)
        elif name == "cp":
            yield from _character(element, key)


def _character(element: Any, key: str) -> Iterator[Fault]:
    number = element.get("hex") or ""
    value = int(number, 16) if re.fullmatch("[0-9A-Fa-f]{1,6}", number) else -1
    if not 0 <= value < 0x110000 or not XML_CONTROL.match(chr(value)):
        yield Fault(f"<cp hex={number!r}> is no character that XML cannot hold", key)
