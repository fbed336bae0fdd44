"""XLIFF 1.2, 2.0 and 2.1, read: sources and targets as plain text, in the order of the file.

What a translation tool hands over: a file of units, most with a target. Inline codes are left out,
the text inside spans is kept. The file may come from a stranger: nothing is fetched, no document
type is loaded, and a file that declares entities is refused. Not for writing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from courses.errors import UsageError
from pipeline.formats.xliff_xml import parse

SUFFIX = ".xlf"
_VERSION_1 = "urn:oasis:names:tc:xliff:document:1.2"
_VERSION_2 = "urn:oasis:names:tc:xliff:document:2.0"  # 2.1 kept the name
# 1.2: these hold a tool's own codes, not text; 2.x: none of its codes has text but <cp>.
_CODES = frozenset({"bpt", "ept", "it", "ph", "x", "bx", "ex"})


@dataclass(frozen=True, slots=True)
class Unit:
    """One source text and its target; `target` is None where the file has none."""

    id: str
    source: str
    target: str | None


@dataclass(frozen=True, slots=True)
class Bitext:
    """A file: the units in order and the languages as the file names them, maybe empty."""

    units: tuple[Unit, ...]
    source_language: str
    target_language: str


def read(data: bytes) -> Bitext:
    """Return the texts of an XLIFF file; raises UsageError when it is none or is not safe."""
    root = parse(data, "The XLIFF file")
    namespace, _, name = root.tag[1:].partition("}") if root.tag[0] == "{" else ("", "", root.tag)
    if name != "xliff":
        raise UsageError(f"This is no XLIFF file: its first element is <{name}>.")
    if namespace == _VERSION_1:
        return _read_1(root)
    if namespace == _VERSION_2:
        return _read_2(root)
    version = root.get("version") or "unknown"
    raise UsageError(
        f"XLIFF of version {version} in the namespace {namespace!r} cannot be read.",
        "1.2, 2.0 and 2.1 in their own namespaces can.",
    )


def _read_1(root: Any) -> Bitext:
    name = f"{{{_VERSION_1}}}"
    files = root.findall(f"{name}file")
    units = tuple(
        Unit(unit.get("id") or "", _text(unit.find(f"{name}source")), _target(unit, name))
        for unit in root.iter(f"{name}trans-unit")
    )
    return Bitext(units, _first(files, "source-language"), _first(files, "target-language"))


def _read_2(root: Any) -> Bitext:
    name = f"{{{_VERSION_2}}}"
    return Bitext(tuple(_units_2(root, name)), root.get("srcLang") or "", root.get("trgLang") or "")


def _units_2(root: Any, name: str) -> Iterator[Unit]:
    for unit in root.iter(f"{name}unit"):
        for segment in unit.findall(f"{name}segment"):
            key = "/".join(filter(None, (unit.get("id"), segment.get("id"))))
            yield Unit(key, _text(segment.find(f"{name}source")), _target(segment, name))


def _target(unit: Any, name: str) -> str | None:
    found = unit.find(f"{name}target")  # a child: those of <alt-trans> and <match> lie deeper
    return None if found is None else _text(found)


def _first(files: list[Any], attribute: str) -> str:
    return next((value for file in files if (value := file.get(attribute))), "")


def _text(element: Any) -> str:
    """Return the text of an element without its inline codes; "" for a missing one."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += [_inline(child), child.tail or ""]
    return "".join(parts)


def _inline(element: Any) -> str:
    if not isinstance(element.tag, str):  # an entity reference: declared nowhere, so it is nothing
        return ""
    name = element.tag.rpartition("}")[2]
    if name == "cp":  # a character that XML cannot hold
        return _character(element.get("hex") or "")
    return "" if name in _CODES else _text(element)


def _character(number: str) -> str:
    try:
        found = chr(int(number, 16))
    except (ValueError, OverflowError):
        return ""
    return "" if "\ud800" <= found <= "\udfff" else found  # half a character is none
