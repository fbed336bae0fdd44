"""The review sheet (.docx): one table of a lesson's sentences for people with a word processor.

The only file that knows python-docx. The id of a row stands in a content control that cannot be
edited, whose tag also holds the mark of the text as sent. LibreOffice 7.4 drops controls when it
saves, so a bookmark holds both too; what survives is read back by `docx_reading`.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from courses.languages import find_language, find_writing
from courses.nouns import Severity
from pipeline.formats.bilingual import Bilingual, BilingualUnit, mark_of
from pipeline.formats.docx_reading import clock
from pipeline.formats.units import code_of
from pipeline.formats.xliff_xml import plain

if TYPE_CHECKING:
    from courses.languages import Writing

SUFFIX = ".docx"
HEADINGS = ("Id", "Time", "Source", "Translation", "To look at")
_WIDTHS = (2.6, 2.6, 7.2, 8.4, 5.4)  # centimetres, of an A4 page on its side
_THEN = datetime(2020, 1, 1, tzinfo=UTC)  # the same lesson gives the same bytes
# Fonts that Windows has; elsewhere the system puts its own in their place.
_FONTS = {"Arab": "Times New Roman", "Latn": "Calibri"}
_INDIC = "Nirmala UI"
_SIZE, _SMALL = 22, 16  # half points; small, so that a time stands on one line of its column


def write(bilingual: Bilingual) -> bytes:
    """Return the whole file; the same lesson always gives the same bytes."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    document = Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(1.5)
    _describe(document, bilingual)
    table = document.add_table(rows=1, cols=len(HEADINGS))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Cm(width)
    for cell, heading in zip(table.rows[0].cells, HEADINGS, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    _add(_child(table.rows[0]._tr, "trPr"), "tblHeader")
    margins = _add(table._tbl.tblPr, "tblCellMar")
    for side in ("top", "bottom"):  # signs above Tamil or Urdu letters would touch the line
        _add(margins, side, w="60", type="dxa")
    source, target = (_writing(tag) for tag in (bilingual.source, bilingual.target))
    for number, unit in enumerate(bilingual.units, 1):
        table._tbl.append(_row(unit, number, source, target))
    file = io.BytesIO()
    document.save(file)
    return _timeless(file.getvalue())


def _describe(document: Any, bilingual: Bilingual) -> None:
    document.styles["Normal"].font.name = "Calibri"
    title = plain(bilingual.title or bilingual.lesson)
    _run(document.add_heading(level=1)._p, title, _writing(bilingual.source), size=32)
    language = find_language(_writing(bilingual.target).code).name
    document.add_paragraph(
        f"Change the column “Translation” ({language}) and nothing else. Every row stands for one"
        " sentence of the lesson; do not add, delete, move, split or merge rows."
    )
    names = (bilingual.course, bilingual.lesson, bilingual.source, bilingual.target)
    document.add_paragraph("karmavani/" + "/".join(names))
    facts = document.core_properties
    facts.title, facts.author, facts.comments = title[:250], "karmavani", ""
    facts.created = facts.modified = _THEN.replace(tzinfo=None)


def _writing(tag: str) -> Writing:
    return find_writing(code_of(tag) or "en")


def _element(name: str, /, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _add(parent: Any, name: str, /, **attributes: str) -> Any:
    element = _element(name, **attributes)
    parent.append(element)
    return element


def _child(parent: Any, name: str) -> Any:
    """Return the properties of an element, which must stand first in it."""
    element = _element(name)
    parent.insert(0, element)
    return element


def _row(unit: BilingualUnit, number: int, source: Writing, target: Writing) -> Any:
    latin = find_writing("en")
    row = _element("tr")
    _add(_add(row, "trPr"), "cantSplit")
    first = _cell(row, _WIDTHS[0])
    _locked(_add(first, "p"), unit, number)
    _run(_add(_cell(row, _WIDTHS[1]), "p"), clock(unit.start, unit.end), latin, _SMALL)
    _paragraph(_cell(row, _WIDTHS[2]), unit.source, source)
    _paragraph(_cell(row, _WIDTHS[3]), unit.target, target)
    last = _cell(row, _WIDTHS[4])
    for before, text, after in _notes(unit) or [("", "", "")]:
        paragraph = _add(last, "p")
        for part, writing in ((before, latin), (text, target), (after, latin)):
            if part:
                _run(paragraph, part, writing)
    return row


def _cell(row: Any, width: float) -> Any:
    cell = _add(row, "tc")
    _add(_add(cell, "tcPr"), "tcW", w=str(round(width * 567)), type="dxa")  # 567 twips a cm
    return cell


def _locked(paragraph: Any, unit: BilingualUnit, number: int) -> None:
    """Append the id in a content control that can be neither edited nor deleted."""
    mark = unit.base or mark_of(unit.target)
    if len(unit.id) <= 20 and unit.id.isascii() and unit.id.isalnum():  # a name has 40 letters
        _add(paragraph, "bookmarkStart", id=str(number), name=f"kv_{unit.id}_{mark}")
        _add(paragraph, "bookmarkEnd", id=str(number))
    control = _add(paragraph, "sdt")
    facts = _add(control, "sdtPr")
    _add(facts, "tag", val=f"kv:{unit.id}:{mark}")
    _add(facts, "lock", val="sdtContentLocked")
    _add(facts, "text")
    _run(_add(control, "sdtContent"), unit.id, find_writing("en"), _SMALL)


def _paragraph(cell: Any, text: str, writing: Writing) -> None:
    paragraph = _add(cell, "p")
    if writing.direction == "rtl":
        _add(_add(paragraph, "pPr"), "bidi")
    _run(paragraph, text, writing)


def _run(parent: Any, text: str, writing: Writing, size: int = _SIZE) -> None:
    """Append a run of text."""
    run = _add(parent, "r")
    _look(run, writing, size)
    content = _add(run, "t")
    content.text = plain(text)
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _look(parent: Any, writing: Writing, size: int) -> None:
    """Append font, size and language for simple and complex scripts both."""
    facts = _add(parent, "rPr")
    font = _FONTS.get(writing.script, _INDIC)
    _add(facts, "rFonts", ascii="Calibri", hAnsi="Calibri", cs=font)
    _add(facts, "sz", val=str(size))
    _add(facts, "szCs", val=str(size))
    if writing.direction == "rtl":
        _add(facts, "rtl")
    elif writing.script != "Latn":
        _add(facts, "cs")
    tongue = f"{writing.bcp47}-IN"
    _add(facts, "lang", val="en-IN", bidi=tongue if writing.script != "Latn" else "hi-IN")


def _notes(unit: BilingualUnit) -> list[tuple[str, str, str]]:
    """Return the notes, each in three parts; the middle one is in the language of the target."""
    marks = {Severity.ERROR: "Error: ", Severity.WARNING: "Look: ", Severity.INFO: ""}
    notes = [(marks[remark.severity] + remark.text, "", "") for remark in unit.remarks]
    for term in unit.terms:
        must = ", must stay" if term.locked else ""
        notes.append((f"Term: {term.source} = ", term.target, f" ({term.trust}{must})"))
    for one in unit.candidates:
        notes.append((f"Before ({one.percent} %, {one.origin}): ", one.target, ""))
    return notes


def _timeless(data: bytes) -> bytes:
    """Return the archive without the time of writing."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _THEN.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return made.getvalue()
