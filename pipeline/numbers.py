"""Which numbers two texts say, and which of them differ.

For: the number check of drafts, where a difference must be a real one. Digits of all scripts,
groupings, scales ("5 lakh"), dates, times and English number words are read; number words of other
languages are not. Not for changing a text: the engine has translators.number_words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from courses.script import to_ascii_digits
from pipeline.spoken_numbers import may_say, say_digits

_VIRAMA_OR_NNA = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0ccd\u0d4dणণણଣణಣണ"  # "लक्ष्य" (goal) is no lakh
_LAKSHA = rf"(?:लक्ष|লক্ষ|લક્ષ|ଲକ୍ଷ|లక్ష|ಲಕ್ಷ|ലക്ഷ)(?![{_VIRAMA_OR_NNA}])"
_END = r"(?=[\s.,;:!?।॥۔،)/-]|$)"
# Power of ten -> its words: English ones whole, others as stems, which inflections follow.
_SCALES = {
    9: r"(?:billions?|bn)\b|बिलियन|अरब(?!\s+(?:देश|राष्ट्र))|अब्ज|বিলিয়ন|અબજ|બિલિયન|ਅਰਬ(?!\s+ਦੇਸ਼)|"
    r"ਬਿਲੀਅਨ|ବିଲିୟନ|శతకోటి|బిలియన|ಶತಕೋಟಿ|ಬಿಲಿಯನ|பில்லியன|ബില്യ|ശതകോടി|ارب|بلین",
    7: r"(?:crores?|cr)\b(?!\.\s?p)|करोड|कोटी|কোটি|કરોડ|ਕਰੋੜ|କୋଟି|କରୋଡ|కోట్ల|కోటి|ಕೋಟಿ|கோடி|കോടി|"
    r"کروڑ|ڪروڙ|کرور|ᱠᱚᱨᱚᱲ|ꯀꯔꯣꯔ",
    6: r"(?:millions?|mn)\b|मिलियन|মিলিয়ন|મિલિયન|ਮਿਲੀਅਨ|ମିଲିୟନ|మిలియన|ಮಿಲಿಯನ|மில்லியன|മില്യ|"
    r"ദശലക്ഷ|দশলক্ষ|ملین|ᱢᱤᱞᱤᱭᱚᱱ",
    5: rf"(?:lakh|lac)s?\b|लाख|लक्ख|লাখ|લાખ|ਲੱਖ|ଲାଖ|லட்ச(?!ண|ி)|لاکھ|لَچھ|لچھ|لک{_END}|ᱞᱟᱠᱷ|ꯂꯥꯈ|{_LAKSHA}",
    3: r"thousands?\b|हजार|सहस्र|হাজার|হাজাৰ|હજાર|ਹਜਾਰ|ହଜାର|వేల(?![ిం])|వెయ్యి|ಸಾವಿರ|ஆயிர|ആയിര|ہزار|هزار|"
    rf"ᱦᱟᱡᱟᱨ|ꯂꯤꯁꯤꯡ|(?:रोजा|ساس){_END}",
    2: rf"hundreds?\b|(?:सौ|सय|শো|শত|সৌ|સો|ਸੌ|ଶହ|سو){_END}|వంద|ನೂರ|நூறு|നൂറ",
}
_NUKTA = re.compile("[\u093c\u09bc\u0a3c\u0abc\u0b3c\u0c3c\u0cbc]")


def _fold(text: str) -> str:
    return _NUKTA.sub("", unicodedata.normalize("NFC", text))


_SCALE = re.compile(
    "|".join(f"(?P<p{n}>{_fold(words)})" for n, words in _SCALES.items()), re.IGNORECASE
)
_GROUPED = r"(?<!\d)(?<!\d,)\d{1,3}(?:,\d{2,3})*,\d{3}"
_NUMBER = re.compile(
    r"(?P<whole>(?<!\d)(?<!\d[.,])\d{1,3}(?:[.,]\d{2,3})*,\d{3}(?![.,]?\d))"  # also "1.87,500"
    r"|(?P<time>(?<!\d)(?<!\d[:.])\d{1,2}:\d{2}(?![:.]?\d))"
    rf"|(?P<decimal>(?<!\d\.)(?:{_GROUPED}|\d+|(?<!\S))\.\d+(?!\.?\d))"
    rf"|{_GROUPED}(?!,?\d)|\d+"
)
_GAP = re.compile(r"\s*-?\s*")
_ADDS = re.compile(r"\s+(?:and\s+)?")
_CHAINS = re.compile(r"[-–—/.:]")
_SIGNS = str.maketrans({"\u066c": ",", "\u060c": ",", "\u066b": ".", "\u2044": "/"})


@dataclass(frozen=True, slots=True)
class Mention:
    """One number of a text, ``text[start:end]``; equal numbers have equal keys.

    `parts` are keys that say the same one by one, `bare` those left where a scale or a month is
    in words nobody knows. `raw` is as written, `power` that of its scale.
    """

    key: str
    start: int
    end: int
    raw: str
    power: int = 0
    parts: tuple[tuple[str, ...], ...] = ()
    bare: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers that a translation lost or added, and those of the source in words it may say."""

    lost: tuple[str, ...]
    added: tuple[str, ...]
    unsure: tuple[str, ...]


