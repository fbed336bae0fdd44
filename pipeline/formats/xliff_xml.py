"""What the two XLIFF writers and readers share: a safe parse, text with marks, and indentation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from courses.errors import UsageError
from courses.xml_prolog import read_prolog
from pipeline.formats.bilingual import MOST_BYTES, MOST_TAGS, XML_CONTROL, TermNote

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_HALF = re.compile("[\ud800-\udfff]")
_MIXED = frozenset({"source", "target", "note", "meta", "term", "translation", "context"})


def parse(data: bytes, name: str, most_tags: int = MOST_TAGS) -> Any:
    """Return the root element of `data`; nothing is fetched and no document type is loaded.

    Raises UsageError for what is too long, is not well-formed or declares anything of its own:
    `name` is told with it.
    """
    if len(data) > MOST_BYTES:
        raise UsageError(f"{name} is longer than {MOST_BYTES:,} bytes; no lesson is.")
    # No harm where a script's own bytes look like tags: a lesson stays far below.
    if data.count(b"<") > most_tags or data.count(b"=") > most_tags:
        raise UsageError(f"{name} has more than {most_tags:,} tags or attributes; no lesson has.")
    _refuse_declarations(data, name)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UsageError(
            f"{name} is not well-formed XML: {error.msg}.",
            "Nothing was taken from it. Export it again from the tool that wrote it.",
        ) from error


def _refuse_declarations(data: bytes, name: str) -> None:
    """Raise UsageError for a document type with a part of its own, before anything is expanded."""
    try:
        prolog = read_prolog([data])
    except ValueError as error:
        raise UsageError(
            f"{name} cannot be read as XML: {error}.", "Save it anew as XML in UTF-8."
        ) from error
    if prolog.has_own_part:
        raise UsageError(
            f"{name} has a document type of its own, which is refused: it can declare"
            " entities that fill the memory or read other files.",
            "Take the DOCTYPE out of the file.",
        )


def plain(text: str) -> str:
    """Return `text` with U+FFFD for what XML cannot hold; for places where nobody edits."""
    return XML_CONTROL.sub("\ufffd", text)


def add(parent: Any, tag: str, text: str = "", **attributes: str) -> Any:
    """Append an element with plain text; ``a_b`` stands for the attribute ``a-b``."""
    named = {key.replace("_", "-"): plain(value) for key, value in attributes.items()}
    element = etree.SubElement(parent, tag, named)
    if text:
        element.text = plain(text)
    return element


def append_text(element: Any, text: str) -> None:
    """Append `text` after whatever `element` holds."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def put_text(element: Any, text: str, namespace: str) -> None:
    """Append `text`, with ``<cp>`` of XLIFF 2 for what XML cannot hold."""
    place = 0
    text = _HALF.sub("\ufffd", text)  # half a character is none
    for found in XML_CONTROL.finditer(text):
        append_text(element, text[place : found.start()])
        etree.SubElement(element, f"{{{namespace}}}cp", hex=f"{ord(found[0]):04X}")
        place = found.end()
    append_text(element, text[place:])


def put_marked(element: Any, text: str, terms: Sequence[TermNote], namespace: str) -> None:
    """Append `text` with a ``<mrk>`` around each term that overlaps none before it.

    The mark of ``terms[i]`` has the id ``t{i+1}``.
    """
    place = 0
    for number, term in sorted(enumerate(terms, 1), key=lambda row: (row[1].start, row[0])):
        if term.start < place or not term.start < term.end <= len(text):
            continue
        put_text(element, text[place : term.start], namespace)
        mark = etree.SubElement(element, f"{{{namespace}}}mrk", id=f"t{number}", type="term")
        put_text(mark, text[term.start : term.end], namespace)
        place = term.end
    put_text(element, text[place:], namespace)


def spans_of(element: Any, text_of: Any) -> Mapping[str, tuple[int, int]]:
    """Return id -> (start, end) in the text of `element` for the marks directly in it."""
    found: dict[str, tuple[int, int]] = {}
    if element is None:
        return found
    place = len(element.text or "")
    for child in element:
        size = len(text_of(child))
        if isinstance(child.tag, str) and child.tag.endswith("}mrk"):
            found[child.get("id", "")] = (place, place + size)
        place += size + len(child.tail or "")
    return found


def to_bytes(root: Any) -> bytes:
    """Return the whole file in UTF-8, one element a line; texts are left as they are."""
    _indent(root, "\n")
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"


def _indent(element: Any, line: str) -> None:
    if etree.QName(element).localname in _MIXED or not len(element):
        return
    element.text = line + " "
    for child in element:
        _indent(child, line + " ")
        child.tail = line + " "
    element[-1].tail = line
