"""The contract of transcription/base.py, one body for every engine, on real speech.

The speech is the first half minute of our own sample course. The engines and the model are
needed: what is missing skips on a laptop and fails in CI.
"""

from __future__ import annotations

import json
import os
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from courses.errors import KarmavaniError, LanguageError, MediaError, ModelError
from courses.nouns import Severity, Transcript
from pipeline.config import read_config
from pipeline.models import Registry
from transcription.base import Transcriber, TranscriberOptions
from transcription.encoder import OpenVINOEncoder, has_fast_bfloat16
from transcription.guards import is_looping
from transcription.media import RATE, decode
from transcription.openai_whisper import OpenAIWhisper
from transcription.whisper_ct2 import WhisperCT2

pytestmark = [
    pytest.mark.models,
    pytest.mark.slow,
    # openai-whisper leaves its vocabulary file to the garbage collector (tokenizer.py).
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning"),
    # openai-whisper sorts a torch tensor with numpy (decoding.py).
    pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning"),
]

Sound = npt.NDArray[np.float32]
SAMPLE = Path(__file__).parents[2] / "samples/rti-basics"
LESSON = "noting-and-drafting"
SPEECH_SECONDS = {"ctranslate2": 28, "openvino": 28, "openai-whisper": 13}
"""How much each engine hears; openai-whisper is ten times slower."""


def need(present: bool, what: str) -> None:
    """Skip when `what` is not here; fail in CI, where everything must be."""
    if not present and os.environ.get("CI"):
        pytest.fail(f"{what} is missing in CI")
    if not present:
        pytest.skip(f"{what} is not here")


@cache
def options() -> TranscriberOptions:
    try:
        folder = Registry.load(read_config()).folder("whisper-base")
    except KarmavaniError as error:
        need(False, f"whisper-base ({error})")
    # Whisper can do French; the registry does not vouch for it, but the flip test needs it.
    languages = frozenset({"en", "fr"})
    return TranscriberOptions(folder, "whisper-base", "test", languages, beam=2)


@cache
def engine(name: str) -> Transcriber:
    if name == "openai-whisper":
        need(find_spec("whisper") is not None, "the extra openai-whisper")
        return OpenAIWhisper(options())
    if name == "openvino":
        need(find_spec("openvino") is not None, "openvino")
        return WhisperCT2(options(), "openvino")
    return WhisperCT2(options(), "ctranslate2")


@pytest.fixture(params=list(SPEECH_SECONDS))
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of the engine under test."""
    return str(request.param)


@pytest.fixture
def transcriber(name: str) -> Transcriber:
    return engine(name)


@cache
def hear(name: str, path: Path) -> Transcript:
    """Return what an engine hears, once for all tests that look at it."""
    return engine(name).transcribe(path, "en")


@cache
def sample(seconds: int = 28) -> Sound:
    path = SAMPLE / "media" / f"{LESSON}.mp4"
    need(path.is_file(), "the sample course")
    sound = np.concatenate(list(decode(path, level=False)))
    return sound[: seconds * RATE]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, Sound], Path]]:
    """Return a function that writes a sound to a file and returns its path."""
    folder = tmp_path_factory.mktemp("sounds")

    def write(name: str, sound: Sound) -> Path:
        path = folder / f"{name}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
        return path

    yield write
    hear.cache_clear()
    engine.cache_clear()


Record = Callable[[str, Sound], Path]


def music(seconds: int) -> Sound:
    """Return plucked chords, a new one every half second."""
    rng = np.random.default_rng(1)
    beat = np.arange(RATE // 2) / RATE
    chords = []
    for _ in range(seconds * 2):
        root = 220 * 2 ** (rng.integers(0, 12) / 12)
        tones = [
            np.sin(2 * np.pi * root * ratio * harmonic * beat) / harmonic
            for ratio in (1, 1.25, 1.5)
            for harmonic in (1, 2, 3, 4)
        ]
        chords.append(np.sum(tones, axis=0) * np.exp(-3 * beat))
    joined = np.concatenate(chords)
    return (joined / np.abs(joined).max() / 2).astype(np.float32)


def noise(seconds: int, loudness: float) -> Sound:
    rng = np.random.default_rng(2)
    return (rng.standard_normal(seconds * RATE) * loudness).astype(np.float32)


def true_words(until: float) -> list[tuple[str, int]]:
    """Return the words of the sample's script and when they are said, up to `until` seconds."""
    timing = json.loads((SAMPLE / f"scripts/{LESSON}.timing.json").read_text("utf-8"))
    words = [(w["text"], w["start"]) for one in timing["sentences"] for w in one["words"]]
    return [word for word in words if word[1] < (until - 0.5) * 1000]


