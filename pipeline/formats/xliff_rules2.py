"""What makes an XLIFF 2.0 or 2.1 file invalid, schema or not: its constraints and requirements.

Each rule is a sentence of the standard ("XLIFF Version 2.1", OASIS 2018: Constraints and Processing
Requirements of its elements and attributes). Not for our own rules: see `pipeline.exchange_import`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pipeline.formats.bilingual import XML_CONTROL, Fault
from pipeline.formats.xliff_codes2 import relation_faults, twice
from pipeline.formats.xliff_inline2 import code_faults
from pipeline.formats.xliff_modules2 import GLOSSARY, MATCHES, METADATA, module_faults
from pipeline.formats.xliff_values2 import CORE, value_faults

MOST_IN_UNIT = 2000
"""Elements of one unit; the rules take time for each."""
MOST_CODES = 50_000
"""Codes and marks of one file: twenty for each sentence of three hours."""
MOST_FAULTS = 1000
"""Faults of one file that are told; with more, nothing of it is worth saving."""

_STATES = frozenset({"initial", "translated", "reviewed", "final"})
_NAME_TOKEN = re.compile(r"[\w.:\-\u00b7]+")
_PREFIXED = re.compile(r"[^:\s]+:\S.*")
_CHILDREN = {
    "xliff": frozenset({"file"}),
    "file": frozenset({"skeleton", "notes", "unit", "group"}),
    "group": frozenset({"notes", "unit", "group"}),
    "unit": frozenset({"notes", "originalData", "segment", "ignorable"}),
    "segment": frozenset({"source", "target"}),
    "ignorable": frozenset({"source", "target"}),
    "notes": frozenset({"note"}),
}


def faults(root: Any) -> Iterator[Fault]:
    """Yield every rule that the file breaks; those of one unit carry its id.

    After MOST_FAULTS comes one about the whole file, and no more.
    """
    found = _faults(root)
    yield from islice(found, MOST_FAULTS)
    if next(found, None) is not None:
        yield Fault(f"more than {MOST_FAULTS:,} rules are broken")


def _faults(root: Any) -> Iterator[Fault]:
    if root.tag != f"{{{CORE}}}xliff":
        yield Fault(f"the first element is {root.tag}, not <xliff> in the namespace {CORE}")
        return
    if root.get("version") not in ("2.0", "2.1"):
        yield Fault(f"version is {root.get('version')!r}, not 2.0 or 2.1")
    inline = ("cp", "ph", "pc", "sc", "ec", "mrk", "sm", "em")
    if sum(1 for _ in root.iter(*map(_core, inline))) > MOST_CODES:
        yield Fault(f"there are more than {MOST_CODES:,} codes and marks, and a lesson has few")
        return
    if not root.get("srcLang"):
        yield Fault("srcLang is missing")
    has_target = next(root.iter(_core("target")), None) is not None
    if has_target and not root.get("trgLang"):
        yield Fault("trgLang is missing although there are targets")
    files = root.findall(_core("file"))
    if len(files) != 1:
        yield Fault(f"there are {len(files)} <file> elements, and a lesson is one")
    yield from _children(root, "")
    for file in files:
        yield from _file(file)


def _core(name: str) -> str:
    return f"{{{CORE}}}{name}"


def _name(element: Any) -> str:
    """Return the name of a core element, "" for elements of a module and for what is none."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag.removeprefix(f"{{{CORE}}}") if tag.startswith(f"{{{CORE}}}") else ""


def _file(file: Any) -> Iterator[Fault]:
    yield from _id(file, "file", "")
    yield from _children(file, "")
    for kind in ("unit", "group"):
        elements = list(file.iter(_core(kind)))
        for element in elements:
            yield from _id(element, kind, "")
        counts = Counter(element.get("id") for element in elements)
        yield from (
            Fault(f"{count} elements <{kind}> have the id {key!r}")
            for key, count in counts.items()
            if key and count > 1
        )
    if next(file.iter(_core("unit")), None) is None:
        yield Fault("there is no <unit>")
    for skeleton in file.findall(_core("skeleton")):
        if (skeleton.get("href") is None) == (not len(skeleton) and not skeleton.text):
            yield Fault("<skeleton> must have either href or content")
    yield from _flows(file)
    for group in file.iter(_core("group")):
        yield from _children(group, "")
    for unit in file.iter(_core("unit")):
        yield from _unit(unit)


def _id(element: Any, kind: str, unit: str) -> Iterator[Fault]:
    found = element.get("id")
    if found is None:
        yield Fault(f"<{kind}> has no id", unit, element.sourceline or 0)
    elif not _NAME_TOKEN.fullmatch(found):
        yield Fault(f"<{kind}> has the id {found!r}, which is no name", unit, element.sourceline)


def _children(parent: Any, unit: str) -> Iterator[Fault]:
    """Yield faults of core elements and text that stand where they must not."""
    name, line = _name(parent), parent.sourceline or 0
    allowed = _CHILDREN[name]
    loose = [parent.text, *(child.tail for child in parent)]
    if any(text and text.strip() for text in loose):
        yield Fault(f"<{name}> has text of its own", unit, line)
    for child in parent:
        inner = _name(child)
        if inner and inner not in allowed:
            yield Fault(f"<{inner}> must not stand in <{name}>", unit, child.sourceline or 0)
        if not isinstance(child.tag, str):
            yield Fault(f"an entity stands in <{name}>", unit, line)
    for module in (METADATA, GLOSSARY, MATCHES):
        first = {METADATA: "metadata", GLOSSARY: "glossary", MATCHES: "matches"}[module]
        if len(parent.findall(f"{{{module}}}{first}")) > 1:
            yield Fault(f"<{name}> has more than one <{first}>", unit, line)


