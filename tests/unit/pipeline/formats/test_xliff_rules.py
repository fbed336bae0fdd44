"""Every rule of XLIFF that a returned file can break is found; so is a file that means harm."""

from __future__ import annotations

import pytest

from courses.errors import UsageError
from pipeline.formats import xliff1, xliff2

UNIT = '<segment id="s"><source>A</source><target>क</target></segment>'
HEAD = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en" trgLang="hi"'
    ' xmlns:gls="urn:oasis:names:tc:xliff:glossary:2.0"'
    ' xmlns:mtc="urn:oasis:names:tc:xliff:matches:2.0"'
    ' xmlns:mda="urn:oasis:names:tc:xliff:metadata:2.0">'
)


def two(inner: str) -> str:
    return f'{HEAD}<file id="f"><unit id="u">{inner}</unit></file></xliff>'


def pair(source: str, target: str) -> str:
    return f"<segment><source>{source}</source><target>{target}</target></segment>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (two(UNIT).replace(":2.0", ":2.9"), "the first element is"),
        (two(UNIT).replace('"2.1"', '"2.2"'), "version is '2.2'"),
        (two(UNIT).replace(' srcLang="en"', ""), "srcLang is missing"),
        (two(UNIT).replace(' trgLang="hi"', ""), "trgLang is missing"),
        (two(UNIT).replace(' id="f"', ""), "<file> has no id"),
        (two(UNIT).replace(' id="u"', ""), "<unit> has no id"),
        (two(UNIT).replace('id="u"', 'id="u v"'), "which is no name"),
        (f'{HEAD}<file id="f"></file></xliff>', "there is no <unit>"),
        (f"{HEAD}</xliff>", "there are 0 <file>"),
        (two(UNIT).replace("</file>", f'<unit id="u">{UNIT}</unit></file>'), "have the id 'u'"),
        (two(UNIT).replace("</file>", "</file>loose"), "has text of its own"),
        (two(UNIT).replace("<unit", "<segment/><unit"), "<segment> must not stand in <file>"),
    ],
)
def test_a_file_that_breaks_a_rule_of_xliff_2_as_a_whole_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match="breaks rules of its format") as caught:
        xliff2.read(text.encode(), "a.xlf")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ("", "there is no <segment>"),
        ("<segment><target>क</target></segment>", "must hold one <source>"),
        ("<segment><target>क</target><source>A</source></segment>", "must hold one <source>"),
        (UNIT.replace('id="s"', 'state="done"'), "state 'done' is none of"),
        ('<segment state="final"><source>A</source></segment>', "there is no <target>"),
        (UNIT.replace('id="s"', 'subState="a:b"'), "subState stands without state"),
        (UNIT.replace('id="s"', 'state="initial" subState="ab"'), "not of the form prefix:value"),
        (UNIT.replace("<target", '<target xml:lang="ta"'), "is not the language of the file"),
        (UNIT.replace("<target", '<target order="2"'), "order '2' is no place among 1"),
        (UNIT + UNIT.replace('"s"', '"t"').replace("<target", '<target order="1"'), "same place"),
        (UNIT + UNIT, "the id 's' stands 2 times"),
        (UNIT + "<notes><note>n</note></notes>", "must stand before the segments"),
        ('<notes><note priority="11">n</note></notes>' + UNIT, "priority '11'"),
        ('<notes><note appliesTo="all">n</note></notes>' + UNIT, "applies to 'all'"),
        ("<gls:glossary><gls:glossEntry/></gls:glossary>" + UNIT, "lacks its term"),
        ('<mtc:matches><mtc:match id="m"/></mtc:matches>' + UNIT, "a <match> has no ref"),
        ('<mtc:matches><mtc:match ref="#x"/></mtc:matches>' + UNIT, "'#x' refers to nothing"),
        (
            "<mda:metadata><mda:metaGroup><mda:meta>1</mda:meta></mda:metaGroup></mda:metadata>"
            + UNIT,
            "a <meta> has no type",
        ),
        (pair("A<ph/>", "क"), "<ph> has no id"),
        (pair("A<b/>", "क"), "<b> must not stand in a text"),
        (pair('A<ph id="1" canDelete="no"/>', "क"), "the code '1' was lost"),
        (pair('A<ph id="1"/>', 'क<ph id="1"/><ph id="1"/>'), "stands 2 times in the target"),
        (pair("A", 'क<ph id="9"/>'), "which the source lacks"),
        (pair('A<sc id="1"/>', 'क<sc id="1"/>'), "is not a pair"),
        (pair("A<ec/>", "क"), "<ec> needs startRef"),
        (pair("A<em/>", "क"), "<em> has no startRef"),
        (pair('A<cp hex="0041"/>', "क"), "is no character that XML cannot hold"),
    ],
)
def test_a_unit_that_breaks_a_rule_of_xliff_2_is_told_with_its_id(inner: str, said: str) -> None:
    back = xliff2.read(two(inner).encode(), "a.xlf")
    assert said in " ".join(str(fault) for fault in back.faults)
    assert {fault.unit for fault in back.faults} == {"u"}


@pytest.mark.parametrize(
    "inner",
    [
        UNIT,
        pair('A<pc id="1">b</pc>', '<pc id="1">ख</pc>क'),
        pair('A<sc id="1"/>b<ec startRef="1"/>', '<sc id="1"/>ख<ec startRef="1"/>'),
        pair('A<ph id="1"/>', 'क<ph id="2" copyOf="1"/><ph id="1"/>'),
        pair('A<mrk id="1" type="term">b</mrk>', "क"),
        pair('<cp hex="001F"/>', "क"),
        UNIT.replace("<target", '<target order="2"')
        + UNIT.replace('"s"', '"t"').replace("<target", '<target order="1"'),
    ],
)
def test_a_unit_that_breaks_no_rule_has_no_fault(inner: str) -> None:
    assert xliff2.read(two(inner).encode(), "a.xlf").faults == ()


