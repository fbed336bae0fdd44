"""What makes an XLIFF 1.2 file invalid, schema or not ("XLIFF 1.2", OASIS 2008, chapter 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pipeline.formats.bilingual import Fault

CORE = "urn:oasis:names:tc:xliff:document:1.2"
_STATES = frozenset(
    {"final", "needs-adaptation", "needs-l10n", "needs-review-adaptation", "needs-review-l10n"}
    | {"needs-review-translation", "needs-translation", "new", "signed-off", "translated"}
)
_CODES = frozenset({"g", "x", "bx", "ex", "bpt", "ept", "it", "ph"})
_HIDDEN = frozenset({"x", "bx", "ex", "bpt", "ept", "it", "ph"})  # what is in them is no text
_INLINE = _CODES | {"mrk", "sub"}


def faults(root: Any) -> Iterator[Fault]:
    """Yield every rule that the file breaks; those of one unit carry its id."""
    if root.tag != _core("xliff"):
        yield Fault(f"the first element is {root.tag}, not <xliff> in the namespace {CORE}")
        return
    if root.get("version") != "1.2":
        yield Fault(f"version is {root.get('version')!r}, not 1.2")
    files = root.findall(_core("file"))
    if len(files) != 1:
        yield Fault(f"there are {len(files)} <file> elements, and a lesson is one")
    for file in files:
        for name in ("original", "source-language", "datatype"):
            if not file.get(name):
                yield Fault(f"<file> has no {name}", line=file.sourceline or 0)
        if len(file.findall(_core("body"))) != 1:
            yield Fault("<file> must hold one <body>", line=file.sourceline or 0)
        yield from _units(file)


def _core(name: str) -> str:
    return f"{{{CORE}}}{name}"


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "entity"


def _units(file: Any) -> Iterator[Fault]:
    units = list(file.iter(_core("trans-unit")))
    if not units:
        yield Fault("there is no <trans-unit>")
    counts = Counter(unit.get("id") for unit in units)
    for key, count in counts.items():
        if not key:
            yield Fault(f"{count} elements <trans-unit> have no id")
        elif count > 1:
            yield Fault(f"{count} elements <trans-unit> have the id {key!r}")
    for unit in units:
        yield from _unit(unit, unit.get("id") or "", file)


def _unit(unit: Any, key: str, file: Any) -> Iterator[Fault]:
    order = [_local(child) for child in unit]
    if order.count("source") != 1 or order.count("target") > 1 or order[0] != "source":
        yield Fault("it must hold one <source> first, and at most one <target>", key)
        return
    rest = [name for name in order if name != "seg-source"]
    if "target" in rest and rest[1] != "target":
        yield Fault("<target> must stand after the source", key)
    target = unit.find(_core("target"))
    state = None if target is None else target.get("state")
    if state is not None and state not in _STATES and not state.startswith("x-"):
        yield Fault(f"state {state!r} is none of the standard's and does not begin with x-", key)
    if unit.get("approved") not in (None, "yes", "no"):
        yield Fault(f"approved is {unit.get('approved')!r}, not yes or no", key)
    if unit.get("approved") == "yes" and target is None:
        yield Fault("it is approved without a <target>", key)
    for other in unit.iterfind(_core("alt-trans")):
        if other.find(_core("target")) is None:
            yield Fault("an <alt-trans> has no <target>", key)
    yield from _codes(unit.find(_core("source")), target, key)
    if target is not None and not file.get("target-language"):
        yield Fault("target-language is missing although there are targets", key)


def _codes(source: Any, target: Any, key: str) -> Iterator[Fault]:
    """Yield codes that are unknown, lack an id, or were lost, doubled or made up."""
    for text in (source, target):
        for element in _inner(text):
            if _local(element) not in _INLINE:
                yield Fault(f"<{_local(element)}> must not stand in a text", key)
            elif _local(element) in _CODES and not element.get("id"):
                yield Fault(f"<{_local(element)}> has no id", key)
    if target is None or not (len(target) or (target.text or "").strip()):
        return
    before, after = _names(source), _names(target)
    for (name, number), _ in (before - after).items():
        yield Fault(f"the code <{name} id={number!r}> was lost", key)
    for (name, number), _ in (after - before).items():
        yield Fault(f"the code <{name} id={number!r}> is doubled, or the source lacks it", key)


def _inner(text: Any) -> Iterator[Any]:
    return iter(()) if text is None else (one for one in text.iter() if one is not text)


def _names(text: Any) -> Counter[tuple[str, str]]:
    return Counter(
        (_local(one), one.get("id") or "") for one in _inner(text) if _local(one) in _CODES
    )


def text_of(element: Any) -> str:
    """Return the text of a source or target without its codes; marks and spans keep theirs."""
    parts = [element.text or ""]
    for child in element:
        hidden = _local(child) in _HIDDEN or _local(child) == "entity"
        parts += ["" if hidden else text_of(child), child.tail or ""]
    return "".join(parts)
