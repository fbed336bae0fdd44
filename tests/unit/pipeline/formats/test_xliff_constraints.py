# ruff: noqa: E501, one case a line reads best
"""Each rule of the Schematron that comes with XLIFF 2.1, by its name there, and a file against it.

Schema validation accepts nearly all of these files. Where the rule has a counterpart in the schema,
`test_xliff_second_opinions` holds ours to that.
"""

from __future__ import annotations

import pytest

from courses.errors import UsageError
from pipeline.formats import xliff2
from tests.unit.pipeline.formats.test_xliff_rules import UNIT, pair, two

FIXED = 'canCopy="no" canDelete="no"'
FIRST, NEXT = f'{FIXED} canReorder="firstNo"', f'{FIXED} canReorder="no"'
DATA = '<originalData><data id="1">x</data></originalData>'
SPAN = '<sc id="1"/>b<ec startRef="1"/>'


def both(text: str) -> str:
    return pair(text, text)


def match(inner: str, about: str = 'ref="#s"') -> str:
    texts = f"<source>{inner}</source><target>{inner}</target>"
    return f"<mtc:matches><mtc:match {about}>{texts}</mtc:match></mtc:matches>" + UNIT


def entry(about: str = "", inside: str = "") -> str:
    words = f"<gls:term>a</gls:term><gls:translation{inside}>b</gls:translation>"
    return f"<gls:glossary><gls:glossEntry {about}>{words}</gls:glossEntry></gls:glossary>" + UNIT


