"""What goes into a package: the files of one lesson in one language, and their manifest.

    OUT/<course>/<lesson>/<language>/<lesson>.<language>.vtt  .srt  .txt  manifest.json

What is in the manifest is in `manifest`, how a package gets onto the disk in `package_folder`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import VERSION, exchange_segments, manifest, package_folder, reviewed, terminology
from pipeline.checking import adherence, adherence_page, assessment
from pipeline.checking.assessment import Assessment, assess
from pipeline.contents import Contents
from pipeline.formats import FORMATS, Document, Sentence
from pipeline.formats import REVISION as FORMATS_REVISION
from pipeline.layout import cues
from pipeline.package_folder import Handout


def package(contents: Contents, out: Path, names: Sequence[str]) -> Handout:
    """Write one package to its place under `out`: see `package_at`."""
    lesson = contents.heard.lesson
    return package_at(contents, out / lesson.course_id / lesson.id / contents.language, names)


def package_at(contents: Contents, folder: Path, names: Sequence[str]) -> Handout:
    """Check, lay out and write one package as `folder`, with the formats called `names`.

    Does nothing when the package is there already. Raises StoreError.
    """
    inputs = inputs_of(contents, names)
    if there := package_folder.find_package(folder, inputs):
        return there
    return hand_out(build(contents, names, inputs), folder)


@dataclass(frozen=True, slots=True)
class Built:
    """A package that is not on the disk yet; picklable, and ready to be written.

    contents: name -> bytes. terms: the counts of the adherence report.
    """

    inputs: str
    contents: Mapping[str, bytes]
    errors: int
    warnings: int
    terms: dict[str, Any] | None

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return sum(map(len, self.contents.values()))


def build(contents: Contents, names: Sequence[str], inputs: str) -> Built:
    """Check and lay out one package; `inputs` is what `inputs_of` says of it. Writes nothing."""
    found = assess(contents)
    files = _files(contents, found, names)
    if contents.is_translated:
        files |= _term_files(contents, found) | _segments_file(contents, found)
    severities = Counter(finding.severity.value for finding in found.findings)
    facts = manifest.facts(contents, found)
    ready = package_folder.contents_of(inputs, files, facts)
    counts = (severities["error"], severities["warning"])
    return Built(inputs, ready, *counts, facts.get("terms"))


def hand_out(built: Built, folder: Path) -> Handout:
    """Write a package as `folder`, whole or not at all. Raises StoreError."""
    kept = package_folder.write_package(folder, built.contents)
    return Handout(folder, True, built.errors, built.warnings, kept=kept, terms=built.terms)


def rules_of(names: Sequence[str]) -> tuple[object, object]:
    """Return what names the rules that packages in these formats are made under."""
    return (
        (VERSION, assessment.REVISION, cues.REVISION, FORMATS_REVISION, tuple(names)),
        (terminology.rules_mark(), exchange_segments.REVISION, reviewed.REVISION),
    )


def rules_mark(names: Sequence[str]) -> str:
    """Return the same as one sha256 in hex."""
    return hashlib.sha256(repr(rules_of(names)).encode()).hexdigest()


def inputs_of(contents: Contents, names: Sequence[str]) -> str:
    """Return a sha256 in hex that changes whenever the package in these formats would."""
    revisions, rules = rules_of(names)
    heard = contents.heard
    captions = heard.lesson.captions
    names_only = Path(captions.name) if captions else None
    lesson = replace(heard.lesson, media=Path(heard.lesson.media.name), captions=names_only)
    transcript = heard.transcript
    said = (
        *(transcript.signature, transcript.duration, transcript.findings),
        *(len(transcript.words), heard.segments),
    )
    material = repr(
        (
            contents.course.title,
            lesson,
            said,
            contents.translations,
            contents.hits,
            revisions,
            rules,
        )
    )
    if contents.layouts or contents.review:
        material += repr((sorted(contents.layouts.items()), contents.review))
    return hashlib.sha256(material.encode()).hexdigest()


def _files(contents: Contents, found: Assessment, names: Sequence[str]) -> dict[str, str]:
    """Return file name -> text for each format; names are ASCII, as iGOT's upload wants them."""
    segments, translations = contents.heard.segments, contents.translations
    document = Document(
        title=contents.heard.lesson.title,
        language=contents.language,
        label=contents.label,
        cues=tuple(found.cues),
        sentences=tuple(
            Sentence(
                segment.start,
                segment.end,
                translation.text,
                segment.id,
                () if contents.is_translated else segment.words,
            )
            for segment, translation in zip(segments, translations, strict=True)
        ),
        title_language=contents.heard.lesson.language,
    )
    stem = f"{contents.heard.lesson.id}.{contents.language}"
    chosen = (FORMATS[name] for name in names)
    return {stem + form.SUFFIX: form.write(document) for form in chosen}


def _term_files(contents: Contents, found: Assessment) -> dict[str, str]:
    """Return the adherence report as data and as a page."""
    course, lesson, code = contents.course, contents.heard.lesson, contents.language
    count = adherence.tally_of(found.judged)
    rows = adherence.rows(contents.heard.segments, contents.translations, found.judged)
    where = {"course": course.id, "lesson": lesson.id, "language": code}
    page = adherence_page.write(
        (course.title, lesson.title), (lesson.language, code), adherence.facts(count), rows
    )
    return {
        adherence.FILE: adherence.report(where, count, rows),
        adherence.PAGE: page,
    }


def _segments_file(contents: Contents, found: Assessment) -> dict[str, str]:
    """Return the sentences as data."""
    about = (contents.course, contents.heard.lesson, contents.language)
    segments, translations = contents.heard.segments, contents.translations
    made = exchange_segments.write(
        about,
        segments,
        translations,
        contents.hits,
        list(zip(found.findings, found.offered, strict=True)),
    )
    return {exchange_segments.FILE: made}
