"""The commands `karmavani memory import | export | find | remove | stats`: thin.

The work is in `pipeline.memory_files` and `translators.memory`. Attached to the command line by
pipeline.cli; nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from courses.errors import UsageError

if TYPE_CHECKING:
    from pipeline.config import Config
    from translators.memory import Match, Memory, Unit

_TOLD = 20  # translations that are shown before they are removed


@click.group()
@click.option("--file", type=click.Path(path_type=Path), help="The memory; memory.file.")
@click.pass_context
def memory(context: click.Context, file: Path | None) -> None:
    """Keep approved translations and find them again.

    \b
    Examples:
      karmavani memory import approved.tmx --approved-by "A. Reviewer"
      karmavani memory find "Every citizen may ask." --to hi
      karmavani memory stats
    """
    if file:
        config: Config = context.obj
        context.obj = replace(config, memory=replace(config.memory, file=file))


@memory.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--approved-by", required=True, metavar="NAME", help="Who answers for the texts.")
@click.option("--organisation", metavar="ORG", help="Whose they become; memory.organisation.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def import_units(
    config: Config, file: Path, approved_by: str, organisation: str | None, as_json: bool
) -> None:
    """Put approved translations from FILE into the memory: all of them, or none on an error.

    FILE is TMX, or tab-separated text whose first line names the languages, the source first.
    What is there already is not put in twice; what contradicts it is put beside it and told.

    \b
    Examples:
      karmavani memory import approved.tmx --approved-by "A. Reviewer"
      karmavani memory import words.tsv --approved-by "A. Reviewer" --organisation common
    """
    from pipeline.memory_files import import_file, open_memory

    kept = open_memory(_as(config, organisation).memory, create=True)
    assert kept is not None
    try:
        facts = import_file(file, kept, approved_by).facts()
    finally:
        kept.close()
    if as_json:
        whose = {"memory": str(kept.path), "organisation": kept.organisation}
        click.echo(json.dumps(whose | facts, ensure_ascii=False, indent=1))
    else:
        click.echo(_import_in_words(facts))


@memory.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A file in .tmx.")
@click.option("--to", metavar="LANG", help="Only this target language; all.")
@click.option("--organisation", metavar="ORG", help="Whose texts; memory.organisation.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def export(
    config: Config, out: Path, to: str | None, organisation: str | None, as_json: bool
) -> None:
    """Write your organisation's own translations as TMX, for other tools or another machine.

    \b
    Examples:
      karmavani memory export --out approved.tmx
      karmavani memory export --out approved.hi.tmx --to hi
    """
    from courses.languages import find_writing
    from pipeline.memory_files import export_file

    target = find_writing(to).code if to else None
    kept = _opened(_as(config, _seen(config, organisation, config.memory.share)))
    try:
        count = export_file(out, kept, target)
    finally:
        kept.close()
    if as_json:
        click.echo(json.dumps({"file": str(out), "units": count}, ensure_ascii=False))
    else:
        click.echo(f"{count} translations written: {out}")


@memory.command()
@click.argument("text")
@click.option("--to", required=True, metavar="LANG", help="Code of the target language.")
@click.option("--language", default="en", show_default=True, help="Language of the text.")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1), help="Matches.")
@click.option("--json", "as_json", is_flag=True, help="Print the matches as JSON.")
@click.pass_obj
def find(config: Config, text: str, to: str, language: str, limit: int, as_json: bool) -> None:
    """Find approved translations of TEXT and of sentences like it, with how like they are.

    \b
    Examples:
      karmavani memory find "Every citizen may ask." --to hi
      karmavani memory find "Reply within 30 days." --to ta --json
    """
    from courses.languages import find_writing
    from translators.memory import Query

    query = Query(text, find_writing(language).code, find_writing(to).code)
    kept = _opened(config)
    try:
        found = kept.find(query, limit)
    finally:
        kept.close()
    if as_json:
        click.echo(json.dumps([asdict(match) for match in found], ensure_ascii=False, indent=1))
    else:
        click.echo("\n\n".join(map(_match_in_words, found)) or "Nothing like it is there.")


@memory.command()
@click.argument("text", required=False)
@click.option("--to", metavar="LANG", help="Code of the target language.")
@click.option("--language", default="en", show_default=True, help="Language of the text.")
@click.option("--translation", metavar="TEXT", help="Only this translation of the text; all.")
@click.option("--list", "listing", type=click.Path(path_type=Path), help="TMX or TSV: all of it.")
@click.option("--organisation", metavar="ORG", help="Yours, or common; memory.organisation.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print what was removed as JSON.")
@click.pass_obj
def remove(
    config: Config,
    /,
    text: str | None,
    listing: Path | None,
    organisation: str | None,
    as_json: bool,
    **which: Any,
) -> None:
    """Remove translations of exactly TEXT, or those that a file lists, from your organisation's.

    They are shown, and you are asked. The next run makes packages without them.

    \b
    Examples:
      karmavani memory remove "Every citizen may ask." --to hi
      karmavani memory remove --list wrong.tmx --yes --json
    """
    from pipeline.memory_files import listed_units

    if (text is None) == (listing is None) or (text is not None and not which["to"]):
        raise UsageError("It is not said what to remove.", "Say TEXT --to LANG, or --list FILE.")
    kept = _opened(_as(config, _seen(config, organisation)))
    try:
        units = listed_units(listing, kept) if listing else _own(kept, text or "", which)
        _ask(units, asked=which["yes"])
        count = kept.remove(units)
    finally:
        kept.close()
    if as_json:
        facts = {"memory": str(kept.path), "organisation": kept.organisation, "removed": count}
        facts["units"] = [asdict(unit) for unit in units]
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        click.echo(f"{count} translations removed from {kept.path}")


@memory.command()
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def stats(config: Config, as_json: bool) -> None:
    """Count the translations that your organisation sees, by organisation and languages.

    \b
    Examples:
      karmavani memory stats
      karmavani memory stats --json
    """
    kept = _opened(config)
    try:
        counts = kept.counts()
    finally:
        kept.close()
    if as_json:
        rows = [{"organisation": o, "pair": pair, "units": n} for o, pair, n in counts]
        click.echo(json.dumps({"memory": str(kept.path), "counts": rows}, ensure_ascii=False))
        return
    for organisation, pair, count in counts:
        click.echo(f"{count:>9}  {pair}  {organisation}")
    click.echo(f"{sum(row[2] for row in counts)} translations in {kept.path}")


def _as(config: Config, organisation: str | None) -> Config:
    """Return the configuration of another organisation, where one is named."""
    from pipeline.config import check_organisation

    if organisation is None:
        return config
    wanted = replace(config.memory, organisation=check_organisation(organisation))
    return replace(config, memory=wanted)


def _seen(config: Config, organisation: str | None, share: Sequence[str] = ()) -> str | None:
    """Return `organisation`; raises UsageError for one whose texts are not for us."""
    from translators.memory import COMMON

    if organisation in (None, config.memory.organisation, COMMON, *share):
        return organisation
    raise UsageError(
        f"The translations of {organisation!r} are not yours.",
        "If they are, set memory.organisation in a configuration file, or KARMAVANI_ORGANISATION.",
    )


def _own(kept: Memory, text: str, which: dict[str, Any]) -> list[Unit]:
    """Return the organisation's own units of one sentence."""
    from courses.languages import find_writing
    from translators.memory import Query

    query = Query(text, find_writing(which["language"]).code, find_writing(which["to"]).code)
    wanted = which["translation"]
    return [unit for unit in kept.own(query) if wanted in (None, unit.target)]


