"""The command `karmavani evaluate`: thin; the work is in `pipeline.quality`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from courses.errors import UsageError

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.progress import Reporter
    from pipeline.quality.candidates import Candidate
    from pipeline.quality.evaluation import Evaluation, Task
    from pipeline.quality.sheet import Sheet


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--to", metavar="LANG", help="Language of the references; XLIFF says its own.")
@click.option("--language", metavar="CODE", help="Language of the sources; en.")
@click.option(
    "--translator", multiple=True, metavar="ENGINE", help="Measure this engine; repeatable."
)
@click.option("--output", multiple=True, metavar="FILE", help="Measure these texts; repeatable.")
@click.option("--limit", type=click.IntRange(min=1), help="Measure the first rows only.")
@click.option("--no-glossary", is_flag=True, help="Do not tell engines about terms.")
@click.option("--out", type=click.Path(path_type=Path), help="Write page, scores and texts here.")
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
@click.pass_obj
def evaluate(config: Config, /, file: IO[bytes], **options: Any) -> None:
    """Measure how good translations are, against references made by people.

    FILE is a TSV file (source, reference; a header is optional, .gz will do) or XLIFF 1.2, 2.0 or
    2.1 with targets. An engine translates it now; an output is a finished translation: one text a
    line, XLIFF, or a column of a TSV file, as texts.tsv:3. Any file may be -, standard input.
    Without either, the configured engine is measured. With several, the first is compared with
    each of the others.

    \b
    Examples:
      karmavani evaluate sentences.tsv --to hi
      karmavani evaluate course.xlf --limit 100 --out quality
      karmavani evaluate dev.tsv --to ta --translator starter --output other.ta.txt
    """
    from pipeline.progress import make_reporter
    from pipeline.quality import evaluation as one

    if [file.name, *options["output"]].count("<stdin>") + options["output"].count("-") > 1:
        raise UsageError("Only one of the files can come from standard input.")
    task, numbers = _task(config, file, options)
    reporter = make_reporter(quiet=options["as_json"])
    try:
        # Read first: a wrong name is not to be told after an hour of translating.
        finished = _outputs(options["output"], task.sheet, numbers)
        done = one.evaluate(task, [*_engines(config, options, task, reporter), *finished])
    finally:
        reporter.close()
    _tell(done, options)


def _task(config: Config, file: IO[bytes], options: dict[str, Any]) -> tuple[Task, list[int]]:
    """Return what is measured, and which rows of the file these are."""
    from glossaries.layers import load_layers
    from pipeline.quality.evaluation import make_task
    from pipeline.quality.pairing import Pairing
    from pipeline.quality.sheet import read_sheet

    sheet = read_sheet(file.name, file.read())
    target = _language(options["to"], sheet.target_language, "--to LANG")
    source = _language(options["language"], sheet.source_language or "en", "--language CODE")
    numbers = sheet.chosen(options["limit"])
    if not numbers:
        raise UsageError(f"No row of {sheet.name} has both a source and a reference.")
    find = load_layers(config.glossaries.folder).finder(target, None, source)
    return make_task(sheet, Pairing(source, target), find, options["limit"]), numbers


def _language(said: str | None, in_file: str, option: str) -> str:
    from courses.languages import find_writing

    if not said and not in_file:
        raise UsageError("The file does not say its language.", f"Say it with {option}.")
    try:
        return find_writing(said or in_file).code
    except UsageError as error:
        advice = (
            error.advice if said else f"{error.advice} The file says so; overrule it: {option}."
        )
        raise UsageError(error.message, advice.strip()) from error


def _engines(
    config: Config, options: dict[str, Any], task: Task, reporter: Reporter
) -> list[Candidate]:
    """Return what each engine asked for makes of the rows."""
    from pipeline.prepare import find_translator
    from pipeline.progress import Row
    from pipeline.quality.candidates import by_engine, refuse
    from pipeline.weighing import Asked

    names = options["translator"] or ([] if options["output"] else [config.translator.engine])
    told = not options["no_glossary"]
    pairs = zip(task.rows, task.hits, strict=True)
    asked = [Asked(row.source, hits if told else ()) for row, hits in pairs]
    chosen = [replace(config.translator, engine=name) for name in names]
    specs = [find_translator(replace(config, translator=one), reporter) for one in chosen]
    for spec in specs:
        refuse(spec, task.pairing)
    made = []
    for name, spec in zip(names, specs, strict=True):
        row = Row(Path(task.sheet.name).name, name, task.pairing.target)
        made.append(by_engine(spec, asked, task.pairing, partial(reporter.update, row)))
        reporter.finish(row, f"{len(asked)} sentences in {made[-1].seconds or 0:.1f} s")
    return made


def _outputs(names: Sequence[str], sheet: Sheet, numbers: Sequence[int]) -> list[Candidate]:
    """Return the finished translations, cut to the rows that are measured."""
    from pipeline.quality.candidates import from_file
    from pipeline.quality.sheet import read_bytes, read_output, same_length

    made = []
    for said in names:
        name, _, column = said.rpartition(":")
        if not (name and column.isdecimal() and int(column)) or Path(said).exists():
            name, column = said, ""
        data = sys.stdin.buffer.read() if name == "-" else read_bytes(name)
        texts = read_output(name, data, int(column) if column else None)
        same_length(said, texts, sheet)
        made.append(from_file(Path(said).name, [texts[number] for number in numbers]))
    return made


def _tell(done: Evaluation, options: dict[str, Any]) -> None:
    from pipeline.quality.folder import write
    from pipeline.quality.wording import in_lines

    written = write(done, options["out"]) if options["out"] else []
    if options["as_json"]:
        click.echo(json.dumps(done.as_data(), ensure_ascii=False))
        return
    for line in in_lines(done):
        click.echo(line)
    for path in written:
        click.echo(f"written: {path}", err=True)
