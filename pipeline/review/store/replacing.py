"""Find and replace over the lines of a lesson: shown first, chosen line by line, undone as a whole.

A hit never cuts a grapheme: a sign or virama is not torn from its letter. Plain text is found
through the comparison key (`courses.script`), so that nukta, joiners, case and the script of
digits make no difference, unless an exact search is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from time import monotonic

from django.db import transaction
from django.utils.translation import gettext as _

from courses.errors import ReviewError
from courses.script import comparison_key, comparison_map, graphemes, words
from pipeline.review.audit import record
from pipeline.review.models import AuditEntry, Line, Origin, Revision, Track, User
from pipeline.review.permissions import Action, require
from pipeline.review.store.editing import MOST_CLUSTERS, Edit, clean, lock_line, write_text

LONGEST_PATTERN = 200
LONGEST_LINE = 20 * MOST_CLUSTERS  # code points; `clean` refuses more
_SECONDS_A_LINE = 0.1
_SECONDS = 3.0
"""How long a pattern may work: one that runs wild is stopped, not the server."""

_HELD = 15.0
"""Seconds for a replacement: others wait to save in the meantime, SQLite lets them wait for 20."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for and what comes in its place.

    regex: `find` is a pattern and `replace` may name its groups as ``\\1``. whole: whole words
    only. exact: letter by letter.
    """

    find: str
    replace: str = ""
    regex: bool = False
    whole: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """One line with hits: their spans in `before`, and `after`, its text with all replaced."""

    line: int
    version: int
    position: int
    before: str
    spans: list[Span]
    after: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a replacement did: lines changed, and those left because somebody was faster."""

    batch: int
    changed: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


def find(track: Track, query: Query) -> list[Match]:
    """Return the lines of a track with hits, in order.

    Raises ReviewError for a pattern that is none, is too long, or takes too long.
    """
    _check(query)
    lines = track.lines.filter(sentence__retired=False).order_by("sentence__position")
    rows = lines.values_list("pk", "version", "sentence__position", "text")
    return list(_matches(iter(rows), query, track.language))


def _matches(
    rows: Iterator[tuple[int, int, int, str]], query: Query, language: str
) -> Iterator[Match]:
    until = monotonic() + _SECONDS
    for pk, version, position, text in rows:
        if monotonic() > until:
            raise _too_slow()
        if found := hits(text, query, language):
            spans = [span for span, _ in found]
            yield Match(pk, version, position, text, spans, _put_in(text, found))


def _too_slow() -> ReviewError:
    return ReviewError(_("This pattern takes too long."), _("Write it without nested repetitions."))


def _check(query: Query) -> None:
    if not query.find.strip():
        raise ReviewError(_("There is nothing to look for."), _("Write a word."))
    if len(query.find) > LONGEST_PATTERN or len(query.replace) > LONGEST_PATTERN:
        raise ReviewError(
            _("More than %(pattern)s letters.") % {"pattern": LONGEST_PATTERN}, _("Look for less.")
        )
    if query.replace:
        clean(query.replace)


def hits(text: str, query: Query, language: str) -> list[tuple[Span, str]]:
    """Return the spans of `text` (code points) that `query` finds, each with what replaces it."""
    found = _by_pattern(text, query) if query.regex else _by_text(text, query)
    edges = {0, *accumulate(map(len, graphemes(text)))}
    found = [one for one in found if one[0][0] in edges and one[0][1] in edges]
    if query.whole:
        spans = words(text, language.partition("_")[0])
        starts, ends = {start for start, _ in spans}, {end for _, end in spans}
        found = [one for one in found if one[0][0] in starts and one[0][1] in ends]
    return found


def _by_text(text: str, query: Query) -> list[tuple[Span, str]]:
    if query.exact:
        places = [one.span() for one in re.finditer(re.escape(query.find), text)]
        return [(span, query.replace) for span in places]
    wanted = comparison_key(query.find)
    if not wanted:
        return []
    key, spans = comparison_map(text)
    places = [one.span() for one in re.finditer(re.escape(wanted), key)]
    return [
        ((spans[a][0], spans[b - 1][1]), query.replace)
        for a, b in places
        if spans[a : a + 1] != spans[a - 1 : a] and spans[b : b + 1] != spans[b - 1 : b]
    ]