def _key(number: str, power: int = 0) -> str:
    """Return digits with at most one point, times ten to the power, without idle zeros."""
    whole, _, fraction = number.partition(".")
    fraction = fraction.ljust(power, "0")
    whole = (whole + fraction[:power]).lstrip("0") or "0"
    fraction = fraction[power:].rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def _split(kind: str | None, raw: str) -> tuple[tuple[str, ...], ...]:
    """Return what a number may also be: a list, hours and minutes, rupees and paise."""
    pieces = re.split("[:.,]", raw) if kind in ("time", "decimal") else raw.split(",")
    if kind == "decimal" and pieces[0]:
        two = len(pieces) == 2 and len(pieces[0]) <= 2 == len(pieces[1])
        clock = two and max(map(int, pieces)) < 60
        pieces = pieces if clock else []
    return (tuple(_key(piece) for piece in pieces if piece),) if len(pieces) > 1 else ()


def _read(text: str) -> Iterator[Mention]:
    for found in _NUMBER.finditer(text):
        kind, raw, end, power = found.lastgroup, found.group(), found.end(), 0
        digits = raw.replace(",", "").replace(":", ".")
        if kind == "whole":
            digits = digits.replace(".", "")
        at = _GAP.match(text, end)
        while at and (scale := _SCALE.match(text, at.end())):
            power += int((scale.lastgroup or "p0")[1:])
            end = scale.end()
            at = _GAP.match(text, end)
        parts = () if power else _split(kind, raw)
        bare = ((_key(digits),),) if power else ()
        yield Mention(_key(digits, power), found.start(), end, raw, power, parts, bare)


def _runs(
    items: Sequence[Mention], join: Callable[[Mention, Mention], bool]
) -> Iterator[list[Mention]]:
    """Yield neighbours that are one number together, in order."""
    run = list(items[:1])
    for before, item in pairwise(items):
        if not join(before, item):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _sum(run: Sequence[Mention]) -> Mention:
    """Return "1 lakh 50 thousand" as one."""
    if len(run) == 1:
        return run[0]
    parts = tuple(item.key for item in run)
    bare = tuple(item.bare[0][0] if item.bare else item.key for item in run)
    total = str(sum(map(int, parts)))
    return Mention(total, run[0].start, run[-1].end, total, 0, (parts,), (bare,))


def _date(raws: list[str]) -> list[str]:
    """Return the pieces of a date as day, month, year; of a year like 2005-06 as two years."""
    sizes = list(map(len, raws))
    if sizes == [4, 2] and int(raws[1]) == (int(raws[0]) + 1) % 100:
        return [raws[0], str(int(raws[0]) + 1)]
    if sizes[0] == 4 and len(raws) == 3:
        return raws[::-1]
    if len(raws) == 3 and sizes[2] == 2 and max(sizes) == 2 and max(map(int, raws[:2])) <= 31:
        return [*raws[:2], f"{20 if int(raws[2]) < 50 else 19}{raws[2]}"]
    return raws


