"""What came back from a translator, held against the package: unchanged, changed or refused.

Every sentence gets one verdict and, where it is refused, every reason. Texts that are taken go to
`pipeline.reviewed`: all of them or, unless told to skip what is refused, none.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from courses.errors import StoreError, UsageError
from courses.nouns import Finding, Signature, Translation, TranslationStatus
from courses.script import count
from glossaries.check import Outcome, judge
from pipeline import exchange, exchange_segments, reviewed
from pipeline.checking import checks
from pipeline.exchange_segments import PackageTexts, Sentence
from pipeline.formats.bilingual import Bilingual, BilingualUnit, Returned, mark_of
from pipeline.reviewed import SPACES, UNSAFE, ReviewedText

MOST_CLUSTERS = 5000
"""Grapheme clusters of one sentence; a minute of speech has a fifth of that."""

_MACHINES = ("machine:", "memory:")
_BY_PEOPLE = (TranslationStatus.EDITED, TranslationStatus.APPROVED)
_REFUSING = frozenset({"hole", "wrong-script"})  # checks that no translator overrules


class Verdict(StrEnum):
    """What becomes of a sentence that came back."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A sentence that came back; `remarks` are what to look at although it is taken."""

    id: str
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    text: ReviewedText | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What an import found and did; `written` says whether texts were kept."""

    judgements: tuple[Judgement, ...]
    written: bool
    place: Path

    def counts(self) -> dict[str, int]:
        """Return how many sentences got each verdict."""
        found = Counter(judgement.verdict for judgement in self.judgements)
        return {str(verdict): found[verdict] for verdict in Verdict}

    def facts(self) -> dict[str, Any]:
        """Return the report as data."""
        units = [
            {"id": j.id, "verdict": str(j.verdict), "reasons": j.reasons, "remarks": j.remarks}
            for j in self.judgements
        ]
        return {
            "counts": self.counts(),
            "written": self.written,
            "reviewed": str(self.place),
            "units": units,
        }


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is taken in: who answers, terms let go, whether to skip or only look."""

    by: str
    waived: Collection[str] = ()
    skip: bool = False
    look_only: bool = False


def take_in(package: Path, path: Path, wish: Wish) -> Report:
    """Judge the file at `path` against `package` and keep the texts that people wrote.

    Nothing is kept while a sentence is refused, unless `wish` says to skip those. Raises UsageError
    when the file is none, breaks its format or belongs to another package, StoreError when the
    package or its reviewed texts cannot be read or written.
    """
    by = _name(wish.by)
    exchange_segments.read(package)  # before anything is made beside it
    returned = _read(path)
    place = reviewed.place_of(package)
    texts, _ = exchange.current(package)
    refuse_other(path.name, returned.bilingual, texts)
    wish = replace(wish, by=by)
    judgements = tuple(judge_all(returned, texts, wish))
    if not _to_write(judgements, wish):
        return Report(judgements, False, place)  # and no lock is left beside the package
    with _alone(place):
        texts, people = exchange.current(package)  # another import may just have ended
        judgements = tuple(judge_all(returned, texts, wish))
        if taken := _to_write(judgements, wish):
            reviewed.write(place, {**people, **taken})
    return Report(judgements, bool(taken), place)


def _to_write(judgements: Sequence[Judgement], wish: Wish) -> dict[str, ReviewedText]:
    """Return the texts to keep: none in a dry run, nor with refusals that are not skipped."""
    refused = any(one.verdict is Verdict.REFUSED for one in judgements)
    if wish.look_only or (refused and not wish.skip):
        return {}
    return {one.id: one.text for one in judgements if one.text}


def _alone(place: Path) -> AbstractContextManager[object]:
    """Keep other imports into `place` out; raises StoreError where that cannot be done."""
    lock = FileLock(place.with_name(f".{place.name}.lock"), timeout=10)
    try:
        return lock.acquire()
    except (Timeout, OSError) as error:
        raise StoreError(
            f"The folder {place.parent} cannot be locked: {error}.",
            "Another import may be at work, or you may not write there.",
        ) from error


def _name(by: str) -> str:
    name = " ".join(by.split())
    if not name or name.startswith(_MACHINES) or UNSAFE.search(name) or len(name) > 200:
        raise UsageError(f"{by!r} is no person's name.", "Say who answers for the texts with --by.")
    return name


def _read(path: Path) -> Returned:
    most = 64 << 20  # the formats have their own, smaller limits on what they unpack
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > most:
        raise UsageError(f"{path} is longer than {most:,} bytes; no lesson is.")
    return exchange.format_of(data, path.name).read(data, path.name)


def refuse_other(name: str, bilingual: Bilingual, texts: PackageTexts) -> None:
    """Raise UsageError when the file is of another lesson or language."""
    ours = exchange.bilingual_of(texts)
    for what in ("course", "lesson", "source", "target"):
        theirs, wanted = getattr(bilingual, what), getattr(ours, what)
        if theirs.lower() != wanted.lower() and (theirs or what != "course"):
            raise UsageError(
                f"{name} has {what} {theirs!r}, and the package has {wanted!r}.",
                "Name the package that it was exported from.",
            )


