"""Wordings that people ask for, what terminologists decide, and the site's own glossary.

An accepted wording is written into the site's folder of term files, in the form of every glossary,
with the status `reviewed`. That folder lies over the department's (`glossaries.folder` of the
configuration), which lies over the built-in terms: the last decision wins, and what it says
nothing about stays. Drafting and checks read all three: see `terms_of_site`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from filelock import FileLock

from courses.errors import ConflictError, ForbiddenError, ReviewError, StoreError
from courses.languages import WRITINGS
from courses.nouns import Severity, TermStatus
from glossaries.cell_checks import check_row
from glossaries.layers import load_layers
from glossaries.merging import Wish, carry_out, plan_import, read_folder
from glossaries.rows import KEBAB, Row
from glossaries.terms import Entry, TargetTerm, TermBase
from glossaries.tsv import DATA, load_terms
from pipeline.config import read_config
from pipeline.review.audit import record
from pipeline.review.models import Line, TermProposal, User
from pipeline.review.permissions import Action, languages_of, may, require, visible_tracks
from pipeline.review.store import jobs
from pipeline.review.store.editing import clean

DOMAIN = "proposals"
"""The domain of terms that come from lessons without one: they count in every lesson."""
LONGEST = 200
_PATIENCE = 10  # seconds that one decision waits for another to be written


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wording that somebody asks for: English term, wording, language code; the line it is of."""

    source: str
    target: str
    language: str
    note: str = ""
    line: int | None = None


@transaction.atomic
def propose(user: User, wanted: Wanted) -> TermProposal:
    """Keep a proposal; the same one that is open already is returned as it is.

    Raises ForbiddenError, Line.DoesNotExist for a line that `user` may not see, ReviewError for
    a wording that no glossary could hold.
    """
    require(user, Action.PROPOSE_TERM)
    if wanted.language not in WRITINGS or wanted.language == "en":
        raise ReviewError(
            _("“%(language)s” is no target language.") % {"language": wanted.language}
        )
    source, target = (clean(text) for text in (wanted.source, wanted.target))
    _refuse_wrong(source, target, wanted.language)
    line = _line(user, wanted)
    same = TermProposal.objects.filter(
        language=wanted.language, source=source, target=target, accepted__isnull=True
    )
    if known := same.first():
        return known
    row = TermProposal.objects.create(
        language=wanted.language,
        source=source,
        target=target,
        note=clean(wanted.note)[:500],
        line=line,
        by=user,
    )
    record(user, "propose term", row, source=source, target=target, language=wanted.language)
    return row


def _line(user: User, wanted: Wanted) -> Line | None:
    if wanted.line is None:
        if not may(user, Action.DECIDE_TERM) and wanted.language not in languages_of(user):
            raise ForbiddenError(_("You may not propose terms in this language."))
        return None
    seen = Line.objects.filter(track__in=visible_tracks(user))
    return seen.get(pk=wanted.line, track__language=wanted.language)


def _refuse_wrong(source: str, target: str, language: str) -> None:
    if not source or not target:
        raise ReviewError(_("A term needs its English word and its wording."))
    if max(len(source), len(target)) > LONGEST:
        raise ReviewError(_("That is a sentence, not a term."), _("Take only its words."))
    if "|" in target:
        raise ReviewError(_("Propose one wording at a time."))
    for _check, severity, message in check_row(_row(source, target, language, ""), DOMAIN):
        if severity is Severity.ERROR:
            raise ReviewError(message, _("Type it anew."))


def _row(source: str, target: str, language: str, note: str) -> Row:
    cells = {"en": source, language: target, "reviewed": language, "note": note}
    return Row(1, cells)


