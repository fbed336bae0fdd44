"""What a run works with, and what it leaves behind: Kit and Summary.

The kit is put together once, in `pipeline.prepare`, and handed to every stage.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from courses.errors import KarmavaniError, StoreError
from glossaries.terms import TermBase
from pipeline.adherence import in_words, summed
from pipeline.engines import TranscriberSpec, TranslatorSpec
from pipeline.executors import Executor
from pipeline.package_folder import Handout
from pipeline.progress import Reporter, Row
from pipeline.work import WorkStore
from translators.memory import Memory
from translators.wrappers import Usage


@dataclass(frozen=True, slots=True)
class Kit:
    """The tools of one run."""

    out: Path
    store: WorkStore
    executor: Executor
    reporter: Reporter
    transcriber: TranscriberSpec
    translator: TranslatorSpec
    terms: TermBase
    formats: tuple[str, ...]
    memory: Memory | None = None


@dataclass(slots=True)
class Summary:
    """What one run did: packages, failures, how much was there already, and what it took.

    remembered, suggested: sentences that the translation memory had, and had something like.
    """

    packages: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    transcribed: int = 0
    translated: int = 0
    reused: int = 0
    remembered: int = 0
    suggested: int = 0
    usage: Usage = field(default_factory=Usage)

    def add_package(self, lesson: str, language: str, made: Handout) -> None:
        """Note a package that is in its place now."""
        self.packages.append(
            {
                "lesson": lesson,
                "language": language,
                "folder": str(made.folder),
                "written": made.fresh,
                "errors": made.errors,
                "warnings": made.warnings,
                "changed_by_hand": made.changed,
                "terms": made.terms,
            }
        )

    def add_failure(self, row: Row, error: KarmavaniError) -> None:
        """Note a stage that failed, once: its chunks tend to fail for one reason."""
        failure = {
            "lesson": row.lesson,
            "language": row.language,
            "stage": row.stage,
            "error": type(error).__name__,
            "message": str(error),
        }
        if failure not in self.failures:
            self.failures.append(failure)

    @property
    def terms(self) -> dict[str, Any]:
        """Return what became of the glossary's terms, over all packages and by language."""
        return summed(self.packages)

    @property
    def written(self) -> int:
        """Return how many packages this run wrote."""
        return sum(package["written"] for package in self.packages)

    def in_words(self, folder: Path) -> str:
        """Return what people are told at the end; `folder` is where the packages are."""
        count = len(self.packages)
        if self.written or self.failures:
            lines = [
                f"{self.written} packages written, {count - self.written} up to date: {folder}"
            ]
        else:
            lines = [f"Nothing to do: all {count} packages in {folder} are up to date."]
        lines += self._sources()
        if terms := in_words(self.terms):
            lines.append(terms)
        errors = sum(package["errors"] for package in self.packages)
        if errors:
            worst = max(self.packages, key=lambda package: package["errors"])
            lines.append(
                f"{errors} findings need a person before publishing, the most"
                f" ({worst['errors']}) in {worst['folder']}: see its manifest.json."
            )
        lines += [
            "failed: "
            + " ".join(failure[key] for key in ("lesson", "language", "stage") if failure[key])
            for failure in self.failures
        ]
        return "\n".join(lines)

    def _sources(self) -> list[str]:
        """Return where the texts came from, as far as this run had to ask."""
        used, lines = self.usage, []
        if used.calls:
            asked = f"{used.sentences} sentences translated in {used.seconds:.0f} s"
            if used.input_tokens or used.output_tokens:
                asked += f", {used.input_tokens} tokens read and {used.output_tokens} written"
            lines.append(asked + (f", cost {used.cost:.2f}" if used.cost else ""))
        if used.cached:
            lines.append(f"{used.cached} sentences were kept from earlier courses")
        if self.written and (self.remembered or self.suggested):
            lines.append(
                f"{self.remembered} sentences from the translation memory, suggestions for"
                f" {self.suggested} others"
            )
        return lines


@contextmanager
def failing_alone(row: Row, reporter: Reporter, summary: Summary) -> Iterator[None]:
    """Turn an error of one lesson or language into a line of the summary, and go on.

    A StoreError passes: when results cannot be kept, going on would only lose more.
    """
    try:
        yield
    except StoreError:
        raise
    except KarmavaniError as error:
        reporter.fail(row, str(error))
        summary.add_failure(row, error)
