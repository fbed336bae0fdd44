"""TMX 1.4b: translation memories as other tools write and read them (Gala, "TMX 1.4b", 2005).

Files may be huge: `read` yields unit by unit and keeps nothing, `write` writes as it gets them. A
DOCTYPE is allowed and never loaded; a file that declares entities is refused. Not for what enters
the memory: see `pipeline.memory_files`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, Any

from lxml import etree

from courses.errors import UsageError
from courses.languages import find_writing
from pipeline import VERSION
from pipeline.formats.units import CONTROL, Notes, code_of, flaw
from translators.memory import Unit

SUFFIX = ".tmx"

_UNCOUNTED = 65_535
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_STAMP = "%Y%m%dT%H%M%SZ"
_HEADER = {
    "creationtool": "karmavani",
    "creationtoolversion": VERSION,
    "segtype": "sentence",
    "o-tmf": "karmavani",
    "adminlang": "en",
    "srclang": "*all*",  # each unit says its own
    "datatype": "plaintext",
}
_PROPS = {
    "x-organisation": "organisation",
    "x-course": "course",
    "x-lesson": "lesson",
    "x-previous": "previous",
    "x-next": "following",
    "x-approved-by": "approved_by",
}
"""Type of a `prop` -> the field of Unit that it holds."""

_ALWAYS = frozenset({"previous", "following"})  # an empty neighbour is one, a missing is not
_MARKUP = frozenset({"bpt", "ept", "it", "ph", "ut"})  # what is in them is code of the other tool


def write(file: IO[bytes], units: Iterable[Unit]) -> int:
    """Write `units` as one TMX file in UTF-8; return how many there were.

    Raises UsageError for a text with a control character, which XML cannot hold.
    """
    count = 0
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        xml.write_doctype('<!DOCTYPE tmx SYSTEM "tmx14.dtd">')
        with xml.element("tmx", version="1.4"):
            xml.write("\n", etree.Element("header", _HEADER), "\n")
            with xml.element("body"):
                xml.write("\n")
                for unit in units:
                    xml.write(_to_element(unit), "\n")
                    count += 1
            xml.write("\n")
    file.write(b"\n")
    return count


def read(file: IO[bytes], name: str, notes: Notes) -> Iterator[Unit]:
    """Yield the units of a TMX file; what is left out or reduced goes into `notes`.

    A `tu` gives one unit for each text that is not in its source language. Organisation, approver
    and date are empty where the file does not say them. Raises UsageError, with the line, for a
    file that is no TMX, is not well-formed, or declares entities; `name` is told with it.
    """
    source = ""
    events = etree.iterparse(
        file,
        events=("start", "end"),
        tag=("{*}tmx", "{*}header", "{*}tu"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, element in events:
            kind = etree.QName(element).localname
            if event == "start" and element.getparent() is None:
                _check_root(element, name)
            elif event == "end" and kind == "header":
                source = element.get("srclang", "")
            elif event == "end" and kind == "tu":
                yield from _to_units(element, source, notes)
                _forget(element)
        if events.root is None or etree.QName(events.root).localname != "tmx":
            raise UsageError(f"{name} is not TMX: its root is no <tmx>.")
    except etree.XMLSyntaxError as error:
        raise UsageError(
            f"{name}:{error.lineno or 1}: is not well-formed XML: {error.msg}.",
            "Nothing was taken from it. Export it again from the other tool.",
        ) from error


def _check_root(root: Any, name: str) -> None:
    """Raise UsageError for a DTD of its own: entities can grow without end or name other files."""
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise UsageError(
            f"{name}:{root.sourceline}: declares XML entities, which is refused.",
            "Write the texts themselves into the file.",
        )


def _forget(element: Any) -> None:
    """Free what was read: libxml2 would keep the whole file."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _to_units(tu: Any, srclang: str, notes: Notes) -> Iterator[Unit]:
    """Yield a unit for each translation in a `tu`."""
    texts = list(_texts(tu, notes))
    if not texts:
        return
    wanted = tu.get("srclang") or srclang
    own = texts[0][0] if wanted in ("", "*all*") else code_of(wanted)
    source = next((text for code, text in texts if code == own), None)
    if source is None or own is None:
        notes.skip(_line(tu), f"no text in the source language {wanted}")
        return
    fields: dict[str, Any] = {known: _prop(tu, kind) for kind, known in _PROPS.items()}
    fields |= {known: fields[known] or "" for known in fields.keys() - _ALWAYS}
    approved = _iso(tu.get("changedate") or tu.get("creationdate") or "")
    others = [(code, text) for code, text in texts if code != own]
    if not others:
        notes.skip(_line(tu), "no translation into one of our languages")
    for code, text in others:
        yield Unit(own, code, source, text, approved=approved, **fields)


def _texts(tu: Any, notes: Notes) -> Iterator[tuple[str, str]]:
    """Yield (our code, text) of every `tuv` that can be used."""
    for tuv in tu.iterchildren("{*}tuv"):
        tag = tuv.get(_LANG) or tuv.get("lang") or ""
        code = code_of(tag)
        seg = next(tuv.iterchildren("{*}seg"), None)
        if code is None:
            notes.skip(_line(tuv), f"language {tag or 'not said'} is none of ours")
        elif seg is None:
            notes.skip(_line(tuv), "a text is empty")
        elif any(True for _ in seg.iter(etree.Entity)):
            notes.skip(_line(tuv), "a text has an entity that is not declared")
        elif problem := flaw(text := _text(seg)):
            notes.skip(_line(tuv), problem)
        else:
            if len(seg):
                notes.change(_line(tuv), "inline markup was reduced to its text")
            yield code, text


def _line(element: Any) -> int:
    """Return the line of an element, 0 where libxml2 does not know it: far down, without text."""
    line: int = element.sourceline
    return line if line != _UNCOUNTED else 0


def _text(element: Any) -> str:
    """Return the text of a `seg` or `hi`: without codes, white space as it is."""
    parts = [element.text or ""]
    for child in element:
        if etree.QName(child).localname not in _MARKUP:
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _prop(tu: Any, kind: str) -> str | None:
    found = (prop for prop in tu.iterchildren("{*}prop") if prop.get("type") == kind)
    prop = next(found, None)
    return None if prop is None else CONTROL.sub("", "".join(prop.itertext()))


def _to_element(unit: Unit) -> Any:
    tu = etree.Element("tu", srclang=find_writing(unit.source_language).bcp47)
    if unit.approved:
        tu.set("changedate", _stamp(unit.approved))
    for kind, known in _PROPS.items():
        value = getattr(unit, known)
        if value or (value is not None and known in _ALWAYS):
            etree.SubElement(tu, "prop", type=kind).text = _checked(value, unit)
    for code, text in ((unit.source_language, unit.source), (unit.target_language, unit.target)):
        tuv = etree.SubElement(tu, "tuv", {_LANG: find_writing(code).bcp47})
        etree.SubElement(tuv, "seg").text = _checked(text, unit)
    return tu


def _checked(text: str, unit: Unit) -> str:
    if CONTROL.search(text):
        raise UsageError(
            f"A text has a control character, which TMX cannot hold: {unit.source!r}.",
            "Mend the text in the review, then export again.",
        )
    return text


def _stamp(iso: str) -> str:
    when = datetime.fromisoformat(iso).astimezone(UTC)
    return f"{when.year:04}{when:{_STAMP.removeprefix('%Y')}}"  # glibc writes the year 1 as "1"


def _iso(stamp: str) -> str:
    """Return a TMX date as ISO 8601 in UTC, nothing when it is none."""
    try:
        when = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return ""
    return when.isoformat().replace("+00:00", "Z")
