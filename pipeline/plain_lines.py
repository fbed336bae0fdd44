"""Plain text through a translation engine: as many lines out as in, each in its place.

For `karmavani translate`: trying an engine, small texts, other programs. Not for lessons: nothing
is kept or laid out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from courses.nouns import Segment, Severity, Signature, Translation, TranslationStatus
from glossaries.terms import TermBase
from pipeline import engines
from pipeline.checking import checks
from pipeline.engines import TranslatorSpec
from pipeline.lines import CHUNK
from pipeline.protecting import translate_keeping_terms
from pipeline.weighing import Asked
from translators.base import refuse_unsupported


@dataclass(frozen=True, slots=True)
class TranslatedLine:
    """One line; `text` is empty for a blank line and for one with a `problem`."""

    text: str
    problem: str = ""


def translate_lines(
    lines: Sequence[str], source: str, target: str, spec: TranslatorSpec, terms: TermBase
) -> Iterator[TranslatedLine]:
    """Yield one TranslatedLine a line, in order; blank lines stay blank.

    Raises LanguageError before any work, when the engine cannot do these languages.
    """
    engine = engines.translator(spec)
    refuse_unsupported(engine, source, target)
    find = terms.finder(target, None, source)
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        asked = [Asked(line, tuple(find(line))) for line in chunk if line.strip()]
        drafts = iter(translate_keeping_terms(engine, asked, source, target))
        for line in chunk:
            draft = next(drafts) if line.strip() else None
            if draft is None:
                yield TranslatedLine("")
            else:
                yield TranslatedLine(" ".join((draft.text or "").split()), draft.problem or "")


def errors_in(
    lines: Sequence[str], made: Sequence[TranslatedLine], source: str, target: str
) -> Iterator[tuple[int, str]]:
    """Yield the number of a line, from 1, and a message for each error that the checks find.

    Blank lines and holes are passed over.
    """
    status, signature = TranslationStatus.DRAFT, Signature("")
    for number, (line, one) in enumerate(zip(lines, made, strict=True), 1):
        if not one.text:
            continue
        segment = Segment(str(number), "", number, 0, 0, line)
        draft = Translation(str(number), target, one.text, status, "", signature)
        for finding in checks.check([segment], [draft], source):
            if finding.severity is Severity.ERROR:
                yield number, finding.message
