"""docs/review.md has a heading for every variable of the review site, and for no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SAID = re.compile(r'\{PREFIX\}([A-Z_]+)"|PREFIX \+ "([A-Z_]+)"|"(?:KARMAVANI_REVIEW_)([A-Z_]+)"')


def test_every_variable_of_the_review_site_has_a_heading() -> None:
    from pipeline.review.site import PREFIX, Site

    used = set(Site().environment())
    used |= {f"{PREFIX}OIDC_{part}" for part in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")}
    for path in (ROOT / "pipeline/review").rglob("*.py"):
        for groups in SAID.findall(path.read_text(encoding="utf-8")):
            used.add(PREFIX + next(filter(None, groups)))
    page = (ROOT / "docs/review.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### `(KARMAVANI_REVIEW_\w+)`$", page, re.MULTILINE)
    assert sorted(headings) == sorted(used)
