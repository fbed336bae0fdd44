"""How text is counted, cut and compared; the only file that knows ICU.

For: pure functions on str, right for the 12 scripts of our languages. Not for translation, for
the layout of subtitles, or for changing what people wrote: comparison keys are never stored in
place of text. All offsets are code points (Python's own), whatever ICU counts in.

Three sizes are told apart:
- cluster: a grapheme cluster of Unicode 17; the unit of every limit ("character");
- grapheme: one cluster or several that must stay together when text is cut;
- width: the clusters that take room on a screen.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import accumulate

from icu4py.breakers import (
    BaseBreaker,
    CharacterBreaker,
    LineBreaker,
    SentenceBreaker,
    WordBreaker,
)

from courses.abbreviations import ends_sentence

_SURROGATE = re.compile("[\ud800-\udfff]")
_CLOSING = frozenset("।॥,;:!?.)]}%»”’…۔،؛؟٪᱾᱿꯫꫰꫱|°")
# Virama after which Unicode 17 begins a new cluster although the letters may join: Gurmukhi,
# Tamil (க்ஷ, ஸ்ரீ), Kannada, Meetei Mayek. A ZWNJ after it asks for no joining, so it may be cut.
_JOINING = ("\u0a4d", "\u0bcd", "\u0ccd", "\uabed", "\uaaf6")
_ZWJ = "\u200d"
_PDI = "\u2069"

# A full stop after a letter or sign of a script without case, and the spaces after it.
_UNCASED_STOP = re.compile("(?<=[\u0600-\u06ff\u0900-\u0dff\u1c50-\u1c7f\uabc0-\uabff])[.]\\s+")

# First and last code point of the blocks of our scripts; letters are counted, marks are not.
_BLOCKS: tuple[tuple[int, int, str], ...] = (
    (0x0041, 0x024F, "Latn"), (0x1E00, 0x1EFF, "Latn"),
    (0x0600, 0x06FF, "Arab"), (0x0750, 0x077F, "Arab"), (0x08A0, 0x08FF, "Arab"),
    (0xFB50, 0xFDFF, "Arab"), (0xFE70, 0xFEFF, "Arab"),
    (0x0900, 0x097F, "Deva"), (0xA8E0, 0xA8FF, "Deva"), (0x0980, 0x09FF, "Beng"),
    (0x0A00, 0x0A7F, "Guru"), (0x0A80, 0x0AFF, "Gujr"), (0x0B00, 0x0B7F, "Orya"),
    (0x0B80, 0x0BFF, "Taml"), (0x0C00, 0x0C7F, "Telu"), (0x0C80, 0x0CFF, "Knda"),
    (0x0D00, 0x0D7F, "Mlym"), (0x1C50, 0x1C7F, "Olck"),
    (0xAAE0, 0xAAFF, "Mtei"), (0xABC0, 0xABFF, "Mtei"),
)  # fmt: skip


def _offsets(breaker: type[BaseBreaker], text: str, language: str) -> list[int]:
    """Return the ends of ICU's pieces in code points.

    ICU's own offsets are UTF-16, so lengths of the pieces are summed instead. A lone surrogate
    (from a broken file name or JSON) cannot enter ICU and stands in as U+FFFD.
    """
    return list(accumulate(map(len, breaker(_SURROGATE.sub("\ufffd", text), language))))


def _pieces(text: str, ends: list[int]) -> list[str]:
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def clusters(text: str) -> list[str]:
    """Return the grapheme clusters of Unicode 17 (UAX 29), which joined give `text` again."""
    if text.isascii() and "\r" not in text:
        return list(text)
    return _pieces(text, _offsets(CharacterBreaker, text, "en"))


def _joins(left: str, right: str) -> bool:
    """Return whether a cut between two clusters would tear letters apart."""
    return left.rstrip(_ZWJ).endswith(_JOINING) and unicodedata.category(right[0]) == "Lo"


def graphemes(text: str) -> list[str]:
    """Return the pieces between which `text` may be cut, broken or highlighted.

    As `clusters`, but virama and the consonant after it stay together in Tamil, Kannada,
    Gurmukhi and Meetei Mayek: Tamil க்ஷ and ஸ்ரீ are one, Kannada ಸ್ತ್ರೀ is one. Joined they give
    `text` again. There may be fewer than `count(text)`.
    """
    whole: list[str] = []
    for cluster in clusters(text):
        if whole and _joins(whole[-1], cluster):
            whole[-1] += cluster
        else:
            whole.append(cluster)
    return whole


@lru_cache(maxsize=64)  # several checks count the same sentence
def count(text: str) -> int:
    """Return the number of grapheme clusters (Unicode 17), the unit of all our limits."""
    return len(clusters(text))


def width(text: str) -> int:
    """Return the grapheme clusters that take room: no direction marks, no zero-width spaces."""
    return _short_width(text) if len(text) <= _SHORT else _width(text)


def _width(text: str) -> int:
    if text.isprintable():
        return len(clusters(text))  # nothing of Cf or Cc
    return sum(
        any(unicodedata.category(ch) not in ("Cf", "Cc") for ch in cluster)
        for cluster in clusters(text)
    )


_SHORT = 64
"""Code points of words and lines, which are measured again and again."""
_short_width = lru_cache(maxsize=8192)(_width)


def words(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Return the spans of words and numbers (ICU, UAX 29) as code point offsets.

    Spaces and punctuation are in no span. `language` is one of our codes.
    """
    ends = _offsets(WordBreaker, text, language)
    spans = zip([0, *ends], ends, strict=False)
    return [(a, b) for a, b in spans if any(ch.isalnum() for ch in text[a:b])]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, max(start, end - (len(piece) - len(piece.rstrip())))


