"""What stands before the first element of an XML file, looked at before a parser sees the whole.

Entities are declared there: with them a small file can fill the memory or read other files. expat
tells every declaration and expands nothing. The only place that knows expat's dangers; each format
says itself how much of a document type it allows. Not for content.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.parsers import expat


@dataclass(slots=True)
class Prolog:
    """`root`: name of the first element without its prefix, "" where there is none.

    `has_type`: there is a document type; `has_own_part`: it declares things in the file itself.
    `entity`: name of the first entity that it declares, "" where it declares none.
    """

    root: str = ""
    has_type: bool = False
    has_own_part: bool = False
    entity: str = ""


class _Found(Exception):
    """The first element began: no declaration can follow."""


def careful_parser(namespace_separator: str | None = None) -> expat.XMLParserType:
    """Return an expat parser that never reads a parameter entity, so no part from outside."""
    parser = expat.ParserCreate(namespace_separator=namespace_separator)
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser


def read_prolog(blocks: Iterable[bytes]) -> Prolog:
    """Return what stands before the first element, taking no more of `blocks` than that needs.

    Stops at the first entity too. Raises ValueError, with expat's reason, for what is no XML.
    """
    found, parser = Prolog(), careful_parser()

    def start_type(_name: str, _system: object, _public: object, has_own: object) -> None:
        found.has_type, found.has_own_part = True, bool(has_own)

    def declare(name: str, *_: object) -> None:
        found.entity = name
        raise _Found

    def start(name: str, _attributes: object) -> None:
        found.root = name.rpartition(":")[2]
        raise _Found

    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler = start_type, declare
    parser.StartElementHandler = start
    try:
        for block in blocks:
            parser.Parse(block)
        parser.Parse(b"", True)
    except _Found:
        pass
    except (expat.ExpatError, LookupError) as error:
        raise ValueError(str(error)) from error
    return found
