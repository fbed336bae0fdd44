"""TBX, the interchange form of term bases (ISO 30042): reading.

Read are version 3 (2019) Core, Min and Basic, each with data categories as attributes (DCA) or
as tags (DCT), the 2008 edition with its root `martif`, and the older `TBX` of TBX-Min. Elements
are known by their local names: the three editions use three namespaces for the same things.
What the term base has no place for is counted, never a reason to fail.

One concept becomes one row, and more where it must: a further row for each English synonym,
and a FORBID row for the wordings that the file calls deprecated or superseded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from courses.errors import UsageError
from glossaries.rows import DOMAIN, Row, make_id, open_bytes, writing_of
from glossaries.tsv import COLUMNS
from glossaries.xml_safety import MeteredFile, root_of

MARK = "karmavani:"
"""Begins a note that holds what TBX has no category for: ``karmavani:scope=domain``."""

ROOTS = ("tbx", "martif", "TBX")
_CONCEPTS = ("conceptEntry", "termEntry")
_LANGUAGES = ("langSec", "langSet", "langGroup")
_TERMS = ("termSec", "tig", "ntig", "termGroup")
_GROUPS = ("descripGrp", "adminGrp", "termNoteGrp", "termGrp")
_META = (
    "descrip", "descripNote", "admin", "adminNote", "termNote", "transac", "transacNote", "ref",
    "xref",
)  # fmt: skip
_PREFERRED = ("preferredTerm", "preferred")
_OFFICIAL = ("standardizedTerm", "legalTerm", "regulatedTerm")
_DEAD = (
    "deprecatedTerm", "supersededTerm", "obsoleteTerm", "notRecommended", "obsolete", "deprecated"
)  # fmt: skip
_SHORT = ("abbreviation", "acronym", "initialism")
_STATUS = ("administrativeStatus", "normativeAuthorization", "termStatus", "temporalQualifier")
_CONCEPT_FACTS = ("subjectField", "definition", "source", "crossReference")
# What programs number their concepts with: such ids say nothing, and two files share them.
NUMBERED = re.compile("[a-z]{0,4}[-_]?[0-9]+", re.IGNORECASE)
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(slots=True)
class _Wording:
    """One term of a concept: its text, its states, and what else we have a place for."""

    text: str = ""
    states: set[str] = field(default_factory=set)
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def is_dead(self) -> bool:
        return bool(self.states.intersection(_DEAD))


@dataclass(slots=True)
class _Concept:
    """What one entry says, in our words; `left_out` counts what we have no place for."""

    left_out: Counter[str]
    facts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    wordings: dict[str, list[_Wording]] = field(default_factory=dict)

    def note(self, text: str) -> None:
        """Keep a note; one of our marks is a fact instead."""
        name, is_mark, value = text.removeprefix(MARK).partition("=")
        if text.startswith(MARK) and is_mark and name != "note":
            self.marks[name] = value
        elif text:
            self.notes.append(value if text.startswith(MARK) and is_mark else text)


def read_tbx_rows(path: Path, left_out: Counter[str] | None = None) -> Iterator[Row]:
    """Yield the rows of a TBX file of any size; `left_out` counts, by category, what is not read.

    Raises UsageError for what is not TBX, is not well-formed, or declares entities.
    """
    root = root_of(path)
    if root not in ROOTS:
        raise UsageError(
            f"{path} is XML but not TBX: its root is {root!r}.", f"TBX has {', '.join(ROOTS)}."
        )
    counted = Counter[str]() if left_out is None else left_out
    with open_bytes(path) as file:
        metered = MeteredFile(path, file)
        try:
            events = etree.iterparse(
                metered,
                tag=[f"{{*}}{name}" for name in _CONCEPTS],
                resolve_entities=False,
                load_dtd=False,
                no_network=True,
                remove_comments=True,
                remove_pis=True,
            )
            for _, element in events:
                metered.entry_ends()
                yield from _rows(element, counted)
                _forget(element)
        except etree.XMLSyntaxError as error:
            raise UsageError(f"{path} is not well-formed XML: {error.msg}.") from error


def _forget(element: etree._Element) -> None:
    """Free the entry and all before it, so that memory does not grow with the file."""
    element.clear()
    while (before := element.getprevious()) is not None:
        before.getparent().remove(before)


def _rows(element: etree._Element, left_out: Counter[str]) -> list[Row]:
    line = element.sourceline or 0
    concept = _Concept(left_out)
    if problem := _read_concept(element, concept):
        return [Row(line, {}, (problem,))]
    if "crossReference" in concept.facts and "use" not in concept.marks:
        left_out["crossReference"] += 1
    cells = _cells(concept, element.get("id") or "")
    rows = [cells, *_synonyms(concept, cells), *_forbidden(concept, cells)]
    return [Row(line, row) for row in rows]


def _read_concept(element: etree._Element, concept: _Concept) -> str:
    """Fill `concept`; return why it cannot be taken, or nothing."""
    for unknown in element.iter(etree.Entity):
        return f"it refers to the entity {unknown.text}, which is not resolved"
    for name, child in _parts(element, _LANGUAGES):
        if _local(child) not in _LANGUAGES:
            _take_fact(concept, name, _text(child), _CONCEPT_FACTS)
        else:
            _read_language(child, concept)
    if not concept.wordings.get("en"):
        return "there is no English term"
    piped = [w.text for words in concept.wordings.values() for w in words if "|" in w.text]
    return f"the term {piped[0]!r} has a |, which separates terms here" if piped else ""


def _read_language(element: etree._Element, concept: _Concept) -> None:
    tag = element.get(_XML_LANG) or element.get("lang") or ""
    code = writing_of(tag)
    for name, child in _parts(element, _TERMS):
        if _local(child) in _TERMS:
            wording = _read_wording(child, concept)
            if code and wording.text:
                concept.wordings.setdefault(code, []).append(wording)
            else:
                concept.left_out[f"a term in {tag or 'no language'}"] += 1
        else:
            keeps = ("definition",) if code == "en" else ()
            _take_fact(concept, name, _text(child), keeps)


def _read_wording(element: etree._Element, concept: _Concept) -> _Wording:
    wording = _Wording()
    for name, child in _parts(element, ()):
        text = _text(child)
        if name == "term":
            wording.text = text
        elif name in _STATUS:
            wording.states.add(text.removesuffix("-admn-sts").removesuffix("-admin-sts"))
        elif name in ("partOfSpeech", "termType"):
            wording.facts.setdefault(name, text)
        else:
            _take_fact(concept, name, text, keeps=("source",))
    return wording


def _take_fact(concept: _Concept, name: str, text: str, keeps: tuple[str, ...]) -> None:
    """Keep a fact the first time it is said; notes are all kept, the rest is counted."""
    if name == "note":
        concept.note(text)
    elif name == "definition/source":
        concept.notes.append(f"definition: {text}")
    elif name in keeps and text and name not in concept.facts:
        concept.facts[name] = text
    else:
        concept.left_out[name] += 1


def _parts(
    element: etree._Element, stops: tuple[str, ...], within: str = ""
) -> Iterator[tuple[str, etree._Element]]:
    """Yield the data categories below `element` with their elements, groups opened.

    What stands beside a description in its group is named after it: ``definition/source``.
    """
    for child in element:
        local = _local(child)
        if local in _GROUPS and local not in stops:
            first = next((_category(one) for one in child), "")
            yield from _parts(child, stops, first if local == "descripGrp" else "")
        else:
            name = _category(child)
            yield (f"{within}/{name}" if within and name != within else name), child


def _category(element: etree._Element) -> str:
    """Return the data category: an attribute in DCA and 2008, the tag itself in DCT."""
    local = _local(element)
    return element.get("type") or local if local in _META else local


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _cells(concept: _Concept, identifier: str) -> dict[str, str]:
    """Return the cells of the concept's own row; our marks win over what was inferred."""
    main, abbreviation = _english(concept)
    facts = concept.facts
    name = make_id(identifier)
    if NUMBERED.fullmatch(identifier) and make_id(main.text) and "id" not in concept.marks:
        name = make_id(main.text)
        if name != make_id(identifier):
            concept.notes.append(f"TBX id {identifier}")
    cells = {
        "id": name or make_id(main.text),
        "en": main.text,
        "abbr": abbreviation,
        "pos": main.facts.get("partOfSpeech", ""),
        "definition": facts.get("definition", ""),
        "source": facts.get("source", ""),
        "note": "; ".join(concept.notes),
        DOMAIN: make_id(facts.get("subjectField", "")),
    }
    own = {name: text for name, text in concept.marks.items() if name in (*COLUMNS, DOMAIN)}
    is_forbidden = own.get("kind") == "forbid"
    for code in [code for code in concept.wordings if code != "en"]:
        if live := _ranked(concept, code, is_forbidden):
            cells[code] = "|".join(wording.text for wording in live)
    if cells["source"]:
        cells["official"] = " ".join(code for code in cells if _is_official(concept, code))
    return cells | own


