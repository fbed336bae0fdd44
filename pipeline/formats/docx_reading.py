"""The review sheet, read back: a .docx from a stranger, opened with care.

Only the document's own XML is parsed. Refused: bombs, paths that leave the archive, parts that
would be fetched from outside, macros, declarations in XML. Tracked changes count as accepted.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

from courses.errors import UsageError
from courses.nouns import TranslationStatus
from courses.timing import to_clock
from pipeline.formats.bilingual import (
    MOST_BYTES,
    MOST_TAGS,
    Bilingual,
    BilingualUnit,
    Fault,
    Returned,
    refuse_whole,
)
from pipeline.formats.xliff_xml import parse

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCUMENT = "word/document.xml"
IDENTITY = re.compile(r"karmavani/(\S+)/(\S+)/(\S+)/(\S+)")
TIMES = re.compile(r"(\d{2,}):(\d\d):(\d\d)\.(\d{3})\s*[-–]\s*(\d{2,}):(\d\d):(\d\d)\.(\d{3})")
_TAG = re.compile(r"kv[:_]([^:]+)[:_]([0-9a-f]*)")
_MOST_PARTS, _MOST_SMALL = 2000, 4 << 20
_COLUMNS = 5


def clock(start: int | None, end: int | None) -> str:
    """Return the times of a sentence as its cell has them, "" where there are none."""
    return "" if start is None or end is None else f"{to_clock(start)} – {to_clock(end)}"


def read(data: bytes, name: str) -> Returned:
    """Return the lesson in a review sheet, and what is wrong with single rows.

    Findings, terms and suggestions are not read back. Raises UsageError when the file is no
    review sheet or is not safe.
    """
    root = parse(_document(data, name), f"{name} ({DOCUMENT})", 2 * MOST_TAGS)
    found = next(filter(None, (IDENTITY.search(_text(p)) for p in root.iter(_word("p")))), None)
    rows = [row for row in root.iter(_word("tr")) if _is_row(row)]
    if found is None or not rows:
        raise UsageError(
            f"{name} is no review sheet: its line 'karmavani/…' or its table is missing.",
            "Send back the whole document that `karmavani exchange export` wrote.",
        )
    course, lesson, source, target = found.groups()
    units, faults = [], []
    for number, row in enumerate(rows, 1):
        unit, wrong = _unit(row, number)
        units.append(unit)
        faults += wrong
    faults += _twice(units)
    refuse_whole(name, faults)
    return Returned(Bilingual(course, lesson, "", source, target, tuple(units)), tuple(faults))


def _word(name: str) -> str:
    return f"{{{WORD}}}{name}"


def _document(data: bytes, name: str) -> bytes:
    """Return the XML of the document, after looking at all that lies beside it."""
    advice = "Nothing was taken from it. Save it anew as .docx without macros and links to files."
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if problem := _problem(infos):
                raise UsageError(f"{name} {problem}.", advice)
            for info in infos:
                if info.filename.endswith(".rels"):
                    _refuse_outside(_part(archive, info, _MOST_SMALL, name), name)
            return _part(archive, archive.getinfo(DOCUMENT), MOST_BYTES, name)
    except KeyError as error:
        raise UsageError(f"{name} is no Word document: it has no {DOCUMENT}.") from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise UsageError(f"{name} is no sound .docx: {error}.", advice) from error
    except Exception as error:  # zlib.error and its like have no common base
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"{name} is damaged: {error}.", advice) from error


def _problem(infos: list[zipfile.ZipInfo]) -> str:
    """Return what is wrong with the list of parts, "" where nothing is."""
    names = [info.filename for info in infos]
    if len(infos) > _MOST_PARTS:
        return f"has {len(infos)} parts, more than any sheet"
    if len({name.lower() for name in names}) != len(names):
        return "holds two parts of one name"
    for name in names:
        if name.startswith(("/", "\\")) or ":" in name or ".." in re.split(r"[/\\]", name):
            return f"holds a part whose path {name!r} leaves the archive"
        if "vbaproject" in name.lower():
            return "holds macros"
    if sum(info.file_size for info in infos) > 4 * MOST_BYTES:
        return "would be larger than any sheet when unpacked"
    return ""


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, name: str) -> bytes:
    """Return one part; what its header says about its size is not believed."""
    with archive.open(info) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise UsageError(f"{name} holds {info.filename} of more than {most:,} bytes.")
    return data


def _refuse_outside(data: bytes, name: str) -> None:
    """Raise UsageError for a part that is fetched from outside; a link to click on is none."""
    for relation in parse(data, name).iter():
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode", "").lower() == "external" and kind != "hyperlink":
            raise UsageError(
                f"{name} refers to something outside it ({kind}: {relation.get('Target')}).",
                "Nothing was taken from it. Take the template or the linked file out, save again.",
            )


def _is_row(row: Any) -> bool:
    cells = row.findall(f".//{_word('tc')}")
    heads = row.find(f"{_word('trPr')}/{_word('tblHeader')}") is not None
    return len(cells) >= _COLUMNS - 1 and not heads


def _text(element: Any) -> str:
    """Return the text with tracked changes accepted: what was deleted or moved away is no text."""
    return "".join(_pieces(element))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if name == "t":
            yield child.text or ""
        elif name in ("tab", "br", "cr"):
            yield " "
        elif name == "noBreakHyphen":
            yield "\u2011"
        elif name not in ("del", "moveFrom", "rPr", "pPr", "instrText", "Fallback"):
            yield from _pieces(child)


def _cell(cell: Any) -> str:
    """Return the paragraphs of a cell as one line."""
    paragraphs = (_text(paragraph).strip() for paragraph in cell.iter(_word("p")))
    return " ".join(filter(None, paragraphs))


def _unit(row: Any, number: int) -> tuple[BilingualUnit, list[Fault]]:
    cells = row.findall(f".//{_word('tc')}")
    key, times, source, target = (_cell(cell) for cell in cells[:4])
    tags = [tag.get(_word("val")) or "" for tag in row.iter(_word("tag"))]
    tags += [mark.get(_word("name")) or "" for mark in row.iter(_word("bookmarkStart"))]
    tag = next(filter(None, map(_TAG.fullmatch, tags)), None)
    faults = []
    if not key:
        faults.append(Fault(f"row {number} has no id"))
    elif tag and tag[1] != key:
        faults.append(Fault(f"the id of row {number} was {tag[1]!r}", key))
    found = TIMES.fullmatch(times)
    if times and found is None:
        faults.append(Fault(f"the times {times!r} are none", key))
    start, end = (_time(found.groups()[i : i + 4]) if found else None for i in (0, 4))
    status = TranslationStatus.DRAFT if target else TranslationStatus.HOLE
    base = tag[2] if tag else ""
    return BilingualUnit(key, source, target, status, start, end, base), faults


def _time(parts: tuple[str, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part[:9]) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _twice(units: list[BilingualUnit]) -> list[Fault]:
    return [
        Fault(f"the id {key!r} stands in {count} rows")
        for key, count in Counter(unit.id for unit in units).items()
        if key and count > 1
    ]
