"""The commands `karmavani models list | fetch | verify`: thin, the work is in pipeline.models.

Results go to standard output, progress to standard error. Attached to the command line by
pipeline.cli; nothing heavy is imported before a command runs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from courses.errors import ModelError, UsageError

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.model_rows import ModelRow
    from pipeline.models import Registry


@click.group()
def models() -> None:
    """List, fetch and verify the models that listen and translate.

    \b
    Examples:
      karmavani models list
      karmavani models fetch whisper-base starter
      karmavani models verify
    """


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_obj
def list_models(config: Config, as_json: bool) -> None:
    """List every model: what it does, in which languages, its licence, whether it is here.

    \b
    Examples:
      karmavani models list
      karmavani models list --json
    """
    from pipeline.models import Registry

    registry = Registry.load(config)
    facts = [_facts(registry, row) for row in registry.rows]
    if as_json:
        click.echo(json.dumps({"cache": str(registry.root), "models": facts}, indent=1))
    else:
        click.echo("\n\n".join(_in_words(one) for one in facts))
        click.echo(f"\nFetched models are kept in {registry.root}")


@models.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Fetch every model of the list.")
@click.option("--trust-unpinned", is_flag=True, help="Accept files that no hash vouches for yet.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.pass_obj
def fetch(
    config: Config,
    names: tuple[str, ...],
    everything: bool,
    trust_unpinned: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Fetch models into the cache, hash-checked; what is there already is not fetched again.

    A model whose files have no pinned hashes is refused unless --trust-unpinned is said, and --all
    leaves it out; what came that first time is then its pin.

    \b
    Examples:
      karmavani models fetch whisper-base starter
      karmavani models fetch --all
    """
    from pipeline.models import Registry

    registry = Registry.load(config, trust_unpinned)
    if everything == bool(names):
        raise UsageError("Name the models to fetch, or say --all.", "See: karmavani models list.")
    chosen = names or _all(registry)
    rows = [registry.find(name) for name in chosen]  # a wrong name fails before any download
    facts = [_fetch(registry, row, quiet or as_json) for row in rows]
    if as_json:
        click.echo(json.dumps(facts, indent=1))


@models.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def verify(config: Config, names: tuple[str, ...], as_json: bool) -> None:
    """Verify models by hashing every file: those named, else all that are here.

    \b
    Examples:
      karmavani models verify
      karmavani models verify whisper-base
    """
    from pipeline.models import Registry

    registry = Registry.load(config)
    chosen = names or [row.name for row in registry.rows if registry.is_kept(row.name)]
    found = {name: registry.verify(name) for name in chosen}
    if as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        for name, problems in found.items():
            click.echo("\n".join(problems) or f"{name}: every file is right")
        if not found:
            click.echo("No model is here. Fetch one: karmavani models fetch whisper-base")
    if bad := [name for name, problems in found.items() if problems]:
        raise ModelError(
            f"Not right: {', '.join(bad)}.", f"Mend it: karmavani models fetch {' '.join(bad)}"
        )


def _all(registry: Registry) -> tuple[str, ...]:
    """Return the names of all models that may be fetched, saying which are left out."""
    unknown = [row.name for row in registry.rows if row.hashes == "none"]
    left_out = () if registry.trust_unpinned else tuple(unknown)
    if left_out:
        click.echo(f"Left out, no pinned hashes: {', '.join(left_out)}", err=True)
    return tuple(row.name for row in registry.rows if row.name not in left_out)


def _fetch(registry: Registry, row: ModelRow, quiet: bool) -> dict[str, Any]:
    """Fetch one model under a progress bar; return what `--json` says about it."""
    from pipeline.progress import Row, make_reporter

    reporter, bar = make_reporter(quiet), Row(row.name, "fetch")
    try:
        fresh = not registry.is_present(row.name)
        registry.fetch(row.name, lambda done, all_: reporter.update(bar, done / max(1, all_)))
        folders = {part: str(path) for part, path in registry.folders(row.name).items()}
        reporter.finish(bar, ", ".join(folders.values()) if fresh else "was here already")
    finally:
        reporter.close()
    return {"name": row.name, "fetched": fresh, "folders": folders}


def _facts(registry: Registry, row: ModelRow) -> dict[str, Any]:
    """Return what the list says about one model; sizes in bytes."""
    return {
        "name": row.name,
        "task": row.task,
        "engines": list(row.engines),
        "source_languages": list(row.source_languages),
        "languages": list(row.languages),
        "parts": row.parts,
        "licence": row.licence,
        "licence_url": row.licence_url,
        "size": registry.size(row.name),
        "hashes": row.hashes,
        "present": registry.is_present(row.name),
        "revision": registry.revision(row.name),
        "note": row.note,
    }


def _in_words(facts: dict[str, Any]) -> str:
    here = "here" if facts["present"] else "not here"
    spoken = " ".join(facts["languages"]) or "none by itself"
    if facts["source_languages"]:
        spoken = f"{' '.join(facts['source_languages'])} to {spoken}"
    lines = [
        f"{facts['name']}  ({facts['task']}, {facts['size'] / 1e6:,.0f} MB, {here})",
        f"    languages: {spoken}",
        f"    licence:   {facts['licence']}, {facts['licence_url']}",
        f"    {facts['note']}",
    ]
    if facts["hashes"] == "none":
        lines.insert(3, "    hashes:    none known, so fetch it with --trust-unpinned")
    return "\n".join(lines)
