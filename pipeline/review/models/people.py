"""Who works here, what each may do, and who did what."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline.review.models.base import Appended


class Role(models.TextChoices):
    """What a person is here for; `review.permissions` says what each may do."""

    CONTRIBUTOR = "contributor", _("Contributor")
    TRANSCRIPT_REVIEWER = "transcript-reviewer", _("Transcript reviewer")
    TRANSLATION_REVIEWER = "translation-reviewer", _("Translation reviewer")
    TERMINOLOGIST = "terminologist", _("Terminologist")
    PUBLISHER = "publisher", _("Publisher")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, name: str, password: str | None = None) -> User:
        """Return a new user; without a password nobody can sign in as them."""
        user: User = self.model(email=email.strip().lower(), name=name.strip())
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of an e-mail address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. `subject` is who they are at the OpenID Connect provider, empty where none."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120)
    subject = models.CharField(max_length=255, blank=True, default="")
    interface = models.CharField(_("language of these pages"), max_length=5, default="en")
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="email_in_small_letters"
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=~models.Q(subject=""), name="one_user_a_subject"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A role of a person; `language` is a target code for translation reviewers, else empty."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=24, choices=Role.choices)
    language = models.CharField(max_length=12, blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "role", "language"], name="one_grant_each")
        ]


class Invitation(models.Model):
    """An address that was asked to join; `digest` is the sha256 of the secret in its link.

    `roles`: list of [role, language]. `by` is empty where the command line made it. It can be
    used once, until `expires`.
    """

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True, default="")
    roles = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="invitations")
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)


class AuditEntry(Appended):
    """One thing that somebody did: `what` a verb, `about` a kind and key as ``line:17``."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    who = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    what = models.CharField(max_length=60, db_index=True)
    about = models.CharField(max_length=80, db_index=True)
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    @property
    def facts(self) -> list[tuple[str, object]]:
        """Return the details in order. A template would take `items` of a dict for a key."""
        return list(self.detail.items())
