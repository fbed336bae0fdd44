"""Repairs that a person may accept for a finding, as data; each was tried before it is offered.

Tried means: after it the finding is gone, no error or warning is there that was not before, and
every digit and term is what it was. A repair of a warning may leave an info of the same id: a
subtitle that was far too fast is only fast. What cannot be settled without knowing what was meant
(a lost number, a placeholder) has no repair. Nothing is ever repaired here without being asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from courses.findings import TABLE, Area, RepairKind
from courses.nouns import Cue, Finding, Segment, Severity, Translation
from courses.script import to_ascii_digits
from pipeline.checking import checks, cue_checks, cue_repairs, text_repairs
from pipeline.checking.text_repairs import Sentence, Wording
from pipeline.layout import cues
from pipeline.terminology import Hits, check_terms, verdicts

REVISION = "2"
"""Raised with every change that makes another repair be offered for the same finding."""

_WEIGHT = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}
_AROUND = 2
"""Cues on each side that a changed cue may disturb."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What settles one finding: a new `text` of its sentence, or `cues` in the place of others.

    `label` is for a button. `replaces` are the ids of the cues that give way; empty for a text.
    """

    kind: RepairKind
    label: str
    text: str | None = None
    cues: tuple[Cue, ...] = ()
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What findings are about: one lesson in the language or writing `code`, as it stands.

    `translations[i]` and `hits[i]` are of ``segments[i]``, in the language `spoken`; both are
    empty where there are only cues. `cues` by time, `duration` of the media in ms.
    """

    code: str
    cues: Sequence[Cue]
    duration: int
    segments: Sequence[Segment] = ()
    translations: Sequence[Translation] = ()
    hits: Hits = ()
    spoken: str = "en"


def offer(findings: Iterable[Finding], subject: Subject) -> list[Repair | None]:
    """Return for each finding the repair to accept, None where there is none."""
    bench = _Bench(subject)
    return [bench.repair(finding) for finding in findings]


def as_data(repair: Repair | None) -> dict[str, Any] | None:
    """Return a repair for JSON, without what it does not have; None stays None."""
    if repair is None:
        return None
    told: dict[str, Any] = {"kind": repair.kind, "label": repair.label}
    if repair.text is not None:
        return told | {"text": repair.text}
    return told | {"replaces": list(repair.replaces), "cues": [asdict(one) for one in repair.cues]}


def apply(repair: Repair, shown: Sequence[Cue]) -> list[Cue]:
    """Return the cues after a repair of cues; others stay as they are."""
    gone = set(repair.replaces)
    made, new = [], list(repair.cues)
    for cue in shown:
        if cue.id in gone:
            made += new
            new = []
        else:
            made.append(cue)
    return made


def settles(finding: Finding, before: Sequence[Finding], after: Sequence[Finding]) -> bool:
    """Return whether `finding`, one of `before`, is gone in `after`, and nothing bad is new."""
    weight = _WEIGHT[finding.severity]

    def alike(found: Sequence[Finding]) -> int:
        return sum(one.check == finding.check and _WEIGHT[one.severity] >= weight for one in found)

    return alike(after) < alike(before) and not _bad(after) - _bad(before)


def _bad(findings: Iterable[Finding]) -> Counter[tuple[str, Severity]]:
    return Counter(
        (one.check, one.severity) for one in findings if one.severity is not Severity.INFO
    )


def _infos(findings: Iterable[Finding]) -> int:
    return sum(one.severity is Severity.INFO for one in findings)


