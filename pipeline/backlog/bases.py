"""What results rest on besides their own lesson: engines, terms, rules. One hash for each.

An item keeps the basis that it was done on. As long as it is the same, nothing else need be looked
at; where it is another, `would_be` says whether the result would be another too.
"""

from __future__ import annotations

from functools import lru_cache

from courses.nouns import Lesson
from pipeline import engines, package_folder, packaging, reviewed
from pipeline.backlog import calls
from pipeline.backlog.asking import Asking
from pipeline.backlog.calls import mark_of
from pipeline.backlog.nouns import Stage, Work
from transcription.base import REVISION


class Bases:
    """The bases of one configuration; what many lessons share is worked out once."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._terms = lru_cache(maxsize=512)(self._terms_of)
        self._hotwords = lru_cache(maxsize=64)(asking.tools.terms.hotwords)

    def basis(self, work: Work) -> str:
        """Return the rules that `work` is done under now, one hash; "" where there are none."""
        if work.stage is Stage.READ:
            return ""
        lesson = self._asking.lessons.find(work).place.lesson
        if work.stage is Stage.TRANSCRIBE:
            return self._speech(lesson)
        basis = self._text(lesson, work.language)
        if work.stage is Stage.TRANSLATE:
            return basis
        rules = packaging.rules_mark(self._asking.tools.formats)
        return mark_of(basis, rules, self._people(work))

    def would_be(self, work: Work) -> str:
        """Return what the result of `work` would be made of now: see `Item.made`. Does nothing.

        Empty where an earlier stage is not there. Raises our errors.
        """
        asking = self._asking
        known = asking.lessons.find(work)
        if work.stage is Stage.TRANSCRIBE:
            return asking.transcript_key(known)
        found = asking.lessons.said(known)
        if found is None:
            return ""
        if work.stage is not Stage.TRANSLATE:
            return calls.inputs_of(asking.package(work, known, found))
        if work.language == known.place.lesson.language:
            return known.key
        return calls.lines_mark(asking.translate(work, known, found))

    def is_there(self, work: Work, made: str) -> bool:
        """Return whether the result that was made of `made` is still where it was put."""
        if work.stage is not Stage.PACKAGE:
            return True
        return package_folder.inputs_at(self._asking.folder(work)) == made

    def _speech(self, lesson: Lesson) -> str:
        """Return what a transcript rests on: engine and hotwords; nothing of that for captions."""
        if lesson.captions:
            return mark_of("captions", REVISION)
        signature = str(engines.transcriber(self._asking.speech(lesson)).signature)
        return mark_of(signature, REVISION, *self._hotwords(lesson.domain))

    def _text(self, lesson: Lesson, target: str) -> str:
        """Return what drafts rest on: engine, and all terms that could be in them."""
        if target == lesson.language:
            return mark_of("source")
        signature = str(engines.translator(self._asking.text()).signature)
        return mark_of(signature, self._terms(target, lesson.domain, lesson.language))

    def _terms_of(self, target: str, domain: str | None, source: str) -> str:
        return mark_of(*map(repr, self._asking.tools.terms.terms(target, domain, source)))

    def _people(self, work: Work) -> str:
        """Return what changes when people write anew about a lesson in a language."""
        place = reviewed.place_of(self._asking.folder(work))
        return f"{place.stat().st_mtime_ns}" if place.exists() else ""
