"""A backlog in a folder, for tests that run the driver."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.backlog.nouns import Ended, Figures, State, Work
from pipeline.config import Config, read_config
from pipeline.executors import HereExecutor


@dataclass
class Heard:
    """A watcher that remembers."""

    closed: list[tuple[str, State, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    figures: Figures | None = None

    def started(self, work: Work, worker: str) -> None: ...

    def progress(self, work: Work, fraction: float) -> None: ...

    def ended(self, work: Work, ended: Ended) -> None:
        self.closed.append((str(work), ended.state, ended.reason or ended.note))

    def counted(self, figures: Figures) -> None:
        self.figures = figures

    def say(self, message: str) -> None:
        self.said.append(message)

    def close(self) -> None: ...


@dataclass
class Bench:
    """One backlog in a folder, with the fake translator and no worker processes."""

    folder: Path
    config: Config
    patch: pytest.MonkeyPatch
    heard: Heard = field(default_factory=Heard)

    def add(self, source: Path | str, **said: Any) -> Any:
        from pipeline.backlog.arriving import add_all

        usual = {"lane": None, "learners": None, "minutes": None, "cost": None, "review": False}
        return add_all(str(source), self.config, usual | said, self.heard.say)

    def run(self, executor: Callable[..., HereExecutor] = HereExecutor) -> dict[str, Any]:
        from pipeline.backlog import session
        from pipeline.progress import QuietReporter

        self.heard = Heard()
        made = lambda config, options, tools: executor(shared=tools)  # noqa: E731
        self.patch.setattr(session, "executor_of", made)
        options = session.Options("here")
        with session.driver_of(self.config, options, [self.heard], QuietReporter()) as (
            driver,
            row,
        ):
            driver.run()
        row.refresh_from_db()
        return row.report

    def states(self) -> dict[str, int]:
        from pipeline.backlog import queue

        return {f"{stage.label} {state}": n for (stage, state), n in queue.counts().items()}

    def refresh(self, dry_run: bool = False) -> Any:
        from pipeline.backlog.refreshing import refresh

        return refresh(self.config, dry_run)

    def packages(self) -> dict[str, dict[str, Any]]:
        found = sorted((self.folder / "out").glob("*/*/*/manifest.json"))
        return {
            str(place.parent.relative_to(self.folder / "out")): json.loads(place.read_bytes())
            for place in found
        }


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return an empty backlog; its courses are translated into Hindi and Tamil."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KARMAVANI_MEMORY", str(tmp_path / "memory.sqlite3"))
    config = read_config(None)
    return Bench(
        tmp_path,
        replace(
            config,
            out=tmp_path / "out",
            languages=("hi", "ta"),
            translator=replace(config.translator, engine="echo"),
            backlog=replace(config.backlog, pause=0.01, patience=2),
        ),
        monkeypatch,
    )
