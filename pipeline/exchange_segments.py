"""`segments.json` of a package: each sentence with its times, translation, findings and terms.

For what goes out to people and comes back (`pipeline.exchange`), and for programs that want the
package as data. Written with the package; nothing changes it afterwards.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from courses.errors import StoreError, UsageError
from courses.nouns import (
    Course,
    Finding,
    Hit,
    Lesson,
    Segment,
    Severity,
    Suggestion,
    Term,
    TermKind,
    TermStatus,
    Translation,
    TranslationStatus,
)
from pipeline.package_folder import MANIFEST

FILE = "segments.json"
FORMAT = "karmavani-segments/1"
REVISION = "2"
ADVICE = "Name the folder of a package, as OUT/course/lesson/hi, or run `karmavani localise` anew."

Told = tuple[Finding, dict[str, Any] | None]
"""A finding and its repair as data, None where there is none; see `pipeline.checking.repairs`."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a package, as it was written there."""

    segment: Segment
    text: str
    status: TranslationStatus
    author: str
    findings: tuple[Finding, ...] = ()
    hits: tuple[Hit, ...] = ()
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class PackageTexts:
    """The texts of one package; `source` and `target` are our codes."""

    course: str
    lesson: str
    title: str
    source: str
    target: str
    sentences: tuple[Sentence, ...]


def write(
    about: tuple[Course, Lesson, str],
    segments: Sequence[Segment],
    translations: Sequence[Translation],
    hits: Sequence[Sequence[Hit]],
    findings: Sequence[Told],
) -> str:
    """Return the file's text; `about` is the course, the lesson and the target code."""
    course, lesson, target = about
    told: dict[str, list[Told]] = {}
    for finding, repair in findings:
        told.setdefault(finding.segment_id, []).append((finding, repair))
    rows = [
        _row(segment, translation, found, told.get(segment.id, []))
        for segment, translation, found in zip(segments, translations, hits, strict=True)
    ]
    facts = {
        "format": FORMAT,
        "course": course.id,
        "lesson": lesson.id,
        "title": lesson.title,
        "source": lesson.language,
        "target": target,
        "segments": rows,
    }
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


def _row(
    segment: Segment, translation: Translation, hits: Sequence[Hit], findings: Sequence[Told]
) -> dict[str, Any]:
    return {
        "id": segment.id,
        "start": segment.start,
        "end": segment.end,
        "source": segment.text,
        "target": translation.text,
        "status": translation.status,
        "author": translation.author,
        "findings": [
            {
                "check": one.check,
                "severity": one.severity,
                "message": one.message,
                "cue_id": one.cue_id,
                "repair": repair,
            }
            for one, repair in findings
        ],
        "terms": [hit_facts(hit) for hit in hits],
        "suggestion": asdict(translation.suggestion) if translation.suggestion else None,
    }


def read(package: Path) -> PackageTexts:
    """Return the texts of the package folder `package`.

    Raises UsageError when it is no package or has no texts, StoreError when its file was changed:
    what comes back is held against it.
    """
    try:
        manifest = json.loads((package / MANIFEST).read_bytes())
        data = (package / FILE).read_bytes()
        expected = manifest["files"].get(FILE)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{package} is no package with a {FILE}.", ADVICE) from error
    if hashlib.sha256(data).hexdigest() != expected:
        raise StoreError(
            f"{package / FILE} is not what was written there.",
            "Delete the package folder and run `karmavani localise` again.",
        )
    facts = json.loads(data)
    if facts.get("format") != FORMAT:
        raise UsageError(f"{package / FILE} is of another version.", ADVICE)
    sentences = tuple(_sentence(row, number, facts) for number, row in enumerate(facts["segments"]))
    return PackageTexts(
        course=facts["course"],
        lesson=facts["lesson"],
        title=facts["title"],
        source=facts["source"],
        target=facts["target"],
        sentences=sentences,
    )


def _sentence(row: Mapping[str, Any], index: int, facts: Mapping[str, Any]) -> Sentence:
    start, end = row["start"], row["end"]
    findings = (
        Finding(
            one["check"],
            Severity(one["severity"]),
            one["message"],
            row["id"],
            facts["target"],
            start,
            end,
        )
        for one in row["findings"]
    )
    return Sentence(
        segment=Segment(row["id"], facts["lesson"], index, start, end, row["source"]),
        text=row["target"],
        status=TranslationStatus(row["status"]),
        author=row["author"],
        findings=tuple(findings),
        hits=tuple(to_hit(term) for term in row["terms"]),
        suggestion=to_suggestion(row["suggestion"]),
    )


def hit_facts(hit: Hit) -> dict[str, Any]:
    """Return a term found in a text as JSON has it."""
    return asdict(hit.term) | {"start": hit.start, "end": hit.end}


def to_hit(row: Mapping[str, Any]) -> Hit:
    """Return what `hit_facts` made."""
    facts = {field.name: row[field.name] for field in fields(Term) if field.name in row}
    facts["kind"], facts["status"] = TermKind(facts["kind"]), TermStatus(facts["status"])
    facts["forms"], facts["forbidden"] = tuple(facts["forms"]), tuple(facts["forbidden"])
    return Hit(Term(**facts), row["start"], row["end"])


def to_suggestion(row: Mapping[str, Any] | None) -> Suggestion | None:
    """Return a suggestion from its data, None for none."""
    if row is None:
        return None
    ours, other = row["numbers"]
    return Suggestion(**{**row, "numbers": (tuple(ours), tuple(other))})
