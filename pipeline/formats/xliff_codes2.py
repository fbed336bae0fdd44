"""Codes and marks of XLIFF 2 held against each other: pairs, hints, references, fixed order.

Each rule is a constraint of "XLIFF Version 2.1" (OASIS 2018), most of them also a rule of the
Schematron that comes with it; schema validation sees none. Not for codes lost or made up between
source and target: see `xliff_inline2`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from pipeline.formats.bilingual import Fault
from pipeline.formats.xliff_values2 import CORE

_CODES = frozenset({"ph", "pc", "sc", "ec"})
_HINTS = ("canCopy", "canDelete", "canOverlap")
_FIXED = ("firstNo", "no")
_PAIRS = ("dataRef", "equiv", "subFlows")
_DATA = ("dataRef", "dataRefStart", "dataRefEnd")


def relation_faults(
    parts: list[Any], originals: Any, key: str, notes: Collection[str]
) -> Iterator[Fault]:
    """Yield faults of the codes in sources and targets of `parts`, segments or one match.

    `originals` is their <originalData> or None, `notes` the ids of the unit's notes.
    """
    sources, targets = (_elements(parts, name) for name in ("source", "target"))
    data = set() if originals is None else {child.get("id") for child in originals}
    named = {element.get("id"): element for element in (*targets, *sources) if element.get("id")}
    for elements in (sources, targets):
        yield from _pairs(elements, key)
        yield from _sequences(elements, key)
        for element in elements:
            yield from _alone(element, key, data, notes)
            yield from _copy(element, key, named)
    kinds = {element.get("id"): _local(element) for element in sources if element.get("id")}
    for element in targets:
        name = element.get("id")
        if name in kinds and kinds[name] != _local(element):
            yield Fault(f"{name!r} is <{kinds[name]}> in the source, another in the target", key)
    yield from _order(sources, targets, key)


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _elements(parts: list[Any], name: str) -> list[Any]:
    """Return the inline elements of all sources or targets in their order."""
    texts = [text for part in parts for text in part.findall(f"{{{CORE}}}{name}") if len(text)]
    return [one for text in texts for one in text.iter(f"{{{CORE}}}*") if one is not text]


def _alone(
    element: Any, key: str, data: set[str | None], notes: Collection[str]
) -> Iterator[Fault]:
    """Yield faults of one element by itself, its original data and its note."""
    name, line = _local(element), element.sourceline or 0
    for pair in _PAIRS:
        if (element.get(f"{pair}Start") is None) != (element.get(f"{pair}End") is None):
            yield Fault(f"<{name}> has only one of {pair}Start and {pair}End", key, line)
    for attribute in _DATA:
        if (found := element.get(attribute)) is not None and found not in data:
            yield Fault(f"{attribute} {found!r} refers to no original data", key, line)
    if element.get("canReorder") in _FIXED and {element.get(a) for a in _HINTS[:2]} != {"no"}:
        yield Fault(f"<{name}> is not to be moved, but may be copied or deleted", key, line)
    if name in ("mrk", "sm"):
        yield from _mark(element, key, notes)
    if name == "ec" and element.get("isolated") != "yes":
        if element.get("dir") is not None:
            yield Fault("<ec> has dir and is not isolated", key, line)
        if element.get("id") and element.get("startRef"):
            yield Fault("<ec> has both startRef and an id", key, line)


def _mark(element: Any, key: str, notes: Collection[str]) -> Iterator[Fault]:
    kind, ref, line = element.get("type"), element.get("ref"), element.sourceline or 0
    if kind == "comment":
        if (ref is None) == (element.get("value") is None):
            yield Fault("a comment needs either value or ref", key, line)
        if ref is not None and ref.rpartition("#n=")[2] not in notes:
            yield Fault(f"the comment's ref {ref!r} is no note of the unit", key, line)
    if kind == "mtc:match" and ref is not None:
        yield Fault("a mark of the type mtc:match cannot have ref", key, line)


def _copy(element: Any, key: str, named: dict[str, Any]) -> Iterator[Fault]:
    """Yield faults of a code that copies another."""
    found = element.get("copyOf")
    if found is None:
        return
    base, line = named.get(found), element.sourceline or 0
    if base is None:
        yield Fault(f"copyOf {found!r} refers to no code of the unit", key, line)
    elif base.get("canCopy") == "no":
        yield Fault(f"the code {found!r} was copied, which may not be", key, line)
    if any(one.get(name) for one in (element, base) if one is not None for name in _DATA):
        yield Fault("copyOf is only for codes without original data", key, line)


def _pairs(elements: list[Any], key: str) -> Iterator[Fault]:
    """Yield faults of starts and ends: their order, their hints, isolated ones that meet."""
    for start, end in (("sc", "ec"), ("sm", "em")):
        opened: dict[str | None, Any] = {}
        starts = Counter(
            e.get("id") for e in elements if _local(e) == start and e.get("isolated") != "yes"
        )
        ends = Counter(e.get("startRef") for e in elements if _local(e) == end)
        del ends[None]
        for name in (starts - ends) + (ends - starts):
            yield Fault(f"the span {name!r} of <{start}> and <{end}> is not a pair", key)
        for element in elements:
            name = _local(element)
            if name == start:
                opened[element.get("id")] = element
                if element.get("isolated") == "yes" and ends[element.get("id")]:
                    yield Fault(f"{element.get('id')!r} is isolated, but its end is here", key)
            elif name == end and (ref := element.get("startRef")):
                if ref not in opened:
                    yield Fault(f"the end of {ref!r} stands before its start", key)
                elif end == "ec" and (other := _differing(opened[ref], element)):
                    yield Fault(f"start and end of {ref!r} differ in {other}", key)


def _differing(start: Any, end: Any) -> str:
    """Return the hint in which the ends of a pair differ, "" where none does."""
    for name in _HINTS:
        if start.get(name, "yes") != end.get(name, "yes"):
            return name
    wanted = "no" if start.get("canReorder") in _FIXED else "yes"
    return "" if end.get("canReorder", "yes") == wanted else "canReorder"


def _sequences(elements: list[Any], key: str) -> Iterator[Fault]:
    """Yield codes that go on with a sequence that nothing began: firstNo, then no and no."""
    before = "yes"
    for element in elements:
        if _local(element) not in _CODES:
            continue
        here = element.get("canReorder", "yes")
        if here == "no" and before == "yes":
            yield Fault("canReorder is 'no' on a code that follows no 'firstNo'", key)
        before = here


def _order(sources: list[Any], targets: list[Any], key: str) -> Iterator[Fault]:
    """Yield a fault where codes that are not to be moved stand in another order in the target."""
    before, after = (
        [
            f"{_local(one)}:{one.get('startRef') or one.get('id')}"
            for one in elements
            if one.get("canReorder") in _FIXED
        ]
        for elements in (sources, targets)
    )
    kept = Counter(before) & Counter(after)
    if [name for name in before if name in kept] != [name for name in after if name in kept]:
        yield Fault("codes that are not to be moved stand in another order in the target", key)


def twice(names: Iterable[str | None], key: str) -> Iterator[Fault]:
    """Yield a fault for each name that is there more than once."""
    for name, count in Counter(filter(None, names)).items():
        if count > 1:
            yield Fault(f"the id {name!r} stands {count} times", key)
