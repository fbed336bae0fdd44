"""Measures the readers and writers of subtitle files: seconds and memory for many cues.

    OMP_NUM_THREADS=1 python benchmarks/measure_formats.py [--cues 100000] [--json FILE]

Each runs in a process of its own, after its modules are loaded. Memory is what the process grew by
at its highest, the file's own bytes included. TTML of the flat shape is read by a reader of ours,
any other with ttconv, which is measured with fewer cues, as it takes its time. Not a test: the gate
asserts no times.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from courses.nouns import Cue
from courses.timing import to_clock
from pipeline.formats import FORMATS, Document
from transcription.caption_reader import read_captions

LINES = ("हर नागरिक को सूचना माँगने का", "अधिकार है, धारा 6 के तहत।")
TTCONV_CUES = 1_000


def cue_file(name: str, cues: int) -> bytes:
    """Return a file of `cues` cues of two lines in Hindi, written without our writers."""
    if "ttml" in name:
        text = FORMATS["ttml"].write(document(cues))
        # Times of a body are for ttconv.
        return text.replace("<body", '<body begin="0s"' if "ttconv" in name else "<body").encode()
    is_vtt = "webvtt" in name
    mark = "." if is_vtt else ","
    rows = ["WEBVTT\n\n" if is_vtt else ""]
    for number in range(cues):
        start, end = to_clock(3000 * number, mark), to_clock(3000 * number + 2900, mark)
        index = "" if is_vtt else f"{number + 1}\n"
        rows.append(f"{index}{start} --> {end}\n<i>{LINES[0]}</i>\n{LINES[1]}\n\n")
    return "".join(rows).encode()


def document(cues: int) -> Document:
    """Return the same cues as a writer takes them."""
    shown = tuple(Cue(str(n), (), 3000 * n, 3000 * n + 2900, LINES) for n in range(cues))
    return Document("", "hi", "", shown)


READERS: dict[str, Callable[[bytes, str], object]] = {
    "webvtt": FORMATS["webvtt"].read,
    "subrip": FORMATS["subrip"].read,
    "captions as webvtt": read_captions,
    "captions as subrip": read_captions,
    "ttml": FORMATS["ttml"].read,
    "ttml, with ttconv": FORMATS["ttml"].read,
}
WRITERS = ("webvtt", "subrip", "ttml")


def peak() -> float:
    """Return the highest memory of this process so far, in MB."""
    # Not ru_maxrss: a child begins with its parent's.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


def measure(name: str, cues: int, path: str, answer: Any) -> None:
    """Read one file and send seconds by the clock, of the processor, and MB."""
    read = READERS[name]
    read(cue_file(name, 2), "a")
    before, began, worked = peak(), time.perf_counter(), time.process_time()
    kept = read(Path(path).read_bytes(), "a")
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    answer.send({"cues": cues, "s": seconds, "processor_s": processor, "mb": peak() - before})
    assert kept


def measure_writer(name: str, cues: int, path: str, answer: Any) -> None:
    """Write one file and send seconds by the clock, of the processor, and MB beside the cues."""
    write, whole = FORMATS[name].write, document(cues)
    write(document(2))
    before, began, worked = peak(), time.perf_counter(), time.process_time()
    Path(path).write_text(write(whole), encoding="utf-8")
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    answer.send({"cues": cues, "s": seconds, "processor_s": processor, "mb": peak() - before})


def run(context: Any, task: Callable[..., None], arguments: tuple[Any, ...]) -> Any:
    """Return what `task` sends from a process of its own."""
    ours, theirs = context.Pipe()
    process = context.Process(target=task, args=(*arguments, theirs))
    process.start()
    figures = ours.recv()
    process.join()
    return figures


def main() -> None:
    """Measure and print."""
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cues", type=int, default=100_000)
    parser.add_argument("--json", type=Path, help="Write the figures here too.")
    options = parser.parse_args()
    figures = {}
    context = multiprocessing.get_context("spawn")  # a fresh process: no memory of the last one
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cues"
        for name in READERS:
            cues = TTCONV_CUES if "ttconv" in name else options.cues
            path.write_bytes(cue_file(name, cues))
            figures[f"read {name}"] = run(context, measure, (name, cues, str(path)))
        for name in WRITERS:
            figures[f"write {name}"] = run(context, measure_writer, (name, options.cues, str(path)))
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
