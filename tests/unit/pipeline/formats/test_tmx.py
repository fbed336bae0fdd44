"""TMX: what other tools write is read with care, and what we write comes back as it was."""

from __future__ import annotations

import io
import resource
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from courses.errors import UsageError
from courses.languages import WRITINGS
from pipeline.formats import tmx
from pipeline.formats.units import Notes, code_of
from translators.memory import Unit

ASK, TARGET = "Every citizen may ask.", "हर नागरिक पूछ सकता है।"
PLAIN = Unit("en", "hi", ASK, TARGET, "dopt", "A. R", "2026-01-31T05:06:07Z")


def written(*units: Unit) -> bytes:
    file = io.BytesIO()
    assert tmx.write(file, units) == len(units)
    return file.getvalue()


def read(data: bytes | str, notes: Notes | None = None) -> list[Unit]:
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return list(tmx.read(file, "a.tmx", notes or Notes()))


def file_of(body: str, head: str = "", header: str = 'srclang="en"') -> str:
    return f'{head}<tmx version="1.4"><header {header}/><body>{body}</body></tmx>'


def tu(*pairs: tuple[str, str], inside: str = "", **attributes: str) -> str:
    said = "".join(f' {name}="{value}"' for name, value in attributes.items())
    tuvs = (f'<tuv xml:lang="{lang}"><seg>{seg}</seg></tuv>' for lang, seg in pairs)
    return f"<tu{said}>{inside}{''.join(tuvs)}</tu>"


def texts(units: list[Unit]) -> list[tuple[str, str, str]]:
    return [(unit.target_language, unit.source, unit.target) for unit in units]


def test_a_unit_is_written_as_the_specification_says() -> None:
    full = Unit(
        *("en", "ks_Deva", "A & B", "क <ख>", "dopt", "A. R", "2026-01-31T05:06:07Z"),
        *("rti", "one", "", "Next."),
    )
    assert written(full).decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
        '<tmx version="1.4">\n'
        '<header creationtool="karmavani" creationtoolversion="0.1.0" segtype="sentence"'
        ' o-tmf="karmavani" adminlang="en" srclang="*all*" datatype="plaintext"/>\n'
        "<body>\n"
        '<tu srclang="en" changedate="20260131T050607Z">'
        '<prop type="x-organisation">dopt</prop><prop type="x-course">rti</prop>'
        '<prop type="x-lesson">one</prop><prop type="x-previous"></prop>'
        '<prop type="x-next">Next.</prop><prop type="x-approved-by">A. R</prop>'
        '<tuv xml:lang="en"><seg>A &amp; B</seg></tuv>'
        '<tuv xml:lang="ks-Deva"><seg>क &lt;ख&gt;</seg></tuv></tu>\n'
        "</body>\n"
        "</tmx>\n"
    )


DOCUMENT_TYPE = """
<!ELEMENT tmx (header, body)> <!ATTLIST tmx version CDATA #FIXED "1.4">
<!ELEMENT header (note | prop)*>
<!ATTLIST header creationtool CDATA #REQUIRED creationtoolversion CDATA #REQUIRED
  segtype (block | paragraph | sentence | phrase) #REQUIRED o-tmf CDATA #REQUIRED
  adminlang CDATA #REQUIRED srclang CDATA #REQUIRED datatype CDATA #REQUIRED>
<!ELEMENT body (tu*)>
<!ELEMENT tu ((note | prop)*, tuv+)>
<!ATTLIST tu srclang CDATA #IMPLIED changedate CDATA #IMPLIED>
<!ELEMENT tuv ((note | prop)*, seg)> <!ATTLIST tuv xml:lang CDATA #REQUIRED>
<!ELEMENT seg (#PCDATA)> <!ELEMENT note (#PCDATA)>
<!ELEMENT prop (#PCDATA)> <!ATTLIST prop type CDATA #REQUIRED>
"""
"""What TMX 1.4b says of the elements that we write, in its own order and with what it requires."""


def test_what_is_written_is_valid_by_the_document_type_of_tmx() -> None:
    full = Unit(
        *("en", "hi", "A & B", "क", "dopt", "A. R", "2026-01-31T05:06:07Z"),
        *("rti", "one", "", "Next."),
    )
    valid = etree.DTD(io.StringIO(DOCUMENT_TYPE))
    for units in ([], [full], [full, Unit("en", "ur", "A", "\u2068RTI\u2069", "", "", "")]):
        assert valid.validate(etree.fromstring(written(*units))), valid.error_log
    worse = written(full).replace(b"<seg>", b"<seg/><seg>", 1)
    assert not valid.validate(etree.fromstring(worse))


