"""The review sheet as it comes back: edited, tracked, saved by another program, or made to harm."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from courses.errors import UsageError
from courses.nouns import TranslationStatus
from pipeline.formats import docx_reading, docx_sheet
from pipeline.formats.bilingual import Bilingual, BilingualUnit, mark_of

UNITS = tuple(
    BilingualUnit(
        key, f"Sentence {key}.", f"वाक्य {key}।", TranslationStatus.DRAFT, start, start + 900
    )
    for key, start in (("a1", 0), ("b2", 1000))
)
SHEET = docx_sheet.write(Bilingual("rti", "first", "The first", "en", "hi", UNITS))
LIMIT = 16 << 20


def changed(old: str, new: str, name: str = "word/document.xml") -> bytes:
    """Return the sheet with one part edited; `old` must be in it."""
    parts = parts_of(SHEET)
    text = parts[name].decode()
    assert old in text
    return packed({**parts, name: text.replace(old, new).encode()})


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def targets(data: bytes) -> list[str]:
    return [unit.target for unit in docx_reading.read(data, "a.docx").bilingual.units]


def test_an_edited_cell_is_read_and_the_others_are_as_they_were() -> None:
    assert targets(changed("वाक्य a1।", "नया वाक्य।")) == ["नया वाक्य।", "वाक्य b2।"]


def test_tracked_changes_count_as_accepted() -> None:
    tracked = (
        "वाक्य a1</w:t></w:r><w:del><w:r><w:delText>पुराना</w:delText><w:t>x</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t> नया।</w:t></w:r></w:ins><w:r><w:t>"
    )
    assert targets(changed("वाक्य a1।", tracked))[0] == "वाक्य a1 नया।"


def test_a_line_break_or_a_second_paragraph_is_a_space() -> None:
    broken = "एक</w:t><w:br/><w:t>दो</w:t></w:r></w:p><w:p><w:r><w:t>तीन"
    assert targets(changed("वाक्य a1।", broken))[0] == "एक दो तीन"


def test_an_id_that_was_typed_over_is_told() -> None:
    back = docx_reading.read(changed(">a1<", ">a9<"), "a.docx")
    assert [str(fault) for fault in back.faults] == ["unit a9: the id of row 1 was 'a1'"]


@pytest.mark.parametrize("kept", ["bookmark", "nothing"])
def test_a_program_that_drops_the_control_leaves_the_bookmark_or_the_plain_id(kept: str) -> None:
    """LibreOffice 7.4 keeps the bookmark."""
    mark = mark_of("वाक्य a1।")
    parts = parts_of(changed(f'<w:tag w:val="kv:a1:{mark}"/>', ""))
    if kept == "nothing":
        text = parts["word/document.xml"].decode()
        assert f'w:name="kv_a1_{mark}"' in text
        parts["word/document.xml"] = text.replace(f"kv_a1_{mark}", "other").encode()
    back = docx_reading.read(packed(parts), "a.docx")
    assert back.faults == ()
    assert [(unit.id, unit.base == mark) for unit in back.bilingual.units] == [
        ("a1", kept == "bookmark"),
        ("b2", False),
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (">a1<", "><", "row 1 has no id"),
        ("karmavani/rti", "something", "is no review sheet"),
        ("<w:tbl>", "<w:other>", "not well-formed"),
    ],
)
def test_a_sheet_that_lost_what_it_needs_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        docx_reading.read(changed(old, new), "a.docx")


def test_a_row_that_stands_twice_is_refused() -> None:
    text = parts_of(SHEET)["word/document.xml"].decode()
    row = text[text.rindex("<w:tr>") : text.rindex("</w:tr>") + len("</w:tr>")]
    with pytest.raises(UsageError, match="the id 'b2' stands in 2 rows"):
        docx_reading.read(changed(row, row + row), "a.docx")


RELATION = (
    '<Relationship Id="x" Type="http://a/b/{kind}" Target="file:///x" TargetMode="External"/>'
)
RELATIONS = "word/_rels/document.xml.rels"


@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "oleObject", "subDocument"])
def test_a_part_that_would_be_fetched_from_outside_is_refused(kind: str) -> None:
    relation = RELATION.format(kind=kind)
    with pytest.raises(UsageError, match="something outside"):
        docx_reading.read(
            changed("</Relationships>", relation + "</Relationships>", RELATIONS), "a"
        )


def test_a_link_that_a_word_processor_made_of_an_address_is_no_harm() -> None:
    relation = RELATION.format(kind="hyperlink")
    data = changed("</Relationships>", relation + "</Relationships>", RELATIONS)
    assert targets(data) == targets(SHEET)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "word/../../x", "c:\\x", "word/vbaProject.bin"])
def test_paths_that_leave_the_archive_and_macros_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"leaves the archive|macros"):
        docx_reading.read(packed({**parts_of(SHEET), name: b""}), "a.docx")


def test_declarations_in_the_document_are_refused() -> None:
    prolog = '<!DOCTYPE w [<!ENTITY a "b">]><w:document '
    with pytest.raises(UsageError, match="document type of its own"):
        docx_reading.read(changed("<w:document ", prolog), "a.docx")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = packed({**parts_of(SHEET), "word/media/x.bin": bytes(5 * LIMIT)})
    with pytest.raises(UsageError, match="larger than any sheet"):
        docx_reading.read(bomb, "a.docx")


def test_a_bomb_whose_header_lies_about_its_size_is_refused() -> None:
    bomb = packed({**parts_of(SHEET), "word/document.xml": bytes(LIMIT + 9)})
    size = (LIMIT + 9).to_bytes(4, "little")
    assert bomb.count(size) == 2
    with pytest.raises(UsageError):
        docx_reading.read(bomb.replace(size, (99).to_bytes(4, "little")), "a.docx")


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\3\4", b"PK\3\4" + bytes(200), SHEET[: len(SHEET) // 2], packed({"a": b""})],
)
def test_what_is_no_sound_docx_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"a\.docx"):
        docx_reading.read(data, "a.docx")


def test_damaged_packing_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(SHEET)) as archive:
        place = archive.getinfo("word/document.xml").header_offset + 60
    with pytest.raises(UsageError, match=r"a\.docx"):
        docx_reading.read(
            SHEET[:place] + zlib.compress(b"x" * 40)[:30] + SHEET[place + 30 :], "a.docx"
        )
