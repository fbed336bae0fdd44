"""What is wrong, or may be wrong, with a draft: Findings, before anything is saved or shown.

Ids and severities are those of `courses.findings`. A check never changes a text: what may be done
about a finding is in `repairs`. Layout is checked in `cue_checks`, recognition in `transcription`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from courses.findings import make
from courses.languages import find_writing
from courses.loops import loops
from courses.nouns import Finding, Segment, Translation, TranslationStatus
from courses.script import comparison_key, count, script_of
from pipeline.checking.digit_styles import lesson_style, mixed_digits
from pipeline.checking.end_marks import (
    end_mark_differs,
    end_mark_doubled,
    end_mark_missing,
    lesson_stop,
)
from pipeline.checking.leftovers import characters_odd, markup_left, placeholder_left, spaces_odd
from pipeline.checking.negation import lost_negation
from pipeline.checking.numbers import (
    address_changed,
    label_differs,
    number_unclear,
    number_word_unverified,
    numbers_differ,
    numbers_swapped,
    reference_differs,
    time_of_day,
    unit_differs,
)
from pipeline.checking.pairs import brackets_unbalanced, quotes_unbalanced

REVISION = "13"
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


CHECKS: dict[str, Check] = {
    "hole": _hole,
    "numbers-differ": numbers_differ,
    "reference-differs": reference_differs,
    "address-changed": address_changed,
    "unit-differs": unit_differs,
    "numbers-swapped": numbers_swapped,
    "label-differs": label_differs,
    "time-of-day": time_of_day,
    "number-word-unverified": number_word_unverified,
    "untranslated": _untranslated,
    "wrong-script": _wrong_script,
    "negation-lost": _negation_lost,
    "length-ratio": _length_ratio,
    "repeated-text": _repeated_text,
    "end-mark-missing": end_mark_missing,
    "end-mark-doubled": end_mark_doubled,
    "quotes-unbalanced": quotes_unbalanced,
    "brackets-unbalanced": brackets_unbalanced,
    "placeholder-left": placeholder_left,
    "markup-left": markup_left,
    "odd-characters": characters_odd,
    "spaces-odd": spaces_odd,
}
"""Id in `courses.findings` -> its function. A hole ends the list for its sentence."""


@dataclass(frozen=True, slots=True)
class Style:
    """How most of a lesson is written: the zero of its digits, its full stop; "" where unknown."""

    zero: str = ""
    stop: str = ""


NO_STYLE = Style()

ALONE = frozenset(
    {"wrong-script", "repeated-text", "end-mark-doubled", "quotes-unbalanced", "digits-mixed"}
    | {"brackets-unbalanced", "placeholder-left", "markup-left", "odd-characters", "spaces-odd"}
)
"""Ids that say something of a text without its source."""

SOURCE_CHECKS: dict[str, Callable[[Segment, str], str | None]] = {
    "number-unclear": number_unclear,
}
"""Checks of what was heard: once a sentence, not once a language."""


def check(
    segments: Sequence[Segment], translations: Sequence[Translation], spoken: str = "en"
) -> Iterator[Finding]:
    """Yield the findings of one lesson in one language; `translations[i]` is of `segments[i]`.

    `spoken` is the language of the segments.
    """
    style = style_of(translations)
    for segment, translation in zip(segments, translations, strict=True):
        yield from check_sentence(segment, translation, spoken, style)


def style_of(translations: Sequence[Translation]) -> Style:
    """Return how most of a lesson's translations are written."""
    if not translations:
        return NO_STYLE
    texts, language = [one.text for one in translations], translations[0].language
    return Style(lesson_style(texts, language), lesson_stop(texts, language))


def check_sentence(
    segment: Segment, translation: Translation, spoken: str, style: Style = NO_STYLE
) -> Iterator[Finding]:
    """Yield the findings of one sentence; `style` is that of its lesson, see `style_of`."""
    language = translation.language
    for name, examine in CHECKS.items():
        message = examine(segment, translation, spoken)
        if message:
            yield make(name, message, None, segment, language)
        if message and name == "hole":
            return
    if message := end_mark_differs(segment, translation, style.stop):
        yield make("end-mark-differs", message, None, segment, language)
    if mixed := mixed_digits(translation.text, style.zero):
        yield make("digits-mixed", mixed[1], mixed[0], segment, language)


def check_source(segments: Sequence[Segment], spoken: str) -> Iterator[Finding]:
    """Yield the findings of the sentences as they were heard, in the language `spoken`."""
    for segment in segments:
        for name, examine in SOURCE_CHECKS.items():
            if message := examine(segment, spoken):
                yield make(name, message, None, segment)