def _chain(run: Sequence[Mention]) -> Mention:
    """Return 31/03/2005, 2-3, 2005-06, 10:30-11:30 or 8-1 as one."""
    if len(run) == 1:
        return run[0]
    keys = [item.key for item in run]
    plain = all(item.raw.isdecimal() and not item.power for item in run)
    dated = [_key(raw) for raw in _date([item.raw for item in run])] if plain else keys
    leaves = [leaf for item in run for leaf in (item.parts or ((item.key,),))[0]]
    bare = ((dated[0], dated[2]),) if len(dated) == 3 and len(dated[2]) == 4 else ()
    parts = tuple(dict.fromkeys((tuple(keys), tuple(dated), tuple(leaves))))
    return Mention("-".join(dated), run[0].start, run[-1].end, "", 0, parts, bare)


def mentions(text: str) -> list[Mention]:
    """Return the numbers that `text` says in digits of any script, in order."""
    text = to_ascii_digits(_fold(text)).translate(_SIGNS)
    text = "".join(ch for ch in text if unicodedata.category(ch) != "Cf")

    def adds(before: Mention, item: Mention) -> bool:
        smaller = before.power > item.power and item.key.isdecimal() and before.key.isdecimal()
        fits = len(before.key) < 30 and (item.power > 0 or len(item.key) <= before.power)
        return smaller and fits and bool(_ADDS.fullmatch(text[before.end : item.start]))

    def chains(before: Mention, item: Mention) -> bool:
        return bool(_CHAINS.fullmatch(text[before.end : item.start]))

    sums = [_sum(run) for run in _runs(list(_read(text)), adds)]
    chained = [_chain(run) for run in _runs(sums, chains)]
    return [replace(item, raw=text[item.start : item.end]) for item in chained]


def _without(items: Sequence[Mention], others: Sequence[Mention]) -> list[Mention]:
    """Return `items` less one for each equal one of `others`."""
    keys, left = Counter(other.key for other in others), []
    for item in items:
        if keys[item.key] > 0:
            keys[item.key] -= 1
        else:
            left.append(item)
    return left


def _settle(
    wholes: Sequence[Mention], pieces: Sequence[Mention], known: Collection[str] = ()
) -> tuple[list[Mention], list[Mention]]:
    """Return both less the wholes whose parts are all among the pieces, or known, and these."""
    left, rest = [], list(pieces)
    for whole in wholes:
        for parts in whole.parts:
            needed = [Mention(key, 0, 0, key) for key in parts]
            if all(item.key in known for item in _without(needed, rest)):
                rest = _without(rest, needed)
                break
        else:
            left.append(whole)
    return left, rest


@lru_cache(maxsize=1)  # two checks look at each sentence, one after the other
def compare(source: str, target: str) -> Difference:
    """Return how the numbers of `target` differ from those of `source`, an English text or not.

    What is in words on one side may be in digits on the other. A number of the source that is in
    words and in no digits of the target is `unsure`, not `lost`.
    """
    said, found = say_digits(source), mentions(target)
    everything = mentions(said)
    spoken = _without(everything, mentions(source))
    written = _without(everything, spoken)
    lost, added = _without(written, found), _without(found, written)
    spoken, added = _without(spoken, added), _without(added, spoken)
    lost, added = _settle(lost, added)
    spoken, added = _settle(spoken, added)
    known = may_say(said)
    added, pieces = _settle(added, [*lost, *spoken], known)
    lost = [item for item in lost if item in pieces]
    spoken = [item for item in spoken if item in pieces]
    return _judge(lost, [item for item in added if item.key not in known], spoken, target)


def _judge(
    lost: Sequence[Mention], added: Sequence[Mention], spoken: Sequence[Mention], target: str
) -> Difference:
    """Return the difference after what the words of the target may account for."""
    bare = [replace(item, parts=item.bare) for item in (*lost, *spoken)]
    unknown, added = _settle(bare, added)
    words = say_digits(target)
    meant = may_say(words) | {item.key for item in mentions(words)}
    told = {item.key for item in mentions(target)}
    gone = [item for item in lost if _left(item, unknown) and item.key not in meant - told]
    unsure = [
        item
        for item in bare
        if not _left(item, unknown) or (item.key not in meant | told and _left(item, spoken))
    ]
    return Difference(_as_written(gone), _as_written(added), _as_written(unsure))


def _as_written(items: Sequence[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.raw for item in items))


def _left(item: Mention, items: Sequence[Mention]) -> bool:
    return any(item.start == other.start for other in items)