def _unit(unit: Any) -> Iterator[Fault]:
    key = unit.get("id") or ""
    if sum(1 for _ in unit.iter()) > MOST_IN_UNIT:
        yield Fault(f"it has more than {MOST_IN_UNIT:,} elements, and is one sentence", key)
        return
    yield from _children(unit, key)
    order = [_name(child) for child in unit if _name(child)]
    ranks = [{"notes": 0, "originalData": 1}.get(name, 2) for name in order]
    if ranks != sorted(ranks):
        yield Fault("<notes> and <originalData> must stand before the segments", key)
    parts = [child for child in unit if _name(child) in ("segment", "ignorable")]
    segments = [part for part in parts if _name(part) == "segment"]
    if not segments:
        yield Fault("there is no <segment>", key, unit.sourceline or 0)
    for part in parts:
        yield from _part(part, key)
    yield from _order(parts, key)
    if unit.get("canResegment") == "no" and len(segments) > 1:
        yield Fault("it was cut into segments although canResegment is no", key)
    yield from _ids(unit, parts, key)
    yield from _notes(unit, key)
    yield from module_faults(unit, parts, key)
    yield from value_faults(unit, key)
    yield from code_faults(parts, key)
    notes = {note.get("id") for note in unit.iterfind(f"{_core('notes')}/{_core('note')}")}
    yield from relation_faults(parts, unit.find(_core("originalData")), key, notes)


def _part(part: Any, key: str) -> Iterator[Fault]:
    name, line = _name(part), part.sourceline or 0
    yield from _children(part, key)
    order = [_name(child) for child in part if _name(child)]
    if order not in (["source"], ["source", "target"]):
        yield Fault(f"<{name}> must hold one <source> and then at most one <target>", key, line)
    state, inner = part.get("state"), part.get("subState")
    if state is not None and state not in _STATES:
        yield Fault(f"state {state!r} is none of {', '.join(sorted(_STATES))}", key, line)
    if state not in (None, "initial") and "target" not in order:
        yield Fault(f"state is {state!r}, but there is no <target>", key, line)
    if inner is not None and state is None:
        yield Fault("subState stands without state", key, line)
    if inner is not None and not _PREFIXED.fullmatch(inner):
        yield Fault(f"subState {inner!r} is not of the form prefix:value", key, line)
    root = part.getroottree().getroot()
    tongues = {"source": root.get("srcLang"), "target": root.get("trgLang")}
    for child in part:
        said = child.get("{http://www.w3.org/XML/1998/namespace}lang")
        if said and said.lower() != (tongues.get(_name(child)) or said).lower():
            yield Fault(f"xml:lang {said!r} is not the language of the file", key, line)


def _order(parts: list[Any], key: str) -> Iterator[Fault]:
    """Yield faults of the order of targets: each place once, no place left out."""
    places = []
    for number, part in enumerate(parts, 1):
        target = part.find(_core("target"))
        said = None if target is None else target.get("order")
        if said is None:
            places.append(number)
        elif said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= len(parts):
            places.append(int(said))
        else:
            yield Fault(f"order {said!r} is no place among {len(parts)} segments", key)
            return
    if len(set(places)) != len(places):
        yield Fault("two targets have the same place in their order", key)


def _ids(unit: Any, parts: list[Any], key: str) -> Iterator[Fault]:
    """Yield ids that stand twice: segments and the codes of sources share one space."""
    found = [part.get("id") for part in parts]
    for part in parts:
        source = part.find(_core("source"))
        if source is not None:
            found += [code.get("id") for code in source.iter() if code is not source]
    yield from twice(found, key)
    data = unit.findall(f"{_core('originalData')}/{_core('data')}")
    yield from twice((one.get("id") for one in data), key)
    if any(not one.get("id") for one in data):
        yield Fault("<data> has no id", key)


def _flows(file: Any) -> Iterator[Fault]:
    """Yield subflows that are no units of the file."""
    known: set[str] | None = None
    for element in file.iter(_core("ph"), _core("pc"), _core("sc"), _core("ec")):
        for name in ("subFlows", "subFlowsStart", "subFlowsEnd"):
            if (said := element.get(name)) is None:
                continue
            known = known or {unit.get("id") for unit in file.iter(_core("unit"))}
            unit = next(element.iterancestors(_core("unit")))
            for missing in sorted(set(said.split()) - known):
                yield Fault(f"{name} {missing!r} is no unit", unit.get("id") or "")


def _notes(unit: Any, key: str) -> Iterator[Fault]:
    notes = unit.findall(f"{_core('notes')}/{_core('note')}")
    yield from twice((note.get("id") for note in notes), key)
    for note in notes:
        priority, applies = note.get("priority", "1"), note.get("appliesTo")
        if priority not in map(str, range(1, 11)):
            yield Fault(f"a note has the priority {priority!r}, not 1 to 10", key)
        if applies not in (None, "source", "target"):
            yield Fault(f"a note applies to {applies!r}, not to source or target", key)


def text_of(element: Any) -> str:
    """Return the text of a source or target without its codes; marks keep theirs."""
    parts = [element.text or ""]
    for child in element:
        parts += [inline_text(child), child.tail or ""]
    return "".join(parts)


def inline_text(element: Any) -> str:
    """Return the text of one inline element: that of a mark or span, the character of a <cp>."""
    name = _name(element)
    if name == "cp":
        number = element.get("hex") or ""
        value = int(number, 16) if re.fullmatch("[0-9A-Fa-f]{1,6}", number) else -1
        return chr(value) if 0 <= value < 0x110000 and XML_CONTROL.match(chr(value)) else ""
    return text_of(element) if name in ("mrk", "pc") else ""
