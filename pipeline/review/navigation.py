"""The links at the head of every page: only what the signed-in person may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from pipeline.review.models import User
from pipeline.review.permissions import Action, may

LINKS = (
    ("queue", _("My queue"), Action.SEE),
    ("home", _("Courses"), Action.SEE),
    ("matrix", _("Coverage"), Action.SEE),
    ("dashboards", _("Figures"), Action.SEE),
    ("terms", _("Terms"), Action.PROPOSE_TERM),
    ("hand_in", _("Hand in"), Action.HAND_IN),
    ("operations", _("Operations"), Action.OPERATE),
    ("people", _("People"), Action.MANAGE_PEOPLE),
    ("audit", _("Audit"), Action.SEE_AUDIT),
)
"""Name of an address, its words, and what a person must be allowed to do to see the link."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link; `current` where it is the page that is shown."""

    address: str
    words: str
    current: bool


def links(request: HttpRequest) -> list[Link]:
    """Return the links that the person may follow, in order; none for who is not signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) and not getattr(user, "is_authenticated", False):
        return []
    found = []
    for name, words, action in LINKS:
        address = _address(name)
        if address and may(user, action):  # type: ignore[arg-type] # signed in: a User
            found.append(Link(address, str(words), _is_current(request, name)))
    return found


def _address(name: str) -> str:
    try:
        return reverse(f"review:{name}")
    except NoReverseMatch:
        return ""


def _is_current(request: HttpRequest, name: str) -> bool:
    match = request.resolver_match
    return bool(match and match.url_name == name)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give templates `links`; asked of the database only when a page shows them."""
    return {"links": SimpleLazyObject(lambda: links(request))}
