"""What is wrong, or may be wrong, with a draft: Findings, before anything is saved or shown.

Every check has a stable id with a heading in docs/checks.md. A check never changes a text. Layout
is checked in `pipeline.cues`, recognition in `transcription`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from courses.languages import find_writing
from courses.nouns import Finding, Segment, Severity, Translation, TranslationStatus
from courses.script import comparison_key, count, script_of
from pipeline.negation import lost_negation
from pipeline.numbers import compare

REVISION = "5"
# A sentence shorter than this says nothing about length, script or being translated.
_TELLING_CLUSTERS = 12
# Loosest ratios over FLORES-200 dev pairs of the starter languages are about 0.4 and 2.5.
_RATIO = (0.35, 3.0)

Check = Callable[[Segment, Translation], str | None]
"""Returns what is wrong in one sentence, or None."""


def _hole(segment: Segment, translation: Translation) -> str | None:
    if translation.status is TranslationStatus.HOLE:
        return f"There is no translation of this sentence. {translation.problem}".strip()
    return None


def _numbers_differ(segment: Segment, translation: Translation) -> str | None:
    difference = compare(segment.text, translation.text)
    lost, added, unsure = difference.lost, difference.added, difference.unsure
    if not lost and not added:
        return None
    parts = []
    if lost:
        parts.append("not in the translation: " + ", ".join(lost))
    if unsure:
        parts.append("in the source in words: " + ", ".join(unsure))
    if added:
        parts.append("not in the source: " + ", ".join(added))
    return f"Numbers differ; {'; '.join(parts)}."


def _number_word_unverified(segment: Segment, translation: Translation) -> str | None:
    difference = compare(segment.text, translation.text)
    if difference.lost or difference.added or not difference.unsure:
        return None
    told = ", ".join(difference.unsure)
    return f"The source has a number in words that the translation has not in digits: {told}."


def _untranslated(segment: Segment, translation: Translation) -> str | None:
    same = comparison_key(segment.text) == comparison_key(translation.text)
    if same and count(segment.text) >= _TELLING_CLUSTERS:
        return "The translation is the same as the source."
    return None


def _wrong_script(segment: Segment, translation: Translation) -> str | None:
    wanted = find_writing(translation.language).script
    # Latin is no fault in a few words: names, abbreviations, addresses.
    strange = {s for char in set(translation.text) if (s := script_of(char))} - {wanted, "Latn"}
    if strange:
        return f"There are letters of another script: {', '.join(sorted(strange))}."
    found = script_of(translation.text)
    if found in (None, wanted) or count(translation.text) < _TELLING_CLUSTERS:
        return None
    return f"Most of the text is in script {found}, not {wanted}."


def _negation_lost(segment: Segment, translation: Translation) -> str | None:
    word = lost_negation(segment.text, translation.text, translation.language)
    return f"Nothing here seems to say {word!r}: was the meaning turned round?" if word else None


def _length_ratio(segment: Segment, translation: Translation) -> str | None:
    if count(segment.text) < _TELLING_CLUSTERS:
        return None
    ratio = count(translation.text) / count(segment.text)
    if _RATIO[0] <= ratio <= _RATIO[1]:
        return None
    return f"The translation is {ratio:.1f} times as long as the source."


CHECKS: dict[str, tuple[Severity, Check]] = {
    "hole": (Severity.ERROR, _hole),
    "numbers-differ": (Severity.ERROR, _numbers_differ),
    "number-word-unverified": (Severity.WARNING, _number_word_unverified),
    "untranslated": (Severity.WARNING, _untranslated),
    "wrong-script": (Severity.ERROR, _wrong_script),
    "negation-lost": (Severity.WARNING, _negation_lost),
    "length-ratio": (Severity.WARNING, _length_ratio),
}
"""Check id -> its severity and its function. A hole ends the list for its sentence."""


def check(segments: Sequence[Segment], translations: Sequence[Translation]) -> Iterator[Finding]:
    """Yield the findings of one lesson in one language; `translations[i]` is of `segments[i]`."""
    for segment, translation in zip(segments, translations, strict=True):
        for name, (severity, examine) in CHECKS.items():
            message = examine(segment, translation)
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
