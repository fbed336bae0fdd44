"""Measures transcription: processor time, wall time, memory, word errors and word times.

    python benchmarks/measure_transcription.py --model MODELDIR samples/rti-basics/media/*.mp4

Every configuration runs in a process of its own, the configurations interleaved in shuffled
rounds, so that a busy machine slows all of them alike. The reference of MEDIA is
``../scripts/<name>.timing.json`` (true words and times) or ``<name>.txt`` beside it (words only).
Figures stand in benchmarks/transcription.md. Not a test: nothing here fails on a slow machine.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Words = list[tuple[str, int]]
"""Text and start in ms."""


@dataclass(frozen=True, slots=True)
class Run:
    """One configuration on one file; processor seconds are of all threads of the process."""

    config: str
    media: str
    signature: str
    minutes: float
    cpu: float
    wall: float
    peak_mb: int
    words: Words
    findings: list[str]


def _ours(model: Path, media: Path, **how: Any) -> tuple[Words, str, list[str], int]:
    from transcription.base import TranscriberOptions
    from transcription.whisper_ct2 import WhisperCT2

    encoder = how.pop("encoder", "auto")
    options = TranscriberOptions(model, "whisper-base", "", frozenset({"en"}), **how)
    engine = WhisperCT2(options, encoder)
    heard = engine.transcribe(media, "en")
    words = [(word.text, word.start) for word in heard.words]
    found = [f"{one.check} {one.start}-{one.end}" for one in heard.findings]
    return words, str(engine.signature), found, heard.duration


def _stock(model: Path, media: Path, **how: Any) -> tuple[Words, str, list[str], int]:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    loaded = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=1)
    engine = BatchedInferencePipeline(loaded) if "batch_size" in how else loaded
    segments, info = engine.transcribe(str(media), language="en", **how)
    words: Words = []
    for segment in segments:
        timed = segment.words or ()
        words += [(word.word, int(word.start * 1000)) for word in timed]
        if not timed:
            words.append((segment.text, int(segment.start * 1000)))
    settings = ", ".join(f"{key}={value}" for key, value in how.items())
    return words, f"faster-whisper as it comes, int8 ({settings})", [], int(info.duration * 1000)


def _openai(model: Path, media: Path, **how: Any) -> tuple[Words, str, list[str], int]:
    from transcription.base import TranscriberOptions
    from transcription.openai_whisper import OpenAIWhisper

    options = TranscriberOptions(model, "whisper-base", "", frozenset({"en"}), **how)
    engine = OpenAIWhisper(options)
    heard = engine.transcribe(media, "en")
    words = [(word.text, word.start) for word in heard.words]
    return words, str(engine.signature), [one.check for one in heard.findings], heard.duration


CONFIGS: dict[str, Callable[[Path, Path], tuple[Words, str, list[str], int]]] = {
    "stock sequential, beam 5": lambda m, f: _stock(m, f, beam_size=5),
    "stock batched 8, beam 5, words": lambda m, f: _stock(
        m, f, beam_size=5, batch_size=8, word_timestamps=True
    ),
    "ours, CT2 int8 encoder one by one, beam 5": lambda m, f: _ours(
        m, f, encoder="ctranslate2", beam=5, batch=4
    ),
    "ours, CT2 int8 encoder one by one, beam 2": lambda m, f: _ours(
        m, f, encoder="ctranslate2", beam=2, batch=4
    ),
    "ours, OpenVINO bf16, beam 5": lambda m, f: _ours(m, f, encoder="openvino", beam=5, batch=4),
    "ours, OpenVINO bf16, beam 2 (default)": lambda m, f: _ours(
        m, f, encoder="openvino", beam=2, batch=4
    ),
    "ours, OpenVINO bf16, beam 1": lambda m, f: _ours(m, f, encoder="openvino", beam=1, batch=4),
    "ours, OpenVINO bf16, beam 2, batch 8": lambda m, f: _ours(
        m, f, encoder="openvino", beam=2, batch=8
    ),
    "openai-whisper, beam 2": lambda m, f: _openai(m, f, beam=2),
}


def run_one(config: str, model: Path, media: Path) -> Run:
    """Return one measured run in this process, which should do nothing else."""
    wall = time.perf_counter()
    words, signature, findings, duration = CONFIGS[config](model, media)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Run(
        config,
        media.name,
        signature,
        duration / 60000,
        time.process_time(),
        time.perf_counter() - wall,
        peak,
        words,
        findings,
    )


def word_errors(said: str, heard: Words) -> float:
    """Return the word error rate in percent, both sides through Whisper's English normaliser."""
    import jiwer
    from whisper_normalizer.english import EnglishTextNormalizer

    normalise = EnglishTextNormalizer()
    text = "".join(f" {word.strip()}" for word, _ in heard)
    return 100 * jiwer.wer(normalise(said), normalise(text))