def _sentence_ends(text: str, language: str) -> list[int]:
    """Return where sentences may end; ICU misses an end before a Latin word in lower case."""
    ends = {*_offsets(SentenceBreaker, text, language)}
    return sorted(ends.union(found.end() for found in _UNCASED_STOP.finditer(text)))


def sentence_spans(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Return the sentences of `text` as code point offsets, without the spaces around them.

    ICU proposes the ends (UAX 29), `courses.abbreviations` refuses false ones: titles, initials,
    "No. 5", "Rs. 1,87,500", list numbers. A line feed always ends a sentence. Every character
    that is no space is in exactly one span.
    """
    spans, start = [], 0
    for end in _sentence_ends(text, language):
        line_ends = text[end - 1] in "\n\r\u2028\u2029\x85"
        if line_ends or end == len(text) or ends_sentence(text[start:end], text[end:]):
            spans.append(_trim(text, start, end))
            start = end
    return [(a, b) for a, b in spans if a < b]


def line_breaks(text: str, language: str = "en") -> list[int]:
    """Return the code point offsets where a line may end: ``text[:offset]`` is the first line.

    ICU's line breaks (UAX 14) less those inside a grapheme and those after which a danda, comma
    or closing mark would start the line. The end of the text is not among them.
    """
    safe = set(accumulate(map(len, graphemes(text))))
    allowed = []
    for offset in _offsets(LineBreaker, text, language)[:-1]:
        rest = text[offset:].lstrip()
        if offset in safe and rest and rest[0] not in _CLOSING:
            allowed.append(offset)
    return allowed


_DECIMAL = re.compile(r"\d")


def to_ascii_digits(text: str) -> str:
    """Return `text` with the decimal digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return _DECIMAL.sub(lambda found: str(unicodedata.decimal(found.group())), text)


# Unicode, chapter 12.9: a chillu may be written as one code point or as consonant, virama, ZWJ;
# chapter 12.2: the same for Bengali khanda ta.
_CHILLUS = {
    "\u0d23\u0d4d\u200d": "\u0d7a", "\u0d28\u0d4d\u200d": "\u0d7b",
    "\u0d30\u0d4d\u200d": "\u0d7c", "\u0d32\u0d4d\u200d": "\u0d7d",
    "\u0d33\u0d4d\u200d": "\u0d7e", "\u0d15\u0d4d\u200d": "\u0d7f",
    "\u0d2e\u0d4d\u200d": "\u0d54", "\u0d2f\u0d4d\u200d": "\u0d55",
    "\u0d34\u0d4d\u200d": "\u0d56", "\u09a4\u09cd\u200d": "\u09ce",
}  # fmt: skip
_CHILLU = re.compile("|".join(_CHILLUS))
_NUKTA = re.compile("[\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc]")
# Bengali ra + ZWJ + virama + ya is another letter form (র‍্যাব) than reph; its ZWJ is kept.
_BENGALI_RA_YA = re.compile("(?<=\u09b0)\u200d(?=\u09cd)")


@lru_cache(maxsize=8192)
def _cluster_key(cluster: str) -> str:
    """Return what one cluster is compared by; empty for invisible controls."""
    if cluster.isspace():
        return " "
    text = _CHILLU.sub(lambda found: _CHILLUS[found.group()], cluster)
    text = unicodedata.normalize("NFC", _NUKTA.sub("", unicodedata.normalize("NFD", text)))
    text = _BENGALI_RA_YA.sub("\0", text)
    text = "".join(ch for ch in text if unicodedata.category(ch) != "Cf")
    return unicodedata.normalize("NFC", to_ascii_digits(text.replace("\0", _ZWJ).casefold()))


def comparison_map(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the comparison key of `text` and, for each character of it, its span in `text`.

    Spans are whole clusters, as code point offsets: the part ``key[a:b]`` was made of
    ``text[spans[a][0] : spans[b - 1][1]]``, so no hit can cut a cluster.
    """
    key: list[str] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for cluster in clusters(text):
        folded = _cluster_key(cluster)
        if folded != " " or (key and key[-1] != " "):
            key.extend(folded)
            spans.extend([(at, at + len(cluster))] * len(folded))
        at += len(cluster)
    if key and key[-1] == " ":
        key.pop()
        spans.pop()
    return "".join(key), spans


def comparison_key(text: str) -> str:
    """Return the key under which two spellings of the same text are equal; never for display.

    NFC; Malayalam chillu and Bengali khanda ta in either spelling; without nukta, joiners and
    other invisible controls; digits of all scripts as 0-9; case folded; runs of spaces as one.
    """
    if text.isascii() and "\0" not in text:
        return " ".join(text.lower().split())
    return comparison_map(text)[0]


@lru_cache(maxsize=8192)
def _script(ch: str) -> str | None:
    if not unicodedata.category(ch).startswith("L"):  # no letter
        return None
    point = ord(ch)
    return next((name for low, high, name in _BLOCKS if low <= point <= high), "Zzzz")


def script_of(text: str) -> str | None:
    """Return the ISO 15924 code of the script most letters of `text` are in.

    None when there are no letters, `Zzzz` when the script is none of ours.
    """
    if len(text) == 1:
        return _script(text)
    tally: dict[str, int] = {}
    for ch, times in Counter(text).items():
        if name := _script(ch):
            tally[name] = tally.get(name, 0) + times
    return max(tally, key=lambda name: tally[name]) if tally else None


def shorten(text: str, limit: int) -> str:
    """Return `text`, or its start and "…", in at most `limit` grapheme clusters.

    Never cut inside a grapheme; an isolate that the cut leaves open is closed (its mark takes no
    room and is not counted). Raises ValueError for a limit below 1.
    """
    if limit < 1:
        raise ValueError(f"a limit of {limit} clusters leaves no room")
    if width(text) <= limit:
        return text
    kept, room = "", limit - 1
    for grapheme in graphemes(text):
        room -= width(grapheme)
        if room < 0:
            break
        kept += grapheme
    still_open = len(re.findall("[\u2066-\u2068]", kept)) - kept.count(_PDI)
    return kept.rstrip() + "…" + _PDI * max(0, still_open)