BROKEN = [
    ("K4GU", '<notes><note id="n">a</note><note id="n">b</note></notes>' + UNIT, "'n' stands 2"),
    ("K5C", DATA.replace("</o", '<data id="1"/></o') + UNIT, "'1' stands 2 times"),
    ("K6S", both('<ph id="1"/><ph id="1"/>'), "'1' stands 2 times"),
    ("K6T", pair('<ph id="1"/>', '<pc id="1">b</pc>'), "another in the target"),
    ("K7", UNIT + UNIT.replace('"s"', '"t"').replace("<target", '<target order="1"'), "same place"),
    ("F3", "", "no <segment>"),
    ("F4S", UNIT.replace("<source", '<source xml:lang="ta"'), "not the language"),
    ("F4T", UNIT.replace("<target", '<target xml:lang="ta"'), "not the language"),
    ("F5", both(SPAN.replace('id="1"', 'id="1" isolated="yes"')), "its end is here"),
    ("F5.1 no end", both('<sc id="1"/>b'), "not a pair"),
    ("F5.1 order", both('<ec startRef="1"/>b<sc id="1"/>'), "before its start"),
    ("F5.1 canCopy", both(SPAN.replace('="1"/>b', '="1" canCopy="no"/>b')), "differ in canCopy"),
    ("F5.1 canDelete", both(SPAN.replace('f="1"', 'f="1" canDelete="no"')), "differ in canDelete"),
    ("F5.1 canOverlap", both(SPAN.replace('f="1"', 'f="1" canOverlap="no"')), "in canOverlap"),
    ("F5.1 firstNo", both(f'<sc id="1" {FIRST}/>b<ec startRef="1" {FIXED}/>'), "in canReorder"),
    ("F6 a", both('<ec id="2"/>'), "<ec> needs startRef"),
    ("F6 a2", both('<sc id="1"/>b<ec startRef="1" id="2"/>'), "both startRef and an id"),
    ("F6 b", both(SPAN.replace('f="1"', 'f="1" dir="rtl"')), "dir and is not isolated"),
    ("F6 c", both('b<ec startRef="1"/>'), "not a pair"),
    ("F7", UNIT.replace('id="s"', 'subState="a:b"'), "subState stands without state"),
    ("F8", both('<ph id="1" subType="a:b"/>'), "a subType and no type"),
    ("F8 xlf", both('<ph id="1" type="ui" subType="xlf:b"/>'), "does not go with the type"),
    ("F9", DATA + pair('<ph id="2"/>', '<ph id="3" copyOf="2" dataRef="1"/>'), "without original"),
    ("F10", both('<ph id="1" canReorder="firstNo"/>'), "may be copied or deleted"),
    ("F12", both('<mrk id="1" type="comment">b</mrk>'), "either value or ref"),
    ("F12 both", both('<mrk id="1" type="comment" value="x" ref="#n=1">b</mrk>'), "either value"),
    ("F13", both('<mrk id="1" type="comment" ref="#n=9">b</mrk>'), "is no note"),
    ("F14", pair("A", '<ph id="2" copyOf="1"/>'), "refers to no code"),
    ("F14 data", DATA + pair('<ph id="2" dataRef="1"/>', '<ph id="3" copyOf="2"/>'), "without orig"),
    ("F14 copy", pair('<ph id="1" canCopy="no"/>', '<ph id="2" copyOf="1"/>'), "may not be"),
    ("F15", both('<ph id="1" dataRef="9"/>'), "refers to no original data"),
    ("F16", DATA + both('<pc id="2" dataRefEnd="1">b</pc>'), "only one of dataRefStart"),
    ("F17", DATA + both('<pc id="2" dataRefStart="1">b</pc>'), "only one of dataRefStart"),
    ("F18", UNIT.replace("<target", '<target order="2"'), "no place among 1"),
    ("F19", UNIT + UNIT.replace('"s"', '"t"').replace("<target", '<target order="1"'), "same place"),
    ("F20", pair('A<ph id="1" canDelete="no"/>', "क"), "was lost"),
    ("F20ec", pair(SPAN.replace("/>", ' canDelete="no"/>'), '<sc id="1"/>क'), "was lost"),
    ("F21", both('<ph id="1" subFlows="u v"/>'), "'v' is no unit"),
    ("F22", both('<pc id="1" subFlowsEnd="u">b</pc>'), "only one of subFlowsStart"),
    ("F23", both('<pc id="1" subFlowsStart="v" subFlowsEnd="u">b</pc>'), "'v' is no unit"),
    ("F24", both('<mrk id="1" type="mtc:match" ref="#a">b</mrk>'), "cannot have ref"),
    ("F25", pair('<cp hex="0041"/>', "क"), "no character that XML cannot hold"),
    ("F26", both('<pc id="1" equivStart="x">b</pc>'), "only one of equivStart"),
    ("F27", both('<sm id="1"/>b'), "not a pair"),
    ("F28", both('b<em startRef="1"/>'), "not a pair"),
    ("F29", '<segment state="reviewed"><source>A</source></segment>', "there is no <target>"),
    ("F30", both(f'<ph id="1" {NEXT}/>'), "follows no 'firstNo'"),
    ("F30 between", both(f'<ph id="1" {FIRST}/><ph id="2"/><ph id="3" {NEXT}/>'), "follows no"),
    (
        "F31",
        pair(f'<ph id="1" {FIRST}/><ph id="2" {NEXT}/>', f'<ph id="2" {NEXT}/><ph id="1" {FIRST}/>'),
        "another order in the target",
    ),
    ("gls1", entry('id="x"', ' id="x"'), "'x' stands 2 times"),
    ("gls2", entry().replace("<gls:translation>b</gls:translation>", ""), "lacks its term"),
    ("gls3", entry('ref="#no"'), "'#no' refers to nothing"),
    ("gls3 translation", entry("", ' ref="#no"'), "'#no' refers to nothing"),
    ("K5MTC, mtc-F15", match('<ph id="1" dataRef="9"/>'), "refers to no original data"),
    ("mtc-F16", match('<pc id="1" dataRefEnd="9">b</pc>'), "only one of dataRefStart"),
    ("K6MTC-T", match("b").replace("<source>b", '<source><ph id="1"/>', 1).replace(
        "<target>b", '<target><pc id="1">b</pc>', 1), "another in the target"),
    ("mtc1", match("b", 'ref="#s" id="m"').replace(
        "</mtc:matches>", '<mtc:match ref="#s" id="m"><source>b</source><target>b</target>'
        "</mtc:match></mtc:matches>"), "'m' stands 2 times"),
    ("mtc2", match("b", 'ref="#no"'), "'#no' refers to nothing"),
    ("mtc3", match("b", 'ref="#s" subType="a:b"'), "a subType and no type"),
    ("mtc4", match('<ec startRef="1"/>b<sc id="1"/>'), "before its start"),
    ("mtc4 alone", match('<sc id="1"/>b'), "not a pair"),
    ("mtc5", match('<sm id="1"/>b'), "not a pair"),
    ("slr1", both('<ph id="1" slr:sizeInfo="1" slr:sizeInfoRef="a"/>'), "stand together"),
    # What the schema says, and a reader without a schema must find by itself.
    ("names", UNIT.replace('id="s"', 'id="s" colour="red"'), "cannot have the attribute colour"),
    ("yes or no", UNIT.replace('id="s"', 'canResegment="maybe"'), "not one of no, yes"),
    ("direction", both('<pc id="1" dir="up">b</pc>'), "not one of auto, ltr, rtl"),
    ("type of code", both('<ph id="1" type="my:own"/>'), "has the type 'my:own'"),
    ("type of mark", both('<mrk id="1" type="own">b</mrk>'), "has the type 'own'"),
    ("an id", both('<ph id="a b"/>'), "is no name"),
    ("match quality", match("b", 'ref="#s" matchQuality="101"'), "not 0.0 to 100.0"),
    ("match type", match("b", 'ref="#s" type="own"'), "has the type 'own'"),
    ("in a match", match("<b/>"), "must not stand in a text"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("inner", "said"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_a_unit_against_a_constraint_of_the_standard_is_told(inner: str, said: str) -> None:
    text = two(inner).replace(
        "<file", '<file xmlns:slr="urn:oasis:names:tc:xliff:sizerestriction:2.0"'
    )
    faults = xliff2.read(text.encode(), "a.xlf").faults
    assert said in " ".join(map(str, faults))
    assert {fault.unit for fault in faults} == {"u"}


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("K1", "</xliff>", f'<file id="f"><unit id="u">{UNIT}</unit></file></xliff>', "2 <file>"),
        ("K2", "<unit", '<group id="g"/><group id="g"/><unit', "<group> have the id 'g'"),
        ("K3", "</file>", f'<unit id="u">{UNIT}</unit></file>', "<unit> have the id 'u'"),
        ("F1", ' trgLang="hi"', "", "trgLang is missing"),
        ("F2", "<unit", "<skeleton/><unit", "either href or content"),
        ("F2 both", "<unit", '<skeleton href="a">x</skeleton><unit', "either href or content"),
    ],
)
def test_a_file_against_a_constraint_of_the_standard_is_refused(
    name: str, old: str, new: str, said: str
) -> None:
    text = two(UNIT)
    assert old in text, name
    with pytest.raises(UsageError, match="breaks rules of its format") as caught:
        xliff2.read(text.replace(old, new, 1).encode(), "a.xlf")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "inner",
    [
        both(f'<ph id="1" {FIRST}/>a<ph id="2" {NEXT}/>b<ph id="3"/>'),
        both(f'<sc id="1" {FIRST}/>b<ec startRef="1" {NEXT}/>'),
        both('<sc id="1" isolated="yes" dir="rtl"/>b<ec id="2" isolated="yes" dir="ltr"/>'),
        DATA + both('<ph id="1" dataRef="1" type="fmt" subType="xlf:lb"/>'),
        DATA + both('<pc id="2" dataRefStart="1" dataRefEnd="1" equivStart="" equivEnd="">b</pc>'),
        '<notes><note id="1">n</note></notes>' + both('<mrk id="1" type="comment" ref="#n=1">b</mrk>'),
        both('<mrk id="1" type="comment" value="x">b</mrk><sm id="2" translate="no"/>c<em startRef="2"/>'),
        both('<mrk id="1" type="my:kind">b</mrk><ph id="2" subFlows="u"/>'),
        entry('id="x" ref="#s"', ' id="y" ref="#s" source="a"'),
        match('<sc id="1"/>b<ec startRef="1"/>', 'ref="#s" id="m" type="mt" matchQuality="99.5"'),
        UNIT.replace("</segment>", "</segment><ignorable><source> </source></ignorable>"),
    ],
)  # fmt: skip
def test_what_the_standard_allows_has_no_fault(inner: str) -> None:
    assert xliff2.read(two(inner).encode(), "a.xlf").faults == ()
