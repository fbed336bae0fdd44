"""XLIFF 1.2, written and read back, for older tools (OASIS Standard, "XLIFF 1.2", 2008).

A sentence is a trans-unit. Its times are a context group, findings and terms are notes, suggestions
are alt-trans. 1.2 has no place for control characters: they become U+FFFD. Not for files of other
makers: see `xliff`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from courses.nouns import Severity, TranslationStatus
from pipeline import VERSION
from pipeline.formats import xliff_rules1
from pipeline.formats.bilingual import (
    Bilingual,
    BilingualUnit,
    Candidate,
    Remark,
    Returned,
    mark_of,
    refuse_whole,
    time_faults,
    whole_number,
)
from pipeline.formats.xliff_rules1 import CORE, text_of
from pipeline.formats.xliff_xml import SPACE, add, parse, to_bytes

SUFFIX = ".xliff"
OWN = "karmavani"
_STATES = {
    TranslationStatus.HOLE: "needs-translation",
    TranslationStatus.DRAFT: "needs-review-translation",
    TranslationStatus.STALE: "needs-adaptation",
    TranslationStatus.RETURNED: "needs-l10n",
    TranslationStatus.EDITED: "translated",
    TranslationStatus.APPROVED: "final",
}
_APPROVED = frozenset({"final", "signed-off"})
_OPEN = frozenset({"new", "needs-translation"})
_PRIORITIES = {Severity.ERROR: "1", Severity.WARNING: "3", Severity.INFO: "5"}


def write(bilingual: Bilingual) -> bytes:
    """Return the whole file; the same lesson always gives the same bytes."""
    root = etree.Element(_core("xliff"), nsmap={None: CORE})
    root.set("version", "1.2")
    file = add(
        root,
        _core("file"),
        original=bilingual.lesson,
        source_language=bilingual.source,
        target_language=bilingual.target,
        datatype="plaintext",
    )
    file.set(SPACE, "preserve")
    header = add(file, _core("header"))
    add(header, _core("tool"), tool_id=OWN, tool_name=OWN, tool_version=VERSION)
    for kind in ("course", "title"):
        if text := getattr(bilingual, kind):
            # "from" is a word of Python's own.
            add(header, _core("note"), text, **{"from": f"{OWN}-{kind}"})
    body = add(file, _core("body"))
    for unit in bilingual.units:
        _write_unit(body, unit)
    return to_bytes(root)


def _core(name: str) -> str:
    return f"{{{CORE}}}{name}"


def _write_unit(body: Any, unit: BilingualUnit) -> None:
    approved = "yes" if unit.status is TranslationStatus.APPROVED else "no"
    element = add(body, _core("trans-unit"), id=unit.id, approved=approved)
    add(element, _core("source"), unit.source)
    state = _STATES[unit.status]
    if unit.target or unit.status is not TranslationStatus.HOLE:
        add(element, _core("target"), unit.target, state=state)
    name = f"{OWN}-{unit.id}"  # no other group of the file may have it
    group = add(element, _core("context-group"), name=name, purpose="information")
    facts = {"start": unit.start, "end": unit.end, "limit": unit.limit, "author": unit.author}
    facts["sent"] = unit.base or mark_of(unit.target)
    for kind, value in facts.items():
        if value not in (None, ""):
            add(group, _core("context"), str(value), context_type=f"x-{kind}")
    for remark in (*unit.remarks, *_terms_as_remarks(unit)):
        note = add(element, _core("note"), remark.text, priority=_PRIORITIES[remark.severity])
        if remark.check:
            note.set("from", remark.check)
    for one in unit.candidates:
        other = add(element, _core("alt-trans"), match_quality=str(one.percent), origin=one.origin)
        add(other, _core("source"), one.source)
        add(other, _core("target"), one.target)


def _terms_as_remarks(unit: BilingualUnit) -> Iterator[Remark]:
    for term in unit.terms:
        if term.target:
            must = ", not to be changed" if term.locked else ""
            yield Remark(f"{term.source} = {term.target} ({term.trust}{must})", "term")


def read(data: bytes, name: str) -> Returned:
    """Return the lesson in an XLIFF 1.2 file, and the rules that single units break.

    Terms come back as remarks. Raises UsageError when it is none, is not safe, or breaks a rule
    as a whole.
    """
    root = parse(data, name)
    faults = list(xliff_rules1.faults(root))
    refuse_whole(name, faults)
    file = root.find(_core("file"))
    for unit in file.iter(_core("trans-unit")):
        faults += time_faults(_facts(unit), unit.get("id"))
    facts = {
        note.get("from", ""): note.text or ""
        for note in file.iterfind(f"{_core('header')}/{_core('note')}")
    }
    bilingual = Bilingual(
        course=facts.get(f"{OWN}-course", ""),
        lesson=file.get("original"),
        title=facts.get(f"{OWN}-title", ""),
        source=file.get("source-language"),
        target=file.get("target-language", ""),
        units=tuple(_unit(unit) for unit in file.iter(_core("trans-unit"))),
    )
    return Returned(bilingual, tuple(faults))


def _unit(unit: Any) -> BilingualUnit:
    target = unit.find(_core("target"))
    text = _text(target)
    facts = _facts(unit)
    return BilingualUnit(
        id=unit.get("id"),
        source=_text(unit.find(_core("source"))),
        target=text,
        status=_status(unit, target, text),
        start=whole_number(facts.get("start")),
        end=whole_number(facts.get("end")),
        base=facts.get("sent", ""),
        author=facts.get("author", ""),
        limit=whole_number(facts.get("limit")),
        remarks=tuple(_remarks(unit)),
        candidates=tuple(_candidates(unit)),
    )


def _text(element: Any) -> str:
    return "" if element is None else text_of(element)


def _facts(unit: Any) -> dict[str, str]:
    groups = unit.iterfind(_core("context-group"))
    return {
        context.get("context-type", "").removeprefix("x-"): context.text or ""
        for group in groups
        if group.get("name", "").startswith(OWN)
        for context in group
    }


def _status(unit: Any, target: Any, text: str) -> TranslationStatus:
    state = None if target is None else target.get("state")
    if unit.get("approved") == "yes" or state in _APPROVED:
        return TranslationStatus.APPROVED
    for status, ours in _STATES.items():
        if state == ours:
            return status
    if not text or state in _OPEN:
        return TranslationStatus.DRAFT if text else TranslationStatus.HOLE
    return TranslationStatus.DRAFT if state is None else TranslationStatus.EDITED


def _remarks(unit: Any) -> Iterator[Remark]:
    severities = {priority: severity for severity, priority in _PRIORITIES.items()}
    for note in unit.iterfind(_core("note")):
        severity = severities.get(note.get("priority", ""), Severity.INFO)
        yield Remark(note.text or "", note.get("from", ""), severity)


def _candidates(unit: Any) -> Iterator[Candidate]:
    for other in unit.iterfind(_core("alt-trans")):
        texts = [other.find(_core(name)) for name in ("source", "target")]
        source, target = map(_text, texts)
        quality = whole_number((other.get("match-quality") or "").rstrip("% ")) or 0
        yield Candidate(source, target, quality, other.get("origin", ""))
