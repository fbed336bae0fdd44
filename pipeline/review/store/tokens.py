"""Keys of programs: made once and shown once; only their sha256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ReviewError
from pipeline.review.audit import record
from pipeline.review.models import ApiToken, User

PREFIX = "kv_"
"""Begins every key, so that one that leaks is found by those who look for such."""
MOST = 20
"""Keys of one person that hold at a time."""
_NOTED = timedelta(minutes=1)  # how exactly it is kept when a key was last used


class Scope(StrEnum):
    """What a key may be used for, as far as its person may do it at all."""

    READ = "read"
    SUBMIT = "submit"
    FETCH = "fetch"


@transaction.atomic
def make(user: User, name: str, scopes: list[str]) -> tuple[ApiToken, str]:
    """Return a new key's row and its secret, which is never shown again.

    Raises ReviewError without a name, for unknown scopes, or for too many keys.
    """
    title = " ".join(name.split())[:120]
    if not title:
        raise ReviewError(_("A key has a name."), _("Say which program it is for."))
    if not scopes or set(scopes) - set(Scope):
        raise ReviewError(
            _("Scopes are %(scope)s.") % {"scope": ", ".join(Scope)}, _("Choose at least one.")
        )
    if user.tokens.filter(revoked=None).count() >= MOST:
        raise ReviewError(
            _("You have %(most)s keys.") % {"most": MOST}, _("Revoke one that is not used.")
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=user, name=title, digest=_digest(secret), scopes=sorted(set(scopes))
    )
    record(user, "make key", row, name=title, scopes=row.scopes)
    return row, secret


def find(secret: str) -> ApiToken | None:
    """Return the key that `secret` is, None where it is none or holds no more."""
    rows = ApiToken.objects.select_related("user")
    row = rows.filter(digest=_digest(secret), revoked=None, user__is_active=True).first()
    if row and (row.used is None or timezone.now() - row.used > _NOTED):
        ApiToken.objects.filter(pk=row.pk).update(used=timezone.now())
    return row


@transaction.atomic
def revoke(user: User, pk: int) -> None:
    """End a key of `user`; raises ApiToken.DoesNotExist for anybody else's."""
    row = ApiToken.objects.select_for_update(of=("self",), no_key=True).get(pk=pk, user=user)
    if row.revoked is None:
        row.revoked = timezone.now()
        row.save(update_fields=["revoked"])
        record(user, "revoke key", row, name=row.name)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
