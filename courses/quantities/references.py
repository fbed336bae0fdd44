"""References to sections, rules, articles, chapters: "Section 8(1)(j)", "Rule 14A", "Part IV".

A reference is its number and what follows it, compared piece by piece; "(ञ)" and "(j)" are the
same letter. Not for the names of laws.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from courses.quantities.digits import mentions
from courses.script import to_ascii_digits

_KIND = (
    r"(?:sub-?)?(?:sections?|rules?|articles?|clauses?|paragraphs?|paras?|regulations?|orders?|forms?|"
    r"chapters?|schedules?|parts?|annexures?|appendix|volumes?)|(?:secs?|arts?)\.|u/s"
)
_TAIL = r"(?:-?[A-Z]{1,2}(?![\w']))?(?:-\d{1,2}(?=-[A-Z]\b)|-[A-Z]\b)*(?:\s?\([0-9A-Za-z]{1,5}\))*"
# "Section 5 and 30 days" is no list of sections.
_COUNTED = (
    r"\s+(?:days?|hours?|minutes?|weeks?|months?|years?|rupees?|lakhs?|crores?|per|officers?|members?|"
    r"January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_LIST = re.compile(
    rf"\b(?:{_KIND})\s+(?:nos?\.?\s+)?((?:\d+(?!\d){_TAIL}(?!{_COUNTED})(?:\s*(?:,|and|or|to|&|"
    rf"read with)\s*)*)+)",
    re.IGNORECASE,
)
_ONE = re.compile(rf"(\d+)({_TAIL})")
_BRACKET = r"\([0-9A-Za-z]{1,5}\)"
# The "(ii) and (iii)" of "Rule 3(1)(i), (ii) and (iii)".
_MORE = re.compile(
    rf"\b(?:{_KIND})\s+(?:nos?\.?\s+)?\d+{_TAIL}(?<=\))"
    rf"((?:\s*(?:,|and|or|to|&)\s*(?:(?:and|or)\s+)?{_BRACKET})+)",
    re.IGNORECASE,
)
_ROMAN = re.compile(rf"\b((?i:{_KIND}))\s+([IVXLC]+)\b(?!')")
# An ending in an Indian script may be glued to it.
_ROMAN_WORD = re.compile(r"(?<![\w.])[IVXLC]+(?!\w|\.\w)", re.ASCII)
_ROMAN_SHAPE = re.compile(r"(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_PIECE = re.compile(r"\d+|[^\W\d_]+", re.ASCII)

# "clause (b) of section 4"; not "rules (if any)".
_LONE = re.compile(
    rf"\b(?:{_KIND})\s+((?:(?:\s*(?:,|and|or|to|&)\s*)?\((?:\d{{1,3}}|[a-z]{{1,2}}|[ivx]{{1,5}})\))+)",
    re.IGNORECASE,
)

# One letter, with the vowel signs and marks that letter names have in our scripts.
INDIC = "\u0600-\u06ff\u0900-\u0963\u0970-\u0dff"
_LETTER = f"[A-Za-z]{{1,5}}|[{INDIC}]{{1,4}}"
_THERE = re.compile(
    rf"(?<![\d.,])(\d+)((?:(?:\s[A-Z]|-?(?:{_LETTER}))(?![\w\u0900-\u0dff\u0600-\u06ff]))?"
    rf"(?:-\d{{1,2}}(?=-)|-(?:{_LETTER})(?![\w\u0900-\u0dff]))*(?:\s?\(\s?(?:\d{{1,3}}|{_LETTER})\s?\))*)"
)
# "धारा 8 की उपधारा (1) के खंड (ञ)": the pieces of one reference with words between them.
_TOKEN = re.compile(rf"\(\s?(?P<piece>\d{{1,3}}|{_LETTER})\s?\)|(?<![\d.,])(?P<number>\d+)(?!\d)")
_ALONE = re.compile(rf"(?<![\w{INDIC}])[A-Za-z{INDIC}]{{1,3}}(?![\w{INDIC}])")
# "8-2-এর", "19(1)-க்கு": endings behind a hyphen. Letters that laws count with are none here.
_ENDINGS = (
    "के|का|की|को|में|से|पर|ने|तक|वाँ|वीं|वें|मधील|मध्ये|चा|ची|चे|च्या|ला|नुसार|साठी|वर|नी|चं|वा|मा|ले|लाई|बाट|"
    "देखि|सम्म|अनुसार|এর|এ|তে|কে|য়|য়|র|এৰ|ৰ|ত|লৈ|ৰে|ৰপৰা|ଏ|ର|ରେ|ରୁ|କୁ|ના|ની|નો|નું|માં|થી|ને|એ|"
    "ਦੇ|ਦੀ|ਦਾ|ਵਿੱਚ|ਵਿਚ|ਨੂੰ|ਤੋਂ|ਨੇ|இன்|இன்படி|இல்|ஐ|க்கு|ஆம்|ம்|ஆவது|வது|ன்|ல்|ஆல்|உடன்|இலிருந்து|இன்கீழ்|లో|లోని|"
    "కి|కు|ను|న|వ|ల|తో|ರ|ರಲ್ಲಿ|ಕ್ಕೆ|ನೇ|ರಂದು|ನ್ನು|ರಿಂದ|ರನ್ನು|ಗೆ|ന്|ൽ|ലെ|ന്റെ|ാം|ാമത്|നെ|ലും|ഉം|ആം|ആയ|"
    "کے|کا|کی|کو|میں|سے|پر|تک|نے"
)
ENDING = re.compile(_ENDINGS)
_HYPHENED = re.compile(rf"(?<=[\d)A-Za-z])-(?:{_ENDINGS})(?![\w{INDIC}\u200c\u200d])")
_APART = 40  # characters of such words
_SUB = re.compile("उप|पोट|উপ|ઉપ|પેટા|ਉਪ|ଉପ|துணை|உட்|ఉప|ಉಪ|ഉപ|ذیلی")
_DIGITS = re.compile(r"\d+", re.ASCII)
_NOT_ASCII_DIGIT = re.compile(r"(?![0-9])\d")
_THERE_PIECE = re.compile(rf"\d+|{_LETTER}")
# The order of consonants in laws in Hindi and its kin: (क) is (a), (ञ) is (j).
_ORDER = "कखगघङचछजझञटठडढणतथदधनपफबभमय"
_BLOCKS = (0x900, 0x980, 0xA00, 0xA80, 0xB00, 0xC00, 0xC80, 0xD00)
# Names of Latin letters as they are spelled, in Devanagari; other scripts by the same offsets.
_NAMES = {
    "ए": "a", "बी": "b", "सी": "c", "डी": "d", "ई": "e", "एफ": "f", "जी": "g", "एच": "h", "आई": "i",
    "जे": "j", "के": "k", "एल": "l", "एम": "m", "एन": "n", "ओ": "o", "पी": "p", "क्यू": "q",
    "आर": "r", "एस": "s", "टी": "t", "यू": "u", "वी": "v", "अ": "a", "आ": "ab", "ब": "b",
    "स": "c", "ड": "d", "ऎ": "a", "बि": "b", "सि": "c", "चि": "c", "छि": "c", "डि": "d", "इ": "ce",
    "जि": "g", "पि": "p", "टि": "t", "वि": "v", "जॆ": "j", "कॆ": "k",
}  # fmt: skip
_GURMUKHI = "ੳਅੲਸਹਕਖਗਘਙਚਛਜਝਞ"
_TAMIL = {
    "அ": "a", "ஆ": "b", "இ": "ce", "ஈ": "d", "உ": "e", "ஊ": "f", "எ": "g", "ஏ": "ah", "ஐ": "i",
    "பி": "b", "சி": "c", "டி": "d", "ஜே": "j",
}  # fmt: skip
_URDU = "ابجدہوزحطی"


def letters(piece: str) -> set[str]:
    """Return the Latin letters that a letter of another script may stand for; empty: unknown."""
    if piece.isascii():
        return {piece.lower()}
    point = ord(piece[0])
    base = next((block for block in _BLOCKS if block <= point < block + 0x80), 0)
    found = set(_TAMIL.get(piece, ""))
    if base:
        deva = "".join(chr(ord(char) - base + 0x900) for char in piece)
        found |= set(_NAMES.get(deva, ""))
        found |= {chr(97 + _ORDER.index(deva))} if len(deva) == 1 and deva in _ORDER else set()
    for order in (_GURMUKHI, _URDU):
        found |= {chr(97 + order.index(piece))} if len(piece) == 1 and piece in order else set()
    return found


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: as written, its number without idle zeros, and the pieces behind it."""

    raw: str
    number: str
    pieces: tuple[str, ...]


