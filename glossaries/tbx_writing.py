"""TBX, the interchange form of term bases (ISO 30042): writing.

Three dialects: `core` and `basic` of the 2019 edition, with data categories as attributes (DCA),
and `2008`, TBX-Basic with the root `martif`. What a dialect has no category for stands in notes
that begin with `tbx.MARK`, so that the reader of `tbx` gives the same entries again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from courses.errors import UsageError
from courses.languages import WRITINGS
from courses.nouns import TermKind, TermStatus
from glossaries.rows import DOMAIN, make_id
from glossaries.tbx import MARK, NUMBERED
from glossaries.terms import Entry
from glossaries.tsv import COLUMNS

# Namespace of the second edition, ISO 30042:2019. Picklist of TBX-Basic's partOfSpeech.
NAMESPACE = "urn:iso:std:iso:30042:ed-2"
PARTS_OF_SPEECH = ("noun", "verb", "adjective", "adverb", "other")
_DEFAULTS = {"kind": "translate", "scope": "any", "pos": "noun"}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How one dialect says it: what stands before the header, and the names of its elements."""

    before: str
    root: str
    header: str
    concept: str
    language: str
    term: str
    categories: bool  # whether it has data categories at all; Core has none


def _edition_3(name: str, categories: bool) -> _Dialect:
    before = f'<tbx type="{name}" style="dca" xml:lang="en" xmlns="{NAMESPACE}">'
    return _Dialect(before, "tbx", "tbxHeader", "conceptEntry", "langSec", "termSec", categories)


DIALECTS: dict[str, _Dialect] = {
    "basic": _edition_3("TBX-Basic", True),
    "core": _edition_3("TBX-Core", False),
    "2008": _Dialect(
        '<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">\n'
        '<martif type="TBX-Basic" xml:lang="en">',
        "martif", "martifHeader", "termEntry", "langSet", "tig", True,
    ),
}  # fmt: skip
"""Name on the command line -> dialect."""


def write_tbx(path: Path, entries: Sequence[Entry], dialect: str, title: str) -> None:
    """Write `entries` in a dialect of DIALECTS; raises UsageError for what XML cannot hold."""
    chosen = DIALECTS[dialect]
    known = {entry.id for entry in entries}
    if not entries:
        raise UsageError("There is no term to write, and TBX must hold one at least.")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n{chosen.before}\n')
        file.write(_header(chosen, title))
        file.write("  <text>\n    <body>\n")
        for entry in entries:
            file.write(_to_text(entry, chosen, known))
        file.write(f"    </body>\n  </text>\n</{chosen.root}>\n")


def _header(dialect: _Dialect, title: str) -> str:
    """Return the header: what the file is and where it comes from."""
    header = etree.Element(dialect.header)
    description = etree.SubElement(header, "fileDesc")
    etree.SubElement(etree.SubElement(description, "titleStmt"), "title").text = title
    source = etree.SubElement(description, "sourceDesc")
    etree.SubElement(source, "p").text = "Exported by karmavani from its term base."
    return _indented(header, 1)


def _to_text(entry: Entry, dialect: _Dialect, known: set[str]) -> str:
    try:
        return _indented(_concept(entry, dialect, known), 3)
    except ValueError as error:
        raise UsageError(
            f"The entry {entry.id!r} holds a character that XML cannot.",
            "Find it with: karmavani glossary lint",
        ) from error


def _indented(element: etree._Element, level: int) -> str:
    etree.indent(element, level=level)
    return f"{'  ' * level}{etree.tostring(element, encoding='unicode')}\n"


def xml_id(identifier: str) -> str:
    """Return an id that XML allows (it must not begin with a digit); `make_id` undoes it."""
    slug = make_id(identifier)
    return slug if slug[:1].isalpha() else f"_{slug}"


def _concept(entry: Entry, dialect: _Dialect, known: set[str]) -> etree._Element:
    element = etree.Element(dialect.concept, id=xml_id(entry.id))
    if dialect.categories:
        _typed(element, "descrip", "subjectField", entry.domain)
        if entry.definition:
            group = etree.SubElement(element, "descripGrp")
            _typed(group, "descrip", "definition", entry.definition)
        if entry.publication:
            _typed(element, "admin", "source", entry.publication)
        if entry.use in known and entry.use != entry.id:
            _typed(element, "ref", "crossReference", entry.use).set("target", xml_id(entry.use))
    for text in _notes(entry, dialect):
        etree.SubElement(element, "note").text = text
    english = [(entry.source, ""), (entry.abbreviation, "abbreviation")]
    _language(element, "en", [pair for pair in english if pair[0]], entry, dialect)
    for code, target in entry.targets.items():
        wordings = [(text, "") for text in (target.text, *target.variants)]
        _language(element, code, wordings, entry, dialect)
    return element


def _language(
    concept: etree._Element,
    code: str,
    wordings: Iterable[tuple[str, str]],
    entry: Entry,
    dialect: _Dialect,
) -> None:
    """Add the terms of one language, the preferred first; `wordings` are texts and term types."""
    section = etree.SubElement(concept, dialect.language)
    section.set(_XML_LANG, WRITINGS[code].bcp47)
    for number, (text, term_type) in enumerate(wordings):
        term = etree.SubElement(section, dialect.term)
        etree.SubElement(term, "term").text = text
        if dialect.categories:
            part = entry.part_of_speech
            _typed(term, "termNote", "partOfSpeech", part if part in PARTS_OF_SPEECH else "other")
            if term_type:
                _typed(term, "termNote", "termType", term_type)
            forbidden = entry.kind is TermKind.FORBID and code != "en"
            state = "deprecated" if forbidden else "admitted" if number else "preferred"
            _typed(term, "termNote", "administrativeStatus", f"{state}Term-admn-sts")


def _typed(parent: etree._Element, tag: str, category: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, tag, type=category)
    element.text = text
    return element


def _notes(entry: Entry, dialect: _Dialect) -> list[str]:
    """Return the free note and the marks of what the dialect has no category for."""
    tag = xml_id(entry.id)
    facts = {
        "id": entry.id if make_id(tag) != entry.id or NUMBERED.fullmatch(tag) else "",
        "pos": entry.part_of_speech,
        "kind": entry.kind,
        "scope": entry.scope,
        "official": _having(entry, TermStatus.OFFICIAL),
        "reviewed": _having(entry, TermStatus.REVIEWED),
        "use": entry.use,
    }
    if dialect.categories and entry.part_of_speech in PARTS_OF_SPEECH:
        del facts["pos"]
    if not dialect.categories:
        facts |= {"abbr": entry.abbreviation, "definition": entry.definition}
        facts |= {"source": entry.publication, DOMAIN: entry.domain}
    is_ours = entry.note.startswith(MARK)
    notes = [f"{MARK}note={entry.note}" if is_ours else entry.note] if entry.note else []
    ordered = [name for name in (*COLUMNS, DOMAIN) if facts.get(name)]
    return notes + [
        f"{MARK}{name}={facts[name]}" for name in ordered if facts[name] != _DEFAULTS.get(name)
    ]


def _having(entry: Entry, status: TermStatus) -> str:
    return " ".join(code for code, target in entry.targets.items() if target.status is status)
