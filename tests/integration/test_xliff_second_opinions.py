"""Our XLIFF in other hands: the schemas of OASIS, and translate-toolkit in a process of its own."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from courses.nouns import Severity, TranslationStatus
from pipeline.formats import xliff1, xliff2
from pipeline.formats.bilingual import (
    Bilingual,
    BilingualUnit,
    Candidate,
    Remark,
    TermNote,
    mark_of,
)
from tests.integration.second_opinions import TOOLKIT, needed, schema

FORMS = {
    "2.1": (xliff2, "xliff-core-2.0.xsd", "translate.storage.xliff2", "Xliff2File"),
    "1.2": (xliff1, "xliff-core-1.2-strict.xsd", "translate.storage.xliff", "xlifffile"),
}
TEXTS = {
    "hi": "आरटीआई अधिनियम < & > ऐसा कहता है।",
    "ur": "ہر شہری \u2068RTI\u2069 کے تحت معلومات مانگ سکتا ہے۔",
    "ml": "ന്‍റെ ർ ൻ",
    "sat-Olck": "ᱥᱟᱱᱛᱟᱲᱤ᱾",
}


def lesson(target: str) -> Bilingual:
    """Return a lesson that has all that we write: every status, module, and odd characters."""
    text = TEXTS[target]
    units = tuple(
        BilingualUnit(
            id=f"{number:016x}",
            source="The RTI Act says so." if number else "A\x01 & <b> \n B",
            target="" if status is TranslationStatus.HOLE else text,
            status=status,
            start=1000 * number,
            end=1000 * number + 900,
            base=mark_of(text),
            author="A. Reviewer",
            limit=55,
            remarks=tuple(Remark("A number differs.", "numbers-differ", s) for s in Severity),
            terms=(TermNote("RTI Act", "अधिनियम", "official", True, 4, 11),) if number else (),
            candidates=(Candidate("The RTI Act.", text, 87, "dopt"),),
        )
        for number, status in enumerate(TranslationStatus)
    )
    return Bilingual("rti", "what-is-rti", "What is RTI?", "en", target, units)


@pytest.mark.parametrize("target", TEXTS)
@pytest.mark.parametrize("version", FORMS)
def test_what_we_write_is_valid_by_the_schema_of_oasis(version: str, target: str) -> None:
    form, name, *_ = FORMS[version]
    valid = schema(name)
    whole = lesson(target)
    for sent in (whole, replace(whole, title="", course="", units=whole.units[:1])):
        root = etree.fromstring(form.write(sent))
        valid.validate(root)
        assert [str(error) for error in valid.error_log] == []
        assert form.read(form.write(sent), "a").faults == ()


def test_our_rules_find_what_the_schema_of_oasis_finds() -> None:
    valid = schema("xliff-core-2.0.xsd")
    text = xliff2.write(lesson("hi")).decode()
    broken = {
        'state="final"': 'state="done"',
        '<segment id="s" state="initial"': '<segment id="s t" state="initial"',
        "<notes>": '<notes><note priority="11">x</note>',
        'canResegment="no"': 'canResegment="maybe"',
        "<source>The ": "<source>The <b/>",
        "</segment>": "<source>x</source></segment>",
        'priority="1"': 'priority="1" appliesTo="both"',
        '<mrk id="t1"': "<mrk",
    }
    for old, new in broken.items():
        assert old in text, old
        worse = text.replace(old, new, 1).encode()
        assert not valid.validate(etree.fromstring(worse)), new
        assert xliff2.read(worse, "a").faults, new


READ = """
import importlib, json, sys
path, module, name, new = sys.argv[1:]
kind = getattr(importlib.import_module(module), name)
file = kind.parsefile(path)
print(json.dumps([[str(unit.source), str(unit.target or "")] for unit in file.units]))
file.units[1].target = new
file.savefile(path)
"""


def read_and_edit(path: Path, version: str, new: str) -> Any:
    """Return the texts that translate-toolkit sees, and let it write `new` into the second."""
    arguments = [str(needed(TOOLKIT)), "-c", READ, str(path), *FORMS[version][2:], new]
    shown = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(shown.stdout)


@pytest.mark.parametrize("version", FORMS)
def test_translate_toolkit_reads_what_we_write_and_we_read_what_it_saves(
    version: str, tmp_path: Path
) -> None:
    form, path, sent = FORMS[version][0], tmp_path / "a.xlf", lesson("hi")
    sent = replace(sent, units=sent.units[1:])
    path.write_bytes(form.write(sent))
    seen = read_and_edit(path, version, "नया & <वाक्य>।")
    assert [[unit.source, unit.target] for unit in sent.units] == seen
    back = form.read(path.read_bytes(), "a.xlf")
    assert back.faults == ()
    for number, (unit, old) in enumerate(zip(back.bilingual.units, sent.units, strict=True)):
        assert (unit.id, unit.source, unit.start, unit.end, unit.base) == (
            (old.id, old.source, old.start, old.end, old.base)
        )
        assert unit.target == ("नया & <वाक्य>।" if number == 1 else old.target)
        assert unit.limit == old.limit
        assert len(unit.remarks) >= len(old.remarks)
