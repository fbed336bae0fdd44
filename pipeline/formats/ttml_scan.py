"""The elements of a TTML file from anybody, made with care: nothing in it can expand or be fetched.

A document type is refused, as TTML needs none and entities are declared there; so is what nests
too deep or has too many elements for ttconv, which is thorough rather than fast.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Protocol
from xml.parsers import expat

from courses.errors import CaptionsError
from courses.xml_prolog import careful_parser
from pipeline.formats.lines import safe_text

TT, TTM = "http://www.w3.org/ns/ttml", "http://www.w3.org/ns/ttml#metadata"
PARAGRAPH = f"{TT}}}p"
MOST_BYTES = 8_000_000
MOST_ELEMENTS = 40_000
MOST_DEPTH = 40
# ttconv keeps no ids of paragraphs, but their languages, which nobody here asks for.
_MARK = "{http://www.w3.org/XML/1998/namespace}lang"
_HEAD = f"{{{TT}}}head/"
_CLOCK, _OFFSET = r"\d{2,4}:\d\d:\d\d(?:[.:]\d{1,9})?", r"\d{1,9}(?:\.\d{1,9})?(?:h|m|s|ms|f|t)"
_TIME = re.compile(f"{_CLOCK}|{_OFFSET}", re.ASCII)


class Scan:
    """The elements of a file, made by expat so that lines are known and harm is seen early.

    `lines`: mark of each paragraph, which stands in place of its language, and its line; those that
    become cues are taken out. `faults`: marks of paragraphs with wrong times, or in such.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.lines: dict[str, int] = {}
        self.faults: dict[str, str] = {}
        self._name, self._faulty, self._count = name, [""], 0
        self._builder = ET.TreeBuilder()
        if len(data) > MOST_BYTES:
            raise refusal(name, f"has more than {MOST_BYTES:,} bytes")
        parse(data, name, self)
        self.root = self._builder.close()
        if self.root.tag != f"{{{TT}}}tt":
            raise refusal(name, "has no <tt> of TTML as its root")

    def said(self, key: str) -> str:
        """Return the text of an element of the metadata, empty where there is none."""
        return " ".join(safe_text(self.root.findtext(f"{_HEAD}{{{TTM}}}{key}") or "").split())

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """Take the beginning of an element."""
        self._count += 1
        if len(self._faulty) > MOST_DEPTH or self._count > MOST_ELEMENTS:
            raise refusal(
                self._name,
                f"has more than {MOST_ELEMENTS:,} elements, or {MOST_DEPTH} of them one in another",
            )
        fault = self._faulty[-1] or fault_of(attributes)
        self._faulty.append(fault)
        named = {_clark(key): value for key, value in attributes.items()}
        if tag == PARAGRAPH:
            named[_MARK] = f"x-{line}-{self._count}"
            self.lines[named[_MARK]] = line
            if fault:
                self.faults[named[_MARK]] = fault
        self._builder.start(_clark(tag), named)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        self._faulty.pop()
        self._builder.end(_clark(tag))

    def data(self, text: str) -> None:
        """Take text."""
        self._builder.data(text)


class Handler(Protocol):
    """What is told of a file, in its order."""

    def start(self, tag: str, attributes: dict[str, str], line: int) -> None:
        """Take the beginning of an element; `line` is a paragraph's, else 0.

        Names are ``namespace}name``.
        """

    def end(self, tag: str) -> None:
        """Take the end of an element."""

    def data(self, text: str) -> None:
        """Take text, whole between two tags but for very long ones."""


def parse(data: bytes, name: str, handler: Handler) -> None:
    """Tell `handler` of all that is in a file; nothing in it can expand or be fetched.

    Raises CaptionsError for a document type, for very many or long attributes, and for what is no
    sound XML.
    """
    parser = careful_parser(namespace_separator="}")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    def refuse(*_: object) -> None:
        raise refusal(
            name,
            "has a document type, which is refused: entities declared there can fill the memory or"
            " read other files",
        )

    def start(tag: str, attributes: dict[str, str]) -> None:
        if attributes and (len(attributes) > 100 or max(map(len, attributes.values())) > 1000):
            raise refusal(name, "has an element of very many or very long attributes")
        handler.start(tag, attributes, parser.CurrentLineNumber if tag == PARAGRAPH else 0)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, handler.end
    parser.CharacterDataHandler = handler.data
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise refusal(name, f"is no sound XML: {error}") from error


def _clark(name: str) -> str:
    return "{" + name if "}" in name else name


def refusal(name: str, why: str) -> CaptionsError:
    """Return the error for a file that is not read."""
    return CaptionsError(f"{name} {why}.", "Export it again as IMSC 1.1 text, or as WebVTT.")


def fault_of(attributes: dict[str, str]) -> str:
    """Return what is wrong with the times of an element, which ttconv would leave out."""
    for key in ("begin", "end", "dur"):
        value = attributes.get(key, "0s").strip()
        if value.startswith("-"):
            return "a time is negative, skipped"
        if not _TIME.fullmatch(value):
            return "times cannot be read, skipped"
    return ""
