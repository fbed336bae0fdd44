"""The model registry: which models there are, and a verified local folder for each.

A fetched model lies in ``CACHE/models/NAME/REVISION/``. It gets there whole or not at all: files
are brought into a staging folder on the same disk, hashed, and renamed into place; one process
fetches while others wait. What a source is and how it is read: model_sources.py. Loads no model.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from courses.errors import ModelError, UsageError
from pipeline.config import Config
from pipeline.model_convert import (
    converted_folder,
    find_damage,
    is_usable,
    refuse_inconvertible,
    usable_folder,
    weights_name,
)
from pipeline.model_rows import MODELS_FOLDER, ModelRow, Source, bundled_source, read_rows
from pipeline.model_sources import Delivery, Progress, SourceError, bring, copy_files
from pipeline.model_store import (
    check_space,
    content_of,
    find_problems,
    is_verified,
    one_writer,
    pin,
    put_in_place,
    refuse_damaged,
    storage_errors,
    write_pin,
    write_stamp,
)
from pipeline.toml_file import nearest

Take = Callable[[ModelRow, Delivery], tuple[Source, str]]
"""Fills a delivery; returns the source as it was found and where it came from, in words."""


def _silent(done: int, total: int) -> None:
    """Report to nobody."""


@dataclass(frozen=True, slots=True)
class Registry:
    """The rows of models.toml and where their files are on this machine.

    rows: in the order of the file. home: folder of models.toml and of bundled models. root:
    ``CACHE/models``. local: folder with one folder a model, tried before every other source.
    trust_unpinned: accept a first fetch that no hash vouches for; it is written down as the pin.
    """

    rows: tuple[ModelRow, ...]
    home: Path
    root: Path
    local: Path | None = None
    offline: bool = False
    pip_args: tuple[str, ...] = ()
    trust_unpinned: bool = False

    @classmethod
    def load(
        cls, config: Config, trust_unpinned: bool = False, home: Path = MODELS_FOLDER
    ) -> Registry:
        """Return the registry of models.toml with the folders and switches of `config`."""
        return cls(
            rows=read_rows(home),
            home=home,
            root=config.cache.absolute() / "models",
            local=config.models_folder,
            offline=config.offline,
            pip_args=config.pip_args,
            trust_unpinned=trust_unpinned,
        )

    def find(self, name: str) -> ModelRow:
        """Return the row called `name`; raises UsageError with the nearest name."""
        known = {row.name: row for row in self.rows}
        if name not in known:
            advice = nearest(name, known).strip() or f"Known models: {', '.join(known)}."
            raise UsageError(f"There is no model {name!r}.", advice)
        return known[name]

    def folder(self, name: str, progress: Progress | None = None) -> Path:
        """Return the verified local folder of a model, fetching it first if it is not there.

        Raises UsageError, ModelError (offline, unreachable, wrong hash), StoreError.
        """
        row = self.find(name)
        if row.parts:
            raise UsageError(f"The model {name} is made of parts.", "Ask for its folders.")
        source = self._present(row) or self._fetch(row, progress or _silent)
        return usable_folder(source, self._path(row, source), self._built(row, source))

    def folders(self, name: str, progress: Progress | None = None) -> dict[str, Path]:
        """Return part name -> verified local folder; a model of one part has the part "model"."""
        self.fetch(name, progress)
        parts = self.find(name).parts or {"model": name}
        return {part: self.folder(of) for part, of in parts.items()}

    def fetch(self, name: str, progress: Progress | None = None) -> None:
        """Bring what is missing of a model; `progress` counts the bytes of all its parts.

        Raises what `folder` raises.
        """
        missing = [row for row in self._leaves(name) if not self._present(row)]
        total = sum(_size_to_fetch(row) for row in missing)
        before = 0
        for row in missing:
            # An own default binds this row's share: the callback runs on another thread.
            def share(done: int, _: int, before: int = before) -> None:
                (progress or _silent)(min(before + done, total), total)

            self._fetch(row, share)
            before += _size_to_fetch(row)
        for row in self._leaves(name):
            self.folder(row.name)

    def is_present(self, name: str) -> bool:
        """Return whether a model is here, verified and as its engine takes it, unfetched."""
        return all(self._is_usable(row) for row in self._leaves(name))

    def is_kept(self, name: str) -> bool:
        """Return whether the machine has a folder of a model, be its files right or wrong."""
        return all(
            any(self._path(row, source).is_dir() for source in self._sources(row))
            for row in self._leaves(name)
        )

    def size(self, name: str) -> int:
        """Return the bytes of a model on disk, of its parts together."""
        rows = self._leaves(name)
        return sum((self._present(row) or row.sources[0]).size or row.about for row in rows)

    def revision(self, name: str) -> str:
        """Return what names the very weights in use, for a Signature; empty when not present.

        The parts of a model are joined by ``+``. 12 hex digits of a commit or a content hash.
        """
        present = [self._present(row) for row in self._leaves(name)]
        return "+".join(weights_name(source) for source in present if source)

    def verify(self, name: str) -> list[str]:
        """Hash every file of a model; return one sentence for each problem, none if all is well."""
        return [problem for row in self._leaves(name) for problem in self._verify(row)]

    def _verify(self, row: ModelRow) -> list[str]:
        found = [source for source in self._sources(row) if self._path(row, source).is_dir()]
        problems = [
            f"{row.name}: {problem} in {self._path(row, source)}"
            for source in found
            for problem in find_problems(self._path(row, source), source.files)
        ]
        damages = (find_damage(source, self._built(row, source)) for source in found)
        problems += [f"{row.name}: {damage}" for damage in damages if damage]
        return problems if found else [f"{row.name}: is not here"]

    def _built(self, row: ModelRow, source: Source) -> Path:
        return converted_folder(self.root.parent / "built", row.name, source)

    def _is_usable(self, row: ModelRow) -> bool:
        source = self._present(row)
        return source is not None and is_usable(source, self._built(row, source))

    def _leaves(self, name: str) -> list[ModelRow]:
        """Return the rows that have files: the parts of a model, or the model itself."""
        row = self.find(name)
        return [self.find(of) for of in row.parts.values()] or [row]

    def _sources(self, row: ModelRow) -> Iterator[Source]:
        """Yield the sources of a row, each with what only this machine knows of it."""
        for source in row.sources:
            if source.kind == "bundled":
                yield bundled_source(source, self.home)
            else:
                yield pin(source, self.root / row.name)

    def _path(self, row: ModelRow, source: Source) -> Path:
        if source.kind == "bundled":
            return self.home / source.repository
        return self.root / row.name / source.revision

    def _present(self, row: ModelRow) -> Source | None:
        """Return the first source whose files are here and verified."""
        for source in self._sources(row):
            if source.kind == "bundled":
                if source.files:
                    return source
            elif source.pinned and is_verified(self._path(row, source), source.files):
                return source
        return None

    def _fetch(self, row: ModelRow, progress: Progress) -> Source:
        if row.bundled:
            raise ModelError(
                f"The model {row.name} comes with karmavani, but {self.home} does not have it.",
                "Install karmavani again.",
            )
        reasons = []
        with one_writer(self.root / f"{row.name}.lock"), storage_errors(self.root):
            if present := self._present(row):  # another process brought it while we waited
                return present
            for take in self._ways(row):
                for source in self._sources(row):
                    try:
                        return self._install(row, source, take, progress)
                    except SourceError as reason:
                        reasons.append(f"  {reason}")
        raise self._nothing_worked(row, reasons)

    def _ways(self, row: ModelRow) -> tuple[Take, ...]:
        local = self.local is not None and (self.local / row.name).is_dir()
        return (self._from_local, self._from_network) if local else (self._from_network,)

    def _install(self, row: ModelRow, source: Source, take: Take, progress: Progress) -> Source:
        """Bring one source's files into a staging folder, hash them, rename it into place."""
        staging = self.root / ".staging" / row.name
        ready = staging / "ready"
        shutil.rmtree(ready, ignore_errors=True)
        ready.mkdir(parents=True)
        source, origin = take(row, Delivery(source, staging, ready, progress, self.pip_args))
        try:
            if not source.pinned:
                source = write_pin(source, _made(self.root / row.name), ready)
            refuse_damaged(ready, source.files, origin)
        except ModelError:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        write_stamp(ready, source.files)
        put_in_place(ready, self._path(row, source))
        shutil.rmtree(staging, ignore_errors=True)
        return source

    def _from_local(self, row: ModelRow, delivery: Delivery) -> tuple[Source, str]:
        """Fill the delivery from the local folder, whose owner vouches for what is not pinned."""
        folder = (self.local or Path()) / row.name
        check_space(self.root, delivery.source.size)
        copy_files(delivery.source.files, folder, delivery.ready)
        source = delivery.source
        if not source.pinned:  # no commit is known, so their content names them
            source = replace(source, revision=content_of(delivery.ready, source.files))
        return source, str(folder)

    def _from_network(self, row: ModelRow, delivery: Delivery) -> tuple[Source, str]:
        source = delivery.source
        if source.kind == "folder":
            raise SourceError(f"{source}: only from a folder of yours")
        if self.offline:
            raise SourceError(f"{source}: not asked in offline mode")
        if not source.pinned and not self.trust_unpinned:
            raise SourceError(
                f"{source}: has no pinned hashes (to accept what comes this first time: "
                f"karmavani models fetch {row.name} --trust-unpinned)"
            )
        try:
            refuse_inconvertible(source)  # before gigabytes are fetched in vain
        except ModelError as error:
            raise SourceError(f"{source}: {error}") from error
        check_space(self.root, _space(source) or row.about)
        return bring(delivery), str(source)

    def _nothing_worked(self, row: ModelRow, reasons: list[str]) -> ModelError:
        source = next(self._sources(row))
        place = self._path(row, source) if source.pinned else self.root / row.name
        names = ", ".join(file.name for file in source.files)
        size = f"{source.size:,} bytes" if source.size else f"about {row.about:,} bytes"
        trust = "" if source.pinned else " --trust-unpinned"
        return ModelError(
            f"The model {row.name} ({size}) is not here and cannot be had "
            f"{'in offline mode' if self.offline else 'from any source'}:\n" + "\n".join(reasons),
            f"\nTo bring it: on a machine with a network run `karmavani models fetch "
            f"{row.name}{trust}` and copy the folder that it names to\n  {place}\n"
            f"or put {names} into FOLDER/{row.name} and set KARMAVANI_MODELS=FOLDER.",
        )


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _size_to_fetch(row: ModelRow) -> int:
    return row.sources[0].download or row.about if row.sources else 0


def _space(source: Source) -> int:
    """Return the bytes a fetch needs at its height: all wheels, a second copy of one, the files."""
    wheels = [wheel.size for wheel in source.wheels]
    return source.size + sum(wheels) + max(wheels, default=0)
