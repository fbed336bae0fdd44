"""The default engine: Whisper through faster-whisper on CTranslate2, in int8.

Knows `faster_whisper` and `ctranslate2`. Where the processor computes in bfloat16 the encoder
runs on OpenVINO (`transcription.encoder`). The settings are the measured best of
benchmarks/transcription.md. Not for fetching models; a folder is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from courses.errors import EngineError, ModelError
from courses.nouns import Signature, Transcript, Word
from courses.timing import from_seconds
from transcription.base import Progress, TranscriberOptions
from transcription.encoder import OpenVINOEncoder, has_fast_bfloat16
from transcription.hotwords import fit_hotwords
from transcription.listening import Heard, Listener
from transcription.tongues import refuse_unknown

Sound = npt.NDArray[np.float32]
Encoder = Literal["auto", "ctranslate2", "openvino"]

_COMPUTE = {"cpu": "int8", "cuda": "int8_float16"}  # CTranslate2's names of numbers
_FRAMES = 3000
_SILENT_FRAME = -1.5  # log-mel of silence after Whisper's scaling
# Whisper's own rule for "nobody speaks here" (openai/whisper transcribe.py).
_NO_SPEECH, _UNLIKELY = 0.6, -1.0


class WhisperCT2:
    """Transcribes with a Whisper model converted to CTranslate2, a folder with model.bin.

    `encoder` is chosen by the processor unless named; naming one is for tests and measurements.
    """

    def __init__(self, options: TranscriberOptions, encoder: Encoder = "auto") -> None:
        self._options = options
        self._wanted = encoder

    @cached_property
    def _encoder(self) -> Encoder:
        if self._options.device != "cpu":
            return "ctranslate2"
        if self._wanted == "auto":
            return "openvino" if has_fast_bfloat16() else "ctranslate2"
        return self._wanted

    @property
    def signature(self) -> Signature:
        """Return engine, model and options; the encoder counts, its numbers differ a little."""
        device = self._options.device
        precision = f"ctranslate2-{_COMPUTE[device]}" + f"-{device}" * (device != "cpu")
        if self._encoder == "openvino":
            precision = "openvino-bf16"
        return Signature(
            engine=f"faster-whisper/{precision}/beam{self._options.beam}",
            model=self._options.name,
            revision=self._options.revision,
            version=f"{version('faster-whisper')}+{version('ctranslate2')}",
        )

    def transcribe(
        self,
        media: Path,
        language: str,
        hotwords: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Transcript:
        """Return the words heard in `media`; see `transcription.base.Transcriber`."""
        refuse_unknown(language, self._options)
        recogniser = _CT2Recogniser(self._model, self._options, language, hotwords)
        return Listener(recogniser, self.signature, language, self._options.batch).listen(
            media, progress
        )

    @cached_property
    def _model(self) -> Any:
        """Return a faster-whisper model whose `encode` is ours."""
        from faster_whisper import WhisperModel

        folder, threads = self._options.model, self._options.threads
        device = self._options.device
        _refuse_missing(device)
        if not (folder / "model.bin").is_file():
            raise ModelError(
                f"There is no Whisper model in {folder}.", "Fetch it: karmavani models fetch."
            )
        try:
            model = WhisperModel(
                str(folder), device=device, compute_type=_COMPUTE[device], cpu_threads=threads
            )
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"The model in {folder} cannot be loaded: {error}.") from error
        if self._encoder == "openvino":
            encode: _Encode = OpenVINOEncoder(folder, threads).encode
        else:
            encode = _ct2_encode(model.model)
        model.encode = _SharedEncoder(encode)
        model.find_alignment = _align_one_by_one(model.find_alignment)
        return model


def _refuse_missing(device: str) -> None:
    """Raise EngineError when there is no GPU, or none that CTranslate2 can use."""
    import ctranslate2

    if device == "cuda" and not ctranslate2.get_cuda_device_count():
        raise EngineError(
            "There is no GPU here that CTranslate2 can use.",
            'Say transcriber.device = "cpu", or install NVIDIA\'s driver, CUDA and cuDNN.',
        )


_Encode = Callable[[Sound], Sound]


def _ct2_encode(model: Any) -> _Encode:
    """Return CTranslate2's own encoder."""
    import ctranslate2

    def encode(features: Sound) -> Sound:
        window = ctranslate2.StorageView.from_array(features)
        return np.array(model.encode(window, to_cpu=True))

    return encode


