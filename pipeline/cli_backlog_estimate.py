"""The command `karmavani backlog estimate`: thin; the work is in `pipeline.backlog.estimating`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli_backlog_start import data_option, start

if TYPE_CHECKING:
    from pipeline.config import Config


@click.command()
@click.argument("catalogue", required=False)
@click.option("--to", metavar="LANGS", help="What if it were these languages: hi,ta,bn; or: all.")
@click.option("--workers", type=click.IntRange(1, 4096), help="What if there were so many.")
@click.option("--engine", metavar="NAME", help="What if this translation engine did it.")
@click.option("--deadline", type=click.FloatRange(min=0.01), metavar="DAYS", help="Workers for it.")
@click.option("--measure", is_flag=True, help="Measure this machine first; takes some minutes.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@data_option
@click.pass_obj
def estimate(config: Config, /, catalogue: str | None, data: Path | None, **said: Any) -> None:
    """Say what work will take, before it is done: hours, days, memory, disk, remote cost.

    Without CATALOGUE, what is left in the backlog; with one (.csv, .json, .jsonl: course, lessons,
    hours or minutes_of_video, languages, lane, learners), what that would bring. Speeds are those
    that runs measured on this machine. --measure runs each stage a few times on samples/rti-basics,
    or on the course folder named in place of a catalogue, with the configured engines.

    \b
    Examples:
      karmavani backlog estimate
      karmavani backlog estimate catalogue.csv --to all --workers 16 --deadline 7
      karmavani backlog estimate --measure --engine starter --to hi,ta
    """
    start(config, data)
    from pipeline.backlog import estimate_words, foreseeing

    translator = replace(config.translator, engine=said["engine"] or config.translator.engine)
    codes = tuple(code for code in (said["to"] or "").split(",") if code.strip())
    wanted = replace(config, translator=translator, languages=codes)
    asked = foreseeing.Asked(catalogue, said["workers"] or config.workers, said["deadline"])
    if said["measure"]:
        asked = foreseeing.measure_first(wanted, asked, _tell)
    told, need = foreseeing.foresee(wanted, asked)
    if said["as_json"]:
        click.echo(json.dumps(estimate_words.as_data(told, need), ensure_ascii=False))
        return
    for line in estimate_words.in_lines(told, translator.engine):
        click.echo(line)
    for line in estimate_words.more_lines(told, need, asked.deadline):
        click.echo(line)


def _tell(text: str) -> None:
    click.echo(text, err=True)
