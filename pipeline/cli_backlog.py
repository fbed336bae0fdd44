"""The commands `karmavani backlog ...`: thin; the work is in `pipeline.backlog`.

Django starts when a command runs, not before. Attached to the command line by pipeline.cli.
"""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from courses.errors import PartialFailure
from pipeline.cli_backlog_control import (
    budget,
    export,
    pause,
    refresh,
    remove,
    resume,
    retry,
)
from pipeline.cli_backlog_estimate import estimate
from pipeline.cli_backlog_start import MOST, Amount, data_option, start

if TYPE_CHECKING:
    from pipeline.config import Config

_LANES = click.Choice(["urgent", "campaign", "normal", "bulk"])


class _Group(click.Group):
    """A group whose commands say in one sentence that their database does not answer."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; raises StoreError for what the database raises."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if not type(error).__module__.startswith("django.db"):
                raise
            from pipeline.backlog.patience import in_words

            raise in_words(error) from error


@click.group(cls=_Group)
def backlog() -> None:
    """Work through thousands of courses, unattended, on one machine or a cluster.

    What is done is kept: stop it, kill it, run it again.

    \b
    Examples:
      karmavani backlog add courses/ --to hi,ta,bn
      karmavani backlog run
      karmavani backlog status
    """


@backlog.command()
@click.argument("source")
@click.option("--to", metavar="LANGS", help="Codes, as hi,ta,bn; or: all.")
@click.option("--lane", type=_LANES, help="Which work goes first; normal.")
@click.option("--learners", type=click.IntRange(0, MOST), help="Enrolled: more go first in a lane.")
@click.option("--minutes", type=Amount(), help="Budget a course: worker minutes.")
@click.option("--cost", type=Amount(), help="Budget a course: of remote engines.")
@click.option("--review", is_flag=True, help="Hand the drafts to the review site.")
@data_option
@click.pass_obj
def add(config: Config, /, source: str, to: str | None, data: Path | None, **said: Any) -> None:
    """Put courses into the backlog.

    SOURCE is a course, a folder of courses, a list (.txt, one path or address a line) or a
    catalogue (.csv, .json, .jsonl with the columns path, languages, lane, learners, minutes, cost).
    Folders and media may be addresses, as s3://bucket/courses. What is there already is brought up
    to date.

    \b
    Examples:
      karmavani backlog add samples/rti-basics --to hi,ta,bn --lane urgent
      karmavani backlog add catalogue.csv
      karmavani backlog add s3://courses/2026 --to all --learners 12000
    """
    start(config, data)
    from pipeline.backlog.arriving import add_all

    codes = tuple(code for code in (to or "").split(",") if code.strip())
    wanted = replace(config, languages=codes or config.languages)
    arrived = add_all(source, wanted, said, _tell)
    click.echo(arrived.in_words)
    if arrived.problems:
        raise PartialFailure(
            f"{len(arrived.problems)} of the courses could not be added (listed above).",
            "The others are in the backlog; mend these and add the same again.",
        )


@backlog.command()
@click.option("--on", default="processes", show_default=True, help="Or: here, ray, ray://H:P.")
@click.option("--jobs", type=click.IntRange(min=1), help="Workers; one a processor core.")
@click.option("--engine", metavar="NAME", help="Translation engine.")
@click.option("--out", type=click.Path(path_type=Path), help="Where packages go.")
@click.option("--metrics-port", type=click.IntRange(1, 65535), help="Serve Prometheus metrics.")
@click.option("--stay", is_flag=True, help="Wait for more work when all is done.")
@click.option("--quiet", is_flag=True, help="Print nothing but the report.")
@data_option
@click.pass_obj
def run(config: Config, /, data: Path | None, **said: Any) -> None:
    """Work through the backlog until it is empty.

    Ctrl-C, a crash or a power cut loses what the workers were doing and nothing else; run it again.
    `status` in another terminal, or the operators' page of the review site, shows how far it is.

    \b
    Examples:
      karmavani backlog run
      karmavani backlog run --on ray --jobs 8 --metrics-port 9400
    """
    start(config, data)
    from pipeline.backlog.session import Options, with_engine
    from pipeline.backlog.unattended import run_all

    config = with_engine(config, said["engine"])
    config = replace(config, out=said["out"] or config.out, jobs=said["jobs"] or config.jobs)
    signal.signal(signal.SIGTERM, _interrupt)
    options = Options(said["on"], said["stay"])
    report = run_all(config, options, said["metrics_port"], said["quiet"])
    click.echo(report.in_words)
    if report.stopped:
        raise PartialFailure(report.stopped, "What was begun is finished; the rest stays queued.")
    if report.failed:
        raise PartialFailure(
            f"{report.failed} item{'s' * (report.failed != 1)} of the backlog failed.",
            "`karmavani backlog status --failed` lists them with their reasons.",
        )


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


@backlog.command()
@click.option("--failed", is_flag=True, help="List what failed, with reasons.")
@click.option("--course", metavar="ID", help="Of this course only.")
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True, help="Lines.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@data_option
@click.pass_obj
def status(config: Config, /, data: Path | None, **said: Any) -> None:
    """Say how far the backlog is: items by stage and state, by language, and what failed.

    \b
    Examples:
      karmavani backlog status
      karmavani backlog status --failed
      karmavani backlog status --json
    """
    start(config, data)
    from pipeline.backlog import standing

    found = standing.standing(said["course"] or "", said["limit"])
    if said["as_json"]:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        click.echo(
            standing.failures_in_words(found) if said["failed"] else standing.in_words(found)
        )


for _command in (budget, estimate, export, pause, refresh, remove, resume, retry):
    backlog.add_command(_command)


def _tell(text: str) -> None:
    click.echo(text, err=True)
