"""The commands `karmavani exchange export | import`: thin; the work is in `pipeline.exchange`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from courses.errors import KarmavaniError, PartialFailure, UsageError

if TYPE_CHECKING:
    from pipeline.exchange_import import Report

FORMATS = ("xliff2", "xliff1", "docx")
SHOWN = 50  # sentences that are told one by one; --json has them all


@click.group()
def exchange() -> None:
    """Hand a package to a translator and take the work back.

    \b
    Examples:
      karmavani exchange export karmavani-out/rti-basics/right-to-information/hi
      karmavani exchange import right-to-information.hi.xlf \\
        karmavani-out/rti-basics/right-to-information/hi --by "A. Reviewer"
    """


@exchange.command()
@click.argument("package", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="xliff2", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write here; LESSON.LANG.xlf.")
def export(package: Path, form: str, out: Path | None) -> None:
    """Write the sentences of PACKAGE for a translation tool or a word processor.

    PACKAGE is the folder of one lesson in one language. xliff2 is XLIFF 2.1, xliff1 is 1.2 for
    older tools, docx a table to review. A file that is there is never replaced.

    \b
    Examples:
      karmavani exchange export karmavani-out/rti-basics/right-to-information/hi
      karmavani exchange export karmavani-out/rti-basics/right-to-information/ur --format docx
    """
    from pipeline.exchange import export as run

    click.echo(run(package, form, out))


@exchange.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("package", type=click.Path(path_type=Path))
@click.option("--by", required=True, metavar="NAME", help="Who answers for the texts.")
@click.option("--waive", multiple=True, metavar="TERM", help="Let go of a term, by its id.")
@click.option("--skip", is_flag=True, help="Take the rest when sentences are refused.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def import_(file: Path, package: Path, as_json: bool, **options: Any) -> None:
    """Take a translator's FILE back into PACKAGE: all sentences, or none when one is refused.

    A sentence is refused when its id, times or source were changed, a locked term is missing, the
    script is wrong, or nothing is left of it. What is taken is used by the next `karmavani
    localise`, and no machine overwrites it.

    \b
    Examples:
      karmavani exchange import right-to-information.hi.xlf \\
        karmavani-out/rti-basics/right-to-information/hi --by "A. Reviewer"
    """
    from pipeline.exchange_import import Wish, take_in

    wish = Wish(options["by"], options["waive"], options["skip"], options["dry_run"])
    report = take_in(package, file, wish)
    if as_json:
        click.echo(json.dumps(report.facts(), ensure_ascii=False, indent=1))
    else:
        click.echo(_in_words(report))
    if refused := report.counts()["refused"]:
        raise _refusal(refused, options["skip"], options["dry_run"])


def _refusal(count: int, skip: bool, dry_run: bool) -> KarmavaniError:
    """Return the error that says what became, or would become, of a file with refused sentences."""
    told = f"{count} sentence{'s' * (count != 1)}"
    were, was = ("would be", "would be") if dry_run else ("was" if count == 1 else "were", "was")
    if skip:
        return PartialFailure(f"{told} {were} refused; the rest {was} taken.")
    return UsageError(
        f"{told} {were} refused, so nothing {was} taken.",
        "Mend them in the file, or take the rest with --skip.",
    )


def _in_words(report: Report) -> str:
    lines, shown = [], 0
    for one in report.judgements:
        if (one.reasons or one.remarks) and shown < SHOWN:
            shown += 1
            lines.append(f"{one.id}: {one.verdict}. {' '.join((*one.reasons, *one.remarks))}")
    counts = report.counts()
    lines.append(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    if report.written:
        lines.append(f"kept in {report.place}; run `karmavani localise` again to build the package")
    return "\n".join(lines)
