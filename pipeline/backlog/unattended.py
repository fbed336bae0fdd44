"""A whole run, and an export: what a command starts and nobody has to look after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.backlog import control, reporting
from pipeline.backlog.models import Item
from pipeline.backlog.nouns import Stage, State
from pipeline.backlog.session import Options, driver_of, storage_of
from pipeline.backlog.showing import ToldReporter, make_display
from pipeline.config import Config

OPEN = (State.READY, State.LATER, State.WAITING)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run left behind, for people.

    failed: dead letters that it added. stopped: why it ended before its work did, or "".
    """

    in_words: str
    failed: int
    stopped: str
    report: dict[str, Any]


def run_all(config: Config, options: Options, port: int | None, quiet: bool) -> Ran:
    """Work through the backlog; raises StoreError, ModelError, KeyboardInterrupt.

    port: of Prometheus metrics, None for none.
    """
    display = make_display(quiet)
    reporter, watchers = ToldReporter(display), [display]
    if port is not None:
        from pipeline.backlog.metrics import Metrics

        watchers.append(Metrics(port))
    with driver_of(config, options, watchers, reporter) as (driver, row):
        driver.run()
    row.refresh_from_db()
    failed = sum(driver.counting.figures.failures.values())
    stopped = control.why_stopped() if Item.objects.filter(state__in=OPEN).exists() else ""
    return Ran(reporting.in_words(row.report), failed, stopped, row.report)


def export_all(config: Config, to: str, course: str) -> Any:
    """Copy the packages that are done to a folder or an address."""
    from pipeline.backlog import exporting

    done = Item.objects.filter(stage=Stage.PACKAGE, state=State.DONE)
    if course:
        done = done.filter(course=control.find_course(course))
    rows = done.order_by("course__slug", "lesson__slug", "language")
    packages = rows.values_list("course__slug", "lesson__slug", "language").iterator()
    return exporting.export(config.out, to, packages, storage_of(config))
