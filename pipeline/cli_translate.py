"""The command `karmavani translate`: thin; the work is in `pipeline.plain_lines`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from courses.errors import PartialFailure, UsageError

if TYPE_CHECKING:
    from pipeline.config import Config


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--to", required=True, metavar="LANG", help="Code of the target language.")
@click.option("--language", default="en", show_default=True, help="Language of the text.")
@click.option("--out", type=click.Path(path_type=Path), help="Write here; standard output.")
@click.option("--translator", metavar="ENGINE", help="Translation engine.")
@click.option("--no-glossary", is_flag=True, help="Do not tell the engine about terms.")
@click.pass_obj
def translate(config: Config, /, file: IO[str], **options: Any) -> None:
    """Translate plain text: one sentence a line in, the same number of lines out.

    FILE is a UTF-8 text, or - for standard input. A line that cannot be translated comes out
    empty and is named on standard error; the exit code is then not zero. Lines with numbers,
    addresses or a script that the checks find wrong are named there too.

    \b
    Examples:
      echo "Every citizen may ask." | karmavani translate - --to hi
      karmavani translate sentences.txt --to ta --out sentences.ta.txt
    """
    from courses.languages import find_writing
    from glossaries.layers import load_layers
    from glossaries.terms import TermBase
    from pipeline.plain_lines import errors_in, translate_lines
    from pipeline.prepare import find_translator, refuse_direction
    from pipeline.progress import make_reporter

    if "," in options["to"]:
        raise UsageError(
            "karmavani translate takes one language at a time.",
            "Run it once for each language of --to.",
        )
    target, source = find_writing(options["to"]).code, find_writing(options["language"]).code
    if source == target:
        raise UsageError(
            f"The text is said to be in {target!r} already.",
            "Say what language it is in with --language, or another one with --to.",
        )
    if engine := options["translator"]:
        config = replace(config, translator=replace(config.translator, engine=engine))
    refuse_direction(config, source, target)  # before anything is read or fetched
    lines = _read(file)
    reporter = make_reporter(quiet=False)
    try:
        spec = find_translator(config, reporter)
        own = config.glossaries.folder
        terms = TermBase() if options["no_glossary"] else load_layers(own)
        made = list(translate_lines(lines, source, target, spec, terms))
    finally:
        reporter.close()
    _write("".join(f"{line.text}\n" for line in made), options["out"])
    holes = [(n, line.problem) for n, line in enumerate(made, 1) if line.problem]
    for number, problem in holes:
        click.echo(f"line {number}: {problem}", err=True)
    for number, message in errors_in(lines, made, source, target):
        click.echo(f"line {number}: {message}", err=True)
    if holes:
        raise PartialFailure(f"{len(holes)} of {len(made)} lines have no translation.")


def _read(file: IO[str]) -> list[str]:
    try:
        return file.read().splitlines()
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{file.name} is not UTF-8.", "Save it with the encoding UTF-8."
        ) from error


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error