LETTERS = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff\u202d\u202e"
)
TEXT = st.text(LETTERS | st.sampled_from("\t\n\r "), min_size=1, max_size=12).map(
    lambda text: text if text.strip() else f"{text}क"
)
UNITS = st.builds(
    Unit,
    source_language=st.just("en"),
    target_language=st.sampled_from(sorted(set(WRITINGS) - {"en"})),
    source=TEXT,
    target=TEXT,
    organisation=TEXT,
    approved_by=TEXT,
    approved=st.sampled_from(["", "2026-01-31T05:06:07Z"]),
    course=TEXT | st.just(""),
    previous=st.none() | st.just("") | TEXT,
    following=st.none() | st.just("") | TEXT,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(UNITS, max_size=3))
def test_what_is_written_is_read_again_as_it_was_and_written_the_same(units: list[Unit]) -> None:
    first = written(*units)
    assert read(first) == units
    assert written(*read(first)) == first


def test_white_space_of_a_segment_is_kept_however_it_stands() -> None:
    unit = Unit("en", "hi", " a\t b\n", "\u00a0क\r\n", "", "", "")
    assert read(written(unit)) == [unit]


@pytest.mark.parametrize("bad", ["a\x00b", "a\x0bb", "a\x1bb", "a\x92b", "a\ud800b", "a\ufffeb"])
def test_a_control_character_is_refused_before_it_spoils_a_file(bad: str) -> None:
    with pytest.raises(UsageError, match="control character"):
        written(Unit("en", "hi", ASK, bad, "", "", ""))


@pytest.mark.parametrize("stamp", ["00010101T000000Z", "99991231T235959Z"])
def test_a_date_that_nobody_lived_to_see_comes_back_as_it_was(stamp: str) -> None:
    units = read(file_of(tu(("en", ASK), ("hi", TARGET), changedate=stamp)))
    assert units[0].approved.startswith(stamp[:4])
    assert f'changedate="{stamp}"' in written(*units).decode()


# What other tools write.


def test_no_wrong_line_is_told_where_the_parser_does_not_know_it() -> None:
    notes = Notes()
    empty = tu(("en", ""))
    read(file_of(empty + "\n" * 70_000 + empty), notes)
    assert notes.skipped["a text is empty"] == 2
    assert notes.lines["a text is empty"] == [1]


def test_one_unit_comes_of_each_translation_of_a_sentence() -> None:
    both = tu(("hi", "नमस्ते"), ("EN-US", "Hello"), ("ta", "வணக்கம்"))
    assert texts(read(file_of(both))) == [("hi", "Hello", "नमस्ते"), ("ta", "Hello", "வணக்கம்")]


def test_the_source_language_is_that_of_the_unit_then_the_header_then_the_first_text() -> None:
    pair = (("hi", "हाँ"), ("en", "Yes"))
    assert read(file_of(tu(*pair, srclang="hi-IN")))[0].source == "हाँ"
    assert read(file_of(tu(*pair)))[0].source == "Yes"
    assert read(file_of(tu(*pair), header='srclang="*all*"'))[0].source == "हाँ"


def test_markup_in_a_segment_is_reduced_to_its_text_and_told() -> None:
    seg = 'a <bpt i="1">&lt;b></bpt>bold<ept i="1">&lt;/b></ept> <hi type="x">c<ph>{1}</ph>d</hi>!'
    notes = Notes()
    assert texts(read(file_of(tu(("en", seg), ("hi", "क"))), notes)) == [("hi", "a bold cd!", "क")]
    assert notes.changed == {"inline markup was reduced to its text": 1}


def test_a_namespace_a_doctype_comments_and_utf_16_change_nothing() -> None:
    body = f"<!-- x -->{tu(('en', 'Yes<!-- y -->.'), ('hi', 'हाँ'))}"
    plain = file_of(
        body, head='<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "http://x.test/tmx14.dtd">'
    )
    spaced = plain.replace("<tmx ", '<tmx xmlns="http://www.lisa.org/tmx14" ')
    wide = plain.replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")
    for data in (plain, spaced, wide):
        assert texts(read(data)) == [("hi", "Yes.", "हाँ")]


