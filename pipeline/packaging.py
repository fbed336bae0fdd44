"""What goes into a package: the files of one lesson in one language, and their manifest.

    OUT/<course>/<lesson>/<language>/<lesson>.<language>.vtt  .srt  .txt  manifest.json

How a package gets onto the disk is in `package_folder`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from courses.languages import find_language, find_writing
from courses.nouns import (
    Course,
    Cue,
    Finding,
    Severity,
    Signature,
    Translation,
    TranslationStatus,
)
from glossaries.check import Verdict
from pipeline import (
    VERSION,
    adherence,
    adherence_page,
    checks,
    cues,
    exchange_segments,
    memory_drafts,
    package_folder,
    reviewed,
    terminology,
)
from pipeline.formats import FORMATS, Document, Sentence
from pipeline.formats import REVISION as FORMATS_REVISION
from pipeline.package_folder import Handout
from pipeline.terminology import Hits, check_hearing, check_terms, verdicts
from pipeline.transcribing import Heard

LABEL = "machine draft, not reviewed"
PARTLY = "machine draft, reviewed in part"
REVIEWED = "reviewed"
_BY_PEOPLE = (TranslationStatus.EDITED, TranslationStatus.APPROVED)


@dataclass(frozen=True, slots=True)
class Contents:
    """All that one package is made from.

    `translations[i]` is of ``heard.segments[i]``, and `hits[i]` are the terms found in it.
    """

    course: Course
    heard: Heard
    language: str
    translations: tuple[Translation, ...]
    hits: Hits

    def inputs(self, names: Sequence[str]) -> str:
        """Return a sha256 in hex that changes whenever the package in these formats would."""
        revisions = (VERSION, checks.REVISION, cues.REVISION, FORMATS_REVISION, tuple(names))
        rules = (terminology.rules_mark(), exchange_segments.REVISION, reviewed.REVISION)
        heard = self.heard
        captions = heard.lesson.captions
        names_only = Path(captions.name) if captions else None
        lesson = replace(heard.lesson, media=Path(heard.lesson.media.name), captions=names_only)
        transcript = heard.transcript
        said = (
            *(transcript.signature, transcript.duration, transcript.findings),
            *(len(transcript.words), heard.segments),
        )
        material = repr(
            (self.course.title, lesson, said, self.translations, self.hits, revisions, rules)
        )
        return hashlib.sha256(material.encode()).hexdigest()


def package(contents: Contents, out: Path, names: Sequence[str]) -> Handout:
    """Check, lay out and write one package under `out`, with the formats called `names`.

    Does nothing when the package is there already. Raises StoreError.
    """
    lesson, code = contents.heard.lesson, contents.language
    folder = out / lesson.course_id / lesson.id / code
    inputs = contents.inputs(names)
    if there := package_folder.find_package(folder, inputs):
        return there
    segments, duration = contents.heard.segments, contents.heard.transcript.duration
    texts = [translation.text for translation in contents.translations]
    shown = cues.fit(segments, texts, code, duration)
    judged = verdicts(segments, contents.translations, contents.hits)
    findings = _findings(contents, judged) + cues.check_cues(shown, code, duration)
    files = _files(contents, shown, names) | _term_files(contents, judged)
    files |= _segments_file(contents, findings)
    terms = adherence.facts(adherence.tally_of(judged)) if _is_translated(contents) else None
    facts = _facts(contents, shown, findings) | ({"terms": terms} if terms else {})
    kept = package_folder.write_package(folder, inputs, files, facts)
    severities = Counter(finding.severity.value for finding in findings)
    errors, warnings = severities["error"], severities["warning"]
    return Handout(folder, True, errors, warnings, kept=kept, terms=terms)


def _is_translated(contents: Contents) -> bool:
    return contents.language != contents.heard.lesson.language


def _files(contents: Contents, shown: Sequence[Cue], names: Sequence[str]) -> dict[str, str]:
    """Return file name -> text for each format; names are ASCII, as iGOT's upload wants them."""
    segments, translations = contents.heard.segments, contents.translations
    document = Document(
        title=contents.heard.lesson.title,
        language=contents.language,
        label=_label(contents.translations),
        cues=tuple(shown),
        sentences=tuple(
            Sentence(
                segment.start,
                segment.end,
                translation.text,
                segment.id,
                () if _is_translated(contents) else segment.words,
            )
            for segment, translation in zip(segments, translations, strict=True)
        ),
        title_language=contents.heard.lesson.language,
    )
    stem = f"{contents.heard.lesson.id}.{contents.language}"
    chosen = (FORMATS[name] for name in names)
    return {stem + form.SUFFIX: form.write(document) for form in chosen}