def judge_all(returned: Returned, texts: PackageTexts, wish: Wish) -> Iterator[Judgement]:
    """Yield one Judgement a sentence of the file, then one for each that is missing there."""
    ours = {sentence.segment.id: sentence for sentence in texts.sentences}
    places = {key: number for number, key in enumerate(ours)}
    known = {_folded(sentence.segment.text): key for key, sentence in ours.items()}
    faults: dict[str, list[str]] = {}
    for fault in returned.faults:
        faults.setdefault(fault.unit, []).append(fault.message)
    last = -1
    for unit in returned.bilingual.units:
        wrong = faults.get(unit.id, [])
        sentence = ours.get(unit.id)
        if sentence is None:
            yield Judgement(unit.id, Verdict.REFUSED, (_unknown(unit, known), *wrong))
            continue
        if places[unit.id] < last:
            wrong = [*wrong, "It stands in another place than it was sent in."]
        last = max(last, places[unit.id])
        yield _judge(unit, sentence, texts, (wish, wrong))
    found = {unit.id for unit in returned.bilingual.units}
    missing = "It is missing in the file: rows must not be deleted, merged or given other ids."
    yield from (Judgement(key, Verdict.REFUSED, (missing,)) for key in ours if key not in found)


def _unknown(unit: BilingualUnit, known: Mapping[str, str]) -> str:
    """Return what became of an id that is none; `known` has the ids by their sentences."""
    if key := known.get(_folded(unit.source)):
        return f"Its id was changed: this sentence is {key}."
    return (
        "The package has no such sentence: it changed since the file was exported, or the id was"
        " changed. Export the package again."
    )


def _judge(
    unit: BilingualUnit,
    sentence: Sentence,
    texts: PackageTexts,
    rest: tuple[Wish, list[str]],
) -> Judgement:
    wish, wrong = rest
    text = SPACES.sub(" ", unit.target).strip()
    base = unit.base or mark_of(sentence.text)
    changed = base not in (mark_of(unit.target), mark_of(text)) and text != _shown(sentence.text)
    approved = TranslationStatus.APPROVED
    approves = unit.status is approved and sentence.status is not approved
    reasons = [*wrong, *_moved(unit, sentence)]
    if not (changed or approves):
        verdict = Verdict.REFUSED if reasons else Verdict.UNCHANGED
        return Judgement(unit.id, verdict, tuple(reasons))
    since = base != mark_of(sentence.text) and sentence.status in _BY_PEOPLE
    if since and text != _shown(sentence.text):
        reasons.append(f"{sentence.author} changed it since the file was exported.")
    if flaw := _flaw(text):
        return Judgement(unit.id, Verdict.REFUSED, (*reasons, flaw))
    found = list(_check(sentence, text, texts, wish.by))
    reasons += [one.message for one in found if one.check in _REFUSING]
    reasons += _terms(sentence, text, texts.target, wish.waived)
    if reasons:
        return Judgement(unit.id, Verdict.REFUSED, tuple(reasons))
    remarks = tuple(f"{one.check}: {one.message}" for one in found)
    status = approved if unit.status is approved else TranslationStatus.EDITED
    same = text == _shown(sentence.text)
    kept = _reviewed(sentence, sentence.text if same else text, status, wish.by)
    verdict = Verdict.APPROVED if same else Verdict.CHANGED
    return Judgement(unit.id, verdict, (), remarks, kept)


def _shown(text: str) -> str:
    return SPACES.sub(" ", text).strip()


def _moved(unit: BilingualUnit, sentence: Sentence) -> Iterator[str]:
    """Yield what was changed that is not the translator's to change."""
    segment = sentence.segment
    for what, there, ours in (
        ("start", unit.start, segment.start),
        ("end", unit.end, segment.end),
    ):
        if there is not None and there != ours:
            yield f"Its {what} was changed from {ours} to {there} ms."
    if _folded(unit.source) != _folded(segment.text):
        yield f"Its source was changed; it is {segment.text!r}."


def _folded(text: str) -> str:
    """Return a text as tools may hand it back: other spaces, composed letters."""
    return SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _flaw(text: str) -> str | None:
    if not text:
        return "It has no translation now, which would be a hole."
    if found := UNSAFE.search(text):
        return f"It has the character U+{ord(found[0]):04X}, which hides or turns text round."
    if len(text) > 20 * MOST_CLUSTERS or count(text) > MOST_CLUSTERS:
        return f"It is longer than {MOST_CLUSTERS} characters, and is one sentence."
    return None


def _check(sentence: Sentence, text: str, texts: PackageTexts, by: str) -> Iterator[Finding]:
    status, signature = TranslationStatus.EDITED, Signature("person")
    one = Translation(sentence.segment.id, texts.target, text, status, by, signature)
    yield from checks.check([sentence.segment], [one], texts.source)


def _terms(sentence: Sentence, text: str, target: str, waived: Collection[str]) -> list[str]:
    """Return what is wrong with locked terms: a wording that is not there, or must not be."""
    locked = [hit for hit in sentence.hits if exchange.is_locked(hit)]
    reasons = []
    for verdict in judge(sentence.segment.text, text, locked, target, waived):
        if verdict.outcome is not Outcome.VIOLATED:
            continue
        term = verdict.hit.term
        if verdict.forbidden:
            reasons.append(f"{verdict.forbidden!r} must not stand for {term.source!r}.")
        else:
            known = f" (let it go with --waive {term.id})" if term.id else ""
            reasons.append(f"The locked term {term.source!r} is not {term.target!r} here{known}.")
    return list(dict.fromkeys(reasons))


def _reviewed(sentence: Sentence, text: str, status: TranslationStatus, by: str) -> ReviewedText:
    segment = sentence.segment
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return ReviewedText(segment.id, segment.text, text, status, by, now, segment.start, segment.end)
