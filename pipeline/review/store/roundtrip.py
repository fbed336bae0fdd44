"""A language goes out as XLIFF or a review sheet and comes back, with a verdict on every line.

The formats and the judgement are those of `karmavani exchange`. Texts that come back are edits of
whoever brings them, so somebody else approves them. What is approved already is never changed by a
file: it is edited on the site, where people see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from courses.errors import ReviewError
from courses.nouns import Finding, Severity
from pipeline import exchange
from pipeline.exchange_import import Judgement, Verdict, Wish, judge_all, refuse_other
from pipeline.exchange_segments import PackageTexts, Sentence, to_suggestion
from pipeline.review.audit import record
from pipeline.review.models import Line, LineState, Origin, Track, User
from pipeline.review.permissions import Action, require
from pipeline.review.store import deciding
from pipeline.review.store.editing import Edit, clean, write_text
from pipeline.review.store.nouns import to_hits, to_segment, to_translation

MOST_BYTES = 16 << 20
FORMATS = tuple(exchange.EXCHANGES)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import found; `kept` says whether it was kept, `approved` how many it approved."""

    judgements: tuple[Judgement, ...]
    kept: bool
    approved: int = 0

    def counts(self) -> dict[str, int]:
        """Return how many lines got each verdict."""
        found = [one.verdict for one in self.judgements]
        return {verdict.value: found.count(verdict) for verdict in Verdict}


def export(user: User, track: Track, name: str) -> tuple[str, bytes]:
    """Return file name and content of a track in a format of FORMATS.

    Raises ForbiddenError, ReviewError for an unknown format.
    """
    require(user, Action.EXPORT, track.language)
    if name not in exchange.EXCHANGES:
        raise ReviewError(
            _("There is no format “%(name)s”.") % {"name": name},
            _("Formats: %(formats)s.") % {"formats": ", ".join(FORMATS)},
        )
    form = exchange.EXCHANGES[name]
    texts = texts_of(track)
    record(user, "export", track, format=name)
    return f"{texts.lesson}.{texts.target}{form.suffix}", form.write(exchange.bilingual_of(texts))


def texts_of(track: Track) -> PackageTexts:
    """Return a track as the exchange sees a package."""
    lesson = track.lesson
    rows = track.lines.filter(sentence__retired=False).select_related("sentence")
    lines = rows.prefetch_related("findings").order_by("sentence__position")
    return PackageTexts(
        course=lesson.course.slug,
        lesson=lesson.slug,
        title=lesson.title,
        source=lesson.language,
        target=track.language,
        sentences=tuple(_sentence(line, track) for line in lines),
    )


def _sentence(line: Line, track: Track) -> Sentence:
    translation = to_translation(line, track.language)
    return Sentence(
        segment=to_segment(line.sentence, track.lesson.slug),
        text=line.text,
        status=translation.status,
        author=line.author_name,
        findings=tuple(
            Finding(one.check_id, Severity(one.severity), one.message, line.sentence.key)
            for one in line.findings.all()
            if one.waived_by_id is None
        ),
        hits=to_hits(line.terms),
        suggestion=to_suggestion(line.suggestion),
    )


@transaction.atomic
def take_in(user: User, pk: int, file: tuple[str, bytes], skip: bool = False) -> Outcome:
    """Judge a file that came back and keep its texts: all of them, or none while one is refused.

    `file` is its name and content. With `skip` the refused lines are left out and the others kept.
    Raises ForbiddenError, UsageError when it is no such file or of another lesson or language.
    """
    track = (
        Track.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lesson__course")
        .get(pk=pk)
    )
    require(user, Action.IMPORT, track.language)
    name, data = file
    if len(data) > MOST_BYTES:
        raise ReviewError(
            _("%(name)s is longer than %(bytes)s bytes.")
            % {"name": name, "bytes": f"{MOST_BYTES:,}"}
        )
    returned = exchange.format_of(data, name).read(data, name)
    texts = texts_of(track)
    refuse_other(name, returned.bilingual, texts)
    lines = {line.sentence.key: line for line in track.lines.select_related("sentence")}
    wish = Wish(by=user.name, skip=skip)
    found = tuple(_held(one, lines) for one in judge_all(returned, texts, wish))
    refused = any(one.verdict is Verdict.REFUSED for one in found)
    if refused and not skip:
        return Outcome(found, kept=False)
    approved = _keep(user, track, found, lines)
    record(user, "import", track, file=name[:120], **Outcome(found, True).counts())
    return Outcome(found, True, approved)


def _held(judgement: Judgement, lines: dict[str, Line]) -> Judgement:
    """Return the judgement, refused where the line is approved already, or could not hold it."""
    line = lines.get(judgement.id)
    if judgement.verdict is not Verdict.CHANGED or line is None or judgement.text is None:
        return judgement
    reason = ""
    try:
        clean(judgement.text.text)
    except ReviewError as error:
        reason = str(error)
    if line.state == LineState.APPROVED:
        reason = "It is approved: a file does not change approved text."
    if not reason:
        return judgement
    return replace(judgement, verdict=Verdict.REFUSED, reasons=(reason,), text=None)


def _keep(user: User, track: Track, found: tuple[Judgement, ...], lines: dict[str, Line]) -> int:
    """Write what is new; return how many lines the file approved, as far as `user` may."""
    approved = 0
    for judgement, line in _taken(found, lines):
        line.track = track
        if judgement.verdict is Verdict.CHANGED and judgement.text:
            text = clean(judgement.text.text)
            write_text(user, line, text, Edit(text, line.version, origin=Origin.IMPORT))
        elif not deciding.why_not(user, line) and line.state != LineState.APPROVED:
            deciding.approve(user, line.pk, line.version)
            approved += 1
    return approved


def _taken(
    found: tuple[Judgement, ...], lines: dict[str, Line]
) -> Iterator[tuple[Judgement, Line]]:
    for judgement in found:
        if judgement.verdict in (Verdict.CHANGED, Verdict.APPROVED):
            yield judgement, lines[judgement.id]
