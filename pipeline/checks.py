"""What is wrong, or may be wrong, with a draft: Findings, before anything is saved or shown.

Every check has a stable id with a heading in docs/checks.md. A check never changes a text. Layout
is checked in `pipeline.cues`, recognition in `transcription`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from courses.languages import find_writing
from courses.nouns import Finding, Segment, Severity, Translation, TranslationStatus
from courses.script import comparison_key, count, script_of, to_ascii_digits
from translators.number_words import small_numbers, to_digits

REVISION = "2"
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_GROUPING = re.compile(r"(?<=\d),(?=\d)")
# A sentence shorter than this says nothing about length, script or being translated.
_TELLING_CLUSTERS = 12
# Loosest ratios over FLORES-200 dev pairs of the starter languages are about 0.4 and 2.5.
_RATIO = (0.35, 3.0)

Check = Callable[[Segment, Translation], str | None]
"""Returns what is wrong in one sentence, or None."""


def numbers(text: str) -> Counter[str]:
    """Return the numbers of a text written in digits of any script, as a multiset.

    Grouping commas are dropped, so ``1,87,500`` equals ``187,500``; ``8(1)`` is 8 and 1.
    """
    plain = _GROUPING.sub("", to_ascii_digits(text))
    return Counter(_NUMBER.findall(plain))


def _hole(segment: Segment, translation: Translation) -> str | None:
    if translation.status is TranslationStatus.HOLE:
        return f"There is no translation of this sentence. {translation.problem}".strip()
    return None


def _numbers_differ(segment: Segment, translation: Translation) -> str | None:
    # "thirty days" may be written 30 on the other side; "one of them" may be written 1, or not.
    source, target = numbers(to_digits(segment.text)), numbers(translation.text)
    lost = source - target
    added = {number for number in target - source if number not in small_numbers(segment.text)}
    if not lost and not added:
        return None
    parts = []
    if lost:
        parts.append("not in the translation: " + ", ".join(sorted(lost)))
    if added:
        parts.append("not in the source: " + ", ".join(sorted(added)))
    return f"Numbers differ; {'; '.join(parts)}."


def _untranslated(segment: Segment, translation: Translation) -> str | None:
    same = comparison_key(segment.text) == comparison_key(translation.text)
    if same and count(segment.text) >= _TELLING_CLUSTERS:
        return "The translation is the same as the source."
    return None


def _wrong_script(segment: Segment, translation: Translation) -> str | None:
    if count(translation.text) < _TELLING_CLUSTERS:
        return None
    found, wanted = script_of(translation.text), find_writing(translation.language).script
    if found is None or found == wanted:
        return None
    return f"Most of the text is in script {found}, not {wanted}."


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
    "untranslated": (Severity.WARNING, _untranslated),
    "wrong-script": (Severity.ERROR, _wrong_script),
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