def bare(texts: Sequence[str]) -> list[str]:
    joined = " ".join(texts).replace("-", " ")
    return [text.strip(".,!?").casefold() for text in joined.split()]


def texts_of(transcript: Transcript) -> list[str]:
    return [word.text for word in transcript.words]


def word_errors(said: Sequence[str], heard: Sequence[str]) -> float:
    import jiwer

    return float(jiwer.wer(" ".join(bare(said)), " ".join(bare(heard))))


def test_speech_becomes_words_in_order_inside_the_media(name: str, record: Record) -> None:
    seconds = SPEECH_SECONDS[name]
    path = record(f"speech-{seconds}", sample(seconds))
    seen: list[float] = []
    transcript = engine(name).transcribe(path, "en", progress=seen.append)
    truth = true_words(seconds)
    assert word_errors([text for text, _ in truth], texts_of(transcript)) < 0.12
    assert transcript == hear(name, path), "the same sound gives the same transcript"
    assert transcript.language == "en"
    assert transcript.duration == seconds * 1000
    assert [one for one in transcript.findings if one.severity is Severity.ERROR] == []
    assert transcript.signature == engine(name).signature
    edges = [edge for word in transcript.words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= transcript.duration
    for word in transcript.words:
        assert word.text == word.text.strip() != ""
        assert word.confidence is not None
        assert 0 <= word.confidence <= 1
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)


def test_words_are_timed_within_a_quarter_second_of_the_truth(name: str, record: Record) -> None:
    seconds = SPEECH_SECONDS[name]
    transcript = hear(name, record(f"speech-{seconds}", sample(seconds)))
    starts: dict[str, list[int]] = {}
    for text, start in true_words(seconds):
        starts.setdefault(text.casefold(), []).append(start)
    errors = [
        abs(word.start - starts[word.text.casefold()][0])
        for word in transcript.words
        if len(starts.get(word.text.casefold(), ())) == 1
    ]
    assert len(errors) > 8
    assert np.median(errors) <= 250


@pytest.mark.parametrize(
    ("kind", "sound"),
    [
        ("silence", np.zeros(20 * RATE, np.float32)),
        ("hiss", noise(20, 0.001)),
        ("noise", noise(20, 0.2)),
        ("music", music(20)),
    ],
)
def test_what_is_no_speech_gives_no_words_and_a_warning(
    transcriber: Transcriber, record: Record, kind: str, sound: Sound
) -> None:
    transcript = transcriber.transcribe(record(kind, sound), "en")
    assert texts_of(transcript) == []
    found = {one.check: one.severity for one in transcript.findings}
    assert found["no-speech"] is Severity.WARNING


def test_a_language_the_model_cannot_do_is_refused_before_the_media_is_looked_at(
    transcriber: Transcriber,
) -> None:
    with pytest.raises(LanguageError) as caught:
        transcriber.transcribe(Path("/does/not/exist.mp4"), "hi")
    assert "captions" in caught.value.advice


def test_media_that_is_not_there_is_a_media_error(transcriber: Transcriber) -> None:
    with pytest.raises(MediaError):
        transcriber.transcribe(Path("/does/not/exist.mp4"), "en")


def test_speech_in_another_language_than_declared_is_an_error_finding(
    transcriber: Transcriber, record: Record
) -> None:
    transcript = transcriber.transcribe(record("short", sample(7)), "fr")
    (found,) = [one for one in transcript.findings if one.severity is Severity.ERROR]
    assert found.check == "language-mismatch"
    assert "'fr'" in found.message
    assert "'en'" in found.message
    assert transcript.language == "en"
    assert transcript.words == ()


