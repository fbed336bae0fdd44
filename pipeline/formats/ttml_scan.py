"""The elements of a TTML file from anybody, made with care: nothing in it can expand or be fetched.

A document type is refused, as TTML needs none and entities are declared there; so is what nests
too deep or has too many elements for ttconv, which is thorough rather than fast.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from xml.parsers import expat

from courses.errors import CaptionsError
from pipeline.formats.lines import safe_text

TT, TTM = "http://www.w3.org/ns/ttml", "http://www.w3.org/ns/ttml#metadata"
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
        parser = self._parser = expat.ParserCreate(namespace_separator="}")
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._builder.data
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise refusal(name, f"is no sound XML: {error}") from error
        self.root = self._builder.close()
        if self.root.tag != f"{{{TT}}}tt":
            raise refusal(name, "has no <tt> of TTML as its root")

    def said(self, key: str) -> str:
        """Return the text of an element of the metadata, empty where there is none."""
        return " ".join(safe_text(self.root.findtext(f"{_HEAD}{{{TTM}}}{key}") or "").split())

    def _refuse_doctype(self, *_: object) -> None:
        raise refusal(
            self._name,
            "has a document type, which is refused: entities declared there can fill the memory or"
            " read other files",
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._faulty) > MOST_DEPTH or self._count > MOST_ELEMENTS:
            raise refusal(
                self._name,
                f"has more than {MOST_ELEMENTS:,} elements, or more than {MOST_DEPTH} in another",
            )
        if len(attributes) > 100 or any(len(value) > 1000 for value in attributes.values()):
            raise refusal(self._name, "has an element of very many or very long attributes")
        fault = self._faulty[-1] or _fault(attributes)
        self._faulty.append(fault)
        named = {_clark(key): value for key, value in attributes.items()}
        if tag == f"{TT}}}p":
            line = self._parser.CurrentLineNumber
            named[_MARK] = f"x-{line}-{self._count}"
            self.lines[named[_MARK]] = line
            if fault:
                self.faults[named[_MARK]] = fault
        self._builder.start(_clark(tag), named)

    def _end(self, tag: str) -> None:
        self._faulty.pop()
        self._builder.end(_clark(tag))


def _clark(name: str) -> str:
    return "{" + name if "}" in name else name


def refusal(name: str, why: str) -> CaptionsError:
    """Return the error for a file that is not read."""
    return CaptionsError(f"{name} {why}.", "Export it again as IMSC 1.1 text, or as WebVTT.")


def _fault(attributes: dict[str, str]) -> str:
    """Return what is wrong with the times of an element, which ttconv would leave out."""
    for key in ("begin", "end", "dur"):
        value = attributes.get(key, "0s").strip()
        if value.startswith("-"):
            return "a time is negative, skipped"
        if not _TIME.fullmatch(value):
            return "times cannot be read, skipped"
    return ""