def find_references(text: str) -> list[Reference]:
    """Return the references of an English text whose number is in digits, in order."""
    return [
        Reference(one.group().strip(), one[1].lstrip("0") or "0", tuple(_PIECE.findall(one[2])))
        for found in _LIST.finditer(text)
        for one in _ONE.finditer(found[1])
    ]


def has_references(text: str) -> bool:
    """Return whether an English text may have references, quickly."""
    return bool(_LIST.search(text) or _ROMAN.search(text) or _LONE.search(text))


def roman_value(word: str) -> int:
    """Return the value of a Roman number, 0 for a word that is none."""
    if not _ROMAN_SHAPE.fullmatch(word):
        return 0
    values = [_ROMAN_DIGITS[letter] for letter in word] + [0]
    return sum(-a if a < b else a for a, b in pairwise(values))


def roman_numbers(text: str) -> set[str]:
    """Return in digits the Roman numbers that stand alone in `text`."""
    return {str(roman_value(word)) for word in _ROMAN_WORD.findall(text)} - {"0"}


def _candidates(target: str) -> Iterator[Reference]:
    for found in _THERE.finditer(_HYPHENED.sub(" ", to_ascii_digits(target))):
        pieces = tuple(_THERE_PIECE.findall(found[2]))
        yield Reference(found.group().strip(), found[1].lstrip("0") or "0", pieces)


