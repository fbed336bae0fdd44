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
from pipeline.engines import TranscriberSpec, TranslatorSpec
from pipeline.executors import Executor
from pipeline.package_folder import Handout
from pipeline.progress import Reporter, Row
from pipeline.work import WorkStore


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


@dataclass(slots=True)
class Summary:
    """What one run did: packages, failures, and how much was there already."""

    packages: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    transcribed: int = 0
    translated: int = 0
    reused: int = 0

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
