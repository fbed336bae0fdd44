"""The facts of a package's manifest: what it is, how it was made, what a person should see."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from courses.languages import find_language, find_writing
from courses.nouns import Severity, Signature, TranslationStatus
from pipeline import VERSION, memory_drafts
from pipeline.checking import adherence, assessment
from pipeline.checking.assessment import Assessment
from pipeline.contents import BY_PEOPLE, Contents
from pipeline.layout import cues


def facts(contents: Contents, found: Assessment) -> dict[str, Any]:
    """Return the manifest's facts: what this is, how it was made, what a person should see."""
    heard, translations = contents.heard, contents.translations
    language, writing = find_language(contents.language), find_writing(contents.language)
    signatures = {str(translation.signature) for translation in translations}
    holes = sum(one.status is TranslationStatus.HOLE for one in translations)
    remembered = memory_drafts.facts(heard.segments, translations)
    return {
        "label": contents.label,
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
            "checks": str(Signature("checks", revision=assessment.REVISION, version=VERSION)),
        },
        "counts": {
            "words": len(heard.transcript.words),
            "sentences": len(translations),
            "holes": holes,
            "from_memory": len(remembered["used"]),
            "by_people": sum(one.status in BY_PEOPLE for one in translations),
            "cues": len(found.cues),
            **{f"{severity}s": 0 for severity in Severity},
            **Counter(f"{finding.severity}s" for finding in found.findings),
        },
        "memory": remembered,
        **({"review": contents.review} if contents.review else {}),
        "findings": _told(contents, found),
        **_terms(contents, found),
    }


def _terms(contents: Contents, found: Assessment) -> dict[str, Any]:
    """Return what became of the glossary's terms; nothing for the language that is spoken."""
    if not contents.is_translated:
        return {}
    return {"terms": adherence.facts(adherence.tally_of(found.judged))}


def _told(contents: Contents, found: Assessment) -> list[dict[str, Any]]:
    """Return the findings as data, each with both texts of its sentence and its repair."""
    texts = {
        segment.id: {"source": segment.text, "target": translation.text}
        for segment, translation in zip(contents.heard.segments, contents.translations, strict=True)
    }
    return [
        {**asdict(finding), **texts.get(finding.segment_id, {}), "repair": repair}
        for finding, repair in zip(found.findings, found.offered, strict=True)
    ]
