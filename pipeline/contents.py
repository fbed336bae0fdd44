"""All that one package is made from, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from courses.nouns import Course, Cue, Translation, TranslationStatus
from pipeline.terminology import Hits
from pipeline.transcribing import Heard

LABEL = "machine draft, not reviewed"
PARTLY = "machine draft, reviewed in part"
REVIEWED = "reviewed"
PUBLISHED = "AI-translated, human-approved"
BY_PEOPLE = (TranslationStatus.EDITED, TranslationStatus.APPROVED)
"""States of a text that a person wrote or approved."""


@dataclass(frozen=True, slots=True)
class Contents:
    """All that one package is made from.

    `translations[i]` is of ``heard.segments[i]``, and `hits[i]` are the terms found in it.
    `layouts`: segment id -> its cues, where a person set them. `review`: who approved what, of a
    package that is published; None makes a package of drafts.
    """

    course: Course
    heard: Heard
    language: str
    translations: tuple[Translation, ...]
    hits: Hits
    layouts: Mapping[str, tuple[Cue, ...]] = field(default_factory=dict)
    review: Mapping[str, Any] | None = None

    @property
    def is_translated(self) -> bool:
        """Return whether this is another language than the one that is spoken."""
        return self.language != self.heard.lesson.language

    @property
    def label(self) -> str:
        """Return how far the package can be trusted, for people."""
        if self.review is not None:
            return PUBLISHED
        people = sum(one.status in BY_PEOPLE for one in self.translations)
        if not people:
            return LABEL
        return REVIEWED if people == len(self.translations) else PARTLY
