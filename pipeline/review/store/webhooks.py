"""Other systems are told of what happens: signed messages, sent again until they are taken.

Events are written in the transaction of what they tell of, so none is lost and none is told that
did not happen. The worker sends them. The signature and what a receiver must check stand in
docs/api.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ReviewError
from pipeline.review.audit import record
from pipeline.review.models import Course, Delivery, Track, User, Webhook
from pipeline.review.permissions import visible_courses

MOST = 10
"""Addresses of one person."""
WAITS = (1, 5, 30, 120, 720, 1440)
"""Minutes until the next try after each failed one; after the last the message is given up."""


class Event(StrEnum):
    """What a system can ask to be told of."""

    DRAFTED = "lesson.drafted"
    FAILED = "lesson.failed"
    REVIEWED = "track.reviewed"
    PUBLISHED = "release.published"
    WITHDRAWN = "release.withdrawn"


@transaction.atomic
def add(user: User, url: str, events: list[str]) -> Webhook:
    """Return a new address that is told of `events`; its `secret` signs the messages.

    Raises ReviewError for an address that is not https, unless the site allows its host.
    """
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError as error:
        raise ReviewError(_("This is no address."), _("Write https:// and a host.")) from error
    host = parts.hostname or ""
    allowed = host in settings.SITE.webhook_hosts
    if not host or parts.scheme not in ("https", "http") or parts.username or len(url) > 500:
        raise ReviewError(_("The address must begin with https:// and name a host."))
    if parts.scheme != "https" and not allowed:
        raise ReviewError(_("The address must begin with https://."), _("Messages are not public."))
    if port is not None and port < 1024 and port not in (80, 443) and not allowed:
        raise ReviewError(
            _("Messages are not sent to port %(port)s.") % {"port": port}, _("Use 443.")
        )
    if not events or set(events) - set(Event):
        raise ReviewError(
            _("Events are %(event)s.") % {"event": ", ".join(Event)}, _("Choose at least one.")
        )
    if user.webhooks.filter(active=True).count() >= MOST:
        raise ReviewError(_("You have %(most)s addresses.") % {"most": MOST}, _("Remove one."))
    secret = secrets.token_urlsafe(32)
    row = Webhook.objects.create(user=user, url=url, secret=secret, events=sorted(set(events)))
    record(user, "add webhook", row, host=host)
    return row


@transaction.atomic
def remove(user: User, pk: int) -> None:
    """End an address of `user`; raises Webhook.DoesNotExist for anybody else's."""
    row = Webhook.objects.select_for_update(of=("self",), no_key=True).get(pk=pk, user=user)
    row.active = False
    row.save(update_fields=["active"])
    record(user, "remove webhook", row)


def announce(event: Event, course: Course, facts: Mapping[str, Any]) -> None:
    """Queue an event for everybody who asked and may see `course`; call it in its transaction."""
    for hook in Webhook.objects.select_related("user").filter(active=True):
        if event not in hook.events or not visible_courses(hook.user).filter(pk=course.pk).exists():
            continue
        body = {"event": event, "course": course.slug, "at": timezone.now().isoformat(), **facts}
        Delivery.objects.create(webhook=hook, event=event, body=body)


def of_track(track: Track) -> dict[str, Any]:
    """Return what an event says of a track."""
    return {"lesson": track.lesson.slug, "language": track.language, "version": track.version}


def due() -> list[Delivery]:
    """Return the messages that are to be sent now, oldest first.

    What was queued for somebody who may not be told of the course any more is given up.
    """
    rows = Delivery.objects.filter(delivered=None, failed=None, due__lte=timezone.now())
    found = list(rows.select_related("webhook__user").order_by("due")[:50])
    gone = [row.pk for row in found if not _may_be_told(row)]
    Delivery.objects.filter(pk__in=gone).update(failed=timezone.now(), answer="not sent")
    return [row for row in found if row.pk not in gone]


def _may_be_told(row: Delivery) -> bool:
    hook = row.webhook
    seen = visible_courses(hook.user)  # nothing for somebody who was shut out
    return hook.active and seen.filter(slug=row.body.get("course", "")).exists()


def settle(row: Delivery, taken: bool, answer: str) -> None:
    """Keep what became of a try: taken, to be tried again, or given up."""
    row.attempts += 1
    row.answer = answer[:300]
    now = timezone.now()
    if taken:
        row.delivered = now
    elif row.attempts > len(WAITS) or not row.webhook.active:
        row.failed = now
    else:
        row.due = now + timedelta(minutes=WAITS[row.attempts - 1])
    row.save(update_fields=["attempts", "answer", "delivered", "failed", "due"])
