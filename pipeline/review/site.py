"""Where one review site lives and how it is reached: the Site, from the environment.

`karmavani review` sets the environment from its options and the configuration file, so that the
web processes it starts, which read nothing else, see the same site. docs/review.md has a heading
for every variable.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from courses.errors import StoreError, UsageError

PREFIX = "KARMAVANI_REVIEW_"
DEFAULT_DATA = Path("karmavani-review")
LOCAL = ("localhost", "127.0.0.1", "[::1]")
_PERCENTS = {"SECOND_LOOKS": (0, 100), "BULK_SAMPLE": (5, 50), "BULK_FAILURES": (0, 50)}
_SCHEMES = ("postgres", "postgresql")


@dataclass(frozen=True, slots=True)
class Site:
    """One review site.

    data: folder of the database, uploads, work and published packages. database: a
    ``postgresql://user:password@host:port/name`` address; empty is SQLite in `data`. hosts: names
    it answers to. https: it is reached through https only. config: the configuration file that
    drafting uses. webhook_hosts: hosts of the own network that messages may be sent to.
    In percent, second_looks: of approved lines that a second reviewer judges; bulk_sample: of
    verified-clean lines that are looked at before the rest is approved, unless the reviewer says
    otherwise; bulk_failures: of that sample, how many may fail.
    """

    data: Path = DEFAULT_DATA
    database: str = ""
    hosts: tuple[str, ...] = LOCAL
    https: bool = False
    config: Path | None = None
    webhook_hosts: tuple[str, ...] = ()
    second_looks: int = 5
    bulk_sample: int = 10
    bulk_failures: int = 5

    def environment(self) -> dict[str, str]:
        """Return the variables that `read_site` makes this site from."""
        named = {
            "DATA": str(self.data.resolve()),
            "DATABASE": self.database,
            "HOSTS": ",".join(self.hosts),
            "HTTPS": "1" if self.https else "",
            "CONFIG": str(self.config.resolve()) if self.config else "",
            "WEBHOOK_HOSTS": ",".join(self.webhook_hosts),
            **{key: str(getattr(self, key.lower())) for key in _PERCENTS},
        }
        return {PREFIX + name: value for name, value in named.items()}

    @property
    def uploads(self) -> Path:
        """Return the folder of files that are being handed in."""
        return self.data / "uploads"

    @property
    def media(self) -> Path:
        """Return the folder of courses as they were handed in."""
        return self.data / "courses"

    @property
    def work(self) -> Path:
        """Return the output folder of drafting; it may be deleted."""
        return self.data / "work"

    @property
    def glossaries(self) -> Path:
        """Return the folder of terms that were accepted here."""
        return self.data / "glossaries"

    @property
    def published(self) -> Path:
        """Return the folder of published packages."""
        return self.data / "published"


def read_site(environ: Mapping[str, str] = os.environ) -> Site:
    """Return the site that the environment names; defaults where it says nothing.

    Raises UsageError for a share that is no whole number of percent in its limits.
    """
    said = {key: environ.get(PREFIX + key, "") for key in ("DATA", "DATABASE", "CONFIG")}
    return Site(
        data=Path(said["DATA"] or DEFAULT_DATA),
        database=said["DATABASE"],
        hosts=_names(environ, "HOSTS") or LOCAL,
        https=environ.get(PREFIX + "HTTPS", "") == "1",
        config=Path(said["CONFIG"]) if said["CONFIG"] else None,
        webhook_hosts=_names(environ, "WEBHOOK_HOSTS"),
        **{key.lower(): _percent(environ, key) for key in _PERCENTS if environ.get(PREFIX + key)},
    )


def _percent(environ: Mapping[str, str], key: str) -> int:
    text, (least, most) = environ[PREFIX + key], _PERCENTS[key]
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise UsageError(
            f"{PREFIX}{key} is {text!r}.", f"Write a whole number from {least} to {most}: percent."
        )
    return int(text)


def _names(environ: Mapping[str, str], key: str) -> tuple[str, ...]:
    said = environ.get(PREFIX + key, "").split(",")
    return tuple(name.strip() for name in said if name.strip())


def database(site: Site) -> dict[str, Any]:
    """Return Django's settings of the site's database; raises UsageError for a wrong address."""
    if not site.database:
        # An acknowledged save is on the disk (FULL); a reader never waits for a writer (WAL).
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": site.data / "review.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
            "CONN_MAX_AGE": 600,
        }
    address = urlsplit(site.database)
    if address.scheme not in _SCHEMES or not address.path.strip("/") or not _has_port(address):
        raise UsageError(
            f"{PREFIX}DATABASE is no database address.",
            "Write postgresql://user:password@host:5432/name, or leave it empty for SQLite.",
        )
    options = dict(parse_qsl(address.query, keep_blank_values=True))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(address.path.strip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": options.pop("host", address.hostname or ""),
        "PORT": str(address.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,  # sslmode and its like, in the words of PostgreSQL
    }


def _has_port(address: SplitResult) -> bool:
    try:
        return address.port is None or address.port > 0
    except ValueError:
        return False


def secret_key(site: Site) -> str:
    """Return the site's secret: ``KARMAVANI_REVIEW_SECRET_KEY``, or the file of `make_secret_key`.

    Where there is neither, one for this process alone: enough for checks and tests.
    """
    if given := os.environ.get(PREFIX + "SECRET_KEY"):
        return given
    try:
        return _key_file(site).read_text(encoding="ascii")
    except OSError:
        return secrets.token_urlsafe(64)


def make_secret_key(site: Site) -> None:
    """Make the file of the site's secret, readable by its owner only, where there is none.

    Raises StoreError when the site's folder cannot be used.
    """
    try:
        site.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            made = os.open(_key_file(site), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(64))
    except OSError as error:
        raise StoreError(
            f"The review site's folder {site.data} cannot be used: {error.strerror or error}.",
            "Choose a folder that you may write, with --data.",
        ) from error


def _key_file(site: Site) -> Path:
    return site.data / "secret-key"
