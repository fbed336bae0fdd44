"""Web and mail addresses, file numbers and telephone numbers: what must be kept as it is.

Not for numbers that may be written in another way; those are `courses.quantities.digits`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from courses.script import to_ascii_digits

# Parts have a largest length: a long line must not take the time of its square.
# Only ASCII: an ending in an Indian script that is glued to an address is no part of it.
_ADDRESS = re.compile(
    r"(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+)"
    r"|(?P<web>(?:https?://|www\.)[!-~]+)"
    # In lower case only: "school.In" is two sentences without the space between them.
    r"|(?P<domain>(?-i:(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:in|com|org|net|gov|edu|nic|info)"
    r"(?:/[!-~]*)?(?![\w.]?\w)))"
    r"|(?P<phone>(?<![\d,.])(?:\+\d{1,3}[ -]?)?(?:\d{5}[ -]?\d{5}|1800[ -]?\d{2,3}[ -]?\d{3,4}|"
    r"0\d{2,4}[ -]\d{6,8})(?![\d,.]?\d))"
    r"|(?P<file>(?<![\w/])(?!\d{1,2}/\d{1,2}/\d{2,4}\b)(?=[^\s]{0,200}\d)"
    r"[A-Z0-9][\w.-]{0,100}(?:/[\w().&-]+){2,})",
    re.IGNORECASE | re.ASCII,
)
# Most sentences have nothing of the kind, and the pattern above is slow.
_HINT = re.compile(r"@|/\w+/|//|\.[a-z]|www|\d{5}|1800|\b0\d|\+\d", re.IGNORECASE | re.ASCII)
_EDGES = ".,;:!?)>]}\"'-"
_SEPARATORS = re.compile(r"[\s-]+")


def _found(text: str) -> Iterator[tuple[str, int, int, bool]]:
    """Yield each address, its start and end, and whether it is a telephone number."""
    if not _HINT.search(text):
        return
    for found in _ADDRESS.finditer(text):
        address = found.group().rstrip(_EDGES)
        yield address, found.start(), found.start() + len(address), found.lastgroup == "phone"


@lru_cache(maxsize=64)  # several checks look at the same sentence
def without_addresses(text: str) -> str:
    """Return `text` with its addresses left out, so that their digits are no numbers."""
    plain = to_ascii_digits(text)
    for _, start, end, _ in reversed(list(_found(plain))):
        text = f"{text[:start]} {text[end:]}"
    return text


def _key(address: str, phone: bool) -> str:
    return _SEPARATORS.sub("", address) if phone else address.casefold().rstrip("/")


def changed_addresses(source: str, target: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the addresses of `source` that `target` lacks, and those that it has instead."""
    wanted = [(address, _key(address, phone)) for address, _, _, phone in _found(source)]
    if not wanted:
        return (), ()
    plain = to_ascii_digits(target)
    there = [(address, _key(address, phone)) for address, _, _, phone in _found(plain)]
    keys, known = {key for _, key in there}, {key for _, key in wanted}
    lost = tuple(dict.fromkeys(address for address, key in wanted if key not in keys))
    return lost, tuple(dict.fromkeys(address for address, key in there if key not in known))
