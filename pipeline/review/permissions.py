"""Who may do what: one table, asked by the store, the views and the API alike.

A translation reviewer's grant names a language and counts for that language alone. That nobody
approves what they wrote themselves is no matter of roles: see `store.deciding`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from courses.errors import ForbiddenError
from pipeline.review.models import Course, Role, Track, User


class Action(StrEnum):
    """What can be done on the site; reading a course is SEE."""

    SEE = "see"
    HAND_IN = "hand in"
    EDIT_TRANSCRIPT = "edit the transcript"
    APPROVE_TRANSCRIPT = "approve the transcript"
    EDIT = "edit translations"
    APPROVE = "approve translations"
    COMMENT = "comment"
    EXPORT = "export"
    IMPORT = "import"
    PROPOSE_TERM = "propose terms"
    DECIDE_TERM = "decide on terms"
    PUBLISH = "publish"
    MANAGE_PEOPLE = "manage people"
    SEE_AUDIT = "see the audit log"
    OPERATE = "see and retry background work"


_ALL = frozenset(Role)
_REVIEWERS = frozenset({Role.TRANSLATION_REVIEWER})
TABLE: dict[Action, frozenset[Role]] = {
    Action.SEE: _ALL,
    Action.HAND_IN: frozenset({Role.CONTRIBUTOR}),
    Action.EDIT_TRANSCRIPT: frozenset({Role.TRANSCRIPT_REVIEWER}),
    Action.APPROVE_TRANSCRIPT: frozenset({Role.TRANSCRIPT_REVIEWER}),
    Action.EDIT: _REVIEWERS,
    Action.APPROVE: _REVIEWERS,
    Action.COMMENT: _ALL,
    Action.EXPORT: frozenset({Role.TRANSLATION_REVIEWER, Role.PUBLISHER}),
    Action.IMPORT: _REVIEWERS,
    Action.PROPOSE_TERM: frozenset(
        {Role.TRANSLATION_REVIEWER, Role.TRANSCRIPT_REVIEWER, Role.TERMINOLOGIST}
    ),
    Action.DECIDE_TERM: frozenset({Role.TERMINOLOGIST}),
    Action.PUBLISH: frozenset({Role.PUBLISHER}),
    Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Action.SEE_AUDIT: frozenset({Role.ADMINISTRATOR}),
    Action.OPERATE: frozenset({Role.ADMINISTRATOR}),
}
"""Action -> the roles that may. An administrator manages people and does not review."""

_BY_LANGUAGE = frozenset({Action.EDIT, Action.APPROVE, Action.IMPORT, Action.EXPORT})
_SEES_ALL = frozenset(
    {Role.TRANSCRIPT_REVIEWER, Role.TERMINOLOGIST, Role.PUBLISHER, Role.ADMINISTRATOR}
)


def roles_of(user: User) -> list[tuple[str, str]]:
    """Return (role, language) of each grant of an active user; asked once an object."""
    if not user.is_active:
        return []
    known: list[tuple[str, str]] | None = getattr(user, "_roles", None)
    if known is None:
        known = list(user.grants.values_list("role", "language"))
        user._roles = known  # type: ignore[attr-defined] # as long as this request
    return known


def may(user: User, action: Action, language: str = "") -> bool:
    """Return whether `user` may do `action`, in `language` where it is about one.

    Without a language, an action that is bound to one is allowed if it is in any language.
    """
    for role, own in roles_of(user):
        if role not in TABLE[action]:
            continue
        bound = action in _BY_LANGUAGE and role == Role.TRANSLATION_REVIEWER
        if not bound or not language or own == language:
            return True
    return False


def require(user: User, action: Action, language: str = "") -> None:
    """Raise ForbiddenError unless `user` may do `action`."""
    if not may(user, action, language):
        said = (
            _("You may not %(action)s in %(where)s.") if language else _("You may not %(action)s.")
        )
        raise ForbiddenError(
            said % {"action": _(action), "where": language},
            _("Ask an administrator for the role that may."),
        )


def languages_of(user: User) -> list[str]:
    """Return the target codes that `user` reviews, in the order of the alphabet."""
    return sorted({own for role, own in roles_of(user) if role == Role.TRANSLATION_REVIEWER})


def _roles(user: User) -> set[str]:
    return {role for role, _ in roles_of(user)}


def visible_courses(user: User) -> QuerySet[Course]:
    """Return the courses that `user` may see: a contributor only their own."""
    roles = _roles(user)
    if roles & (_SEES_ALL | {Role.TRANSLATION_REVIEWER}):
        return Course.objects.all()
    return Course.objects.filter(contributor=user) if roles else Course.objects.none()


def visible_tracks(user: User) -> QuerySet[Track]:
    """Return the tracks that `user` may see: a reviewer those of their languages."""
    roles = _roles(user)
    if roles & _SEES_ALL:
        return Track.objects.all()
    own = Q(lesson__course__contributor=user) if Role.CONTRIBUTOR in roles else Q(pk=None)
    return Track.objects.filter(own | Q(language__in=languages_of(user)))


def others_with(role: Role, language: str, not_these: Iterable[User]) -> QuerySet[User]:
    """Return the active people who hold `role` in `language`, but for some."""
    wanted = Q(grants__role=role) & (Q(grants__language=language) | Q(grants__language=""))
    left_out = [user.pk for user in not_these]
    return User.objects.filter(wanted, is_active=True).exclude(pk__in=left_out).distinct()
