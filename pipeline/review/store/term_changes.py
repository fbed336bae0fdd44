"""A term changed: the lines that it touches get their terms anew and are checked again.

Texts stay as they are: what is not as the glossary has it now becomes a finding. The next draft of
a sentence asks the engine with the new term.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.nouns import Hit
from pipeline.exchange_segments import hit_facts
from pipeline.review.models import Line, TermProposal, Track
from pipeline.review.store.proposals import terms_of_site
from pipeline.review.store.rechecking import recheck_track

_STEM = 3  # letters: enough to leave most lines out, few enough for plurals and spellings
Find = Callable[[str], list[Hit]]


def follow(pk: int) -> int:
    """Check anew what the accepted proposal `pk` touches; returns how many lines that were."""
    row = TermProposal.objects.get(pk=pk)
    touched: dict[int, dict[int, list[dict[str, Any]]]] = defaultdict(dict)
    finders: dict[tuple[str, str], Find] = {}
    terms = terms_of_site()
    for line in _candidates(row):
        lesson = line.track.lesson
        key = (lesson.domain, lesson.language)
        if key not in finders:
            finders[key] = terms.finder(row.language, lesson.domain or None, lesson.language)
        hits = _facts(finders[key](line.sentence.text))
        if hits != line.terms:
            touched[line.track_id][line.pk] = hits
    for track, hits_of in touched.items():
        _set(track, hits_of)
    return sum(len(lines) for lines in touched.values())


def _candidates(row: TermProposal) -> Iterable[Line]:
    """Return the lines whose sentence may have the term: it has the start of its longest word."""
    words = re.findall(r"\w+", row.source)
    stem = max(words, key=len, default="")[:_STEM]
    lines = Line.objects.filter(track__language=row.language, sentence__retired=False)
    lines = lines.filter(sentence__text__icontains=stem).exclude(
        track__lesson__language=row.language
    )
    lines = lines.select_related("sentence", "track__lesson")
    return lines.defer("sentence__words", "machine", "notes").iterator(chunk_size=500)


def _facts(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """Return hits as the database gives them back: tuples are lists there."""
    found: list[dict[str, Any]] = json.loads(json.dumps([hit_facts(hit) for hit in hits]))
    return found


@transaction.atomic
def _set(pk: int, hits_of: dict[int, list[dict[str, Any]]]) -> None:
    tracks = Track.objects.select_for_update(of=("self",), no_key=True)
    track = tracks.select_related("lesson").get(pk=pk)
    lines = list(track.lines.filter(pk__in=list(hits_of)))
    for line in lines:
        line.terms, line.updated = hits_of[line.pk], timezone.now()
    Line.objects.bulk_update(lines, ["terms", "updated"], batch_size=200)
    recheck_track(track)