def _english(concept: _Concept) -> tuple[_Wording, str]:
    """Return the English term and its abbreviation."""
    said = concept.marks.get("abbr", "")
    ranked = _ranked(concept, "en", everything=True)
    full = [w for w in ranked if not _is_short(w) and w.text != said] or ranked
    short = next((w.text for w in ranked if _is_short(w) and w is not full[0]), "")
    return full[0], said or short


def _is_short(wording: _Wording) -> bool:
    return wording.facts.get("termType") in _SHORT


def _ranked(concept: _Concept, code: str, everything: bool) -> list[_Wording]:
    """Return the wordings of a language, the preferred first, the dead last or not at all."""
    words = [w for w in concept.wordings.get(code, ()) if everything or not w.is_dead]
    return sorted(words, key=lambda w: (w.is_dead, not w.states.intersection(_PREFERRED)))


def _is_official(concept: _Concept, code: str) -> bool:
    words = concept.wordings.get(code, []) if code != "en" else []
    return any(w.states.intersection(_OFFICIAL) for w in words if not w.is_dead)


def _synonyms(concept: _Concept, cells: dict[str, str]) -> list[dict[str, str]]:
    """Return a row for each further English term: what is said in a lesson may be any of them."""
    known = {cells["en"], cells["abbr"]}
    rows: list[dict[str, str]] = []
    for wording in _ranked(concept, "en", everything=True):
        if wording.text not in known:
            known.add(wording.text)
            note = f"{'superseded, for' if wording.is_dead else 'synonym of'} {cells['en']}"
            own = {"id": f"{cells['id']}-{len(rows) + 2}", "en": wording.text, "abbr": ""}
            rows.append(cells | own | {"note": note})
    return rows


def _forbidden(concept: _Concept, cells: dict[str, str]) -> list[dict[str, str]]:
    """Return the row of the wordings that must not be used, if the file names some."""
    if cells.get("kind") == "forbid":
        return []
    dead = {
        code: "|".join(dict.fromkeys(w.text for w in words if w.is_dead))
        for code, words in concept.wordings.items()
        if code != "en" and any(w.is_dead for w in words)
    }
    fixed = {"id": f"{cells['id']}-forbidden", "en": cells["en"], "kind": "forbid"}
    fixed |= {"use": cells["id"], DOMAIN: cells[DOMAIN]}
    return [fixed | dead] if dead else []
