"""The commands of `karmavani backlog` that change what is to be done, and hand it out: thin."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from courses.errors import PartialFailure, UsageError
from pipeline.cli_backlog_start import LARGEST_ID, Amount, data_option, start
from pipeline.progress import counted

if TYPE_CHECKING:
    from pipeline.config import Config

_AMOUNT = Amount()


@click.command()
@click.argument("items", nargs=-1, type=click.IntRange(1, LARGEST_ID))
@click.option("--error", metavar="NAME", help="All with this kind of error, as MediaError.")
@click.option("--course", metavar="ID", help="All of this course.")
@click.option("--all", "everything", is_flag=True, help="All that failed.")
@data_option
@click.pass_obj
def retry(config: Config, /, items: tuple[int, ...], data: Path | None, **said: Any) -> None:
    """Put what failed back into the queue: ITEMS by number, or all of a kind.

    \b
    Examples:
      karmavani backlog retry 4711
      karmavani backlog retry --error MediaError
      karmavani backlog retry --all
    """
    if not (items or said["error"] or said["course"] or said["everything"]):
        raise UsageError("Nothing is named.", "Name items, --error, --course, or --all.")
    start(config, data)
    from pipeline.backlog import control

    count = control.retry(items, said["error"] or "", said["course"] or "")
    click.echo(f"{count} item{'s' * (count != 1)} in the queue again.")


@click.command()
@click.argument("course", required=False)
@data_option
@click.pass_obj
def pause(config: Config, course: str | None, data: Path | None) -> None:
    """Take up nothing more: of COURSE, or at all. What is under way is finished.

    \b
    Examples:
      karmavani backlog pause
      karmavani backlog pause rti-basics
    """
    start(config, data)
    from pipeline.backlog import control

    control.pause(course)
    click.echo(f"Paused: {course or 'the backlog'}.")


@click.command()
@click.argument("course", required=False)
@data_option
@click.pass_obj
def resume(config: Config, course: str | None, data: Path | None) -> None:
    """Let COURSE, or the whole backlog, go on.

    \b
    Examples:
      karmavani backlog resume
    """
    start(config, data)
    from pipeline.backlog import control

    control.resume(course)
    click.echo(f"Going on: {course or 'the backlog'}.")


@click.command()
@click.argument("course")
@click.option("--languages", metavar="LANGS", help="Take out only these, as ta,bn.")
@data_option
@click.pass_obj
def remove(config: Config, course: str, languages: str | None, data: Path | None) -> None:
    """Take COURSE, or some of its languages, out of the backlog. Packages and drafts stay.

    \b
    Examples:
      karmavani backlog remove rti-basics
      karmavani backlog remove rti-basics --languages ta,bn
    """
    start(config, data)
    from pipeline.backlog import control

    codes = tuple(code.strip() for code in (languages or "").split(",") if code.strip())
    count = control.remove(course, codes)
    click.echo(f"{count} item{'s' * (count != 1)} of work taken out; what is done stays.")


@click.command()
@click.option("--minutes", type=_AMOUNT, help="Worker minutes in all; 0 takes the limit away.")
@click.option("--cost", type=_AMOUNT, help="Of remote engines in all; 0 takes the limit away.")
@data_option
@click.pass_obj
def budget(config: Config, minutes: float | None, cost: float | None, data: Path | None) -> None:
    """Set how much all courses together may use. A course's own budget is said with `add`.

    \b
    Examples:
      karmavani backlog budget --minutes 6000 --cost 250
    """
    start(config, data)
    from pipeline.backlog import control

    control.set_budget(minutes, cost)
    click.echo(control.budget_in_words())


@click.command()
@click.option("--dry-run", is_flag=True, help="List what would be done again, and do nothing.")
@click.option("--engine", metavar="NAME", help="Translation engine.")
@click.option("--out", type=click.Path(path_type=Path), help="Where packages go.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@data_option
@click.pass_obj
def refresh(config: Config, /, dry_run: bool, as_json: bool, **said: Any) -> None:
    """Find what has changed since it was done, and put that back into the queue.

    A new video, captions, glossary, engine or model: only what it touches is done again, and of a
    lesson only the sentences that it touches.

    \b
    Examples:
      karmavani backlog refresh --dry-run
    """
    start(config, said["data"])
    from pipeline.backlog.refreshing import refresh
    from pipeline.backlog.session import with_engine

    config = replace(with_engine(config, said["engine"]), out=said["out"] or config.out)
    found = refresh(config, dry_run)
    click.echo(json.dumps(found.facts, ensure_ascii=False) if as_json else found.in_words)
    if found.problems:
        raise PartialFailure(
            f"{counted(len(found.problems), 'course')} could not be looked at (listed above).",
            "The others were.",
        )


@click.command()
@click.argument("to")
@click.option("--course", metavar="ID", help="This course only.")
@click.option("--out", type=click.Path(path_type=Path), help="Where packages are.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@data_option
@click.pass_obj
def export(config: Config, /, to: str, as_json: bool, data: Path | None, **said: Any) -> None:
    """Copy the packages that are done TO a folder or an address, with an index.

    Only what is new or changed is copied.

    \b
    Examples:
      karmavani backlog export /srv/handover
      karmavani backlog export s3://handover/2026-11
    """
    start(config, data)
    from pipeline.backlog.unattended import export_all

    done = export_all(replace(config, out=said["out"] or config.out), to, said["course"] or "")
    click.echo(json.dumps(done.facts(), ensure_ascii=False) if as_json else done.in_words())
    if done.refused:
        raise PartialFailure(
            f"{counted(len(done.refused), 'package')} left out (listed above).",
            "What was there of them before stays there.",
        )
