"""What programs leave in a text: placeholders, markup, invisible characters, stray spaces.

What the source has as well was kept on purpose and is no fault.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from html import unescape

from courses.nouns import Segment, Translation

# Ours and those of engines and servers; the names of glossaries.protect last (QBB, XTW).
PLACEHOLDER = re.compile(
    r"<\s{0,2}/?\s{0,2}(?:ID\s{0,2}\d{1,4}|unk|pad|mask|s|2[a-z]{2,3})\s{0,2}/?>|\[(?:UNK|MASK|PAD)\]"
    r"|[⟦⟨〚⁅][^⟧⟩〛⁆]{0,20}[⟧⟩〛⁆]|\$?\{{1,2}\s?\w{0,20}\s?\}{1,2}|__\w{1,20}?__|%(?:\d\$)?[sd@](?!\w)"
    r"|\b[a-z]{3}_(?:Deva|Beng|Guru|Gujr|Orya|Taml|Telu|Knda|Mlym|Arab|Mtei|Olck|Latn)\b|[⁇▁\ufffc]"
    r"|(?<![A-Za-z])[QXZ][BDFGHJKLMNPRSTVW]{2}(?![A-Za-z])",
    re.IGNORECASE,
)
_NAME = re.compile("[QXZqxz][A-Za-z]{2}")
_BREAK = re.compile(r"</?(?:br|p|div|li|tr|td|h[1-6])(?:\s[^<>\n]{0,200})?\s?/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?[A-Za-z][A-Za-z0-9:.-]{0,15}(?:\s[^<>\n]{0,200})?/?>|<[\d:.]{5,15}>|\{\\[^{}\n]{1,80}\}"
)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_MARKDOWN = re.compile(r"\*\*(?=\S)([^*\n]{1,300}?)(?<=\S)\*\*|`([^`\n]{1,200})`|^#{1,6} (?=\S)")
_LINE_END = re.compile(r"\\[Nn](?![a-z])")

# Marks of direction that come in pairs, and characters that a person cannot have meant.
_ISOLATES, _EMBEDDINGS, _OVERRIDES = "\u2066\u2067\u2068", "\u202a\u202b", "\u202d\u202e"
_PDI, _PDF = "\u2069", "\u202c"
_STRAY = re.compile(
    "[\u00ad\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_JOINER_ALONE = re.compile("(?:^|(?<=\\s))[\u200c\u200d]+(?=\\s|$)")

_BEFORE_MARK = re.compile(r"[ \u00a0]+(?=[।॥۔,،;!?؟](?:\s|$|[\"'”’)]))")
_DOUBLE = re.compile(r"[ \t\u00a0]{2,}|\t")


def _more(found: Iterable[str], told: Iterable[str]) -> list[str]:
    """Return what is in `found` oftener than in `told`, compared without spaces and case."""
    left = Counter("".join(one.split()).casefold() for one in told)
    extra = []
    for one in found:
        key = "".join(one.split()).casefold()
        left[key] -= 1
        if left[key] < 0:
            extra.append(one)
    return extra


def placeholders(text: str) -> list[str]:
    """Return what looks like a placeholder; names of glossaries.protect only in capitals."""
    found = (one.group() for one in PLACEHOLDER.finditer(text))
    return [one for one in found if not _NAME.fullmatch(one) or one[1:].isupper()]


def placeholder_left(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    """Say which placeholder was left."""
    extra = _more(placeholders(translation.text), placeholders(segment.text))
    return f"{extra[0]!r} is no text but a mark of a program." if extra else None


def markup(text: str) -> list[str]:
    """Return tags, entities and signs of Markdown; no placeholders."""
    plain = PLACEHOLDER.sub(" ", text)
    found = [one.group() for form in (_TAG, _LINE_END) for one in form.finditer(plain)]
    found += [
        one.group() for one in _ENTITY.finditer(plain) if unescape(one.group()) != one.group()
    ]
    return found + ["**" if one.group(1) else one.group()[:1] for one in _MARKDOWN.finditer(plain)]


def markup_left(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    """Say which markup would be shown as text."""
    extra = _more(markup(translation.text), markup(segment.text))
    return f"{extra[0]!r} would be shown as it is." if extra else None


def without_markup(text: str) -> str:
    """Return `text` without tags and signs of Markdown, entities as what they stand for.

    Words that only a tag of a new line held apart stay two words.
    """
    bare = _TAG.sub("", _BREAK.sub(" ", _LINE_END.sub(" ", text)))
    bare = _MARKDOWN.sub(lambda found: found.group(1) or found.group(2) or "", bare)
    return tidy(_ENTITY.sub(lambda found: unescape(found.group()), bare))


def is_lost(char: str) -> bool:
    """Return whether a letter was lost here: �, private use, a lone surrogate, a noncharacter.

    What Python's Unicode does not know yet is no such thing: it may be a newer letter or emoji.
    """
    if unicodedata.category(char) in ("Co", "Cs"):
        return True
    return char == "\ufffd" or "\ufdd0" <= char <= "\ufdef" or ord(char) & 0xFFFE == 0xFFFE


def odd_characters(text: str) -> list[int]:
    """Return the offsets of invisible and broken characters that nothing asks for.

    ZWJ and ZWNJ shape letters, and isolates that are closed keep order; these are right.
    """
    if text.isprintable() and "\ufffd" not in text:
        return []  # all that is looked for is of a category that does not print
    odd = {found.start() for found in _STRAY.finditer(text)}
    odd |= {at for found in _JOINER_ALONE.finditer(text) for at in range(*found.span())}
    waiting: dict[str, list[int]] = {_PDI: [], _PDF: []}
    for at, char in enumerate(text):
        if (
            char in _OVERRIDES
            or (unicodedata.category(char) == "Cc" and char not in "\t\n\r")
            or is_lost(char)
        ):
            odd.add(at)
        elif char in _ISOLATES or char in _EMBEDDINGS:
            waiting[_PDI if char in _ISOLATES else _PDF].append(at)
        elif char in waiting:
            if waiting[char]:
                waiting[char].pop()
            else:
                odd.add(at)
    return sorted(odd.union(*waiting.values()))


def characters_odd(segment: Segment, translation: Translation, _spoken: str) -> str | None:
    """Say which invisible or broken characters there are, by their code points."""
    text = translation.text
    own = {segment.text[at] for at in odd_characters(segment.text)}
    found = sorted({f"U+{ord(text[at]):04X}" for at in odd_characters(text) if text[at] not in own})
    return f"There are characters that should not be there: {', '.join(found)}." if found else None


def tidy(text: str) -> str:
    """Return `text` with single spaces, none at its ends or before a mark."""
    return _BEFORE_MARK.sub("", _DOUBLE.sub(" ", text)).strip()


def spaces_odd(_segment: Segment, translation: Translation, _spoken: str) -> str | None:
    """Say that a space is doubled, at an end, or before a mark."""
    if tidy(translation.text) == translation.text:
        return None
    return "A space is doubled, at the beginning or end, or before a mark."
