"""The second engine: OpenAI's own whisper package on torch, the extra `openai-whisper`.

The only file that knows `whisper`. Five times slower than the default engine; it is here as the
reference and for who already has OpenAI's checkpoints. Loads a ``.pt`` of theirs, or the
registry's CTranslate2 form of the same weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from courses.errors import EngineError, ModelError, UsageError
from courses.nouns import Signature, Transcript, Word
from courses.timing import from_seconds
from transcription.base import Progress, TranscriberOptions
from transcription.ct2_checkpoint import read_checkpoint
from transcription.hotwords import fit_hotwords
from transcription.listening import Heard, Listener
from transcription.tongues import refuse_unknown

Sound = npt.NDArray[np.float32]


class OpenAIWhisper:
    """Transcribes with an OpenAI checkpoint: a ``.pt`` file, or a folder that holds one model.

    Raises UsageError at construction when the extra is not installed.
    """

    def __init__(self, options: TranscriberOptions) -> None:
        if find_spec("whisper") is None or find_spec("torch") is None:
            raise UsageError(
                "The engine openai-whisper is not installed.",
                "Install it: pip install 'karmavani[openai-whisper]'.",
            )
        if options.device != "cpu":
            raise UsageError(
                "The engine openai-whisper runs on the processor alone.",
                'Say transcriber.device = "cpu", or use faster-whisper.',
            )
        self._options = options

    @property
    def signature(self) -> Signature:
        """Return engine, model and options."""
        try:
            versions = f"{version('openai-whisper')}+torch{version('torch')}"
        except PackageNotFoundError:
            versions = "unknown"
        return Signature(
            engine=f"openai-whisper/float32/beam{self._options.beam}",
            model=self._options.name,
            revision=self._options.revision,
            version=versions,
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
        recogniser = _TorchRecogniser(self._model, self._options, language, hotwords)
        return Listener(recogniser, self.signature, language, self._options.batch).listen(
            media, progress
        )

    @cached_property
    def _model(self) -> Any:
        import torch
        import whisper

        torch.set_num_threads(self._options.threads)
        folder = self._options.model
        checkpoint = folder if folder.is_file() else next(iter(sorted(folder.glob("*.pt"))), None)
        try:
            if checkpoint is not None:
                return whisper.load_model(str(checkpoint), device="cpu").eval()
            return _load_ct2(folder)
        except (RuntimeError, OSError, KeyError, TypeError) as error:
            raise ModelError(f"The model in {folder} cannot be loaded: {error}.") from error


def _load_ct2(folder: Path) -> Any:
    """Return a whisper model with the weights of the CTranslate2 model in `folder`."""
    import torch
    from whisper.model import ModelDimensions, Whisper

    checkpoint = read_checkpoint(folder)
    model = Whisper(ModelDimensions(**checkpoint.dims))
    model.load_state_dict({name: torch.from_numpy(a) for name, a in checkpoint.state.items()})
    if checkpoint.alignment_heads:
        dims = checkpoint.dims
        mask = torch.zeros(dims["n_text_layer"], dims["n_text_head"], dtype=torch.bool)
        for layer, head in checkpoint.alignment_heads:
            mask[layer, head] = True
        model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    return model.eval()


class _TorchRecogniser:
    """A loaded model at work in one language; see `transcription.listening.Recogniser`."""

    def __init__(
        self, model: Any, options: TranscriberOptions, language: str, hotwords: Sequence[str]
    ) -> None:
        from whisper.tokenizer import get_tokenizer

        self._model = model
        self._beam = options.beam
        self._language = language
        tokenizer = get_tokenizer(model.is_multilingual)
        room = model.dims.n_text_ctx // 2 - 1
        self._prompt = fit_hotwords(hotwords, lambda text: len(tokenizer.encode(text)), room)

    def hear(self, sounds: Sequence[Sound]) -> list[Heard]:
        return [self._decode(sound, self._beam) for sound in sounds]

    def hear_again(self, sound: Sound) -> Heard:
        # Sampling at a higher temperature, whisper's own way out of a loop, draws lots; without
        # a prompt and with one beam more or less the loop is often gone, and always the same.
        return self._decode(sound, self._beam + 3, prompt="")

    def identify(self, sound: Sound) -> dict[str, float]:
        import whisper

        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(sound), self._model.dims.n_mels)
        _, odds = self._model.detect_language(mel)
        return dict(odds)

    def _decode(self, sound: Sound, beam: int, prompt: str | None = None) -> Heard:
        try:
            said = self._model.transcribe(
                sound,
                language=self._language,
                beam_size=beam if beam > 1 else None,
                temperature=0.0,
                word_timestamps=True,
                condition_on_previous_text=False,
                initial_prompt=(self._prompt if prompt is None else prompt) or None,
                fp16=False,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"openai-whisper failed: {error}.") from error
        timed = [word for segment in said["segments"] for word in segment.get("words", ())]
        return Heard(tuple(_word(one) for one in timed))


def _word(timed: dict[str, Any]) -> Word:
    start = max(0, from_seconds(timed["start"]))
    end = max(start, from_seconds(timed["end"]))
    return Word(timed["word"], start, end, float(timed["probability"]))
