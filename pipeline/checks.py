"""What is wrong, or may be wrong, with a draft: Findings, before anything is saved or shown.

Every check has a stable id with a heading in docs/checks.md. A check never changes a text. Layout
is checked in `pipeline.cues`, recognition in `transcription`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from courses.languages import find_writing
from courses.loops import loops
from courses.nouns import Finding, Segment, Severity, Translation, TranslationStatus
from courses.script import comparison_key, count, script_of
from pipeline.negation import lost_negation
from pipeline.numbers import (
    address_changed,
    number_unclear,
    number_word_unverified,
    numbers_differ,
    reference_differs,
    unit_differs,
)

REVISION = "10"
# A sentence shorter than this says nothing about length, script or being translated.
_TELLING_CLUSTERS = 12
# Loosest ratios over FLORES-200 dev pairs of the starter languages are about 0.4 and 2.5.
_RATIO = (0.35, 3.0)

_INDIAN_LETTER = re.compile(r"(?=[\u0600-\u06ff\u0900-\u0dff\u1c50-\u1c7f\uabc0-\uabff])[^\W\d_]")

Check = Callable[[Segment, Translation, str], str | None]
"""Takes a sentence, its translation and the language spoken; returns what is wrong, or None."""


def _hole(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    if translation.status is TranslationStatus.HOLE:
        return f"There is no translation of this sentence. {translation.problem}".strip()
    return None


def _untranslated(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    if segment.text.isascii() and _INDIAN_LETTER.search(translation.text):
        return None  # no such letter has a key in ASCII, and making keys is slow
    same = comparison_key(segment.text) == comparison_key(translation.text)
    if same and count(segment.text) >= _TELLING_CLUSTERS:
        return "The translation is the same as the source."
    return None


def _wrong_script(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    wanted = find_writing(translation.language).script
    # Latin is no fault in a few words: names, abbreviations, addresses.
    strange = {s for char in set(translation.text) if (s := script_of(char))} - {wanted, "Latn"}
    if strange:
        return f"There are letters of another script: {', '.join(sorted(strange))}."
    found = script_of(translation.text)
    if found in (None, wanted) or count(translation.text) < _TELLING_CLUSTERS:
        return None
    return f"Most of the text is in script {found}, not {wanted}."


def _negation_lost(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    word = lost_negation(segment.text, translation.text, translation.language)
    return f"Nothing here seems to say {word!r}: was the meaning turned round?" if word else None


def _length_ratio(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    if count(segment.text) < _TELLING_CLUSTERS:
        return None
    ratio = count(translation.text) / count(segment.text)
    if _RATIO[0] <= ratio <= _RATIO[1]:
        return None
    return f"The translation is {ratio:.1f} times as long as the source."


def _repeated_text(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    if loops(translation.text) and not loops(segment.text):
        return "The translation says the same words again and again."
    return None


CHECKS: dict[str, tuple[Severity, Check]] = {
    "hole": (Severity.ERROR, _hole),
    "numbers-differ": (Severity.ERROR, numbers_differ),
    "reference-differs": (Severity.ERROR, reference_differs),
    "address-changed": (Severity.ERROR, address_changed),
    "unit-differs": (Severity.WARNING, unit_differs),
    "number-word-unverified": (Severity.WARNING, number_word_unverified),
    "untranslated": (Severity.WARNING, _untranslated),
    "wrong-script": (Severity.ERROR, _wrong_script),
    "negation-lost": (Severity.WARNING, _negation_lost),
    "length-ratio": (Severity.WARNING, _length_ratio),
    "repeated-text": (Severity.WARNING, _repeated_text),
}
"""Check id -> its severity and its function. A hole ends the list for its sentence."""


SOURCE_CHECKS: dict[str, tuple[Severity, Callable[[Segment, str], str | None]]] = {
    "number-unclear": (Severity.WARNING, number_unclear),
}
"""Checks of what was heard: once a sentence, not once a language."""


def check(
    segments: Sequence[Segment], translations: Sequence[Translation], spoken: str = "en"
) -> Iterator[Finding]:
    """Yield the findings of one lesson in one language; `translations[i]` is of `segments[i]`.

    `spoken` is the language of the segments.
    """
    for segment, translation in zip(segments, translations, strict=True):
        for name, (severity, examine) in CHECKS.items():
            message = examine(segment, translation, spoken)
            if message:
                yield Finding(
                    name,
                    severity,
                    message,
                    segment.id,
                    translation.language,
                    segment.start,
                    segment.end,
                )
            if message and name == "hole":
                break


def check_source(segments: Sequence[Segment], spoken: str) -> Iterator[Finding]:
    """Yield the findings of the sentences as they were heard, in the language `spoken`."""
    for segment in segments:
        for name, (severity, examine) in SOURCE_CHECKS.items():
            if message := examine(segment, spoken):
                yield Finding(name, severity, message, segment.id, "", segment.start, segment.end)