def _same_piece(piece: str, other: str) -> bool:
    if piece.isdecimal() or other.isdecimal():
        same = piece.isdecimal() and other.isdecimal() and int(piece) == int(other)
        return same or str(roman_value(piece.upper())) == other
    known = letters(other)
    return not known or piece.lower() in known


def _same(wanted: Reference, there: Reference) -> bool:
    """Return whether `there` has the pieces of `wanted`; more letters behind it do not count."""
    if wanted.number != there.number or len(there.pieces) < len(wanted.pieces):
        return False
    if any(piece.isdecimal() for piece in there.pieces[len(wanted.pieces) :]):
        return False
    return all(map(_same_piece, wanted.pieces, there.pieces))


def _in_brackets(pattern: re.Pattern[str], source: str) -> list[str]:
    """Return the pieces in brackets of what `pattern` finds."""
    found = (piece for one in pattern.finditer(source) for piece in re.findall(_BRACKET, one[1]))
    return [piece.strip("()") for piece in found]


def _lost_pieces(source: str, target: str) -> Iterator[Reference]:
    """Yield pieces without a number before them that stand nowhere in `target`.

    Those of a list must be in brackets there too; that of "clause (b)" may also stand alone.
    """
    listed, lone = _in_brackets(_MORE, source), _in_brackets(_LONE, source)
    if not listed and not lone:
        return
    plain = to_ascii_digits(target)
    tokens = list(_TOKEN.finditer(plain))
    pieces = [found["piece"] for found in tokens if found["piece"]]
    numbers = [found["number"] for found in tokens if found["number"]]
    alone = {letter for word in _ALONE.findall(plain) for letter in letters(word)}
    for piece in [*listed, *lone]:
        if any(_same_piece(piece, other) for other in pieces):
            continue
        free = piece.lower() in alone or any(_same_piece(piece, other) for other in numbers)
        if piece in listed or not free:
            yield Reference(f"({piece})", "", (piece,))


def _spread(wanted: Reference, target: str) -> bool:
    """Return whether the pieces of `wanted` follow its number with only words between them."""
    tokens = [*_TOKEN.finditer(to_ascii_digits(target))]
    size = len(wanted.pieces)
    for at, token in enumerate(tokens[: len(tokens) - size]):
        rest = tokens[at + 1 : at + 1 + size]
        if (token["number"] or "").lstrip("0") == wanted.number and all(
            _follows(*three) for three in zip([token, *rest], rest, wanted.pieces, strict=False)
        ):
            return True
    return False


def _follows(before: re.Match[str], token: re.Match[str], piece: str) -> bool:
    """Return whether a token is the next `piece`: in brackets, or behind a word for "sub-"."""
    between = token.string[before.end() : token.start()]
    if len(between) > _APART or "," in between:
        return False
    marked = token["piece"] is not None or bool(_SUB.search(between))
    return marked and _same_piece(piece, token["piece"] or token["number"])


def _narrower(wanted: Reference, there: Sequence[Reference], source: str, target: str) -> bool:
    """Return whether a section 3 is only there as section 3(3), whose "(3)" nobody said.

    A number in two kinds of digits, "३ (3)", repeats itself.
    """
    same = [one for one in there if one.number == wanted.number]
    if not same or not all(one.pieces and one.pieces[0].isdecimal() for one in same):
        return False
    twice = bool(_NOT_ASCII_DIGIT.search(target)) and any("0" <= char <= "9" for char in target)
    said = Counter(number.lstrip("0") for number in _DIGITS.findall(source))
    asked = Counter((same[0].number, *filter(str.isdecimal, same[0].pieces)))
    return not twice and not asked <= said


def changed_references(
    source: str, target: str, said: frozenset[str]
) -> tuple[tuple[Reference, ...], tuple[str, ...]]:
    """Return the references of an English `source` that `target` lacks, and what it has instead.

    `said` are the keys of all numbers that `target` says, in words too: Roman numbers are
    looked for among them, and plain numbers.
    """
    lost, there = [], list(_candidates(target))
    for wanted in find_references(source):
        same = next((one for one in there if _same(wanted, one)), None)
        if same:
            there.remove(same)
        elif wanted.pieces and _spread(wanted, target):
            continue
        elif wanted.pieces or wanted.number not in said or _narrower(wanted, there, source, target):
            lost.append(wanted)
    lost += _lost_pieces(source, target)
    roman = [
        Reference(found.group(), str(roman_value(found[2])), ())
        for found in _ROMAN.finditer(source)
    ]
    told = {mention.key for mention in mentions(target)} | said | roman_numbers(target)
    lost += [one for one in roman if one.number != "0" and one.number not in told]
    numbers = {one.number for one in lost}
    instead = [one.raw for one in there if one.pieces or one.number not in numbers]
    return tuple(lost), tuple(dict.fromkeys(instead)) if lost else ()
