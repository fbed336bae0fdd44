"""The adherence report: what became of the glossary's terms, per package and for the course.

    OUT/<course>/<lesson>/<language>/adherence.json   adherence.html
    OUT/<course>/adherence.json

Adherence is honoured / (honoured + violated); waived terms do not count. The page is written by
`adherence_page`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from courses.errors import StoreError
from courses.nouns import Segment, Translation
from glossaries.check import Outcome, Tally, Verdict, tally
from pipeline.package_folder import MANIFEST

FORMAT = "karmavani-adherence/1"
FILE = "adherence.json"
PAGE = "adherence.html"


def facts(count: Tally) -> dict[str, Any]:
    """Return a tally as JSON has it; `adherence` is a share, null where no term counts."""
    share = count.adherence
    return {
        "expected": count.expected,
        "honoured": count.honoured,
        "violated": count.violated,
        "waived": count.waived,
        "adherence": None if share is None else round(share, 4),
    }


def tally_of(judged: Iterable[Iterable[Verdict]]) -> Tally:
    """Return the tally of all sentences of a lesson in one language."""
    return tally(verdict for found in judged for verdict in found)


def rows(
    segments: Sequence[Segment],
    translations: Sequence[Translation],
    judged: Sequence[Sequence[Verdict]],
) -> list[dict[str, Any]]:
    """Return one row for each term that was violated or waived, in the order of the lesson."""
    return [
        _row(segment, translation, verdict)
        for segment, translation, found in zip(segments, translations, judged, strict=True)
        for verdict in found
        if verdict.outcome is not Outcome.HONOURED
    ]


def _row(segment: Segment, translation: Translation, verdict: Verdict) -> dict[str, Any]:
    hit, term = verdict.hit, verdict.hit.term
    return {
        "segment_id": segment.id,
        "start": segment.start,
        "end": segment.end,
        "source": segment.text,
        "draft": translation.text,
        "said": [hit.start, hit.end],
        "term": {
            "id": term.id,
            "source": term.source,
            "target": term.target,
            "kind": term.kind,
            "domain": term.domain,
            "status": term.status,
        },
        "outcome": verdict.outcome,
        "waiver": verdict.waiver,
        "forbidden": verdict.forbidden or None,
    }


def report(where: Mapping[str, str], count: Tally, found: list[dict[str, Any]]) -> str:
    """Return the text of a package's adherence.json; `where` names course, lesson and language."""
    told = {"format": FORMAT, **where, **facts(count), "terms": found}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def summed(packages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the tally over all packages of a run, and by language.

    A package is a row of the summary: its `language`, and `terms` with the counts.
    """
    total, languages = Tally(), dict[str, Tally]()
    for package in packages:
        if terms := package.get("terms"):
            one = Tally(terms["honoured"], terms["violated"], terms["waived"])
            total += one
            code = package["language"]
            languages[code] = languages.get(code, Tally()) + one
    by_language = {code: facts(languages[code]) for code in sorted(languages)}
    return {**facts(total), "languages": by_language}


def write_course(folder: Path, course: str) -> None:
    """Write ``folder/adherence.json`` over all packages of a course that are there.

    Untouched when it would say the same, not written where there are none. Raises StoreError.
    """
    path = folder / FILE
    try:
        packages = list(_packages(folder))
        if not packages:
            return
        told = {"format": FORMAT, "course": course, **summed(packages), "packages": packages}
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return
        new = path.with_name(f".{FILE}.new")
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"{path} cannot be written: {error}.",
            "Check that the disk has space and that you may write there, then run it again.",
        ) from error


def _packages(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield lesson, language and counts of each package that has an adherence report, in order."""
    for path in sorted(folder.glob(f"*/*/{MANIFEST}")):
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            lesson, language = manifest["lesson"]["id"], manifest["language"]["code"]
        except (ValueError, KeyError, TypeError):
            continue  # not a package of ours, or damaged: it has its own message
        # A package that was moved aside for a newer one is in a folder of another name.
        if path.parent.name == language and manifest.get("terms"):
            yield {"lesson": lesson, "language": language, "terms": manifest["terms"]}


def in_words(terms: Mapping[str, Any]) -> str:
    """Return one line on the terms of a run, empty where there were none."""
    if not terms["honoured"] and not terms["violated"]:
        return ""
    share = f"{100 * terms['adherence']:.1f} %"
    counted = terms["honoured"] + terms["violated"]
    line = f"{terms['honoured']} of {counted} terms are as the glossary has them ({share})"
    shares = {code: one["adherence"] for code, one in terms["languages"].items()}
    known = {code: one for code, one in shares.items() if one is not None}
    if terms["violated"] and len(known) > 1:
        worst = min(known, key=lambda code: (known[code], code))
        line += f", the fewest in {worst} ({100 * known[worst]:.1f} %)"
    return line
