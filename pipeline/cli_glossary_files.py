"""The commands `karmavani glossary import | export`: thin, see `pipeline.term_import`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from courses.errors import PartialFailure, UsageError

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.term_import import Outcome

SHOWN = 200  # refused rows, and touched sentences, that are told one by one; JSON has all
FOLDER_OPTION: Callable[..., Any] = click.option(
    "--folder", type=click.Path(path_type=Path), help="Your own term files, over the built-in."
)
_FILE = click.Path(path_type=Path)


def own_folder(config: Config, said: Path | None) -> Path | None:
    """Return the folder of one's own terms: of the command line, else of the configuration."""
    from glossaries.layers import folder_of

    chosen = said or config.glossaries.folder
    return folder_of(chosen) if chosen else None


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--into", type=_FILE, help="Your folder of term files; glossaries.folder.")
@click.option("--domain", default="", metavar="DOMAIN", help="Domain of all rows of the file.")
@click.option("--status", type=click.Choice(["proposed", "reviewed"]), default="proposed",
              show_default=True, help="Of terms whose status the file does not say.")  # fmt: skip
@click.option(
    "--replace", is_flag=True, help="Where the file and the folder differ, the file wins."
)
@click.option("--skip", is_flag=True, help="Take the good rows although others cannot be taken.")
@click.option("--touched", metavar="OUT", type=_FILE,
              help="List the sentences of an output folder that the change touches.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
@click.pass_obj
def import_file(config: Config, /, file: Path, as_json: bool, **options: Any) -> None:
    """Import terms from a TSV, CSV, XLSX or TBX file into your folder: whole or not at all.

    Every row that cannot be taken is told with its reason, and then nothing is imported, unless
    --skip. A term is official only where the file names its publication.

    \b
    Examples:
      karmavani glossary import ministry.xlsx --domain finance --into our-terms
      karmavani glossary import terms.tbx --domain law-and-rights --into our-terms --replace
    """
    from courses.nouns import TermStatus
    from pipeline.term_import import Order, import_terms

    into = options.pop("into") or config.glossaries.folder
    if not into:
        raise UsageError("Say with --into where your term files are.", "A new folder is made.")
    options["status"] = TermStatus(options["status"])
    outcome = import_terms(file, Order(into, **options))
    if as_json:
        click.echo(json.dumps(outcome.facts(), ensure_ascii=False, indent=1))
    else:
        _tell(file, outcome)
    _end(outcome, into)


def _tell(file: Path, outcome: Outcome) -> None:
    plan = outcome.plan
    for one in plan.refused[:SHOWN]:
        named = f" ({one.source or one.id})" if one.source or one.id else ""
        click.echo(f"{file}:{one.line}: not taken{named}: {one.reason}")
    if len(plan.refused) > SHOWN:
        click.echo(f"And {len(plan.refused) - SHOWN:,} more rows that were not taken.")
    for category, number in outcome.left_out.most_common():
        click.echo(f"No place in a term base, left out: {category} ({number:,})")
    for own, base in outcome.replaced[:SHOWN]:
        click.echo(f"{own}: takes the place of the built-in {base}")
    if len(outcome.replaced) > SHOWN:
        click.echo(f"And {len(outcome.replaced) - SHOWN:,} more that take a built-in place.")
    if outcome.overrides:
        click.echo(f"Said otherwise than built in: {', '.join(outcome.overrides)}")
    verb = "would be " if outcome.is_refused else ""
    click.echo(
        f"{plan.rows:,} rows: {len(plan.added):,} {verb}added, {len(plan.changed):,} {verb}changed,"
        f" {len(plan.unchanged):,} there already, {len(plan.refused):,} not taken."
    )
    for path in outcome.written:
        click.echo(f"Written: {path}")
    if outcome.touched is not None and outcome.written:
        tell_touched([asdict(one) for one in outcome.touched])


def _end(outcome: Outcome, into: Path) -> None:
    refused, rows = len(outcome.plan.refused), outcome.plan.rows
    if not refused:
        return
    said = f"{refused:,} of {rows:,} rows were not taken, for the reasons above."
    if outcome.is_refused:
        raise UsageError(f"{said} Nothing was imported.", "Mend the file, or say --skip.")
    raise PartialFailure(said, f"The others are in {into}.")


def tell_touched(touched: Sequence[dict[str, Any]]) -> None:
    """Print the sentences whose terms changed, each with course, lesson, language and terms."""
    click.echo(f"{len(touched):,} sentences to look at again:")
    for one in touched[:SHOWN]:
        place = f"{one['course']}/{one['lesson']}/{one['language']}"
        seconds = f"{one['start'] // 60000}:{one['start'] // 1000 % 60:02}"
        click.echo(f"  {place} at {seconds}  [{', '.join(one['terms'])}]  {one['source']}")
    if len(touched) > SHOWN:
        click.echo(f"  and {len(touched) - SHOWN:,} more; --json has all.")


@click.command("export")
@click.option("--out", required=True, type=_FILE, help="A .tsv, .csv, .xlsx or .tbx file.")
@click.option("--to", metavar="LANGS", help="Only these languages, as hi,ta,bn.")
@click.option("--domain", metavar="DOMAIN", help="Only the terms of this domain.")
@click.option("--dialect", type=click.Choice(["basic", "core", "2008"]), default="basic",
              show_default=True, help="Of TBX.")  # fmt: skip
@FOLDER_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@click.pass_obj
def export_terms(config: Config, /, as_json: bool, **options: Any) -> None:
    """Export the terms that hold to a file, in the format that its name says.

    \b
    Examples:
      karmavani glossary export --out terms.xlsx --to hi,ta
      karmavani glossary export --out law.tbx --domain law-and-rights --dialect core
    """
    from courses.languages import find_writing
    from glossaries.exchange import write_entries
    from glossaries.layers import load_layers

    base = load_layers(own_folder(config, options["folder"]))
    domain, out = options["domain"], options["out"]
    entries = [entry for entry in base.entries if domain in (None, entry.domain)]
    if not entries:
        known = ", ".join(sorted({entry.domain for entry in base.entries}))
        raise UsageError(f"There is no term in the domain {domain!r}.", f"Domains: {known}.")
    said = (options["to"] or "").split(",")
    codes = [find_writing(code).code for code in said if code.strip()]
    write_entries(out, entries, options["dialect"], list(dict.fromkeys(codes)))
    if as_json:
        click.echo(json.dumps({"file": str(out), "entries": len(entries)}))
    else:
        click.echo(f"{len(entries):,} entries written to {out}")