@transaction.atomic
def decide(user: User, pk: int, accepted: bool, note: str = "") -> TermProposal:
    """Accept a proposal into the site's glossary, or decline it; notes stay.

    Raises ForbiddenError, ConflictError when somebody decided before, ReviewError where a note is
    missing: to decline, and to accept another wording than the official one.
    """
    require(user, Action.DECIDE_TERM)
    row = (
        TermProposal.objects.select_for_update(of=("self",), no_key=True)
        .select_related("by")
        .get(pk=pk)
    )
    if row.accepted is not None:
        raise ConflictError(_("Somebody decided on this term already."), _("Load the list again."))
    if accepted and row.by_id == user.pk:
        raise ForbiddenError(_("You proposed this term: somebody else has to accept it."))
    said = clean(note)[:500]
    held = held_for(row)
    official = held is not None and held.status is TermStatus.OFFICIAL and held.text != row.target
    if not said and (official or not accepted):
        raise ReviewError(
            _("The official wording is another: say why this one holds.")
            if official and accepted
            else _("Say why it is declined."),
        )
    row.accepted, row.decided_by, row.decided = accepted, user, timezone.now()
    row.decision_note = said
    row.save(update_fields=["accepted", "decided_by", "decided", "decision_note"])
    record(user, "accept term" if accepted else "decline term", row, source=row.source)
    if accepted:
        _write(row)
        transaction.on_commit(partial(jobs.add_terms, row.pk, user))
    return row


def domain_of(row: TermProposal) -> str:
    """Return the domain of the lesson that a proposal came from, else DOMAIN."""
    domain = row.line.track.lesson.domain if row.line else ""
    return domain if KEBAB.fullmatch(domain) else DOMAIN


def _write(row: TermProposal) -> None:
    """Put an accepted wording into the site's term files, which are written whole."""
    assert row.decided_by is not None, "only decided proposals are written"
    note = f"{row.language}: proposed by {row.by.name}, accepted by {row.decided_by.name}"
    if row.decision_note:
        note = f"{note}, {row.decision_note}"
    folder = settings.SITE.glossaries
    folder.mkdir(parents=True, exist_ok=True)
    reserved = {entry.id: entry.domain for entry in load_terms(DATA).entries}
    wish = Wish(domain_of(row), TermStatus.REVIEWED, replace=True, reserved=reserved)
    with FileLock(folder / ".lock", timeout=_PATIENCE):
        plan = plan_import([_row(row.source, row.target, row.language, note)], _own(folder), wish)
        if plan.refused:
            raise ReviewError(plan.refused[0].reason)
        carry_out(plan, folder)


def _own(folder: Path) -> dict[str, dict[str, Entry]]:
    return read_folder(folder)


def site_folder() -> Path | None:
    """Return the site's folder of term files, None while it has none."""
    folder: Path = settings.SITE.glossaries
    return folder if any(folder.glob("*.tsv")) else None


def terms_of_site() -> TermBase:
    """Return all terms that hold here: built-in, the department's, the site's own.

    Raises UsageError for a term file that is faulty.
    """
    folders = (read_config(settings.SITE.config).glossaries.folder, site_folder())
    return _load(tuple(_state(folder) for folder in folders))


State = tuple[Path, tuple[tuple[str, int, int], ...]] | None


def _state(folder: Path | None) -> State:
    if folder is None:
        return None
    files = ((path.name, path.stat()) for path in sorted(folder.glob("*.tsv")))
    return folder, tuple((name, about.st_mtime_ns, about.st_size) for name, about in files)


@lru_cache(maxsize=1)
def _load(states: tuple[State, ...]) -> TermBase:
    try:
        return load_layers(*(state[0] if state else None for state in states))
    except OSError as error:
        raise StoreError(f"The term files cannot be read: {error}.") from error


def held_for(row: TermProposal) -> TargetTerm | None:
    """Return the wording that holds now for a proposal's term, of its lesson's domain first."""
    domain, key = domain_of(row), row.source.casefold()
    found = [
        (entry.domain != domain, entry.targets[row.language])
        for entry in terms_of_site().entries
        if entry.source.casefold() == key and row.language in entry.targets
    ]
    return min(found, key=lambda one: one[0])[1] if found else None