def test_what_cannot_be_used_is_left_out_with_reason_and_line() -> None:
    body = "\n".join(
        [
            "",
            tu(("en", "Yes"), ("fr", "Oui"), ("hi", "हाँ")),  # line 2
            tu(("en", "Yes"), ("hi", " ")),
            tu(("fr", "Oui"), ("hi", "हाँ")),
            tu(("en", "Yes"), ("hi", "a\x92b")),
            '<tu><tuv xml:lang="en"/><tuv><seg>x</seg></tuv></tu>',
            tu(("en", "Yes")),
        ]
    )
    notes = Notes()
    assert texts(read(file_of(body), notes)) == [("hi", "Yes", "हाँ")]
    assert notes.lines == {
        "language fr is none of ours": [2, 4],
        "a text is empty": [3, 6],
        "no translation into one of our languages": [3, 5, 7],
        "no text in the source language en": [4],
        "a text has a control character": [5],
        "language not said is none of ours": [6],
    }


def test_lines_are_right_in_files_longer_than_two_bytes_can_count() -> None:
    notes = Notes()
    read(file_of("\n" * 70_000 + tu(("en", "Yes"))), notes)
    assert notes.lines["no translation into one of our languages"] == [70_001]


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        *(("en-GB", "en"), ("hi_IN", "hi"), ("HI", "hi"), ("ur-PK", "ur"), ("bn-BD", "bn")),
        *(("ks", "ks"), ("ks-Deva", "ks_Deva"), ("ks-Arab-IN", "ks"), ("sat-Olck", "sat")),
        *(("mni-Beng", "mni_Beng"), ("gom", "kok"), ("es-419", None), ("pa-PK", None)),
        *(("hi-Latn", None), ("", None), ("x", None), ("ka", None)),
    ],
)
def test_tags_of_files_are_mapped_to_our_codes(tag: str, code: str | None) -> None:
    assert code_of(tag) == code


# What is dangerous.


@pytest.mark.parametrize(
    "subset",
    ['<!ENTITY a "x">', '<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY % a "x">'],
)
def test_a_file_that_declares_entities_is_refused(subset: str) -> None:
    with pytest.raises(UsageError, match="declares XML entities"):
        read(file_of(tu(("en", "Yes"), ("hi", "हाँ")), head=f"<!DOCTYPE tmx [{subset}]>"))


def test_entities_that_grow_without_end_are_refused() -> None:
    lines = ['<!ENTITY a0 "aaaaaaaaaa">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    with pytest.raises(UsageError):
        read(file_of(tu(("en", "&a9;"), ("hi", "x")), head=f"<!DOCTYPE tmx [{''.join(lines)}]>"))


def test_an_external_dtd_is_never_loaded(tmp_path: Path) -> None:
    dtd = tmp_path / "tmx14.dtd"
    dtd.write_text('<!ENTITY secret "taken from the disk">')
    head = f'<!DOCTYPE tmx SYSTEM "{dtd.as_uri()}">'
    notes = Notes()
    assert read(file_of(tu(("en", "a &secret;"), ("hi", "क")), head=head), notes) == []
    assert notes.skipped["a text has an entity that is not declared"] == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", r"a\.tmx:1: is not well-formed"),
        (b"no xml at all", r"a\.tmx:1: is not well-formed"),
        (b"<html><body/></html>", "is not TMX"),
        (b"<tmx>\n<body>\n<tu></body></tmx>", r"a\.tmx:3: is not well-formed"),
        (b'<tmx><body><tu><tuv xml:lang="en"><seg>\x01', "is not well-formed"),
        (file_of(tu(("en", "Yes"), ("hi", "हाँ")))[:-20].encode(), "is not well-formed"),
    ],
)
def test_a_file_that_is_no_tmx_is_an_error_with_its_line(data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(data)


def test_a_long_file_is_read_without_being_kept(tmp_path: Path) -> None:
    path = tmp_path / "long.tmx"
    text = "word " * 1000
    with path.open("wb") as file:
        tmx.write(file, (Unit("en", "hi", f"{text}{n}", text, "", "", "") for n in range(1_600)))
    assert path.stat().st_size > 16e6
    with path.open("rb") as file:
        units = tmx.read(file, "long.tmx", Notes())
        next(units)
        before = resident()
        for _ in range(1_598):
            next(units)
        assert resident() - before < 8e6


def resident() -> int:
    """Return the bytes of memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
