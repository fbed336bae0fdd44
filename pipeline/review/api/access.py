"""Who is calling: a key in the header ``Authorization: Bearer kv_...``."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from courses.errors import ForbiddenError
from pipeline.review.models import ApiToken, User
from pipeline.review.store import tokens
from pipeline.review.store.tokens import Scope


class Key(HttpBearer):
    """Finds the person and the scopes of a key; a call without one gets 401."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the key's row, None where it does not hold."""
        return tokens.find(token)


def caller(request: HttpRequest, scope: Scope) -> User:
    """Return who is calling; raises ForbiddenError when the key is not for `scope`."""
    key = cast(ApiToken, request.auth)  # type: ignore[attr-defined] # set by ninja
    if scope not in key.scopes:
        raise ForbiddenError(f"This key is not for {scope!r}.", "Make a key with that scope.")
    return key.user
