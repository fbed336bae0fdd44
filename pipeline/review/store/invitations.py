"""Links that let a person in: made by an administrator, used once, for seven days.

Only the sha256 of a link's secret is kept. A link for somebody who is known already renews their
passphrase: that is also the way back for who forgot it or was deactivated.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.errors import ForbiddenError, ReviewError
from pipeline.review.audit import record
from pipeline.review.models import Invitation, Role, User
from pipeline.review.oidc import Identity
from pipeline.review.permissions import Action, require
from pipeline.review.store import people
from pipeline.review.store.people import Roles

VALID = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invited person says about themselves."""

    name: str
    passphrase: str


def invite(by: User, email: str, roles: Roles, name: str = "") -> tuple[Invitation, str]:
    """Invite an address and return the invitation with the secret of its link.

    Older open invitations of the address stop counting. Raises ForbiddenError, ReviewError.
    """
    require(by, Action.MANAGE_PEOPLE)
    return _invite(by, email, roles, name)


def invite_administrator(email: str) -> tuple[Invitation, str]:
    """Invite an administrator from the command line; see `invite`."""
    return _invite(None, email, [(Role.ADMINISTRATOR, "")], "")


@transaction.atomic
def _invite(by: User | None, email: str, roles: Roles, name: str) -> tuple[Invitation, str]:
    address, wanted = people.clean_email(email), people.clean_roles(roles)
    if not wanted and not User.objects.filter(email=address).exists():
        raise ReviewError(_("Choose at least one role."))
    Invitation.objects.filter(email=address, used=None).delete()
    secret = secrets.token_urlsafe(32)
    row = Invitation.objects.create(
        email=address,
        name=people.clean_name(name) if name.strip() else "",
        roles=[list(pair) for pair in wanted],
        digest=_digest(secret),
        by=by,
        expires=timezone.now() + VALID,
    )
    told = ", ".join(":".join(filter(None, pair)) for pair in wanted)
    record(by, "invite", row, email=address, roles=told)
    return row, secret


def find(secret: str) -> Invitation:
    """Return the open invitation of a link; raises DoesNotExist for a used or expired one."""
    return Invitation.objects.get(digest=_digest(secret), used=None, expires__gt=timezone.now())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def accept(secret: str, answer: Answer) -> User:
    """Let the invited person in, with the roles of the invitation, and return them.

    Raises DoesNotExist where `find` does, ReviewError for a name or passphrase we cannot take.
    """
    row = Invitation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=find(secret).pk, used=None
    )
    user = User.objects.filter(email=row.email).first() or User(email=row.email)
    user.name = people.clean_name(answer.name)
    people.check_passphrase(answer.passphrase, user)
    user.set_password(answer.passphrase)
    _let_in(row, user)
    return user


def _let_in(row: Invitation, user: User) -> None:
    """Use up a locked invitation for `user`, whose name and way to sign in are set."""
    new = user.pk is None
    if new:
        user.interface = "hi" if get_language() == "hi" else "en"
    user.is_active = True
    user.save()
    people.add_roles(user, [(role, language) for role, language in row.roles], row.by)
    row.used = timezone.now()
    row.save(update_fields=["used"])
    record(user, "accept invitation", row, new=new)


@transaction.atomic
def recognise(who: Identity) -> User:
    """Return the person whom the OpenID Connect provider knows as `who`.

    A known subject is that person. Somebody new needs an open invitation of the address that the
    provider verified; having the address of somebody who is here already is not enough. Raises
    ForbiddenError for all others.
    """
    known = User.objects.filter(subject=who.subject).first()
    if known is not None and known.is_active:
        return known
    open_ones = Invitation.objects.select_for_update(of=("self",), no_key=True).filter(
        email=who.email.strip().lower(), used=None, expires__gt=timezone.now()
    )
    row = open_ones.first() if who.email else None
    user = User.objects.filter(email=row.email).first() if row else None
    if row is None or (known is not None and known != user):
        raise ForbiddenError(
            _("Nobody invited you, or the invitation has ended."),
            _("Ask an administrator to invite the e-mail address of your organisation."),
        )
    if user is None:
        user = User(email=row.email, name=_name_of(who, row))
        user.set_unusable_password()
    user.subject = who.subject
    _let_in(row, user)
    return user


def _name_of(who: Identity, row: Invitation) -> str:
    for name in (who.name, row.name):
        with suppress(ReviewError):
            return people.clean_name(name)
    return row.email.partition("@")[0]


@transaction.atomic
def withdraw(by: User, pk: int) -> None:
    """Make an open invitation's link worthless."""
    require(by, Action.MANAGE_PEOPLE)
    row = Invitation.objects.get(pk=pk, used=None)
    record(by, "withdraw invitation", row, email=row.email)
    row.delete()
