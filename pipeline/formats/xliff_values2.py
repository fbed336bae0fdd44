"""Attributes of XLIFF 2: which each element of the core may have, and what may stand in them.

From the descriptions of elements and attributes in "XLIFF Version 2.1" (OASIS 2018, 4.2 and 4.3).
Not for what attributes say together, or about other elements: see `xliff_codes2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.formats.bilingual import Fault

CORE = "urn:oasis:names:tc:xliff:document:2.0"  # 2.1 kept the name

_NAMES = {"id", "copyOf", "dataRef", "dataRefStart", "dataRefEnd", "startRef"}
_NAME_TOKEN = re.compile(r"[\w.:\-\u00b7]+")
_PREFIXED = re.compile(r"[^:\s]+:[^:\s]+")
_YES_NO, _DIRECTIONS = "yes no", "ltr rtl auto"
_VALUES = {
    **dict.fromkeys(("canResegment", "translate", "canCopy", "canDelete", "canOverlap"), _YES_NO),
    **dict.fromkeys(("srcDir", "trgDir", "dir"), _DIRECTIONS),
    "isolated": _YES_NO,
    "canReorder": "yes firstNo no",
    "appliesTo": "source target",
}
_STRUCTURE = "id name canResegment translate srcDir trgDir type"
_CODE = "id canCopy canDelete canReorder copyOf subType type"
_SPAN = f"{_CODE} canOverlap dir"
_LONE = "disp equiv dataRef subFlows"
_MARK = "id translate type ref value"
_ATTRIBUTES = {
    "xliff": "version srcLang trgLang",
    "file": "id canResegment original translate srcDir trgDir",
    "skeleton": "href",
    "group": _STRUCTURE,
    "unit": _STRUCTURE,
    "segment": "id canResegment state subState",
    "ignorable": "id",
    "notes": "",
    "note": "id appliesTo category priority",
    "originalData": "",
    "data": "id dir",
    "source": "",
    "target": "order",
    "cp": "hex",
    "ph": f"{_CODE} {_LONE}",
    "pc": f"{_SPAN} " + " ".join(f"{name}Start {name}End" for name in _LONE.split()),
    "sc": f"{_SPAN} {_LONE} isolated",
    "ec": f"{_SPAN} {_LONE} isolated startRef",
    "mrk": _MARK,
    "sm": _MARK,
    "em": "startRef",
}  # fmt: skip
_KINDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("ph", "pc", "sc", "ec"), ("fmt", "ui", "quote", "link", "image", "other")),
    **dict.fromkeys(("mrk", "sm"), ("generic", "comment", "term")),
    **dict.fromkeys(("group", "unit"), ()),
}
_ALLOWED = {name: frozenset(names.split()) for name, names in _ATTRIBUTES.items()}
_WORDS = {name: frozenset(words.split()) for name, words in _VALUES.items()}
# What the standard's own subtypes need as their type.
_SUBTYPES = {f"xlf:{name}": "fmt" for name in ("b", "i", "u", "lb", "pb")} | {"xlf:var": "ui"}


def value_faults(root: Any, key: str) -> Iterator[Fault]:
    """Yield the faults of attributes of `root` and all core elements in it, for the unit `key`."""
    for element in root.iter(f"{{{CORE}}}*"):
        name = element.tag.rpartition("}")[2]
        if element.attrib:
            yield from _faults(element, name, key)


def _faults(element: Any, name: str, key: str) -> Iterator[Fault]:
    line = element.sourceline or 0
    for attribute, value in element.attrib.items():
        if attribute[0] == "{":
            continue  # of a module, or of xml itself
        words = _WORDS.get(attribute)
        if attribute not in _ALLOWED.get(name, ()):
            yield Fault(f"<{name}> cannot have the attribute {attribute}", key, line)
        elif words and value not in words:
            yield Fault(
                f"{attribute} is {value!r}, not one of {', '.join(sorted(words))}", key, line
            )
        elif attribute in _NAMES and not _NAME_TOKEN.fullmatch(value):
            yield Fault(f"{attribute} {value!r} of <{name}> is no name", key, line)
    yield from _kind(element, name, key)


def _kind(element: Any, name: str, key: str) -> Iterator[Fault]:
    """Yield faults of type and subType: a word of the standard or of the form prefix:value."""
    line, kind, inner = element.sourceline or 0, element.get("type"), element.get("subType")
    if kind is not None and name in _KINDS and kind not in _KINDS[name]:
        own = name not in ("ph", "pc", "sc", "ec")
        if not own or not _PREFIXED.fullmatch(kind):
            yield Fault(f"<{name}> has the type {kind!r}, which is none", key, line)
    if inner is None:
        return
    if kind is None:
        yield Fault(f"<{name}> has a subType and no type", key, line)
    if not _PREFIXED.fullmatch(inner):
        yield Fault(f"subType {inner!r} is not of the form prefix:value", key, line)
    if inner.startswith("xlf:") and kind != _SUBTYPES.get(inner):
        yield Fault(f"subType {inner!r} does not go with the type {kind!r}", key, line)
