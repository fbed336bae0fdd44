"""The commands `karmavani glossary lint | find | diff | stats`, and the group of all six.

Thin: the work is in `glossaries`, and in `pipeline.term_import` and `pipeline.touched`. Results go
to standard output, what is wrong to standard error. `import` and `export` are in
`cli_glossary_files`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from courses.errors import UsageError
from pipeline.cli_glossary_files import (
    FOLDER_OPTION,
    export_terms,
    import_file,
    own_folder,
    tell_touched,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glossaries.lint import Report
    from pipeline.config import Config


# One word with the ending of a file that holds text: meant as a file, not as a text.
_LIKE_A_FILE = re.compile(
    r"\S+\.(?:txt|srt|vtt|md|html?|csv|tsv|json|docx|xlsx|pdf)", re.IGNORECASE
)


@click.group()
def glossary() -> None:
    """Look after the term base: check, search, exchange, compare and count its terms.

    The terms that hold are the built-in ones and, over them, those of your own folder: the key
    glossaries.folder, or --folder.

    \b
    Examples:
      karmavani glossary lint
      karmavani glossary find "The public authority refused the request." --to hi
      karmavani glossary export --out terms.xlsx
    """


glossary.add_command(import_file)
glossary.add_command(export_terms)


@glossary.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@FOLDER_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_obj
def lint(config: Config, paths: tuple[Path, ...], folder: Path | None, as_json: bool) -> None:
    """Check files of terms: each PATH, a file of any format or a folder; else all that hold.

    Says file, line and entry of what is wrong. Errors end with an exit code that is not zero;
    warnings are only doubts. Without a PATH, warnings about built-in terms are only counted.

    \b
    Examples:
      karmavani glossary lint
      karmavani glossary lint our-terms ministry.xlsx --json
    """
    from courses.nouns import Severity
    from glossaries.lint import lint as check
    from glossaries.tsv import DATA

    own = own_folder(config, folder)
    report = check(paths or [DATA, *([own] if own else [])])
    errors = report.number(Severity.ERROR)
    if as_json:
        click.echo(json.dumps(_facts(report), ensure_ascii=False, indent=1))
    else:
        for line in _in_words(report, () if paths else (DATA,)):
            click.echo(line)
    if errors:
        raise UsageError(f"{errors:,} errors in the terms, listed above.", "Mend these rows.")


def _facts(report: Report) -> dict[str, Any]:
    from courses.nouns import Severity

    return {
        "files": report.files,
        "rows": report.rows,
        "errors": report.number(Severity.ERROR),
        "warnings": report.number(Severity.WARNING),
        "checks": {check: count for (check, _), count in sorted(report.counts.items())},
        "findings": [asdict(fault) for fault in report.faults],
    }


def _in_words(report: Report, quiet: Sequence[Path]) -> Iterator[str]:
    """Yield the lines that tell a report; warnings of files in the folders `quiet` as one count."""
    from courses.nouns import Severity

    counted = 0
    for fault in report.faults:
        if fault.severity is Severity.WARNING and Path(fault.file).parent in quiet:
            counted += 1
            continue
        place = f"{fault.file}:{fault.line}: {fault.severity}: {fault.check}"
        yield f"{place}: {fault.id}: {fault.message}" if fault.id else f"{place}: {fault.message}"
    if counted:
        yield f"{counted:,} warnings about built-in terms are not listed; --json has them."
    if hidden := report.counts.total() - len(report.faults):
        yield f"And {hidden:,} more of the same checks."
    errors, warnings = report.number(Severity.ERROR), report.number(Severity.WARNING)
    yield f"{report.rows:,} rows in {report.files} files: {errors:,} errors, {warnings:,} warnings."


@glossary.command()
@click.argument("text", metavar="TEXT|FILE|-")
@click.option("--to", required=True, metavar="LANG", help="Code of the target language.")
@click.option("--domain", metavar="DOMAIN", help="Domain of the lesson that the text is from.")
@FOLDER_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print the terms as JSON.")
@click.pass_obj
def find(config: Config, /, text: str, as_json: bool, **options: Any) -> None:
    """Find the terms in an English TEXT, in a file, or in standard input.

    Each with its place, the wording for the language, its status and definition.

    \b
    Examples:
      karmavani glossary find "The Section Officer issued an Office Memorandum." --to hi
      karmavani glossary find lecture.txt --to ta --domain law-and-rights --json
    """
    from courses.languages import find_writing
    from glossaries.layers import load_layers

    own = own_folder(config, options["folder"])
    _check_domain(options["domain"], own)
    base = load_layers(own)
    finder = base.finder(find_writing(options["to"]).code, options["domain"])
    definitions = {entry.id: entry.definition for entry in base.entries}
    found = [
        {
            "line": number, "start": hit.start, "end": hit.end, "text": line[hit.start : hit.end],
            "id": hit.term.id, "source": hit.term.source, "term": hit.term.target,
            "variants": list(hit.term.forms), "forbidden": list(hit.term.forbidden),
            "kind": hit.term.kind, "status": hit.term.status, "domain": hit.term.domain,
            "definition": definitions.get(hit.term.id, ""),
        }
        for number, line in enumerate(_lines(text), start=1)
        for hit in finder(line)
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(map(_hit_in_words, found)) or "No term of the glossary is in it.")


def _check_domain(domain: str | None, own: Path | None) -> None:
    from glossaries.layers import all_domains
    from pipeline.toml_file import nearest

    known = all_domains(own)
    if domain and domain not in known:
        advice = nearest(domain, known).strip() or f"Known domains: {', '.join(known)}."
        raise UsageError(f"There is no domain {domain!r}.", advice)


def _lines(text: str) -> Iterable[str]:
    """Return the lines of what the argument stands for: standard input, a file, or itself.

    Raises UsageError for an empty text, and for one word that looks like a file that is not there.
    """
    from glossaries.rows import text_lines

    if text == "-":
        try:
            return sys.stdin.buffer.read().decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise UsageError("Standard input is not UTF-8.") from error
    if not text.strip():
        raise UsageError("The text is empty.", "Give a text, the name of a file, or - for a pipe.")
    try:
        is_file = Path(text).is_file()
    except OSError:  # a text too long for the name of a file
        is_file = False
    if is_file:
        return (line.rstrip("\r\n") for line in text_lines(Path(text)))
    if _LIKE_A_FILE.fullmatch(text):
        raise UsageError(f"There is no file {text}.", "A text to search has no such ending.")
    return [text]


def _hit_in_words(hit: dict[str, Any]) -> str:
    place = f"{hit['line']}:{hit['start'] + 1}"
    wording = " | ".join([hit["term"], *hit["variants"]]) if hit["term"] else "(no wording)"
    if hit["forbidden"]:
        wording += f"; not: {', '.join(hit['forbidden'])}"
    about = f"{hit['kind']}, {hit['status']}, {hit['domain']}, {hit['id']}"
    said = f"{place}  {hit['text']}  =  {wording}  ({about})"
    return f"{said}\n    {hit['definition']}" if hit["definition"] else said


@glossary.command()
@click.argument("old", type=click.Path(path_type=Path, exists=True))
@click.argument("new", type=click.Path(path_type=Path, exists=True))
@click.option("--touched", metavar="OUT", type=click.Path(path_type=Path),
              help="List the sentences of an output folder that the change touches.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def diff(old: Path, new: Path, touched: Path | None, as_json: bool) -> None:
    """Compare two files or folders of terms: entries added, removed and changed, field by field.

    \b
    Examples:
      karmavani glossary diff last-year.tbx our-terms
      karmavani glossary diff before after --touched karmavani-out --json
    """
    from glossaries.differences import compare, entries_of
    from glossaries.terms import TermBase
    from pipeline.touched import find_touched

    before, after = entries_of(old), entries_of(new)
    changes = compare(before, after)
    facts: dict[str, Any] = {"changes": [asdict(change) for change in changes]}
    if touched:
        found = find_touched(touched, TermBase(tuple(before)), TermBase(tuple(after)))
        facts["touched"] = [asdict(one) for one in found]
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    marks = {"added": "+", "removed": "-", "changed": "~"}
    for change in changes:
        click.echo(f"{marks[change.what]} {change.id}  {change.source}  ({change.domain})")
        for one in change.fields:
            click.echo(f"    {one.field}: {one.old or '(empty)'} -> {one.new or '(empty)'}")
    counts = {what: sum(change.what == what for change in changes) for what in marks}
    click.echo(", ".join(f"{count} {what}" for what, count in counts.items()) + ".")
    if touched:
        tell_touched(facts["touched"])


@glossary.command()
@FOLDER_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.pass_obj
def stats(config: Config, folder: Path | None, as_json: bool) -> None:
    """Count the terms that hold: concepts, domains, and per language how many of each status.

    \b
    Examples:
      karmavani glossary stats
      karmavani glossary stats --folder our-terms --json
    """
    from glossaries.layers import load_layers
    from glossaries.statistics import count_terms

    counts = count_terms(load_layers(own_folder(config, folder)).entries)
    if as_json:
        click.echo(json.dumps(counts, indent=1))
        return
    click.echo(f"{counts['concepts']:,} concepts, {counts['forbidden']:,} of forbidden wordings")
    for domain, number in counts["domains"].items():
        click.echo(f"  {number:6,}  {domain}")
    columns = ("filled", "official", "reviewed", "proposed", "kept")
    click.echo("\n" + _cells(["language", *columns]))
    for code, row in counts["languages"].items():
        click.echo(_cells([code, *(f"{row[name]:,}" for name in columns)]))


def _cells(texts: Sequence[str]) -> str:
    return texts[0].ljust(10) + "".join(text.rjust(10) for text in texts[1:])
