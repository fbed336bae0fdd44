"""The driver's side of each stage: what a worker is asked, and what is kept of its answer.

`prepare` says what is to be done, or that it is done already; `settle` saves what came back, first
the result and then what is said of it. Knows the work store and the packages, not the queue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from courses.errors import EngineError, MediaError
from pipeline import packaging
from pipeline.backlog import calls, handing_over
from pipeline.backlog.asking import Asking
from pipeline.backlog.bases import Bases
from pipeline.backlog.lessons import Known
from pipeline.backlog.messages import (
    Changed,
    Drafted,
    Handed,
    HandOverCall,
    Packaged,
    Read,
    Said,
)
from pipeline.backlog.nouns import Ended, Stage, State, Work
from pipeline.lines import pair_of
from pipeline.packaging import Built
from translators.base import Draft

CHANGES = 3  # how often a lesson is read again whose files change under way


@dataclass(frozen=True, slots=True)
class Asked:
    """One call for a worker: function, its one argument, and which kind of worker takes it."""

    function: Callable[[Any], Any]
    argument: Any
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a piece of work, and what it tells of its lesson (field -> value).

    units: of `models.Rate`; written: bytes on the disk. again: an earlier stage that must be done
    once more, because its result is not there.
    """

    ended: Ended
    learned: dict[str, str | int] = field(default_factory=dict)
    units: float = 0.0
    written: int = 0
    again: Stage | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A package that is on the disk: what it was made from, what people are told, its bytes."""

    inputs: str
    note: str
    bytes: int


class Steps:
    """The driver's side of all stages."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.bases = Bases(asking)
        self._changes: dict[int, int] = {}  # lesson -> how often its files changed under way
        self._keys: dict[int, str] = {}  # item -> what its transcript is to be known by

    def prepare(self, work: Work) -> Asked | Settled:
        """Return what a worker is to be asked for `work`, or what became of it without one.

        Raises our errors for what cannot be done.
        """
        found = _PREPARE[work.stage](self, work)
        return self._based(work, found) if isinstance(found, Settled) else found

    def saving(self, work: Work, value: Any) -> Callable[[], Any] | None:
        """Return what must be written to the disk before `settle`, None where nothing must.

        It may be called in a thread, and again when it failed; `settle` takes what it returns.
        """
        if isinstance(value, Packaged) and (built := value.built) is not None:
            return lambda: self._write(work, built)
        return None

    def settle(self, work: Work, value: Any) -> Settled:
        """Keep what a worker answered, and return what became of `work`. Raises StoreError."""
        if isinstance(value, Changed):
            return self._read_again(work, value)
        return self._based(work, _SETTLE[work.stage](self, work, value))

    def over(self, work: Work) -> None:
        """Forget what was asked about `work`: it is closed."""
        self._keys.pop(work.item, None)

    def forget(self, work: Work) -> None:
        """Read the lesson of `work` anew when it is next worked on."""
        self.asking.lessons.forget(work)

    def _based(self, work: Work, settled: Settled) -> Settled:
        if settled.ended.state is not State.DONE:
            return settled
        return replace(settled, ended=replace(settled.ended, basis=self.bases.basis(work)))

    def _lesson(self, work: Work) -> Known:
        return self.asking.lessons.find(work)

    def _said(self, work: Work) -> tuple[Known, Said | None]:
        known = self._lesson(work)
        return known, self.asking.lessons.said(known)

    # --- read -----------------------------------------------------------------------------------

    def _read(self, work: Work) -> Asked:
        self.forget(work)
        return Asked(calls.read, self._lesson(work).place)

    def _keep_read(self, work: Work, found: Read) -> Settled:
        self.forget(work)
        if found.sha256 != self._lesson(work).place.content[0]:
            handing_over.media_changed(work)
        learned: dict[str, str | int] = {
            "sha256": found.sha256,
            "captions_sha256": found.captions_sha256,
            "duration": found.duration,
        }
        made = calls.mark_of(found.sha256, found.captions_sha256)
        note = f"{found.duration / 1000:.0f} s"
        return Settled(Ended(State.DONE, made=made, note=note), learned, found.duration)

    def _read_again(self, work: Work, found: Changed) -> Settled:
        """Have a lesson read again whose files changed meanwhile; raises MediaError at last."""
        times = self._changes.pop(work.lesson_row, 0) + 1
        if times > CHANGES:
            raise MediaError(found.reason, "Retry it when nobody writes its files any more.")
        self._changes[work.lesson_row] = times
        return _again(Stage.READ)

    # --- transcribe -----------------------------------------------------------------------------

    def _transcribe(self, work: Work) -> Asked | Settled:
        self.forget(work)  # what reading found is in its row by now
        known = self._lesson(work)
        if not known.place.content[0]:
            return _again(Stage.READ)  # without hashes all lessons would have one transcript
        known.key, known.said = self.asking.transcript_key(known), None
        known.recalled.clear()
        if there := self.asking.lessons.said(known):
            return self._transcribed(known, there, reused=True)
        self._keys[work.item] = known.key
        spec = self.asking.speech(known.place.lesson)
        return Asked(calls.transcribe, (known.place, spec), "speech")

    def _keep_transcript(self, work: Work, found: Said) -> Settled:
        known = self._lesson(work)
        # The key of what was asked: the lesson may have been read anew since.
        known.key = self._keys.get(work.item) or self.asking.transcript_key(known)
        self.asking.store.save_transcript_text(known.key, found.text)
        known.said = found
        self._changes.pop(work.lesson_row, None)
        return self._transcribed(known, found)

    def _transcribed(self, known: Known, found: Said, reused: bool = False) -> Settled:
        learned: dict[str, str | int] = {
            "transcript": known.key,
            "duration": found.duration,
            "sentences": len(found.sentences),
            "characters": found.characters,
        }
        # The signature of captions holds their hash: each would be an engine of its own.
        signature = "engine:captions" if known.place.captions else found.signature
        note = f"{len(found.sentences)} sentences"
        ended = Ended(State.DONE, made=known.key, signature=signature, note=note, reused=reused)
        return Settled(ended, learned, found.duration, len(found.text))

    # --- translate ------------------------------------------------------------------------------

    def _translate(self, work: Work) -> Asked | Settled:
        known, found = self._said(work)
        if found is None:
            return _again(Stage.TRANSCRIBE)
        if work.language == known.place.lesson.language:
            ended = Ended(State.DONE, made=known.key, signature="engine:source", reused=True)
            return Settled(ended)
        return Asked(calls.translate, self.asking.translate(work, known, found), "text")

    def _keep_drafts(self, work: Work, found: Drafted) -> Settled:
        if found.fresh:
            keys, drafts = zip(*found.fresh, strict=True)
            pair = pair_of(self._lesson(work).place.lesson, work.language)
            self.asking.store.save_drafts(keys, drafts, pair)
        # Of the source: what was asked again for its terms counts once.
        units = work.characters * len(found.fresh) / max(1, work.sentences)
        written = sum(_size(draft) for _, draft in found.fresh)
        return Settled(_drafted(found), units=units, written=written)

    # --- package --------------------------------------------------------------------------------

    def _package(self, work: Work) -> Asked | Settled:
        known, found = self._said(work)
        if found is None:
            return _again(Stage.TRANSCRIBE)
        return Asked(calls.build, self.asking.package(work, known, found))

    def _write(self, work: Work, built: Built) -> Written:
        made = packaging.hand_out(built, self.asking.folder(work))
        return Written(built.inputs, made.note, built.size)

    def _keep_package(self, work: Work, found: Packaged | Written) -> Settled:
        if isinstance(found, Written):
            ended = Ended(State.DONE, made=found.inputs, note=found.note)
            return Settled(ended, units=work.sentences, written=found.bytes)
        if found.missing:
            return _again(Stage.TRANSLATE)
        return Settled(Ended(State.DONE, made=found.inputs, note="up to date", reused=True))

    # --- review ---------------------------------------------------------------------------------

    def _hand_over(self, work: Work) -> Asked | Settled:
        known, found = self._said(work)
        if found is None:
            return _again(Stage.TRANSCRIBE)
        package = self.asking.package(work, known, found)
        call = HandOverCall(package, known.place, handing_over.wants_peaks(work))
        return Asked(calls.hand_over, call)

    def _keep_handed(self, work: Work, found: Handed) -> Settled:
        if found.contents is None:
            return _again(Stage.TRANSLATE)
        lines = handing_over.take_in(work, found)
        ended = Ended(State.DONE, made=found.inputs, note=f"{lines} lines to review")
        return Settled(ended, units=work.sentences)


