"""What the commands of `karmavani backlog` share: where the database is, and Django started."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli_review import site_of

if TYPE_CHECKING:
    from pipeline.config import Config


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option that says which site's database the backlog is in."""
    kind = click.Path(path_type=Path, file_okay=False)
    said = "Folder of the site whose database this is; review.data."
    return click.option("--data", type=kind, help=said)(command)


def start(config: Config, data: Path | None) -> None:
    """Start Django for the site whose database the backlog is in; raises StoreError."""
    site = site_of(config, data)
    from pipeline.review.serving import get_ready

    get_ready(site)