def test_a_second_of_speech_is_too_little_to_tell_the_language(
    transcriber: Transcriber, record: Record
) -> None:
    transcript = transcriber.transcribe(record("second", sample()[RATE : 3 * RATE]), "en")
    assert "language-unknown" in [one.check for one in transcript.findings]


def test_more_hotwords_than_the_model_has_room_for_do_no_harm(
    name: str, transcriber: Transcriber, record: Record
) -> None:
    hotwords = [f"Form {number} of the e-office" for number in range(400)]
    path = record("short", sample(7))
    plain = texts_of(hear(name, path))
    helped = texts_of(transcriber.transcribe(path, "en", hotwords))
    assert word_errors(plain, helped) < 0.2


def test_a_model_folder_without_a_model_is_a_model_error(tmp_path: Path, record: Record) -> None:
    broken = WhisperCT2(replace(options(), model=tmp_path))
    with pytest.raises(ModelError):
        broken.transcribe(record("second", sample()[RATE : 3 * RATE]), "en")


# Below: what only the default engine promises.


def quiet_mix() -> Sound:
    """Return the sample with its middle third 40 dB quieter, music and silence before it."""
    speech = sample().copy()
    third = len(speech) // 3
    speech[third : 2 * third] *= 0.01
    pause = np.zeros(5 * RATE, np.float32)
    return np.concatenate([speech[: 2 * third], music(10), pause, speech[2 * third :]])


@pytest.mark.parametrize("name", ["ctranslate2", "openvino"], indirect=True)
def test_a_quiet_speaker_keeps_the_words_and_music_gets_none(name: str, record: Record) -> None:
    plain = texts_of(hear(name, record("speech-28", sample())))
    mixed = engine(name).transcribe(record("mix", quiet_mix()), "en")
    assert word_errors(plain, texts_of(mixed)) < 0.12
    start = 2 * 28_000 // 3 + 500
    assert [word for word in mixed.words if start < word.start < start + 14_000] == []
    assert not is_looping(mixed.words)


def test_both_encoders_give_the_same_text(record: Record) -> None:
    path = record("speech-28", sample())
    ours, theirs = texts_of(hear("openvino", path)), texts_of(hear("ctranslate2", path))
    # bfloat16 and int8 round differently; a comma may move, a word may not.
    assert bare(ours) == bare(theirs)


def test_the_openvino_encoder_in_float32_gives_ctranslate2s_numbers() -> None:
    import ctranslate2

    need(find_spec("openvino") is not None, "openvino")
    folder = options().model
    rng = np.random.default_rng(3)
    features = rng.standard_normal((1, 80, 3000)).astype(np.float32) * 0.3
    model = ctranslate2.models.Whisper(str(folder), compute_type="float32", intra_threads=1)
    wanted = np.array(model.encode(ctranslate2.StorageView.from_array(features)))
    got = OpenVINOEncoder(folder, threads=1, precision="f32").encode(features)
    assert got.shape == wanted.shape
    assert np.linalg.norm(got - wanted) / np.linalg.norm(wanted) < 1e-3


def test_the_encoder_is_chosen_by_the_processor_and_named_in_the_signature() -> None:
    chosen = "openvino-bf16" if has_fast_bfloat16() else "ctranslate2-int8"
    assert chosen in WhisperCT2(options()).signature.engine


def test_an_openai_checkpoint_file_is_loaded(tmp_path: Path, record: Record) -> None:
    need(find_spec("whisper") is not None, "the extra openai-whisper")
    import torch

    from transcription.ct2_checkpoint import read_checkpoint

    checkpoint = read_checkpoint(options().model)
    state = {name: torch.from_numpy(array) for name, array in checkpoint.state.items()}
    torch.save({"dims": checkpoint.dims, "model_state_dict": state}, tmp_path / "base.pt")
    path = record("short", sample(7))
    from_file = OpenAIWhisper(replace(options(), model=tmp_path / "base.pt"))
    heard = texts_of(from_file.transcribe(path, "en"))
    assert bare(heard) == bare(texts_of(hear("openai-whisper", path)))