def _by_pattern(text: str, query: Query) -> list[tuple[Span, str]]:
    """Return what a pattern finds; `regex` because `re` cannot be stopped."""
    import regex

    flags = regex.V0 if query.exact else regex.V0 | regex.IGNORECASE
    try:
        pattern = regex.compile(query.find, flags)
        found = pattern.finditer(text, timeout=_SECONDS_A_LINE, concurrent=True)
        return [(one.span(), one.expand(query.replace)) for one in found if one.group()]
    except TimeoutError as error:
        raise _too_slow() from error
    except (regex.error, IndexError, RecursionError) as error:
        raise ReviewError(
            _("This is no pattern: %(error)s.") % {"error": error}, _("Turn patterns off.")
        ) from error


def _put_in(text: str, found: Sequence[tuple[Span, str]]) -> str:
    parts, at = [], 0
    for (start, end), new in found:
        parts += [text[at:start], new]
        at = end
    made = "".join([*parts, text[at:]])
    if len(made) > LONGEST_LINE:
        raise ReviewError(_("A line would become far too long."), _("Replace it by less."))
    return made


@transaction.atomic
def replace(user: User, track: Track, query: Query, chosen: Mapping[int, int]) -> Replaced:
    """Replace in the chosen lines (key -> version seen), all in one transaction.

    A line that somebody changed since, or that would be empty, is left and told. The batch is the
    key of the audit entry, by which `undo` finds it. Raises ForbiddenError, ReviewError.
    """
    require(user, Action.EDIT, track.language)
    _check(query)
    done: dict[int, list[int]] = {}
    left, until = [], monotonic() + _HELD
    for pk in _in_track(track, chosen):
        if monotonic() > until:
            raise ReviewError(_("That is too much at once."), _("Choose fewer lines."))
        line = lock_line(pk)
        before, found = line.version, hits(line.text, query, track.language)
        text = clean(_put_in(line.text, found))
        if before != chosen[pk] or not text or text == line.text:
            left.append(pk)
            continue
        write_text(user, line, text, Edit(text, before, origin=Origin.REPLACE))
        done[pk] = [before, line.version]
    batch = _noted(user, track, done, query)
    return Replaced(batch, list(done), left)


def _in_track(track: Track, chosen: Mapping[int, int]) -> list[int]:
    own = track.lines.filter(pk__in=list(chosen), sentence__retired=False)
    return list(own.order_by("pk").values_list("pk", flat=True))


def _noted(user: User, track: Track, done: Mapping[int, list[int]], query: Query) -> int:
    if not done:
        return 0
    lines = {str(pk): versions for pk, versions in done.items()}
    record(user, "replace in track", track, lines=lines, find=query.find, replace=query.replace)
    own = AuditEntry.objects.filter(who=user, what="replace in track")
    batch: int = own.order_by("-pk").values_list("pk", flat=True)[0]
    return batch


@transaction.atomic
def undo(user: User, track: Track, batch: int) -> Replaced:
    """Give the lines of a replacement the texts that they had; one that changed since is left.

    Raises ReviewError where there is no such replacement of this person in this track.
    """
    require(user, Action.EDIT, track.language)
    about = f"{track._meta.model_name}:{track.pk}"
    own = AuditEntry.objects.filter(who=user, what="replace in track", about=about, pk=batch)
    entry = own.first()
    if entry is None:
        raise ReviewError(_("There is no such replacement of yours."), _("Undo line by line."))
    changed, left = [], []
    for name, (before, after) in entry.detail["lines"].items():
        line = lock_line(int(name))
        if line.version != after:
            left.append(line.pk)
            continue
        text = _text_before(line, before)
        write_text(user, line, text, Edit(text, after, origin=Origin.RESTORE))
        changed.append(line.pk)
    return Replaced(batch, changed, left)


def _text_before(line: Line, version: int) -> str:
    """Return the text of a line as it stood at `version`; not each version has a revision."""
    older = Revision.objects.filter(line=line, version__lte=version)
    text: str = older.order_by("-version").values_list("text", flat=True)[0]
    return text
