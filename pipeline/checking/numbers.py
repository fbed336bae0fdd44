"""What is wrong with the numbers, references, addresses and units of a draft: the messages.

The reading and comparing is `courses.quantities`; here a difference becomes one sentence.
"""

from __future__ import annotations

from functools import lru_cache

from courses.nouns import Segment, Translation
from courses.quantities.addresses import changed_addresses, without_addresses
from courses.quantities.comparing import Difference, compare
from courses.quantities.digits import mentions
from courses.quantities.heads import invented_section, lost_head
from courses.quantities.hours import wrong_half_of_day
from courses.quantities.labels import has_labels, lost_labels
from courses.quantities.references import Reference, changed_references, has_references
from courses.quantities.sides import may_say, say_digits
from courses.quantities.swaps import swapped_numbers
from courses.quantities.unclear import unclear_number
from courses.quantities.units import changed_unit, lost_rate


@lru_cache(maxsize=8)  # several checks look at each sentence, one after the other
def _difference(source: str, target: str, language: str, spoken: str) -> Difference:
    return compare(without_addresses(source), without_addresses(target), language, spoken)


@lru_cache(maxsize=8)
def _references(
    source: str, target: str, language: str
) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    source = say_digits(source, "en")  # "section three"
    if not has_references(source):
        return (), ()
    told = {mention.key for mention in mentions(say_digits(target, language))}
    return changed_references(source, target, may_say(target, language) | told)


def _differences(segment: Segment, translation: Translation, spoken: str) -> Difference:
    """Return how the numbers differ, without those of references, which have their own check."""
    found = _difference(segment.text, translation.text, translation.language, spoken)
    if not (found.lost or found.added) or spoken != "en":
        return found
    lost, instead = _references(segment.text, translation.text, translation.language)
    gone = {number for one in lost for number in _numbers(one.raw)}
    new = {number for raw in instead for number in _numbers(raw)}
    return Difference(
        tuple(raw for raw in found.lost if not _inside(raw, gone)),
        tuple(raw for raw in found.added if not _inside(raw, new)),
        found.unsure,
    )


def _inside(raw: str, numbers: set[str]) -> bool:
    """Return whether all numbers of `raw` are among `numbers`; a name of a month has none."""
    own = _numbers(raw)
    return bool(own) and own <= numbers


def _numbers(raw: str) -> set[str]:
    return {
        part for item in mentions(raw) for part in (item.parts[0] if item.parts else (item.key,))
    }


def _both(lost: tuple[str, ...], added: tuple[str, ...]) -> str:
    parts = ["missing in the translation: " + ", ".join(lost)] if lost else []
    return "; ".join(parts + ["more than in the source: " + ", ".join(added)] * bool(added))


def numbers_differ(segment: Segment, translation: Translation, spoken: str) -> str | None:
    """Say which numbers a draft lost or added; `spoken` is the language of the segment."""
    found = _differences(segment, translation, spoken)
    if not found.lost and not found.added:
        return None
    words = f"; in the source in words: {', '.join(found.unsure)}" if found.unsure else ""
    odd = number_unclear(segment, spoken)
    heard = f" The source itself is unclear. {odd}" if odd else ""
    return f"Numbers differ; {_both(found.lost, found.added)}{words}.{heard}"


def number_word_unverified(segment: Segment, translation: Translation, spoken: str) -> str | None:
    """Say which numbers are in words that are not known in the language of the draft."""
    found = _differences(segment, translation, spoken)
    if found.lost or found.added or not found.unsure:
        return None
    told = ", ".join(found.unsure)
    return f"The source has a number in words that the translation has not in digits: {told}."


def reference_differs(segment: Segment, translation: Translation, spoken: str) -> str | None:
    """Say which sections, rules, articles and the like a draft does not name as the source does."""
    if spoken != "en":
        return None
    lost, instead = _references(
        without_addresses(segment.text), without_addresses(translation.text), translation.language
    )
    if lost:
        return f"References differ; {_both(tuple(one.raw for one in lost), instead)}."
    return _other_kind(segment.text, translation.text, translation.language)


def _other_kind(source: str, target: str, language: str) -> str | None:
    if head := lost_head(source, target, language):
        return f"References differ; {head!r} has its number there, and no word for its kind."
    if new := invented_section(source, target, language):
        return f"References differ; {_both((), (new,))}."
    return None


def address_changed(segment: Segment, translation: Translation, spoken: str) -> str | None:
    """Say which web and mail addresses, file and telephone numbers were not kept."""
    lost, instead = changed_addresses(segment.text, translation.text)
    return f"An address was not kept; {_both(lost, instead)}." if lost else None


def unit_differs(segment: Segment, translation: Translation, spoken: str) -> str | None:
    """Say which number stands beside another unit than in the source."""
    if spoken != "en":
        return None
    found = changed_unit(segment.text, translation.text, translation.language)
    if found is None:
        rate = lost_rate(segment.text, translation.text, translation.language)
        return f"The source says {rate!r}, which is not seen in the translation." if rate else None
    number, unit, other = found
    there = f"the translation {other}s" if other else f"no {unit}s are seen in the translation"
    return f"The source says {number} {unit}s, {there}."


def numbers_swapped(segment: Segment, translation: Translation, spoken: str) -> str | None:
    """Say which two numbers changed places."""
    if spoken != "en":
        return None
    found = swapped_numbers(segment.text, translation.text, translation.language)
    if found is None:
        return None
    (number, beside), other = found
    return f"It seems that {number} ({beside}) and {other} changed places."


def label_differs(segment: Segment, translation: Translation, spoken: str) -> str | None:
    """Say which letters of names like "Group C" or "Form A" cannot be seen."""
    if spoken != "en" or not has_labels(segment.text):
        return None
    target = translation.text
    told = {mention.key for mention in mentions(say_digits(target, translation.language))}
    lost = lost_labels(segment.text, target, may_say(target, translation.language) | told)
    return f"Not seen in the translation: {', '.join(lost)}." if lost else None


def time_of_day(segment: Segment, translation: Translation, spoken: str) -> str | None:
    """Say which time moved from before noon to after it, or back."""
    if spoken != "en":
        return None
    found = wrong_half_of_day(segment.text, translation.text, translation.language)
    return f"The source says {found[0]!r}, the translation {found[1]!r}." if found else None


def number_unclear(segment: Segment, spoken: str) -> str | None:
    """Say which number of a transcript was probably not heard as it was said."""
    odd = unclear_number(segment.text) if spoken == "en" else None
    return f"Listen there: {odd}" if odd else None
