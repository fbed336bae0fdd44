"""Reads one file as a command would, in a process of its own with little memory and little time.

The answer begins with "read" or "refused" and then has what people would see: the texts that are
kept, or the reason.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

# Loaded here, so that only a reader's own work is counted.
import docx  # noqa: F401
import openpyxl  # noqa: F401
import ttconv.imsc.reader
import ttconv.model  # noqa: F401

from courses.errors import KarmavaniError
from courses.languages import find_writing
from courses.nouns import Segment, TranslationStatus
from glossaries.rows import Row, to_entry
from glossaries.sheets import read_csv_rows, read_xlsx_rows
from glossaries.tbx import read_tbx_rows
from pipeline.exchange import format_of
from pipeline.exchange_import import Wish, judge_all
from pipeline.exchange_segments import PackageTexts, Sentence
from pipeline.formats import FORMATS, tmx, tsv, xliff
from pipeline.formats.units import Notes
from transcription.caption_reader import read_captions

# 2 s on a core of its own (benchmarks/formats.md); processor time is up to three times that on a
# machine whose cores are shared.
SECONDS = 6
MOST = 256 << 20
SOURCE, TARGET = "Every citizen may ask.", "हर नागरिक पूछ सकता है।"


def _package(name: str) -> Callable[[Path], str]:
    def read(path: Path) -> str:
        reading = FORMATS[name].read(path.read_bytes(), path.name)
        document = reading.document
        texts = [line for cue in document.cues for line in cue.lines]
        texts += [one.text or "[…]" for one in document.sentences]
        return " | ".join([*texts, *(one.reason for one in reading.skipped)])

    return read


def _captions(path: Path) -> str:
    captions, findings = read_captions(path.read_bytes(), path.name)
    lines = [line for caption in captions for line in caption.lines]
    return " | ".join([*lines, *(finding.message for finding in findings)])


def _exchange(path: Path) -> str:
    """Judge a file against a package of one sentence that it was exported from."""
    segment = Segment("a1", "first", 0, 1000, 2000, SOURCE)
    sentence = Sentence(segment, TARGET, TranslationStatus.DRAFT, "machine:x")
    texts = PackageTexts("rti", "first", "", "en", find_writing("hi").code, (sentence,))
    data = path.read_bytes()
    returned = format_of(data, path.name).read(data, path.name)
    judgements = list(judge_all(returned, texts, Wish("A. Reviewer")))
    kept = [one.text.text for one in judgements if one.text]
    told = [f"{one.verdict}: {' '.join(one.reasons)}" for one in judgements]
    return " | ".join([*kept, *told])


def _evaluated(path: Path) -> str:
    return " | ".join(str(unit.target) for unit in xliff.read(path.read_bytes()).units)


def _memory(path: Path) -> str:
    notes = Notes()
    reader = tmx if path.suffix == ".tmx" else tsv
    with path.open("rb") as file:
        targets = [unit.target for unit in reader.read(file, path.name, notes)]
    return " | ".join([*targets, *notes.skipped])


def _terms(path: Path) -> str:
    rows: dict[str, Callable[[Path], object]] = {
        ".tbx": read_tbx_rows,
        ".xlsx": read_xlsx_rows,
        ".csv": read_csv_rows,
    }
    told = []
    for row in rows[path.suffix](path):  # type: ignore[attr-defined]
        assert isinstance(row, Row)
        entry = to_entry(row, "law")
        told.append(entry if isinstance(entry, str) else str(entry.targets.get("hi")))
    return " | ".join(told)


READERS: dict[str, Callable[[Path], str]] = {
    "vtt": _package("webvtt"),
    "srt": _package("subrip"),
    "ttml": _package("ttml"),
    "json": _package("json"),
    "html": _package("html"),
    "txt": _package("transcript"),
    "captions.vtt": _captions,
    "captions.srt": _captions,
    "xlf": _exchange,
    "xliff": _exchange,
    "docx": _exchange,
    "evaluated.xlf": _evaluated,
    "evaluated.xliff": _evaluated,
    "tmx": _memory,
    "tsv": _memory,
    "tbx": _terms,
    "xlsx": _terms,
    "csv": _terms,
}
"""Ending of the file -> the reader that meets such files."""


def read(ending: str, path: Path, answer: Connection) -> None:
    """Send what came of reading `path`, under the limits; a broken limit ends the process."""
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MOST, size + MOST))
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (end, end))
    with suppress(BrokenPipeError):
        try:
            answer.send(f"read {READERS[ending](path)}"[:4000])
        except KarmavaniError as error:
            answer.send(f"refused {error}"[:4000])