class _Bench:
    """One lesson on which repairs are tried."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._segment_at = {segment.id: n for n, segment in enumerate(subject.segments)}
        self._cue_at = {cue.id: n for n, cue in enumerate(subject.cues)}
        self._style = checks.style_of(subject.translations)

    def repair(self, finding: Finding) -> Repair | None:
        """Return the first candidate that settles the finding, if possible without a new info."""
        kind = TABLE.get(finding.check)
        if kind is None or not kind.repairs:
            return None
        tried = self._in_layout(finding) if kind.area is Area.LAYOUT else self._in_text(finding)
        passed = None
        for repair, more_infos in tried:
            if more_infos <= 0:
                return repair
            passed = passed or repair
        return passed

    def _in_layout(self, finding: Finding) -> Iterator[tuple[Repair, int]]:
        """Yield the repairs that settle a finding about a cue, and how many infos each adds."""
        subject, at = self.subject, self._cue_at.get(finding.cue_id, -1)
        if at < 0:
            return
        row = cue_repairs.Row(subject.cues, subject.code, subject.duration)
        for change in cue_repairs.changes(finding.check, row, at):
            low, high = max(0, change.first - _AROUND), change.stop + _AROUND
            old = list(subject.cues[low:high])
            gone = tuple(cue.id for cue in subject.cues[change.first : change.stop])
            repair = Repair(change.kind, change.label, None, change.cues, gone)
            before, after = self._cue_findings(old), self._cue_findings(apply(repair, old))
            if settles(finding, before, after):
                yield repair, _infos(after) - _infos(before)
        if RepairKind.SHORTER_TERM in TABLE[finding.check].repairs:
            yield from self._with_shorter_terms(finding)

    def _cue_findings(self, shown: Sequence[Cue]) -> list[Finding]:
        return cue_checks.check_cues(shown, self.subject.code, self.subject.duration)

    def _in_text(self, finding: Finding) -> Iterator[tuple[Repair, int]]:
        at = self._segment_at.get(finding.segment_id, -1)
        if not 0 <= at < len(self.subject.translations):
            return
        before = self._text_findings(at)
        for wording in text_repairs.wordings(finding.check, self._sentence(at)):
            after = self._after(at, wording)
            if after is not None and settles(finding, before, after):
                repair = Repair(wording.kind, wording.label, wording.text)
                yield repair, _infos(after) - _infos(before)

    def _with_shorter_terms(self, finding: Finding) -> Iterator[tuple[Repair, int]]:
        """Yield texts with a shorter term, for which the sentence's own cues keep the limit."""
        at = self._segment_at.get(finding.segment_id, -1)
        if not 0 <= at < len(self.subject.translations):
            return
        shorter = list(text_repairs.shorter_terms(self._sentence(at)))
        if not shorter:
            return
        old, before = self._laid_out(at), self._text_findings(at)
        for wording in shorter:
            after = self._after(at, wording)
            if after is None or _bad(after) - _bad(before):
                continue
            new = self._laid_out(at, wording.text)
            if settles(finding, old, new):
                repair = Repair(wording.kind, wording.label, wording.text)
                yield repair, _infos(new) - _infos(old)

    def _laid_out(self, at: int, text: str | None = None) -> list[Finding]:
        """Return the findings of the cues of sentence `at` and its neighbours, laid out anew."""
        subject = self.subject
        near = slice(max(0, at - 1), at + 2)
        texts = [one.text for one in subject.translations[near]]
        if text is not None:
            texts[at - near.start] = text
        sentences = subject.segments[near]
        names = {
            segment.id: cues.wordings(hits)
            for segment, hits in zip(sentences, subject.hits[near], strict=False)
        }
        shown = cues.fit(sentences, texts, subject.code, subject.duration, names)
        return self._cue_findings(shown)

    def _sentence(self, at: int) -> Sentence:
        subject = self.subject
        hits = subject.hits[at] if at < len(subject.hits) else ()
        return Sentence(subject.segments[at], subject.translations[at], hits, self._style)

    def _after(self, at: int, wording: Wording) -> list[Finding] | None:
        """Return the findings with a new text; None where it changes nothing, or a number."""
        old = self.subject.translations[at].text
        if wording.text == old or not wording.text.strip() or _digits(wording.text) != _digits(old):
            return None
        return self._text_findings(at, wording.text)

    def _text_findings(self, at: int, text: str | None = None) -> list[Finding]:
        sentence = self._sentence(at)
        segment, translation = sentence.segment, sentence.translation
        if text is not None:
            translation = replace(translation, text=text)
        found = checks.check_sentence(segment, translation, self.subject.spoken, self._style)
        judged = verdicts([segment], [translation], (tuple(sentence.hits),))
        return [*found, *check_terms([segment], [translation], judged)]


def _digits(text: str) -> str:
    return "".join(char for char in to_ascii_digits(text) if char.isdigit())