def _drafted(found: Drafted) -> Ended:
    """Return how a translation ended: done, to go on later, or with sentences that have no text."""
    signature, cost = found.signature, found.usage.cost
    if found.error:
        name, said = found.error, found.problem
        return Ended(State.LATER, cost=cost, signature=signature, error=name, reason=said)
    if found.left:
        note = f"{found.left} sentences left"
        return Ended(State.READY, cost=cost, signature=signature, note=note)
    if found.holes:
        said = f"{found.holes} sentences have no text: {found.problem or 'no reason given'}."
        error = EngineError.__name__
        return Ended(State.LATER, cost=cost, signature=signature, error=error, reason=said)
    return Ended(
        State.DONE,
        cost=cost,
        made=found.made,
        signature=signature,
        note=f"{len(found.fresh)} sentences",
        reused=not found.fresh,
    )


def _again(stage: Stage) -> Settled:
    return Settled(Ended(State.WAITING), again=stage)


def _size(draft: Draft) -> int:
    return len((draft.text or "").encode())


_PREPARE: dict[Stage, Callable[[Steps, Work], Asked | Settled]] = {
    Stage.READ: Steps._read,
    Stage.TRANSCRIBE: Steps._transcribe,
    Stage.TRANSLATE: Steps._translate,
    Stage.PACKAGE: Steps._package,
    Stage.REVIEW: Steps._hand_over,
}
_SETTLE: dict[Stage, Callable[[Steps, Work, Any], Settled]] = {
    Stage.READ: Steps._keep_read,
    Stage.TRANSCRIBE: Steps._keep_transcript,
    Stage.TRANSLATE: Steps._keep_drafts,
    Stage.PACKAGE: Steps._keep_package,
    Stage.REVIEW: Steps._keep_handed,
}
