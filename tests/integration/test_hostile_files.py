"""Files made to do harm, to every reader that could meet them.

Each is read in a process of its own that may take 256 MB more than it has after loading, and two
seconds of the processor; the limits are the system's, so a reader that breaks one is ended. Refused
with a reason that names the file, or read and made harmless: never a traceback.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from pipeline.formats import docx_sheet, xliff1, xliff2
from pipeline.formats.bilingual import Bilingual, BilingualUnit, TranslationStatus
from tests.integration.hostile_reading import READERS, SOURCE, TARGET, read

TIMES = ("00:00:01.000", "00:00:02.000")


def vtt(text: str, start: str = TIMES[0], end: str = TIMES[1]) -> str:
    return f"WEBVTT\n\n{start} --> {end}\n{text}\n\n00:05.000 --> 00:06.000\nkept\n"


def srt(text: str, start: str = TIMES[0], end: str = TIMES[1]) -> str:
    times = f"{start} --> {end}".replace(".", ",")
    return f"1\n{times}\n{text}\n\n2\n00:00:05,000 --> 00:00:06,000\nkept\n"


def ttml(text: str, start: str = TIMES[0], end: str = TIMES[1]) -> str:
    return (
        '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="hi"><body><div>'
        f'<p begin="{start}" end="{end}">{text}</p><p begin="5s" end="6s">kept</p>'
        "</div></body></tt>"
    )


def cue_data(text: str, start: int = 1000, end: int = 2000) -> str:
    cue = {"id": "1", "segments": [], "start": start, "end": end, "lines": [text]}
    head = {"title": "", "title_language": "", "language": "hi", "label": "", "sentences": []}
    return json.dumps({"format": "karmavani-cues/1", **head, "cues": [cue]})


def page(text: str, start: object = 1000, end: object = 2000) -> str:
    return f'<h1>T</h1><p><span data-start="{start}" data-end="{end}">{text}</span></p>'


def sent(form: Any, text: str, start: object = 1000, end: object = 2000) -> bytes:
    """Return what an exchange format writes, with text and times put in by hand."""
    unit = BilingualUnit("a1", SOURCE, TARGET, TranslationStatus.DRAFT, 1000, 2000)
    data: bytes = form.write(Bilingual("rti", "first", "T", "en", "hi", (unit,)))
    if form is not docx_sheet:
        xml = data.decode().replace(f">{TARGET}<", f">{text}<")
        return xml.replace(">1000<", f">{start}<").replace(">2000<", f">{end}<").encode()
    times = " – ".join(TIMES)
    wanted = times if start == 1000 else f"{start} – {end}"
    return changed(
        data, ZIPPED["docx"], lambda xml: xml.replace(TARGET, text).replace(times, wanted)
    )


def tmx(text: str) -> str:
    pair = f'<tuv xml:lang="en"><seg>{SOURCE}</seg></tuv><tuv xml:lang="hi"><seg>{text}</seg></tuv>'
    return f'<tmx version="1.4"><header srclang="en"/><body><tu>{pair}</tu></body></tmx>'


def tbx(text: str) -> str:
    languages = "".join(
        f'<langSec xml:lang="{tag}"><termSec><term>{term}</term></termSec></langSec>'
        for tag, term in (("en", "citizen"), ("hi", text))
    )
    return (
        '<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">'
        "<text><body>"
        f'<conceptEntry id="c1">{languages}</conceptEntry></body></text></tbx>'
    )


def xlsx(text: str) -> bytes:
    from openpyxl import Workbook

    book, file = Workbook(), io.BytesIO()
    for row in (("en", "hi"), ("citizen", "MARK")):
        book.active.append(row)
    book.save(file)
    data = file.getvalue()
    for name, part in parts_of(data).items():
        if b"MARK" in part:
            data = changed(data, name, lambda xml: xml.replace("MARK", text))
    return data


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def changed(data: bytes, name: str, change: Callable[[str], str]) -> bytes:
    parts = parts_of(data)
    return packed({**parts, name: change(parts[name].decode()).encode()})


MAKERS: dict[str, Callable[..., str | bytes]] = {
    "vtt": vtt,
    "captions.vtt": vtt,
    "srt": srt,
    "captions.srt": srt,
    "ttml": ttml,
    "json": cue_data,
    "html": page,
    "txt": lambda text: f"T\n\nmachine draft\n\n{text}\n",
    "xlf": lambda *given: sent(xliff2, *given),
    "xliff": lambda *given: sent(xliff1, *given),
    "docx": lambda *given: sent(docx_sheet, *given),
    "evaluated.xlf": lambda *given: sent(xliff2, *given),
    "evaluated.xliff": lambda *given: sent(xliff1, *given),
    "tmx": tmx,
    "tsv": lambda text: f"en\thi\n{SOURCE}\t{text}\n",
    "tbx": tbx,
    "xlsx": xlsx,
    "csv": lambda text: f'en,hi\ncitizen,"{text}"\n',
}
XML = ("ttml", "xlf", "xliff", "evaluated.xlf", "evaluated.xliff", "tmx", "tbx")
ZIPPED = {"docx": "word/document.xml", "xlsx": "xl/worksheets/sheet1.xml"}
IN_XML = (*XML, *ZIPPED)

# Case -> what the answer must match, by reader; None stands for all that the case names no other.
NULL = {
    "vtt": "read ह\ufffdाँ", "srt": "read ह\ufffdाँ", "captions.vtt": "read ह\ufffdाँ",
    "captions.srt": "read ह\ufffdाँ", "json": "read ह ाँ", "html": "read ह ?ाँ|read ह\ufffdाँ",
    "txt": "read .*ह.ाँ", "tsv": "read a text has a control character",
    "csv": r"read it holds the control character U\+0000|refused", None: "refused ",
}  # fmt: skip
LONG = {
    "vtt": "read kept .*more than 20,000 characters", "srt": "read kept .*more than 20,000",
    "captions.vtt": "read kept .*more than 20,000", "captions.srt": "read kept .*more than 20,000",
    "ttml": "read kept .*more than 20,000|refused", None: "read|refused .*a file",
    "xlf": "read refused: .*longer than 5000", "xliff": "read refused: .*longer than 5000",
    "docx": "read refused: .*longer than 5000",
}  # fmt: skip
OVERRIDE = {
    **dict.fromkeys(("vtt", "srt"), "read शब्द.*bidi overrides were taken out"),
    **dict.fromkeys(("captions.vtt", "captions.srt", "ttml", "json", "html", "txt"), "read .*शब्द"),
    **dict.fromkeys(("xlf", "xliff", "docx"), r"read refused: .*U\+202E"),
    **dict.fromkeys(("tmx", "tsv"), "read a text has a bidi override"),
    **dict.fromkeys(("tbx", "xlsx", "csv"), r"read it holds the control character U\+202E"),
    None: "read",
}


def told(tmp_path: Path, ending: str, data: str | bytes) -> str:
    """Return what came of reading `data`; fails where the process broke or was ended."""
    path = tmp_path / f"a file.{ending}"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    ours, theirs = SERVER.Pipe(duplex=False)
    process = SERVER.Process(target=read, args=(ending, path, theirs))
    process.start()
    theirs.close()
    try:
        answer: str = ours.recv()
    except EOFError:
        process.join(30)
        pytest.fail(f"the process ended with {process.exitcode} and no answer")
    process.join(30)
    assert process.exitcode == 0
    return answer


SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.integration.hostile_reading"])


def expect(table: dict[Any, str], ending: str, answer: str) -> None:
    assert re.match(table.get(ending, table[None]), answer, re.DOTALL), answer


@pytest.mark.parametrize("ending", READERS)
def test_a_null_byte_is_replaced_or_refused(ending: str, tmp_path: Path) -> None:
    made = MAKERS[ending]("हNULLाँ")
    if ending in ZIPPED:
        assert isinstance(made, bytes)
        parts = parts_of(made)
        made = packed({name: part.replace(b"NULL", b"\0") for name, part in parts.items()})
    elif isinstance(made, bytes):
        made = made.replace(b"NULL", b"\0")
    else:
        made = made.replace("NULL", "\\u0000" if ending == "json" else "\0")
    answer = told(tmp_path, ending, made)
    assert "\0" not in answer
    expect(NULL, ending, answer)


@pytest.mark.parametrize("ending", READERS)
def test_a_text_of_two_million_characters_is_skipped_refused_or_read(
    ending: str, tmp_path: Path
) -> None:
    expect(LONG, ending, told(tmp_path, ending, MAKERS[ending]("क " * 1_000_000)))


@pytest.mark.parametrize("ending", READERS)
def test_bidi_overrides_are_taken_out_or_refused(ending: str, tmp_path: Path) -> None:
    answer = told(tmp_path, ending, MAKERS[ending]("\u202eशब्द\u202c"))
    expect(OVERRIDE, ending, answer)
    if not ending.startswith("evaluated"):  # there the texts are scored and never shown
        assert "\u202e" not in answer


@pytest.mark.parametrize("ending", READERS)
def test_a_script_in_a_text_stays_text(ending: str, tmp_path: Path) -> None:
    script = "<script>alert(1)</script>"
    marked = ending in IN_XML or ending == "html"
    answer = told(tmp_path, ending, MAKERS[ending](escape(script) if marked else script))
    kept = {"vtt": r"read alert\(1\) ", "captions.vtt": r"read alert\(1\) ",
            "captions.srt": r"read alert\(1\) ", None: ".*<script>alert"}  # fmt: skip
    refused = {"xlf": "read refused: .*script", "xliff": "read refused", "docx": "read refused"}
    expect({**kept, **refused, None: ".*<script>alert"}, ending, answer)


TIMED = (
    "vtt",
    "srt",
    "captions.vtt",
    "captions.srt",
    "ttml",
    "json",
    "html",
    "xlf",
    "xliff",
    "docx",
)
CLOCKS = {
    "negative": (("-00:00:01.000", "00:00:02.000"), (-1000, 2000)),
    "reversed": (("00:00:03.000", "00:00:02.000"), (3000, 2000)),
    "very late": (("99999:00:01.000", "99999:00:02.000"), (10**15, 10**15 + 1)),
}


@pytest.mark.parametrize("ending", TIMED)
@pytest.mark.parametrize("clock", CLOCKS)
def test_times_that_cannot_be_are_skipped_or_refused(
    ending: str, clock: str, tmp_path: Path
) -> None:
    words, numbers = CLOCKS[clock]
    given = numbers if ending in ("json", "html", "xlf", "xliff") else words
    answer = told(tmp_path, ending, MAKERS[ending]("lost", *given))
    what = {
        "json": "refused .*negative, reversed or beyond",
        "html": "refused|read .*wrong times",
        **dict.fromkeys(("xlf", "xliff", "docx"), "read refused: .*(was changed|no time|are none)"),
        None: "read kept .*(negative|before it starts|cannot be read)",
    }
    expect(what, ending, answer)


@pytest.mark.parametrize("ending", ["vtt", "srt", "captions.vtt", "captions.srt", "ttml", "json"])
def test_hours_over_99_are_read(ending: str, tmp_path: Path) -> None:
    times = (360_000_000, 360_001_000) if ending == "json" else ("100:00:00.000", "100:00:01.000")
    assert re.match("read .*late", told(tmp_path, ending, MAKERS[ending]("late", *times)))


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
DECLARATIONS = {
    "one entity": '<!ENTITY a9 "x">',
    "a billion laughs": f'<!ENTITY a0 "ha">{LAUGHS}',
    "quadratic": f'<!ENTITY a9 "{"x" * 100_000}">',
    "a file": '<!ENTITY a9 SYSTEM "file:///etc/passwd">',
    "an address": '<!ENTITY a9 SYSTEM "http://127.0.0.1:9/x">',
    "a parameter": '<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;',
}


def with_type(xml: str, declarations: str) -> str:
    root = re.search(r"<(?![?!])([\w:]+)", xml)
    assert root is not None
    kind = f"<!DOCTYPE {root[1]} [{declarations}]>"
    return xml[: root.start()] + kind + xml[root.start() :]


@pytest.mark.parametrize("ending", IN_XML)
@pytest.mark.parametrize("kind", DECLARATIONS)
def test_entity_declarations_are_refused(ending: str, kind: str, tmp_path: Path) -> None:
    text = "&a9;" * (10_000 if kind == "quadratic" else 1)
    made, declared = MAKERS[ending](text), DECLARATIONS[kind]
    if ending in ZIPPED:
        assert isinstance(made, bytes)
        made = changed(made, ZIPPED[ending], lambda xml: with_type(xml, declared))
    else:
        made = with_type(made if isinstance(made, str) else made.decode(), declared)
    answer = told(tmp_path, ending, made)
    assert answer.startswith("refused"), answer
    assert "root:" not in answer


@pytest.mark.parametrize("ending", ["xlf", "xliff"])
@pytest.mark.parametrize("codes", ["<ph/>", '<mrk id="1" type="comment"/>', '<x id="1"/>', "<b/>"])
def test_texts_of_very_many_codes_are_refused_in_time(
    ending: str, codes: str, tmp_path: Path
) -> None:
    answer = told(tmp_path, ending, MAKERS[ending](codes * 120_000))
    assert re.match("refused|read refused", answer)


@pytest.mark.parametrize("inside", ["<p/>", '<p begin="1s" end="2s">a</p>', '<p begin="1f"/>'])
def test_ttml_of_very_many_elements_is_read_or_refused_in_time(inside: str, tmp_path: Path) -> None:
    answer = told(tmp_path, "ttml", ttml(f"</p>{inside * 450_000}<p>"))
    assert re.match("read|refused", answer)


ZEROS = bytes(80 << 20)
PARTS: dict[str, Callable[[str], dict[str, bytes]]] = {
    "a bomb beside": lambda main: {"media/x.bin": ZEROS},
    "a bomb in the main part": lambda main: {main: b"<a>" + ZEROS},
    "a bomb of spaces": lambda main: {main: b"<a>" + b" " * len(ZEROS) + b"</a>"},
    "a path upwards": lambda main: {"../../../tmp/karmavani-was-here": b"x"},
    "a path from the root": lambda main: {"/tmp/karmavani-was-here": b"x"},
    "a path of Windows": lambda main: {"..\\..\\karmavani-was-here": b"x"},
    "very many parts": lambda main: {f"media/{n}": b"" for n in range(20_000)},
}


@pytest.mark.parametrize("ending", ZIPPED)
@pytest.mark.parametrize("kind", PARTS)
def test_archives_that_grow_or_leave_their_place_are_refused_or_harmless(
    ending: str, kind: str, tmp_path: Path
) -> None:
    made = MAKERS[ending](TARGET)
    assert isinstance(made, bytes)
    answer = told(tmp_path, ending, packed({**parts_of(made), **PARTS[kind](ZIPPED[ending])}))
    if ending == "docx" or "bomb" in kind:
        assert answer.startswith("refused"), answer
    else:  # only the parts that a sheet has are ever opened; nothing is unpacked to the disk
        assert answer.startswith("read"), answer
    assert [path.name for path in tmp_path.iterdir()] == [f"a file.{ending}"]
    assert not Path("/tmp/karmavani-was-here").exists()


def test_the_limits_end_a_reader_that_breaks_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    for hog in (eat_memory, eat_time):
        ours, theirs = SERVER.Pipe(duplex=False)
        process = SERVER.Process(target=hog, args=(path, theirs))
        process.start()
        theirs.close()
        process.join(30)
        assert process.exitcode not in (None, 0)
        with pytest.raises(EOFError):
            ours.recv()


def eat_memory(path: Path, answer: Any) -> None:
    READERS["hog"] = lambda path: str(len(bytearray(300 << 20)))
    import sys

    sys.stderr = io.StringIO()  # type: ignore[assignment]
    read("hog", path, answer)


def eat_time(path: Path, answer: Any) -> None:
    READERS["hog"] = lambda path: str(sum(range(10**12)))
    read("hog", path, answer)