def start_errors(truth: list[tuple[str, int]], heard: Words) -> list[int]:
    """Return heard minus true start in ms for every word that both sides have, aligned in order."""
    from difflib import SequenceMatcher

    def bare(words: Words) -> list[str]:
        return ["".join(c for c in word.casefold() if c.isalnum()) for word, _ in words]

    matcher = SequenceMatcher(None, bare(truth), bare(heard), autojunk=False)
    pairs = [
        (block.a + i, block.b + i)
        for block in matcher.get_matching_blocks()
        for i in range(block.size)
    ]
    return [heard[b][1] - truth[a][1] for a, b in pairs]


def read_reference(media: Path) -> tuple[str, list[tuple[str, int]]]:
    """Return the reference text of `media`, empty when there is none, and true word starts."""
    timing = media.parent.parent / "scripts" / f"{media.stem}.timing.json"
    if timing.is_file():
        sentences = json.loads(timing.read_text("utf-8"))["sentences"]
        words = [(w["text"], w["start"]) for one in sentences for w in one["words"]]
        return " ".join(one["text"] for one in sentences), words
    plain = media.with_suffix(".txt")
    return (plain.read_text("utf-8") if plain.is_file() else ""), []


def _in_own_process(config: str, model: Path, media: Path) -> Run:
    command = [sys.executable, __file__, "--model", str(model), "--run", config, str(media)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{config} on {media} failed:\n{done.stderr}")
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def _row(config: str, runs: list[Run], references: dict[str, Any]) -> str:
    minutes = statistics.median(run.cpu / run.minutes for run in runs)
    errors, offsets = [], []
    for run in {run.media: run for run in runs}.values():
        text, truth = references[run.media]
        if text:
            errors.append(word_errors(text, run.words))
        offsets += [abs(offset) for offset in start_errors(truth, run.words)]
    cells = [
        config,
        f"{minutes:.2f}",
        f"{statistics.median(run.wall / run.minutes for run in runs):.2f}",
        str(max(run.peak_mb for run in runs)),
        " / ".join(f"{error:.2f}" for error in errors) or "-",
        f"{statistics.median(offsets):.0f}" if offsets else "-",
        f"`{runs[0].signature}`",
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Run what the command line asks for and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True, help="folder of a CTranslate2 Whisper")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--configs", nargs="*", default=list(CONFIGS), choices=list(CONFIGS))
    parser.add_argument("--run", choices=list(CONFIGS), help="one configuration, here, as JSON")
    parser.add_argument("media", type=Path, nargs="+")
    asked = parser.parse_args()
    if asked.run:
        print(json.dumps(asdict(run_one(asked.run, asked.model, asked.media[0]))))
        return
    jobs = [(c, f) for c in asked.configs for f in asked.media] * asked.rounds
    random.Random(0).shuffle(jobs)
    runs = [_in_own_process(config, asked.model, media) for config, media in jobs]
    references = {media.name: read_reference(media) for media in asked.media}
    names = "configuration", "CPU s/min", "wall s/min", "peak MB", "WER %", "start ms", "signature"
    print("| " + " | ".join(names) + " |\n|" + "---|" * len(names))
    for config in asked.configs:
        print(_row(config, [run for run in runs if run.config == config], references))


if __name__ == "__main__":
    main()
