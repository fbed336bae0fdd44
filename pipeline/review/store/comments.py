"""What people say to each other about a line, and whom they call to it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ReviewError
from pipeline.review.audit import record
from pipeline.review.models import Comment, Line, Mention, Role, Track, User
from pipeline.review.permissions import Action, require, visible_tracks
from pipeline.review.store.editing import clean

_SEE_ALL = (
    Role.TRANSCRIPT_REVIEWER,
    Role.TERMINOLOGIST,
    Role.PUBLISHER,
    Role.ADMINISTRATOR,
)


def who_may_see(track: Track) -> QuerySet[User]:
    """Return the active people who may see a track: those who can be called to its lines."""
    reviews = Q(grants__role=Role.TRANSLATION_REVIEWER, grants__language=track.language)
    gave = Q(pk=track.lesson.course.contributor_id, grants__role=Role.CONTRIBUTOR)
    may = Q(grants__role__in=_SEE_ALL) | reviews | gave
    return User.objects.filter(may, is_active=True).distinct().order_by("name")


def _line(user: User, pk: int) -> Line:
    """Return a line that `user` may see, its track locked; raises Line.DoesNotExist."""
    visible = Line.objects.filter(track__in=visible_tracks(user))
    line = visible.select_related("track__lesson__course").get(pk=pk)
    Track.objects.select_for_update(of=("self",), no_key=True).get(pk=line.track_id)
    return line


def _tell(line: Line) -> None:
    """Let open editors see that something about the line is new."""
    now = timezone.now()
    Line.objects.filter(pk=line.pk).update(updated=now)
    Track.objects.filter(pk=line.track_id).update(updated=now)


@transaction.atomic
def say(user: User, pk: int, text: str, called: Iterable[int] = ()) -> Comment:
    """Add a comment to a line; `called` are people who are told of it.

    Who may not see the track is not called. Raises Line.DoesNotExist for a line that `user` may
    not see, ForbiddenError, ReviewError for an empty or impossible text.
    """
    line = _line(user, pk)
    require(user, Action.COMMENT)
    said = "\n".join(filter(None, map(clean, text.splitlines())))
    if not said:
        raise ReviewError(_("A comment cannot be empty."), _("Write what you want to say."))
    clean(said)  # its lines were short enough, but all of them together?
    comment = Comment.objects.create(line=line, author=user, text=said)
    people = who_may_see(line.track).filter(pk__in=list(called)).exclude(pk=user.pk)
    Mention.objects.bulk_create([Mention(comment=comment, user=one) for one in people])
    record(user, "comment", line, comment=comment.pk)
    _tell(line)
    return comment


@transaction.atomic
def settle(user: User, pk: int, settled: bool = True) -> Comment:
    """Mark a comment as settled, or open it again.

    Raises Comment.DoesNotExist for one that `user` may not see.
    """
    visible = Comment.objects.filter(line__track__in=visible_tracks(user))
    comment = visible.select_related("author").get(pk=pk)
    line = _line(user, comment.line_id)
    require(user, Action.COMMENT)
    comment.resolved_by = user if settled else None
    comment.save(update_fields=["resolved_by"])
    record(user, "settle comment" if settled else "reopen comment", line, comment=pk)
    _tell(line)
    return comment


@transaction.atomic
def see(user: User, pk: int) -> int:
    """Note that `user` has seen the comments of a line; returns how many called them."""
    line = _line(user, pk)
    unseen = Mention.objects.filter(comment__line=line, user=user, seen__isnull=True)
    return unseen.update(seen=timezone.now())
