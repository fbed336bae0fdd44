"""Texts that people wrote for a lesson in one language; they always win over the machine's.

    OUT/<course>/<lesson>/<language>.reviewed.json

A run of `karmavani localise` reads them and never writes them; `karmavani exchange import` does. A
text whose sentence has changed since is stale: it stands beside the new draft as a suggestion.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from courses.errors import StoreError, UsageError
from courses.findings import make
from courses.nouns import (
    Finding,
    Segment,
    Signature,
    Suggestion,
    Translation,
    TranslationStatus,
)
from courses.timing import overlap
from pipeline.memory_drafts import is_draft

FORMAT = "karmavani-reviewed/1"
REVISION = "1"
OWN = "this lesson"  # whose suggestion it is: nobody's memory, but an earlier sentence here

_STATUSES = (TranslationStatus.EDITED, TranslationStatus.APPROVED)

SPACES = re.compile("[ \t\r\n\x85\u2028\u2029]+")
"""What is one space in a person's text; the no-break space stays."""
UNSAFE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ufffe\uffff]")
"""What no person's text may hold: it hides, or turns text round."""


@dataclass(frozen=True, slots=True)
class ReviewedText:
    """A person's translation of one sentence; `created` is ISO 8601 in UTC, times are ms."""

    segment_id: str
    source: str
    text: str
    status: TranslationStatus
    author: str
    created: str
    start: int
    end: int


def place_of(package: Path) -> Path:
    """Return where the people's texts of the package folder `package` are."""
    return package.with_name(f"{package.name}.reviewed.json")


def read(path: Path) -> dict[str, ReviewedText]:
    """Return segment id -> text; empty where there is no file.

    Raises UsageError for a damaged file: a person's text is never passed over in silence.
    """
    try:
        data = json.loads(path.read_bytes())
        if data["format"] != FORMAT:
            raise ValueError(f"its format is {data['format']!r}, not {FORMAT!r}")
        rows = [_text(row) for row in data["texts"]]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            f"The reviewed texts in {path} cannot be read: {error}.",
            "Mend the file or take a copy from your backup; move it away to go on without it.",
        ) from error
    return {row.segment_id: row for row in rows}


def _text(row: Mapping[str, Any]) -> ReviewedText:
    made = ReviewedText(**{**row, "status": TranslationStatus(row["status"])})
    words = (made.segment_id, made.source, made.text, made.author, made.created)
    if made.status not in _STATUSES or not all(isinstance(word, str) for word in words):
        raise ValueError(f"the text of {made.segment_id!r} is none of a person")
    if not (made.text.strip() and isinstance(made.start, int) and isinstance(made.end, int)):
        raise ValueError(f"the text of {made.segment_id!r} is empty, or its times are no numbers")
    return made


def write(path: Path, texts: Mapping[str, ReviewedText]) -> None:
    """Write all texts, in the order of their times, whole or not at all; raises StoreError."""
    rows = sorted(texts.values(), key=lambda text: (text.start, text.segment_id))
    data = {"format": FORMAT, "texts": [asdict(row) for row in rows]}
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    try:
        handle, name = tempfile.mkstemp(prefix=".making-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8", "surrogatepass"))
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"The reviewed texts cannot be written to {path}: {error.strerror or error}.",
            "Nothing was changed. Free some disk space and import again.",
        ) from error


def put_over(
    segments: Sequence[Segment],
    drafts: Sequence[Translation],
    texts: Mapping[str, ReviewedText],
) -> tuple[Translation, ...]:
    """Return the people's texts, and the drafts where there is none; `drafts[i]` is of one segment.

    A text of a sentence that is gone goes, as a suggestion, to the sentence at its time.
    """
    if not texts:
        return tuple(drafts)
    here = {s.id for s in segments if s.id in texts and texts[s.id].source == s.text}
    stale = _stale(segments, [text for key, text in texts.items() if key not in here], here)
    return tuple(
        _person(draft, texts[segment.id])
        if segment.id in here
        else _with_old(segment, draft, stale.get(segment.id))
        for segment, draft in zip(segments, drafts, strict=True)
    )


def _stale(
    segments: Sequence[Segment], gone: Sequence[ReviewedText], taken: set[str]
) -> dict[str, ReviewedText]:
    """Return segment id -> the text whose sentence stood there, by the longest common time."""
    found: dict[str, tuple[int, ReviewedText]] = {}
    for text in gone:
        pairs = [(overlap(s.start, s.end, text.start, text.end), -s.index, s.id) for s in segments]
        shared, _, key = max((pair for pair in pairs if pair[2] not in taken), default=(0, 0, ""))
        lasts = next((s.end - s.start for s in segments if s.id == key), 0)
        enough = 2 * shared >= min(lasts, text.end - text.start) > 0
        if enough and shared > found.get(key, (0, text))[0]:
            found[key] = (shared, text)
    return {key: text for key, (_, text) in found.items()}


def _person(draft: Translation, text: ReviewedText) -> Translation:
    return Translation(
        segment_id=draft.segment_id,
        language=draft.language,
        text=text.text,
        status=text.status,
        author=text.author,
        signature=Signature("person", revision=REVISION),
        created=text.created,
        suggestion=None if is_draft(draft.suggestion) else draft.suggestion,
    )


def _with_old(segment: Segment, draft: Translation, old: ReviewedText | None) -> Translation:
    if old is None:
        return draft
    alike = SequenceMatcher(None, old.source, segment.text, autojunk=False).ratio()
    suggestion = Suggestion(
        source=old.source,
        target=old.text,
        percent=min(99, int(100 * alike)),
        organisation=OWN,
        approved_by=old.author,
        approved=old.created,
    )
    return replace(draft, suggestion=suggestion)


def check_stale(
    segments: Sequence[Segment], translations: Sequence[Translation]
) -> Iterator[Finding]:
    """Yield a Finding for each sentence that changed after a person had translated it."""
    for segment, translation in zip(segments, translations, strict=True):
        old = translation.suggestion
        if old and old.organisation == OWN:
            message = (
                f"{old.approved_by} translated this sentence when it was {old.source!r}."
                f" The text is the machine's now; the person's was {old.target!r}."
            )
            yield make("source-changed", message, None, segment, translation.language)
