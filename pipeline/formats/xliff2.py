"""XLIFF 2.1, written and read back (OASIS Standard, "XLIFF Version 2.1", 2018).

A sentence is a unit of one segment. Its times are metadata, findings are notes, terms are the
glossary module with a mark in the source, suggestions the matches module, and what can be read in
its time the size restriction module. Not for files of other makers: see `xliff`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from courses.nouns import Severity, TranslationStatus
from pipeline import VERSION
from pipeline.formats import xliff_rules2
from pipeline.formats.bilingual import (
    Bilingual,
    BilingualUnit,
    Candidate,
    Remark,
    Returned,
    TermNote,
    mark_of,
    refuse_whole,
    time_faults,
    whole_number,
)
from pipeline.formats.xliff_modules2 import GLOSSARY, MATCHES, METADATA, SIZES
from pipeline.formats.xliff_values2 import CORE
from pipeline.formats.xliff_xml import (
    SPACE,
    add,
    parse,
    plain,
    put_marked,
    put_text,
    spans_of,
    to_bytes,
)

SUFFIX = ".xlf"
OWN = "karmavani"
PROFILE = "karmavani:grapheme-clusters"  # the profiles of the standard count code points
_NAMES = {None: CORE, "gls": GLOSSARY, "mtc": MATCHES, "mda": METADATA, "slr": SIZES}
_STATES = {
    TranslationStatus.HOLE: "initial",
    TranslationStatus.DRAFT: "initial",
    TranslationStatus.STALE: "initial",
    TranslationStatus.RETURNED: "translated",
    TranslationStatus.EDITED: "translated",
    TranslationStatus.APPROVED: "final",
}
_PRIORITIES = {Severity.ERROR: "1", Severity.WARNING: "3", Severity.INFO: "5"}


def write(bilingual: Bilingual) -> bytes:
    """Return the whole file; the same lesson always gives the same bytes."""
    root = etree.Element(_core("xliff"), nsmap=_NAMES)
    root.set("version", "2.1")
    root.set("srcLang", bilingual.source)
    root.set("trgLang", bilingual.target)
    file = add(root, _core("file"), id=bilingual.lesson, original=bilingual.lesson)
    file.set(SPACE, "preserve")
    facts = {"course": bilingual.course, "title": bilingual.title, "tool": f"{OWN} {VERSION}"}
    _write_metadata(file, facts)
    add(file, f"{{{SIZES}}}profiles", generalProfile=PROFILE)
    for unit in bilingual.units:
        _write_unit(file, unit)
    return to_bytes(root)


def _core(name: str) -> str:
    return f"{{{CORE}}}{name}"


def _write_metadata(parent: Any, facts: dict[str, str]) -> None:
    metadata = add(parent, f"{{{METADATA}}}metadata")
    group = add(metadata, f"{{{METADATA}}}metaGroup", category=OWN)
    for kind, value in facts.items():
        if value:
            add(group, f"{{{METADATA}}}meta", value, type=kind)


def _write_unit(file: Any, unit: BilingualUnit) -> None:
    element = add(file, _core("unit"), id=unit.id, canResegment="no")
    if unit.limit is not None:
        element.set(f"{{{SIZES}}}sizeRestriction", str(unit.limit))
    _write_matches(element, unit)
    _write_glossary(element, unit)
    times = {"start": unit.start, "end": unit.end}
    facts = {kind: str(time) for kind, time in times.items() if time is not None}
    base = unit.base or mark_of(unit.target)
    _write_metadata(element, {**facts, "author": unit.author, "sent": base})
    if unit.remarks:
        notes = add(element, _core("notes"))
        for remark in unit.remarks:
            priority = _PRIORITIES[remark.severity]
            category = {"category": remark.check} if remark.check else {}
            add(notes, _core("note"), remark.text, priority=priority, **category)
    segment = add(element, _core("segment"), id="s", state=_STATES[unit.status])
    segment.set("subState", f"{OWN}:{unit.status}")
    put_marked(add(segment, _core("source")), unit.source, _worded(unit), CORE)
    if unit.target:
        put_text(add(segment, _core("target")), unit.target, CORE)


def _write_matches(element: Any, unit: BilingualUnit) -> None:
    if not unit.candidates:
        return
    matches = add(element, f"{{{MATCHES}}}matches")
    for number, one in enumerate(unit.candidates, 1):
        match = add(matches, f"{{{MATCHES}}}match", id=f"m{number}", ref="#s", type="tm")
        match.set("matchQuality", str(one.percent))
        match.set("origin", plain(one.origin))
        put_text(add(match, _core("source")), one.source, CORE)
        put_text(add(match, _core("target")), one.target, CORE)


def _write_glossary(element: Any, unit: BilingualUnit) -> None:
    terms = _worded(unit)
    if not terms:
        return
    probe = etree.Element(_core("source"))
    put_marked(probe, unit.source, terms, CORE)
    marked = {mark.get("id") for mark in probe}
    glossary = add(element, f"{{{GLOSSARY}}}glossary")
    for number, term in enumerate(terms, 1):
        ref = {"ref": f"#t{number}"} if f"t{number}" in marked else {}
        entry = add(glossary, f"{{{GLOSSARY}}}glossEntry", id=f"g{number}", **ref)
        add(entry, f"{{{GLOSSARY}}}term", term.source)
        source = f"{OWN}:{term.trust}{':locked' if term.locked else ''}"
        add(entry, f"{{{GLOSSARY}}}translation", term.target, source=source)


def _worded(unit: BilingualUnit) -> tuple[TermNote, ...]:
    """Return the terms that have a wording: an entry without one is not valid."""
    return tuple(term for term in unit.terms if term.target)


def read(data: bytes, name: str) -> Returned:
    """Return the lesson in an XLIFF 2.0 or 2.1 file, and the rules that single units break.

    Raises UsageError when it is none, is not safe, or breaks a rule as a whole.
    """
    root = parse(data, name)
    faults = list(xliff_rules2.faults(root))
    refuse_whole(name, faults)
    file = root.find(_core("file"))
    for unit in file.iter(_core("unit")):
        faults += time_faults(_metadata(unit), unit.get("id"))
    facts = _metadata(file)
    units = tuple(_unit(unit) for unit in file.iter(_core("unit")))
    bilingual = Bilingual(
        course=facts.get("course", ""),
        lesson=file.get("id"),
        title=facts.get("title", ""),
        source=root.get("srcLang"),
        target=root.get("trgLang", ""),
        units=units,
    )
    return Returned(bilingual, tuple(faults))


def _unit(unit: Any) -> BilingualUnit:
    segments = unit.findall(_core("segment"))
    facts = _metadata(unit)
    source, spans = _join(unit, "source"), {}
    if len(segments) == 1:
        spans = dict(spans_of(segments[0].find(_core("source")), xliff_rules2.inline_text))
    target = _join(unit, "target")
    return BilingualUnit(
        id=unit.get("id"),
        source=source,
        target=target,
        status=_status(segments, target),
        start=whole_number(facts.get("start")),
        end=whole_number(facts.get("end")),
        base=facts.get("sent", ""),
        author=facts.get("author", ""),
        limit=whole_number(unit.get(f"{{{SIZES}}}sizeRestriction")),
        remarks=tuple(_remarks(unit)),
        terms=tuple(_terms(unit, spans)),
        candidates=tuple(_candidates(unit)),
    )


def _join(unit: Any, name: str) -> str:
    """Return the text of all parts of a unit; a part to ignore has its source where no target."""
    parts = []
    for part in unit:
        if part.tag in (_core("segment"), _core("ignorable")):
            found = part.find(_core(name))
            if found is None and part.tag == _core("ignorable"):
                found = part.find(_core("source"))
            parts.append("" if found is None else xliff_rules2.text_of(found))
    return "".join(parts)


def _status(segments: list[Any], target: str) -> TranslationStatus:
    """Return our status; that in `subState` counts only while `state` is what goes with it."""
    states = {segment.get("state", "initial") for segment in segments}
    for status, state in _STATES.items():
        if states == {state} and segments[0].get("subState") == f"{OWN}:{status}":
            return status
    if states <= {"final", "reviewed"}:
        return TranslationStatus.APPROVED
    if "initial" not in states:
        return TranslationStatus.EDITED
    return TranslationStatus.DRAFT if target else TranslationStatus.HOLE


def _metadata(element: Any) -> dict[str, str]:
    place = f"{{{METADATA}}}"
    groups = element.findall(f"{place}metadata/{place}metaGroup[@category='{OWN}']")
    return {
        meta.get("type", ""): meta.text or "" for group in groups for meta in group if len(meta) < 1
    }


def _remarks(unit: Any) -> Iterator[Remark]:
    severities = {priority: severity for severity, priority in _PRIORITIES.items()}
    for note in unit.iterfind(f"{_core('notes')}/{_core('note')}"):
        severity = severities.get(note.get("priority", ""), Severity.INFO)
        yield Remark(note.text or "", note.get("category", ""), severity)


def _terms(unit: Any, spans: dict[str, tuple[int, int]]) -> Iterator[TermNote]:
    place = f"{{{GLOSSARY}}}"
    for entry in unit.iterfind(f"{place}glossary/{place}glossEntry"):
        start, end = spans.get(entry.get("ref", "").removeprefix("#"), (0, 0))
        translation = entry.find(f"{place}translation")
        said = "" if translation is None else translation.get("source", "")
        _, _, trust = said.partition(":")
        yield TermNote(
            source=entry.findtext(f"{place}term") or "",
            target=entry.findtext(f"{place}translation") or "",
            trust=trust.removesuffix(":locked"),
            locked=trust.endswith(":locked"),
            start=start,
            end=end,
        )


def _candidates(unit: Any) -> Iterator[Candidate]:
    place = f"{{{MATCHES}}}"
    for match in unit.iterfind(f"{place}matches/{place}match"):
        texts = [match.find(_core(name)) for name in ("source", "target")]
        source, target = ("" if one is None else xliff_rules2.text_of(one) for one in texts)
        quality = whole_number((match.get("matchQuality") or "").partition(".")[0]) or 0
        yield Candidate(source, target, quality, match.get("origin", ""))
