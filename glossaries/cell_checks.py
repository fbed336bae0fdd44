"""What can be wrong inside one row of terms: its cells, letter by letter.

Pure: a row in, faults out. What is wrong between rows is in `lint`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from courses.languages import WRITINGS
from courses.nouns import Severity, TermKind
from courses.script import count, script_of
from glossaries.rows import KEBAB, Row, to_entry

PARTS_OF_SPEECH = ("noun", "proper noun", "verb", "adjective", "adverb", "phrase", "other")
LONGEST_CELL = 2000  # characters: a definition is one line; more is a row that lost its line end
LONGEST_WORDING = 150  # grapheme clusters (Unicode 17)

Complaint = tuple[str, Severity, str]
"""The id of a check, how bad it is, and the message."""

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_JOINERS = "\u200c\u200d"
_STRAY_JOINER = re.compile(f"(?:^|[\\s|{_JOINERS}])[{_JOINERS}]|[{_JOINERS}](?:$|[\\s|])")
_VISARGA = re.compile("[\u0900-\u0dff]:(?=$|[\\s|])")
_GLUED = re.compile("[A-Za-z][\u0900-\u0dff]|[\u0900-\u0dff][A-Za-z]")
# Scripts with a visarga of their own, for which people type a colon.
_WITH_VISARGA = {"Deva", "Beng", "Gujr", "Orya", "Telu", "Knda", "Mlym"}


def check_row(row: Row, domain: str) -> Iterator[Complaint]:
    """Yield all that is wrong with one row of the domain, the worst not first.

    Where no special check finds an error but the row makes no entry, that is said last.
    """
    failed = False
    for complaint in _special(row.cells) if not row.problems else ():
        failed = failed or complaint[1] is _ERROR
        yield complaint
    made = None if failed else to_entry(row, domain)
    if isinstance(made, str):
        yield "row-broken", _ERROR, made


def _special(cells: dict[str, str]) -> Iterator[Complaint]:
    yield from _check_facts(cells)
    for name, text in cells.items():
        if not text:
            continue
        yield from _check_text(name, text)
        if name in WRITINGS:
            yield from _check_wordings(name, text, cells.get("kind", ""))
    yield from _check_statuses(cells)


def _check_facts(cells: dict[str, str]) -> Iterator[Complaint]:
    """Check what is not text: id, part of speech, kind and what goes with them."""
    identifier, part = cells.get("id", "").strip(), cells.get("pos", "").strip()
    if identifier and not KEBAB.fullmatch(identifier):
        message = f"the id {identifier!r} is not lower-case letters, digits and hyphens."
        yield "id-not-kebab", _ERROR, message
    if part and part not in PARTS_OF_SPEECH:
        message = f"there is no part of speech {part!r}; there are {', '.join(PARTS_OF_SPEECH)}."
        yield "pos-unknown", _ERROR, message
    kind = cells.get("kind") or TermKind.TRANSLATE
    if kind != TermKind.FORBID and cells.get("use", "").strip():
        yield "use-without-forbid", _WARNING, f"use counts only for the kind forbid, not {kind}."
    terms = (text for code, text in cells.items() if code in WRITINGS and code != "en")
    if kind != TermKind.KEEP and not any(text.strip() for text in terms):
        yield "terms-missing", _WARNING, "no language has a term."
    if kind != TermKind.FORBID and not cells.get("definition", "").strip():
        yield "definition-missing", _WARNING, "there is no definition."


def _check_statuses(cells: dict[str, str]) -> Iterator[Complaint]:
    official, reviewed = (cells.get(name, "").split() for name in ("official", "reviewed"))
    if official and not cells.get("source", "").strip():
        yield "source-missing", _ERROR, "official terms need the publication in the column source."
    for code in dict.fromkeys((*official, *reviewed)):
        if code not in WRITINGS:
            yield "status-unknown", _ERROR, f"{code!r} in official or reviewed is no language code."
        elif not cells.get(code, "").strip():
            yield "status-of-nothing", _ERROR, f"{code} has a status and no term."
    for code in set(official) & set(reviewed):
        yield "status-twice", _WARNING, f"{code} is both official and reviewed; official counts."


def _check_text(name: str, text: str) -> Iterator[Complaint]:
    """Check what holds for every cell: spaces, controls, length."""
    classes = set(map(_CLASSES.__getitem__, set(text)))
    if "control" in classes:
        bad = sorted({f"U+{ord(char):04X}" for char in text if _CLASSES[char] == "control"})
        yield "control-character", _ERROR, f"{name}: it holds {', '.join(bad)}, which is not seen."
    if "space" in classes or text != text.strip(" ") or "  " in text:
        yield "stray-space", _WARNING, f"{name}: there is white space that is not one plain space."
    if "joiner" in classes and (name not in WRITINGS or name == "en"):
        yield "stray-joiner", _ERROR, f"{name}: it holds a zero-width joiner."
    elif "joiner" in classes and _STRAY_JOINER.search(text):
        yield "stray-joiner", _WARNING, f"{name}: a zero-width joiner joins nothing."
    if len(text) > LONGEST_CELL:
        message = f"{name}: {len(text):,} characters are more than the {LONGEST_CELL:,} of a cell."
        yield "cell-too-long", _ERROR, message


def _check_wordings(code: str, text: str, kind: str) -> Iterator[Complaint]:
    """Check the terms of one language: script, look-alikes, empty and repeated wordings."""
    script = WRITINGS[code].script
    classes = set(map(_CLASSES.__getitem__, set(text)))
    scripts = {name for name in classes if len(name) == 4}
    strangers = scripts - {script, "Latn"}
    if strangers and script in scripts:
        bad = next(char for char in text if _CLASSES[char] in strangers)
        message = f"{code}: {bad!r} (U+{ord(bad):04X}, {_name(bad)}) is a letter of another script."
        yield "look-alike", _ERROR, message
    elif strangers:
        message = f"{code}: {text!r} is in the script {_main(text)}, not {script}."
        yield "wrong-script", _ERROR, message
    elif code != "en" and scripts == {"Latn"} and kind != TermKind.KEEP:
        yield "latin-term", _WARNING, f"{code}: {text!r} is all in Latin letters."
    if len(scripts) > 1 and _GLUED.search(text):
        yield "look-alike", _WARNING, f"{code}: a Latin letter stands within a word of {script}."
    if ":" in text and script in _WITH_VISARGA and _VISARGA.search(text):
        yield "look-alike", _WARNING, f"{code}: a colon stands where a visarga may be meant."
    yield from _check_list(code, text)


def _check_list(code: str, text: str) -> Iterator[Complaint]:
    wordings = [wording.strip() for wording in text.split("|")]
    if code == "en" and len(wordings) > 1:
        yield "row-broken", _ERROR, "en: there is one English term; a | separates nothing here."
    elif len(wordings) > 1 and not wordings[0]:
        yield "preferred-empty", _ERROR, f"{code}: the preferred term is empty."
    elif len(set(wordings)) < len(wordings) or "" in wordings:
        yield "variant-twice", _WARNING, f"{code}: a variant is empty or there twice."
    for wording in wordings if len(text) > LONGEST_WORDING else ():
        if (size := count(wording)) > LONGEST_WORDING:
            message = f"{code}: {size} clusters are a sentence; a term has {LONGEST_WORDING}."
            yield "term-too-long", _WARNING, message


def _main(text: str) -> str:
    return script_of(text) or "none"


@lru_cache(maxsize=1024)
def _name(char: str) -> str:
    return unicodedata.name(char, "unnamed").title()


class _Classes(dict[str, str]):
    """Character -> `control`, `space`, `joiner`, the script of a letter, or nothing special."""

    def __missing__(self, char: str) -> str:
        category = unicodedata.category(char)
        found = ""
        if char in _JOINERS:
            found = "joiner"
        elif char != " " and (category.startswith("Z") or char.isspace()):
            found = "space"
        elif category in ("Cc", "Cf", "Cs", "Co", "Cn"):
            found = "control"
        elif category.startswith("L") and category != "Lm":
            found = script_of(char) or ""
        self[char] = found
        return found


_CLASSES = _Classes()
