"""Keeps Latin terms, numbers and addresses in one piece inside right-to-left text.

Not for the direction of whole texts, which `courses.languages` tells.
"""

from __future__ import annotations

import re

from courses.script import clusters

_FSI, _PDI = "\u2068", "\u2069"
_ISOLATED = re.compile("([\u2066-\u2068][^\u2069]*\u2069)")
_RTL_LETTER = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LTR_RUN = re.compile(
    "[(₹$€£#@+\\-]*[0-9A-Za-z\u00c0-\u024f]"
    "(?:[ -~\u00c0-\u024f₹–—’]*(?:[0-9A-Za-z\u00c0-\u024f%)]|/-?))?"
)


def _isolate_runs(text: str) -> str:
    """Return `text` with its runs in isolates, no end of which is inside a cluster.

    Found by the first character of each cluster: a run takes the marks on its letters along.
    """
    pieces, parts, at = clusters(text), [], 0
    for run in _LTR_RUN.finditer("".join(piece[0] for piece in pieces)):
        inside = run.group()
        lone = inside.count(")") - inside.count("(")  # brackets without a partner stay outside
        start = run.start() + min(max(0, -lone), len(inside) - len(inside.lstrip("(")))
        end = run.end() - min(max(0, lone), len(inside) - len(inside.rstrip(")")))
        parts += [*pieces[at:start], _FSI, *pieces[start:end], _PDI]
        at = end
    return "".join([*parts, *pieces[at:]])


def isolate_ltr(text: str) -> str:
    """Return right-to-left text with Latin terms, numbers and URLs in U+2068 ... U+2069.

    Without that the bidirectional algorithm moves brackets and full stops beside them. Text
    without right-to-left letters, and what is isolated already, stays as it is: doing it twice
    is doing it once. No mark is put inside a cluster.
    """
    if not _RTL_LETTER.search(text):
        return text
    parts = _ISOLATED.split(text)
    return "".join(p if i % 2 else _isolate_runs(p) for i, p in enumerate(parts))
