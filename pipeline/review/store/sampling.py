"""The random sample of approved lines that a second reviewer judges: which lines are in it.

Who approves cannot know which: the sample comes from the system's source of chance, line by line,
at the moment of the approval. Not for judging: see `store.second_looks`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from django.conf import settings
from django.db.models import F, Q, QuerySet

from pipeline.review.models import Line, LineState, SecondLook, User
from pipeline.review.permissions import languages_of

_CHANCE = random.SystemRandom()


def draw(lines: Sequence[Line], first: User) -> int:
    """Put each of the lines, just approved by `first`, into the sample by chance; returns how many.

    The share is the site's `second_looks`, in percent. Call it in the transaction of the approval.
    """
    share = settings.SITE.second_looks / 100
    chosen = [line for line in lines if _CHANCE.random() < share]
    looks = [SecondLook(line=line, version=line.version, first=first) for line in chosen]
    SecondLook.objects.bulk_create(looks, batch_size=500)
    return len(looks)


def waiting(user: User) -> QuerySet[SecondLook]:
    """Return the lines of the sample that `user` may judge, the oldest first.

    Not those that they wrote or approved themselves, nor those that changed since: a line that is
    approved anew is drawn anew.
    """
    mine = Q(first=user) | Q(line__author=user) | Q(line__approver=user)
    looks = SecondLook.objects.filter(
        decided__isnull=True,
        line__track__language__in=languages_of(user),
        line__state=LineState.APPROVED,
        line__version=F("version"),
        line__sentence__retired=False,
    )
    return looks.exclude(mine).order_by("created", "pk")
