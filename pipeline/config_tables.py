"""The tables of the configuration: what each may say, and its defaults.

docs/configuration.md has a heading for every key. Reading them is for `config`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.toml_file import Key

TRANSCRIBER_KEYS = (
    Key("engine", "text"),
    Key("model", "text"),
    Key("beam", "number"),
    Key("device", "text"),
)
TRANSLATOR_KEYS = (
    Key("engine", "text"),
    Key("model", "text"),
    Key("device", "text"),
    Key("url", "text"),
    Key("batch", "count"),
    Key("timeout", "number"),
    Key("calls_per_minute", "count"),
    Key("cached", "switch"),
    Key("price_input_tokens", "amount"),
    Key("price_output_tokens", "amount"),
    Key("price_characters", "amount"),
)
DEVICES = ("cpu", "cuda")
MEMORY_KEYS = (Key("file", "text"), Key("organisation", "text"), Key("share", "texts"))
GLOSSARIES_KEYS = (Key("folder", "text"),)
BACKLOG_KEYS = (
    Key("attempts", "count"),
    Key("pause", "amount"),
    Key("patience", "number"),
    Key("media_cache", "number"),
    Key("s3_endpoint", "text"),
    Key("speech_gpus", "amount"),
    Key("text_gpus", "amount"),
)


@dataclass(frozen=True, slots=True)
class TranscriberConfig:
    """The table ``[transcriber]``: how speech becomes text."""

    engine: str = "faster-whisper"  # a name of transcription/base.py
    model: str = "whisper-base"  # a name of models/models.toml
    beam: int = 2  # beams of the decoder; fewer is faster and a little less exact
    device: str = "cpu"  # one of DEVICES


@dataclass(frozen=True, slots=True)
class TranslatorConfig:
    """The table ``[translator]``: how sentences become sentences of another language."""

    engine: str = "starter"  # a name of translators/base.py
    model: str = "starter"  # a name of models/models.toml, or what a remote server calls it
    url: str = ""  # a remote engine's server; empty is the engine's own. Keys: docs/engines.md
    batch: int = 0  # sentences in one call of a remote engine; 0 is the engine's own number
    timeout: int = 60  # seconds that a remote engine waits for an answer
    calls_per_minute: int = 60  # of all workers to a remote engine; 0 is no limit
    cached: bool | None = None  # keep drafts for other courses; None is: of remote engines
    price_input_tokens: float = 0.0  # of a million tokens that the engine reads
    price_output_tokens: float = 0.0  # of a million tokens that it writes
    price_characters: float = 0.0  # of a million characters of source text
    device: str = "cpu"  # one of DEVICES; for the engines on CTranslate2


@dataclass(frozen=True, slots=True)
class MemoryConfig:
    """The table ``[memory]``: translations that people approved, and who may see whose."""

    file: Path = Path("~/.local/share/karmavani/memory.sqlite3")  # made by the first import
    organisation: str = "local"  # whose entries are ours
    share: tuple[str, ...] = ()  # organisations whose entries may be used too


@dataclass(frozen=True, slots=True)
class GlossariesConfig:
    """The table ``[glossaries]``: which terms hold beside the built-in ones."""

    folder: Path | None = None  # term files of one's own, which win over the built-in ones


@dataclass(frozen=True, slots=True)
class BacklogConfig:
    """The table ``[backlog]``: how thousands of courses are worked through."""

    attempts: int = 4  # how often an item is tried before it is a dead letter
    pause: float = 5.0  # seconds before the second try; four times as long before each other
    patience: int = 600  # seconds that a run waits for its database, or for room on the disk
    media_cache: int = 50  # GB of media of object stores that are kept on this machine
    s3_endpoint: str = ""  # address of an S3 server that is not Amazon's
    speech_gpus: float = 0.0  # of a Ray worker that hears; 0 is none
    text_gpus: float = 0.0  # of a Ray worker that translates