def _ask(units: Sequence[Unit], asked: bool) -> None:
    """Show what will be removed and ask; raises UsageError when the answer is not yes."""
    if asked or not units:
        return
    shown = [f"{unit.target}\n    {_approval(unit)}\n    {unit.source}" for unit in units[:_TOLD]]
    more = [f"and {len(units) - _TOLD} more"] * (len(units) > _TOLD)
    click.echo("\n".join([*shown, *more]), err=True)
    try:
        click.confirm(f"Remove these {len(units)} translations?", abort=True, err=True)
    except click.Abort:
        raise UsageError("Nothing was removed.", "Say --yes where nobody can answer.") from None


def _approval(unit: Unit) -> str:
    course = f", {unit.course}" if unit.course else ""
    return f"{unit.organisation}{course}; approved by {unit.approved_by}, {unit.approved}"


def _opened(config: Config) -> Memory:
    from pipeline.memory_files import open_memory

    kept = open_memory(config.memory)
    if kept is None:
        raise UsageError(
            f"There is no translation memory yet at {config.memory.file}.",
            "Make one: karmavani memory import FILE --approved-by NAME",
        )
    return kept


def _import_in_words(facts: dict[str, Any]) -> str:
    lines = [f"{facts['new']} new, {facts['same']} there already"]
    if facts["contradicting"]:
        lines.append(f"{facts['contradicting']} contradicting, kept beside what was there:")
        lines += [f"    {one['source']} = {one['target']}" for one in facts["contradictions"]]
    for word, kind in (("skipped", "skipped"), ("changed", "changed")):
        for told in facts[kind]:
            places = ", ".join(map(str, told["lines"]))
            more = ", ..." if told["count"] > len(told["lines"]) else ""
            where = f" (lines {places}{more})" if places else ""
            lines.append(f"{told['count']} {word}: {told['reason']}{where}")
    return "\n".join(lines)


def _match_in_words(match: Match) -> str:
    unit = match.unit
    lines = [f"{match.percent} %  {unit.target}", f"       {unit.source}"]
    theirs, ours = (", ".join(numbers) for numbers in match.numbers)
    if theirs or ours:
        lines.append(f"       numbers differ: {theirs or 'none'} there, {ours or 'none'} here")
    lines.append(f"       {_approval(unit)}")
    return "\n".join(lines)
