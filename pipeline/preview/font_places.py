"""Where fonts are looked for on this machine, in order, and how they get to ffmpeg."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from courses.errors import ModelError, UsageError
from pipeline.config import Config
from pipeline.models import Registry
from pipeline.preview.fonts import SYSTEM, Face, Place, Shelf
from pipeline.progress import Row, make_reporter

ROWS = ("noto-small", "noto-indic")
_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="cwd">fonts</dir><cachedir prefix="cwd">fontcache</cachedir></fontconfig>
"""


def make_shelf(config: Config, code: str, folder: Path | None) -> Shelf:
    """Return the fonts for the language `code`; `folder` of the user's goes before all others.

    Raises UsageError for a folder that is none.
    """
    if folder is not None and not folder.is_dir():
        raise UsageError(
            f"--fonts {folder} is no folder.", "Name a folder with .ttf or .otf files."
        )
    own = [Place(lambda: folder, foreign=True)] if folder else []
    registry = Registry.load(config)
    known = [Place(lambda name=name: _fetched(registry, name)) for name in ROWS]  # type: ignore[misc]
    system = [Place(lambda at=at: Path(at).expanduser(), deep=True) for at in SYSTEM]  # type: ignore[misc]
    return Shelf([*own, *known, *system], code)


def _fetched(registry: Registry, name: str) -> Path | None:
    """Return the folder of a row, None where it cannot be had: the next place may do."""
    reporter, bar = make_reporter(registry.offline or registry.is_present(name)), Row(name, "fetch")
    try:
        folder = registry.folder(name, lambda done, all_: reporter.update(bar, done / max(1, all_)))
        reporter.finish(bar, str(folder))
    except ModelError:
        return None
    finally:
        reporter.close()
    return folder


def lay_out(faces: Iterable[Face], folder: Path) -> None:
    """Copy `faces` into ``folder/fonts`` and tell fontconfig of no others."""
    place = folder / "fonts"
    place.mkdir(exist_ok=True)
    for number, face in enumerate(dict.fromkeys(faces)):
        shutil.copyfile(face.path, place / f"{number}{face.path.suffix.lower()}")
    (folder / "fonts.conf").write_text(_CONF, encoding="utf-8")
