"""What the commands of `karmavani backlog` share: where the database is, and Django started."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli_review import site_of

if TYPE_CHECKING:
    from pipeline.config import Config

MOST = 2**31 - 1  # what the database's columns of whole numbers hold
LARGEST_ID = 2**63 - 1


class Amount(click.FloatRange):
    """A number from 0 on that a database can hold."""

    def __init__(self) -> None:
        super().__init__(0, MOST)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number; `nan` is none, though it is in no way out of the range."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


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
