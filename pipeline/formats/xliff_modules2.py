"""Constraints of the modules of XLIFF 2 that we write: glossary, matches, metadata, size limits.

("XLIFF Version 2.1", OASIS 2018, chapter 5.) Other modules are carried by tools and mean nothing
here: they are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipeline.formats.bilingual import Fault
from pipeline.formats.xliff_codes2 import relation_faults, twice
from pipeline.formats.xliff_inline2 import well_formed
from pipeline.formats.xliff_values2 import CORE

GLOSSARY = "urn:oasis:names:tc:xliff:glossary:2.0"
MATCHES = "urn:oasis:names:tc:xliff:matches:2.0"
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
SIZES = "urn:oasis:names:tc:xliff:sizerestriction:2.0"

_PERCENT = re.compile(r"100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?")
_MATCH_TYPES = frozenset({"am", "mt", "icm", "idm", "tb", "tm", "other"})


def _core(name: str) -> str:
    return f"{{{CORE}}}{name}"


def module_faults(unit: Any, parts: list[Any], key: str) -> Iterator[Fault]:
    """Yield faults of glossary, matches, size limits and metadata."""
    known = {part.get("id") for part in parts}
    known |= {code.get("id") for part in parts for code in part.iter()}
    yield from _glossary(unit, known, key)
    matches = unit.findall(f"{{{MATCHES}}}matches/{{{MATCHES}}}match")
    yield from twice((match.get("id") for match in matches), key)
    for match in matches:
        if match.get("ref") is None:
            yield Fault("a <match> has no ref", key)
        yield from _match(match, key)
        yield from _reference(match, known, key)
    for element in unit.iter():
        if {f"{{{SIZES}}}sizeInfo", f"{{{SIZES}}}sizeInfoRef"} <= set(element.attrib):
            yield Fault("sizeInfo and sizeInfoRef stand together", key)
    for meta in unit.iter(f"{{{METADATA}}}meta"):
        if meta.get("type") is None:
            yield Fault("a <meta> has no type", key)


def _glossary(unit: Any, known: set[str | None], key: str) -> Iterator[Fault]:
    entries = unit.findall(f"{{{GLOSSARY}}}glossary/{{{GLOSSARY}}}glossEntry")
    named = [one for entry in entries for one in (entry, *entry.iterfind(f"{{{GLOSSARY}}}*"))]
    yield from twice((one.get("id") for one in named), key)
    for one in named:
        yield from _reference(one, known, key)
    for entry in entries:
        names = {child.tag.rpartition("}")[2] for child in entry if isinstance(child.tag, str)}
        if "term" not in names or not names & {"translation", "definition"}:
            yield Fault("a <glossEntry> lacks its term, or translation and definition", key)


def _match(match: Any, key: str) -> Iterator[Fault]:
    """Yield faults of the quality of a suggestion, its type, and the codes in it."""
    for name in ("matchQuality", "matchSuitability", "similarity"):
        if (said := match.get(name)) is not None and not _PERCENT.fullmatch(said):
            yield Fault(f"{name} of a <match> is {said!r}, not 0.0 to 100.0", key)
    kind, inner = match.get("type", "tm"), match.get("subType")
    if kind not in _MATCH_TYPES:
        yield Fault(f"a <match> has the type {kind!r}, which is none", key)
    if inner is not None and match.get("type") is None:
        yield Fault("a <match> has a subType and no type", key)
    inner = [child.tag for child in match.iterfind(f"{{{CORE}}}*")]
    if inner[-2:] != [_core("source"), _core("target")]:
        yield Fault("a <match> lacks its source or its target", key)
    for name in ("source", "target"):
        for text in match.findall(_core(name)):
            yield from well_formed(text, key)
    yield from relation_faults([match], match.find(_core("originalData")), key, ())


def _reference(element: Any, known: set[str | None], key: str) -> Iterator[Fault]:
    ref = element.get("ref")
    if ref is not None and ref.startswith("#") and "/" not in ref:
        name = ref[1:].removeprefix("t=")
        if name not in known:
            yield Fault(f"{ref!r} refers to nothing in the unit", key, element.sourceline or 0)