def one(inner: str, about: str = 'id="u"') -> str:
    return (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">'
        '<file original="f" source-language="en" target-language="hi" datatype="plaintext">'
        f"<body><trans-unit {about}>{inner}</trans-unit></body></file></xliff>"
    )


PAIR = "<source>A</source><target>क</target>"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (one(PAIR).replace("1.2", "1.1", 1), "the first element is"),
        (one(PAIR).replace('version="1.2"', 'version="1.1"'), "version is '1.1'"),
        (one(PAIR).replace('datatype="plaintext"', ""), "<file> has no datatype"),
        (one(PAIR).replace("body>", "stuff>"), "must hold one <body>"),
        (one(PAIR, ""), "have no id"),
        (one(PAIR).replace("</body>", f'<trans-unit id="u">{PAIR}</trans-unit></body>'), "'u'"),
    ],
)
def test_a_file_that_breaks_a_rule_of_xliff_1_as_a_whole_is_refused(text: str, said: str) -> None:
    with pytest.raises(UsageError, match="breaks rules of its format") as caught:
        xliff1.read(text.encode(), "a.xliff")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (one("<target>क</target><source>A</source>"), "must hold one <source> first"),
        (one("<source>A</source><note>n</note><target>क</target>"), "must stand after the source"),
        (one(PAIR.replace("<target", '<target state="done"')), "state 'done'"),
        (one(PAIR, 'id="u" approved="maybe"'), "approved is 'maybe'"),
        (one("<source>A</source>", 'id="u" approved="yes"'), "approved without a <target>"),
        (one(PAIR + "<alt-trans/>"), "an <alt-trans> has no <target>"),
        (one('<source>A<x id="1"/></source><target>क</target>'), "was lost"),
        (one('<source>A</source><target>क<x id="1"/></target>'), "is doubled"),
        (one("<source>A<x/></source><target>क<x/></target>"), "<x> has no id"),
    ],
)
def test_a_unit_that_breaks_a_rule_of_xliff_1_is_told_with_its_id(text: str, said: str) -> None:
    back = xliff1.read(text.encode(), "a.xliff")
    assert said in " ".join(str(fault) for fault in back.faults)
    assert {fault.unit for fault in back.faults} == {"u"}


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prolog", [BOMB, OUTSIDE, '<!DOCTYPE x [<!ATTLIST unit a CDATA "b">]>'])
@pytest.mark.parametrize("form", ["2", "1"])
def test_a_file_with_declarations_of_its_own_is_refused(prolog: str, form: str) -> None:
    read, text = (xliff2.read, two(UNIT)) if form == "2" else (xliff1.read, one(PAIR))
    with pytest.raises(UsageError, match="document type of its own"):
        read((prolog + text).encode(), "a.xlf")


@pytest.mark.parametrize("data", [b"", b"<xliff", b"\0" * 99, b"<a>&b;</a>", b"<a>\x01</a>"])
def test_what_is_no_sound_xml_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"a\.xlf"):
        xliff2.read(data, "a.xlf")


@pytest.mark.parametrize("much", ['<ph id="1"/>', "="])
def test_a_file_with_more_tags_than_any_lesson_is_refused_before_it_is_built(much: str) -> None:
    with pytest.raises(UsageError, match="no lesson has"):
        xliff2.read(two(pair(much * 300_000, "क")).encode(), "a.xlf")


def test_a_file_that_breaks_very_many_rules_is_refused_as_a_whole() -> None:
    units = "".join(f'<unit id="v{n}"/>' for n in range(1200))
    text = two(UNIT).replace("</file>", f"{units}</file>")
    with pytest.raises(UsageError, match="more than 1,000 rules are broken"):
        xliff2.read(text.encode(), "a.xlf")


def test_a_file_of_very_many_codes_is_refused_before_they_are_compared() -> None:
    text = "".join(f'<unit id="u{n}">{pair("<ph/>" * 1000, "क")}</unit>' for n in range(51))
    with pytest.raises(UsageError, match="more than 50,000 codes and marks"):
        xliff2.read(two(UNIT).replace("</file>", f"{text}</file>").encode(), "a.xlf")


def test_a_unit_of_very_many_codes_is_told_and_not_looked_into() -> None:
    back = xliff2.read(two(pair("<ph/>" * 2000, "क")).encode(), "a.xlf")
    assert [fault.message for fault in back.faults] == [
        "it has more than 2,000 elements, and is one sentence"
    ]


def test_a_file_longer_than_any_lesson_is_refused() -> None:
    with pytest.raises(UsageError, match="no lesson is"):
        xliff2.read(two(pair("A" * (16 << 20), "क")).encode(), "a.xlf")


def test_a_document_type_that_only_names_another_file_is_not_loaded() -> None:
    prolog = '<!DOCTYPE xliff SYSTEM "http://127.0.0.1/none.dtd">'
    assert xliff2.read((prolog + two(UNIT)).encode(), "a.xlf").faults == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_file_in_another_encoding_of_unicode_is_read(encoding: str) -> None:
    text = two(UNIT)
    assert xliff2.read(text.encode(encoding), "a.xlf").bilingual.units[0].target == "क"
