"""The table ``[review]`` of the configuration: where the review site is and how it is reached.

The environment goes before it (``KARMAVANI_REVIEW_*``, docs/review.md). Knows nothing of Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.toml_file import Key

KEYS = (Key("data", "text"), Key("database", "text"), Key("hosts", "texts"), Key("https", "switch"))


@dataclass(frozen=True, slots=True)
class ReviewConfig:
    """Where the review site keeps its things, and the names that it answers to."""

    data: str = ""  # folder of database, uploads and packages; empty is ./karmavani-review
    database: str = ""  # postgresql://user:password@host:port/name; empty is SQLite in `data`
    hosts: Sequence[str] = ()  # names of the site; none is this machine alone
    https: bool = False  # reached through https only, behind a proxy

    def beside(self, file: Path) -> ReviewConfig:
        """Return the table of `file`: its folder is relative to the file."""
        data = str(file.parent / Path(self.data).expanduser()) if self.data else ""
        return replace(self, data=data, hosts=tuple(self.hosts))
