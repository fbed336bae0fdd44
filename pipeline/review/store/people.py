"""Who may come in and do what: names, passphrases, roles. Invitations: `store.invitations`.

A person is never deleted, for the history names them; somebody who left is deactivated, which
ends their sessions and their keys to the API at once.
"""

from __future__ import annotations

import unicodedata

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ReviewError
from courses.languages import WRITINGS
from pipeline.review.audit import record
from pipeline.review.models import ApiToken, Grant, Invitation, Role, User, Webhook
from pipeline.review.permissions import Action, require

LONGEST_NAME = 120  # code points, as the column
LONGEST_PASSPHRASE = 256  # code points: hashing more would only cost time

Roles = list[tuple[str, str]]
"""(role, language) pairs; the language is empty but for translation reviewers."""


def clean_name(name: str) -> str:
    """Return a person's name as it is kept; raises ReviewError for one that could mislead.

    Marks that turn the direction of text and other invisible characters are refused; the joiners
    that names in Indic scripts need are kept.
    """
    text = " ".join(unicodedata.normalize("NFC", name).split())
    joiners = "\u200c\u200d"
    if not text or len(text) > LONGEST_NAME:
        raise ReviewError(_("A name has 1 to 120 characters."))
    if any(
        unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn", "Cs") and c not in joiners for c in text
    ):
        raise ReviewError(_("The name has an invisible character."), _("Type it anew."))
    return text


def clean_email(email: str) -> str:
    """Return an e-mail address as it is kept; raises ReviewError for none."""
    text = email.strip().lower()
    try:
        validate_email(text)
    except ValidationError as error:
        raise ReviewError(_("This is no e-mail address.")) from error
    if len(text) > 254:
        raise ReviewError(_("This is no e-mail address."))
    return text


def clean_roles(roles: Roles) -> Roles:
    """Return roles without doubles; raises ReviewError for one that does not exist.

    A translation reviewer has a target code of `courses.languages`, the others have none.
    """
    found: Roles = []
    for role, language in roles:
        if role not in Role.values:
            raise ReviewError(_("There is no such role."))
        needs_language = role == Role.TRANSLATION_REVIEWER
        if needs_language and language not in WRITINGS:
            raise ReviewError(_("A translation reviewer needs a language."))
        pair = (role, language if needs_language else "")
        if pair not in found:
            found.append(pair)
    return found


def check_passphrase(passphrase: str, user: User) -> None:
    """Raise ReviewError with everything that is wrong with a new passphrase of `user`."""
    if len(passphrase) > LONGEST_PASSPHRASE:
        raise ReviewError(_("The passphrase is longer than 256 characters."))
    try:
        validate_password(passphrase, user)
    except ValidationError as error:
        raise ReviewError(" ".join(error.messages)) from error


@transaction.atomic
def create_administrator(email: str, name: str, passphrase: str) -> User:
    """Make a person who is an administrator, from the command line.

    Raises ReviewError when the address is known already, or name or passphrase cannot be taken.
    """
    address = clean_email(email)
    if User.objects.filter(email=address).exists():
        raise ReviewError(
            _("%(address)s is known already.") % {"address": address},
            _("Use --link: it renews the passphrase and makes them an administrator."),
        )
    user = User(email=address, name=clean_name(name))
    check_passphrase(passphrase, user)
    user.set_password(passphrase)
    user.save()
    add_roles(user, [(Role.ADMINISTRATOR, "")], None)
    record(None, "create administrator", user)
    return user


def add_roles(user: User, roles: Roles, by: User | None) -> None:
    """Give `user` roles, those that they have already left as they are; no audit entry."""
    for role, language in roles:
        Grant.objects.get_or_create(user=user, role=role, language=language, defaults={"by": by})


@transaction.atomic
def grant(by: User, pk: int, role: str, language: str) -> None:
    """Give the person `pk` a role; they have it from their next click on."""
    require(by, Action.MANAGE_PEOPLE)
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    roles = clean_roles([(role, language)])
    add_roles(user, roles, by)
    record(by, "grant", user, role=roles[0][0], language=roles[0][1])


@transaction.atomic
def revoke(by: User, pk: int, grant_pk: int) -> None:
    """Take a role away; raises ReviewError where it would leave no administrator."""
    require(by, Action.MANAGE_PEOPLE)
    row = Grant.objects.select_related("user").get(pk=grant_pk, user_id=pk)
    if row.role == Role.ADMINISTRATOR:
        _keep_one_administrator(row.user)
        Invitation.objects.filter(by=row.user, used=None).delete()
    row.delete()
    record(by, "revoke", row.user, role=row.role, language=row.language)


@transaction.atomic
def deactivate(by: User, pk: int) -> None:
    """Shut a person out: sessions, passphrase and API keys end now; what they did stays.

    A new invitation lets them in again. Raises ReviewError for the last administrator.
    """
    require(by, Action.MANAGE_PEOPLE)
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    _keep_one_administrator(user)
    user.is_active = False
    # Sessions hang on the hash of the passphrase: old ones stay dead if the person comes back.
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    Invitation.objects.filter(Q(by=user) | Q(email=user.email), used=None).delete()
    ApiToken.objects.filter(user=user, revoked=None).update(revoked=timezone.now())
    Webhook.objects.filter(user=user).update(active=False)
    record(by, "deactivate", user)


def _keep_one_administrator(leaving: User) -> None:
    """Raise ReviewError when there is no active administrator beside `leaving`."""
    rows = Grant.objects.select_for_update(of=("self",), no_key=True).filter(
        role=Role.ADMINISTRATOR
    )
    administrators = {row.user_id for row in rows}
    others = User.objects.filter(pk__in=administrators - {leaving.pk}, is_active=True)
    if leaving.pk in administrators and not others.exists():
        raise ReviewError(_("The site needs an administrator."), _("Make somebody else one first."))


@transaction.atomic
def change_passphrase(user: User, old: str, new: str) -> None:
    """Change one's own passphrase; all other sessions of the person end.

    Raises ReviewError when `old` is not it, or `new` cannot be taken.
    """
    if not user.check_password(old):
        raise ReviewError(_("The present passphrase is not right."))
    check_passphrase(new, user)
    user.set_password(new)
    user.save(update_fields=["password"])
    record(user, "change passphrase", user)


@transaction.atomic
def keep_profile(user: User, name: str, interface: str) -> None:
    """Change one's own name and the language of the pages."""
    before = user.name
    user.name = clean_name(name)
    user.interface = _known_interface(interface)
    user.save(update_fields=["name", "interface"])
    if user.name != before:
        record(user, "change name", user, before=before, after=user.name)


def keep_interface(user: User, interface: str) -> None:
    """Change the language of the pages that a person sees."""
    user.interface = _known_interface(interface)
    user.save(update_fields=["interface"])


def _known_interface(code: str) -> str:
    if code not in dict(settings.LANGUAGES):
        raise ReviewError(_("These pages do not exist in that language."))
    return code
