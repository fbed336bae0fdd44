"""Speak sentences with a Piper voice, the same way every time, and tell when each phoneme sounds.

Piper (GPL-3.0-or-later) is run only as a separate process and only for its phonemes; the voice
model itself is run here with onnxruntime (MIT). The model file is prepared once: a fixed seed in
its two noise nodes makes the speech repeatable, and its phoneme lengths become a second output.
Not for placing speech on a timeline: film.py does that.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime  # type: ignore[import-untyped]  # it ships no types

SEED = 2005.0  # any fixed number; the year of the Act
NOISE, LENGTH, NOISE_WIDTH = 0.667, 1.22, 0.6  # timbre noise, slowness, rhythm noise
_HOP = 256  # audio samples a model frame
_LOG_MARK = ", phonemes="

Audio = npt.NDArray[np.float32]


class VoiceError(RuntimeError):
    """The voice or its phonemiser did not do what was expected."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Audio in [-1, 1], and (start, end) samples of each phoneme without the pause after it."""

    audio: Audio
    phonemes: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    rate: int


def prepare_voice(source: Path, config: Path, target: Path) -> Path:
    """Write the seeded voice with phoneme lengths as its second output; return its path."""
    model = onnx.load(str(source))
    for node in model.graph.node:
        if node.op_type == "RandomNormalLike":
            node.attribute.append(onnx.helper.make_attribute("seed", SEED))
    lengths = [node.output[0] for node in model.graph.node if node.op_type == "Ceil"]
    if len(lengths) != 1:
        raise VoiceError(f"{source.name}: expected one Ceil node, found {len(lengths)}")
    output = onnx.ValueInfoProto()
    output.name = lengths[0]
    model.graph.output.append(output)
    onnx.save(model, str(target))
    Path(f"{target}.json").write_bytes(config.read_bytes())
    return target


def phonemize(texts: Sequence[str], voice: Path, scratch: Path) -> list[tuple[str, ...]]:
    """Return Piper's phonemes of each text, from the debug log of one separate process."""
    scratch.mkdir(parents=True, exist_ok=True)
    lines, waste = scratch / "lines.txt", scratch / "waste.wav"
    lines.write_text("\n".join(texts) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "piper", "--debug", "--model", str(voice)]
    command += ["--length-scale", "0.1", "--input-file", str(lines), "--output-file", str(waste)]
    log = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    waste.unlink()
    found = [line.partition(_LOG_MARK)[2] for line in log.splitlines() if _LOG_MARK in line]
    if len(found) != len(texts):
        raise VoiceError(f"{len(texts)} lines went to the phonemiser, {len(found)} came back")
    pairs = zip(texts, map(ast.literal_eval, found), strict=True)
    return [_one_sentence(text, sentences) for text, sentences in pairs]


def _one_sentence(text: str, sentences: list[list[str]]) -> tuple[str, ...]:
    if len(sentences) != 1:
        raise VoiceError(f"spoken as {len(sentences)} sentences, give each its line: {text!r}")
    return tuple(sentences[0])


def speak(phonemes: Sequence[str], voice: Path) -> Speech:
    """Speak one sentence. A fresh session each time: no sentence depends on the one before."""
    config = json.loads(Path(f"{voice}.json").read_text(encoding="utf-8"))
    table: dict[str, list[int]] = config["phoneme_id_map"]
    known = tuple(phoneme for phoneme in phonemes if phoneme in table)
    ids = [*table["^"], *table["_"]]
    for phoneme in known:
        ids += [*table[phoneme], *table["_"]]
    ids += table["$"]
    if len(ids) != 2 * len(known) + 3:
        raise VoiceError("this voice uses several ids for one phoneme; speak() expects one")
    inputs = {
        "input": np.array([ids], dtype=np.int64),
        "input_lengths": np.array([len(ids)], dtype=np.int64),
        "scales": np.array([NOISE, LENGTH, NOISE_WIDTH], dtype=np.float32),
    }
    audio, frames = _session(voice).run(None, inputs)
    ends = np.cumsum(np.asarray(frames).reshape(-1)).astype(np.int64) * _HOP
    marks = [int(end) for end in ends[1:-1]]  # where each phoneme starts, and where it ends
    spans = tuple(zip(marks[0:-1:2], marks[1::2], strict=True))
    return Speech(np.asarray(audio).reshape(-1), known, spans, config["audio"]["sample_rate"])


def _session(voice: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # a session lives for one sentence
    return onnxruntime.InferenceSession(str(voice), options, providers=["CPUExecutionProvider"])