def _label(translations: Sequence[Translation]) -> str:
    """Return how far the package can be trusted, for people."""
    people = sum(one.status in _BY_PEOPLE for one in translations)
    if not people:
        return LABEL
    return REVIEWED if people == len(translations) else PARTLY


def _segments_file(contents: Contents, findings: Sequence[Finding]) -> dict[str, str]:
    """Return the sentences as data; none for the language that is spoken."""
    if not _is_translated(contents):
        return {}
    about = (contents.course, contents.heard.lesson, contents.language)
    segments, translations = contents.heard.segments, contents.translations
    made = exchange_segments.write(about, segments, translations, contents.hits, findings)
    return {exchange_segments.FILE: made}


def _term_files(contents: Contents, judged: list[list[Verdict]]) -> dict[str, str]:
    """Return the adherence report as data and as a page; none for the language that is spoken."""
    if not _is_translated(contents):
        return {}
    course, lesson, code = contents.course, contents.heard.lesson, contents.language
    count = adherence.tally_of(judged)
    found = adherence.rows(contents.heard.segments, contents.translations, judged)
    where = {"course": course.id, "lesson": lesson.id, "language": code}
    page = adherence_page.write(
        (course.title, lesson.title), (lesson.language, code), adherence.facts(count), found
    )
    return {
        adherence.FILE: adherence.report(where, count, found),
        adherence.PAGE: page,
    }


def _findings(contents: Contents, judged: list[list[Verdict]]) -> list[Finding]:
    """Return what recognition and the checks of the text found."""
    heard = contents.heard
    found = list(heard.transcript.findings)
    found += check_hearing(heard.segments, heard.lesson.language)
    found += checks.check_source(heard.segments, heard.lesson.language)
    if _is_translated(contents):
        found += checks.check(heard.segments, contents.translations, heard.lesson.language)
        found += check_terms(heard.segments, contents.translations, judged)
        found += reviewed.check_stale(heard.segments, contents.translations)
    return found


def _facts(contents: Contents, shown: Sequence[Cue], findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the manifest's facts: what this is, how it was made, what a person should see."""
    heard, translations = contents.heard, contents.translations
    language, writing = find_language(contents.language), find_writing(contents.language)
    signatures = {str(translation.signature) for translation in translations}
    texts = {
        segment.id: {"source": segment.text, "target": translation.text}
        for segment, translation in zip(heard.segments, translations, strict=True)
    }
    holes = sum(one.status is TranslationStatus.HOLE for one in translations)
    remembered = memory_drafts.facts(heard.segments, translations)
    return {
        "label": _label(translations),
        "course": {"id": contents.course.id, "title": contents.course.title},
        "lesson": {name: getattr(heard.lesson, name) for name in ("id", "title", "domain")},
        "source": {
            "media": heard.lesson.media.name,
            "captions": heard.lesson.captions.name if heard.lesson.captions else None,
            "language": heard.lesson.language,
            "duration_ms": heard.transcript.duration,
        },
        "language": {
            "code": contents.language,
            "name": language.name,
            "tag": writing.bcp47,
            "direction": writing.direction,
        },
        "signatures": {
            "transcription": str(heard.transcript.signature),
            "translation": sorted(signatures),
            "layout": str(Signature("cues", revision=cues.REVISION, version=VERSION)),
            "checks": str(Signature("checks", revision=checks.REVISION, version=VERSION)),
        },
        "counts": {
            "words": len(heard.transcript.words),
            "sentences": len(translations),
            "holes": holes,
            "from_memory": len(remembered["used"]),
            "by_people": sum(one.status in _BY_PEOPLE for one in translations),
            "cues": len(shown),
            **{f"{severity}s": 0 for severity in Severity},
            **Counter(f"{finding.severity}s" for finding in findings),
        },
        "memory": remembered,
        "findings": [
            {**asdict(finding), **texts.get(finding.segment_id, {})} for finding in findings
        ],
    }
