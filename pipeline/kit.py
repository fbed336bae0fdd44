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
from pipeline.checking.adherence import in_words, summed
from pipeline.engines import TranscriberSpec, TranslatorSpec
from pipeline.executors import Executor
from pipeline.package_folder import Handout
from pipeline.progress import Reporter, Row, counted
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

    transcribed, translated, reused: lessons, each in one language. sentences: that got a text now,
    once each however often the engine was asked. remembered, suggested: sentences that the
    translation memory had, and had something like.
    """

    packages: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    transcribed: int = 0
    translated: int = 0
    sentences: int = 0
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
            made = counted(self.written, "package")
            lines = [f"{made} written, {count - self.written} up to date: {folder}"]
        elif count == 1:
            lines = [f"Nothing to do: the package in {folder} is up to date."]
        else:
            lines = [f"Nothing to do: all {count} packages in {folder} are up to date."]
        lines += self._sources()
        if terms := in_words(self.terms):
            lines.append(terms)
        lines += self._findings()
        lines += [
            "failed: "
            + " ".join(failure[key] for key in ("lesson", "language", "stage") if failure[key])
            for failure in self.failures
        ]
        return "\n".join(lines)

    def _findings(self) -> list[str]:
        """Return how much the checks found and where most of it is; nothing where all is well."""
        counts = {
            what: sum(package[what] for package in self.packages) for what in ("errors", "warnings")
        }
        told = " and ".join(counted(n, what[:-1]) for what, n in counts.items() if n)
        if not told:
            return []
        worst = max(self.packages, key=lambda package: (package["errors"], package["warnings"]))
        return [
            f"{told} to look at first, the most in {worst['folder']}: see its manifest.json."
            " A reviewer must read every line."
        ]

    def _sources(self) -> list[str]:
        """Return where the texts came from, as far as this run had to ask."""
        used, lines = self.usage, []
        if used.calls:
            asked = (
                f"{counted(self.sentences, 'sentence')} translated in {used.seconds:.0f} s of"
                " engine time, summed over the workers"
            )
            if used.input_tokens or used.output_tokens:
                asked += f", {used.input_tokens} tokens read and {used.output_tokens} written"
            lines.append(asked + (f", cost {used.cost:.2f}" if used.cost else ""))
        if used.cached:
            kept = "sentence was" if used.cached == 1 else "sentences were"
            lines.append(f"{used.cached} {kept} kept from earlier courses")
        if self.written and (self.remembered or self.suggested):
            lines.append(
                f"{counted(self.remembered, 'sentence')} from the translation memory,"
                f" suggestions for {self.suggested} others"
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