class _SharedEncoder:
    """The encoder in the form of faster-whisper's `WhisperModel.encode`.

    One window at a time is 15 % faster than a batch (cache). It keeps its last window, for the
    window that is asked for its language is decoded next.
    """

    def __init__(self, encode: _Encode) -> None:
        self._encode = encode
        self._last: tuple[Sound, Sound] | None = None

    def __call__(self, features: Sound) -> Any:
        from ctranslate2 import StorageView

        batch = features if features.ndim == 3 else features[np.newaxis]
        encoded = [self._encode_one(np.ascontiguousarray(one)[np.newaxis]) for one in batch]
        return StorageView.from_array(np.concatenate(encoded))

    def _encode_one(self, window: Sound) -> Sound:
        if self._last is None or not np.array_equal(self._last[0], window):
            self._last = window, self._encode(window)
        return self._last[1]


def _align_one_by_one(align: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """Return faster-whisper's `find_alignment` fed window by window: 40 % faster (cache)."""
    import ctranslate2

    def find_alignment(
        tokenizer: Any, text_tokens: list[Any], encoded: Any, num_frames: Any
    ) -> list[Any]:
        windows = np.asarray(encoded)
        frames = num_frames if isinstance(num_frames, list) else [num_frames] * len(windows)
        aligned = []
        for tokens, window, count in zip(text_tokens, windows, frames, strict=True):
            view = ctranslate2.StorageView.from_array(window[np.newaxis])
            aligned.extend(align(tokenizer, [tokens], view, [count]))
        return aligned

    return find_alignment


class _CT2Recogniser:
    """A loaded model at work in one language; see `transcription.listening.Recogniser`."""

    def __init__(
        self, model: Any, options: TranscriberOptions, language: str, hotwords: Sequence[str]
    ) -> None:
        from faster_whisper import BatchedInferencePipeline

        self._model = model
        self._batched = BatchedInferencePipeline(model)
        # Whisper's prompt is half of the decoder's 448 tokens less one (openai/whisper
        # decoding.py, `_get_initial_tokens`).
        room = model.max_length // 2 - 1
        self._settings = {
            "language": language,
            "beam_size": options.beam,
            "word_timestamps": True,
            "hotwords": fit_hotwords(hotwords, self._count_tokens, room) or None,
        }

    def hear(self, sounds: Sequence[Sound]) -> list[Heard]:
        clips, at = [], 0
        for sound in sounds:
            # Half a sample more, for faster-whisper cuts seconds * 16000 down to whole samples.
            clips.append({"start": (at + 0.5) / 16000, "end": (at + len(sound) + 0.5) / 16000})
            at += len(sound)
        segments, _ = self._translated(
            lambda: self._batched.transcribe(
                np.concatenate(sounds),
                clip_timestamps=clips,
                batch_size=len(sounds),
                **self._settings,
            )
        )
        found = self._translated(lambda: list(segments))
        return [_heard([one], clip["start"]) for one, clip in zip(found, clips, strict=True)]

    def hear_again(self, sound: Sound) -> Heard:
        # Temperatures above 0 draw lots; forbidding repeated phrases ends loops and stays
        # deterministic.
        segments, _ = self._translated(
            lambda: self._model.transcribe(
                sound,
                temperature=0.0,
                condition_on_previous_text=False,
                no_repeat_ngram_size=4,
                **self._settings,
            )
        )
        return _heard(self._translated(lambda: list(segments)), 0.0)

    def identify(self, sound: Sound) -> dict[str, float]:
        # The last frame is cut as it is for a batch, so that the encoder's work is shared.
        features = self._model.feature_extractor(sound)[..., :-1]
        _, _, odds = self._translated(lambda: self._model.detect_language(features=features))
        return dict(odds)

    def _count_tokens(self, text: str) -> int:
        return len(self._model.hf_tokenizer.encode(text, add_special_tokens=False).ids)

    def _translated(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"faster-whisper failed: {error}.") from error


def _heard(segments: Sequence[Any], offset: float) -> Heard:
    words: list[Word] = []
    for segment in segments:
        if segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNLIKELY:
            continue
        for timed in segment.words or ():
            start = max(0, from_seconds(timed.start - offset))
            end = max(start, from_seconds(timed.end - offset))
            words.append(Word(timed.word, start, end, float(timed.probability)))
    return Heard(tuple(words))
