"""How an English term may be written and inflected: what the finder looks for.

For the source side only. Not for telling where a term stands in a text: see `match`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# Words after which the head of a term has gone by: "Officer on Special Duty", "code of conduct".
_LINKS = frozenset({"of", "to", "on", "in", "for", "under", "with", "at", "by", "from", "and", "&"})
_SPELLINGS = (
    ("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("programme", "program"),
    ("advisor", "adviser"), ("labour", "labor"), ("centre", "center"), ("defence", "defense"),
    ("enrolment", "enrollment"), ("judgement", "judgment"), ("cheque", "check"),
    ("travelling", "traveling"), ("communiqué", "communique"), ("grievance redressal",
    "grievance redress"), (" and ", " & "), (", ", " "),
)  # fmt: skip
_IRREGULAR = {
    "man": "men", "woman": "women", "person": "persons", "memorandum": "memoranda",
    "addendum": "addenda", "corrigendum": "corrigenda", "criterion": "criteria",
    "analysis": "analyses", "basis": "bases", "index": "indices", "half": "halves", "child":
    "children", "proforma": "proformae", "referendum": "referenda",
}  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=\b[a-z])(?=[A-Z])")


def writings(term: str) -> set[str]:
    """Return the ways to write `term`: hyphens as spaces or gone, other spellings, plurals.

    In lower case, with spaces for hyphens: what a text has once it is folded for the finder.
    """
    base = {" ".join(form.split()) for form in _joinings(term)}
    base = {form.removeprefix("the ") for form in base}
    for one, other in _SPELLINGS:
        base |= {form.replace(one, other) for form in base}
        base |= {form.replace(other, one) for form in base if other not in (" ", " & ")}
    return base | {form for text in base for form in _numbers(text)}


def _joinings(term: str) -> Iterator[str]:
    """Yield "e office", "eoffice" for e-Office and eOffice alike."""
    parted = _CAMEL.sub(" ", term)
    spaced = re.sub(r"[-‐‑–]", " ", parted)
    yield term.lower()
    yield spaced.lower()
    yield re.sub(r"(?<=\w)[-‐‑](?=\w)", "", term).lower()
    # Compounds of the net are parted at will: "e office" for a term that is written eOffice.
    if match := re.fullmatch(r"(e|i|m)([a-z]{4,})", term):
        yield f"{match[1]} {match[2]}"


def _numbers(text: str) -> Iterator[str]:
    """Yield `text` with its head, and its last word, in the other number."""
    words = text.split()
    head = next((n - 1 for n, word in enumerate(words) if n and word in _LINKS), len(words) - 1)
    for place in {head, len(words) - 1}:
        for other in _other_number(words[place], alone=len(words) == 1):
            yield " ".join((*words[:place], other, *words[place + 1 :]))


def _other_number(word: str, alone: bool) -> Iterable[str]:
    if not word.isalpha():
        return ()
    found = {_plural(word), _IRREGULAR.get(word, "")} - {""}
    # "Estimates" and "minutes" alone are no plurals of a term: only a longer term is unmistakable.
    if not alone and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        found |= {word[:-1]} | ({word[:-3] + "y"} if word.endswith("ies") else set())
        found |= {word[:-2]} if word.endswith(("sses", "xes", "ches", "shes")) else set()
    return found


def _plural(word: str) -> str:
    """Return the regular plural; source: any grammar of English."""
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


def needs_capitals(word: str) -> bool:
    """Return whether `word` is an abbreviation, found only as it is written or all in capitals.

    GeM is not a gem, SPARROW not a sparrow; DigiLocker and eOffice may be in any case.
    """
    capitals = sum(letter.isupper() for letter in word)
    return capitals >= 2 and (capitals == len(word) or len(word) <= 5)
