"""XLIFF 1.2 and 2.x as a translation tool hands them over, and files that mean harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.errors import UsageError
from pipeline.formats.xliff import Unit, read

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
 <file original="a" source-language="en" target-language="hi-IN" datatype="plaintext"><body>
  <group id="g">
   <trans-unit id="1"><source>Press <g id="b">Save</g> now<x id="2"/>.</source>
    <target>अभी <g id="b">सहेजें</g> दबाएँ।</target>
    <alt-trans><source>Press</source><target>दबाएँ</target></alt-trans></trans-unit>
   <trans-unit id="2"><source>A <bpt id="1">&lt;b&gt;</bpt>word<ept id="1">&lt;/b&gt;</ept></source>
   </trans-unit>
  </group>
 </body></file>
</xliff>
"""
NEW = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="2.{minor}" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" trgLang="ur">
 <file id="f"><unit id="u1">
  <originalData><data id="d1">&lt;b&gt;</data></originalData>
  <segment id="s1"><source>One <pc id="1" dataRefStart="d1">bold</pc><cp hex="0041"/>.</source>
   <target>ایک <mrk id="m" type="term">موٹا</mrk>۔</target></segment>
  <ignorable><source> </source></ignorable>
  <segment><source>Two.</source></segment>
 </unit></file>
</xliff>
"""


def test_version_1_gives_texts_without_codes_and_without_alternatives() -> None:
    found = read(OLD.encode())
    assert (found.source_language, found.target_language) == ("en", "hi-IN")
    assert found.units == (
        Unit("1", "Press Save now.", "अभी सहेजें दबाएँ।"),
        Unit("2", "A word", None),
    )


@pytest.mark.parametrize("minor", [0, 1])
def test_version_2_gives_one_unit_a_segment(minor: int) -> None:
    found = read(NEW.format(minor=minor).encode())
    assert (found.source_language, found.target_language) == ("en", "ur")
    assert found.units == (Unit("u1/s1", "One boldA.", "ایک موٹا۔"), Unit("u1", "Two.", None))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_of_unicode_are_read(encoding: str) -> None:
    text = OLD.replace(' encoding="UTF-8"', "")
    assert read(text.encode(encoding)).units[0].target == "अभी सहेजें दबाएँ।"


def test_a_file_that_declares_entities_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    for value in (f'SYSTEM "{secret.as_uri()}"', '"many"'):
        kind = f"<!DOCTYPE xliff [<!ENTITY x {value}>]>"
        text = OLD.replace("<xliff", f"{kind}<xliff", 1).replace("Press ", "&x;", 1)
        with pytest.raises(UsageError, match="document type of its own"):
            read(text.encode())


def test_a_file_that_is_nested_without_end_is_refused() -> None:
    text = OLD.replace("Press", "<g>" * 300 + "Press" + "</g>" * 300, 1)
    with pytest.raises(UsageError, match="not well-formed XML"):
        read(text.encode())


def test_a_document_type_elsewhere_is_allowed_and_not_loaded(tmp_path: Path) -> None:
    kind = f'<!DOCTYPE xliff SYSTEM "{(tmp_path / "none.dtd").as_uri()}">'
    assert len(read(OLD.replace("<xliff", f"{kind}<xliff", 1).encode()).units) == 2


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "cannot be read as XML"),
        (b"<xliff", "cannot be read as XML"),
        (b"<html/>", "no XLIFF file: its first element is <html>"),
        (b'<xliff version="1.0"/>', "XLIFF of version 1.0"),
        (b'<xliff version="9" xmlns="urn:x"/>', "namespace 'urn:x'"),
    ],
)
def test_what_is_no_xliff_is_refused_by_name(data: bytes, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        read(data)
