"""What must not be in a log, a report or a page: passwords, keys and tokens in messages.

An error of a library may quote the address or the header that it failed with. Pure; used wherever
the backlog writes down what it was told.
"""

from __future__ import annotations

import re

_NAMES = (
    r"(?:[\w-]{0,30}(?:api|access|secret|private|subscription)[_-]?)?key(?:[_-]?id)?",
    *(r"[\w-]{0,30}token", r"pass(?:word|phrase|wd)?", r"secret", r"credentials?"),
    *(r"sig(?:nature)?", r"x-amz-[a-z-]+", r"(?:proxy-)?authorization", r"cookie"),
)
_SCHEMES = "bearer|basic|digest"
_KNOWN = r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\b(?:sk|hf|ghp|gho|xox[bp])[-_][A-Za-z0-9_-]{8,}"
_RULES = (
    # user:password@ of any address
    (re.compile(r"\b([a-z][a-z0-9+.-]{0,20}://)[^/\s@\"'<>]+@", re.IGNORECASE), r"\1…@"),
    # Authorization: Bearer xyz
    (re.compile(rf"\b({_SCHEMES})\s+[\w.~+/=:-]{{6,}}", re.IGNORECASE), r"\1 …"),
    # key=xyz, "token": "xyz", password: xyz
    (
        re.compile(
            rf"\b({'|'.join(_NAMES)})(['\"]?\s*[=:]\s*['\"]?)(?!{_SCHEMES})[^\s'\",;&)}}]+",
            re.IGNORECASE,
        ),
        r"\1\2…",
    ),
    # the link of an invitation, as in the review site's log
    (re.compile(r"(/invitation/)[^/\s?\"']+"), r"\1…"),
    # keys that are known by how they begin
    (re.compile(_KNOWN), "…"),
)


def without_secrets(text: str) -> str:
    """Return `text` with what looks like a secret replaced by ``…``."""
    for pattern, put in _RULES:
        text = pattern.sub(put, text)
    return text
