"""The command `karmavani check`: thin; the work is in `pipeline.checking.caption_check`."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from courses.errors import CaptionsError, KarmavaniError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from courses.nouns import Cue, Finding
    from pipeline.checking.caption_check import Checked
    from pipeline.checking.repairs import Repair
    from pipeline.formats import Reading


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", metavar="CODE", help="Language of FILE; else as its name says.")
@click.option("--source", type=click.Path(path_type=Path), help="Subtitles it was made from.")
@click.option("--source-language", metavar="CODE", help="Their language; else as the name says.")
@click.option("--info", is_flag=True, help="List what is only worth knowing, too.")
@click.option("--json", "as_json", is_flag=True, help="Print findings and repairs as JSON.")
def check(file: Path, **options: Any) -> None:
    """Check subtitles: FILE is SubRip, WebVTT, TTML or our JSON, made by anybody.

    Looks at times, reading speed, lines, marks, digits and leftovers; with --source at numbers,
    references and everything else that docs/checks.md lists under Translation, but for terms.
    What is an error ends with exit code 1.

    \b
    Examples:
      karmavani check lecture.hi.srt
      karmavani check lecture.vtt --language ta --source lecture.en.vtt --json
    """
    from pipeline.checking.caption_check import check_captions
    from pipeline.checking.repairs import offer

    reading = _read(file)
    code = _code_of(file, reading, options["language"], "--language")
    source: tuple[Cue, ...] = ()
    spoken = "en"
    if beside := options["source"]:
        other = _read(beside)
        spoken = _code_of(beside, other, options["source_language"], "--source-language")
        source = other.document.cues
    checked = check_captions(reading.document.cues, code, source, spoken)
    findings = [*_skipped(reading), *checked.findings]
    repairs = offer(findings, checked.subject)
    if options["as_json"]:
        click.echo(json.dumps(_facts(checked, findings, repairs), ensure_ascii=False, indent=1))
    else:
        _tell(file, findings, repairs, options["info"])
    if errors := _count(findings)["error"]:
        raise KarmavaniError(
            f"{errors:,} errors in {file}, listed above.", "docs/checks.md says what each means."
        )


def _read(path: Path) -> Reading:
    """Return the cues of a file, in the format that its name ends with."""
    from pipeline.formats import FORMATS
    from transcription.caption_reader import read_bytes

    forms = {form.SUFFIX: form for name, form in FORMATS.items() if name not in _NO_CUES}
    form = forms.get(path.suffix.lower())
    if form is None:
        raise UsageError(
            f"{path} is of no kind that holds subtitles.", f"Known: {', '.join(forms)}."
        )
    reading = form.read(read_bytes(path), path.name)
    if not reading.document.cues:
        why = (
            f" Line {skipped[0].line}: {skipped[0].reason}." if (skipped := reading.skipped) else ""
        )
        raise CaptionsError(
            f"There is no subtitle in {path}.{why}", "Look whether it is the right file."
        )
    return reading


_NO_CUES = ("transcript", "html")


def _code_of(path: Path, reading: Reading, said: str | None, option: str) -> str:
    """Return the code of a file's language: as said, as in the file, or as its name has it."""
    from courses.languages import find_writing

    if said:
        return find_writing(said).code
    name, _, part = path.stem.rpartition(".")
    for told in (reading.document.language, part if name else ""):
        with suppress(UsageError):
            return find_writing(told).code
    raise UsageError(
        f"Neither {path} nor its name says its language.", f"Give its code, as {option} hi."
    )


def _skipped(reading: Reading) -> list[Finding]:
    from courses.findings import make

    name = "captions-skipped-line"
    found = [make(name, f"Line {one.line}: {one.reason}.") for one in reading.skipped]
    return found + [make(name, f"{reading.more:,} more lines.")] * bool(reading.more)


def _count(findings: Sequence[Finding]) -> Counter[str]:
    return Counter(finding.severity.value for finding in findings)


def _facts(
    checked: Checked, findings: Sequence[Finding], repairs: Sequence[Repair | None]
) -> dict[str, Any]:
    from courses.findings import anchor
    from pipeline.checking.repairs import as_data

    counts = _count(findings)
    texts = {one.segment_id: one.text for one in checked.subject.translations}
    return {
        "language": checked.subject.code,
        "cues": len(checked.subject.cues),
        **{f"{severity}s": counts[severity] for severity in ("error", "warning", "info")},
        "findings": [
            {
                **asdict(finding),
                "target": texts.get(finding.segment_id, ""),
                "help": anchor(finding.check),
                "repair": as_data(repair),
            }
            for finding, repair in zip(findings, repairs, strict=True)
        ],
    }


def _tell(
    file: Path, findings: Sequence[Finding], repairs: Sequence[Repair | None], info: bool
) -> None:
    from courses.timing import to_clock

    for finding, repair in zip(findings, repairs, strict=True):
        if info or finding.severity != "info":
            place = f"{file}:{to_clock(max(0, finding.start))}: {finding.severity}: {finding.check}"
            can = f" [{repair.label}]" if repair else ""
            click.echo(f"{place}: {finding.message}{can}")
    counts = _count(findings)
    told = ", ".join(f"{counts[one]:,} {one}s" for one in ("error", "warning"))
    click.echo(f"{told}, {counts['info']:,} worth knowing.")
