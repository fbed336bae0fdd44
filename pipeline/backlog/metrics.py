"""Figures of a running backlog for Prometheus.

The only file that knows prometheus-client. No label names a course, a lesson or a language: the
number of series stays the same however long the queue is. docs/backlog.md lists them.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from courses import errors
from courses.errors import KarmavaniError, UsageError
from pipeline.backlog.nouns import Ended, Figures, Stage, State, Work
from pipeline.backlog.watching import SilentWatcher

if TYPE_CHECKING:
    from threading import Thread

SPACE = "karmavani_backlog"
SECONDS = (0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
"""Upper ends of the histogram of what items take: a package to a lecture's transcript."""
OTHER = "other"
_ERRORS = frozenset(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, KarmavaniError)
)


class Metrics(SilentWatcher):
    """Keeps the figures in a registry of its own; `serve` hands them out."""

    def __init__(self, port: int | None = None, host: str = "127.0.0.1") -> None:
        """Begin with nothing; where there is a `port`, serve it from now on, as `serve` does."""
        from prometheus_client import CollectorRegistry

        self.registry = CollectorRegistry()
        self._gauges = _gauges(self.registry)
        self._sums = _sums(self.registry)
        self._item_seconds = _histogram(self.registry)
        self._before = Figures({})
        self._server: tuple[Any, Thread] | None = None
        if port is not None:
            self.serve(port, host)

    def ended(self, work: Work, ended: Ended) -> None:
        """Count an item that ended, and what it took."""
        stage = work.stage.label
        self._sums["finished"].labels(stage, ended.state.value).inc()
        self._sums["cost"].inc(max(0.0, ended.cost))
        if not ended.reused:
            self._item_seconds.labels(stage).observe(ended.seconds)
        if ended.error:
            known = ended.error if ended.error in _ERRORS else OTHER
            self._sums["failures"].labels(stage, known).inc()

    def counted(self, figures: Figures) -> None:
        """Set what is so at this moment, and add what was done since the last time."""
        gauges, before = self._gauges, self._before
        for stage in Stage:
            for state in State:
                count = figures.counts.get((stage, state), 0)
                gauges["items"].labels(stage.label, state.value).set(count)
        gauges["workers"].set(figures.workers)
        gauges["busy"].set(figures.busy)
        gauges["eta"].set(math.nan if figures.left is None else figures.left)
        gauges["peak"].set(figures.peak)
        gauges["counted"].set(time.time())
        self._sums["media"].inc(max(0, figures.audio_now - before.audio_now) / 1000)
        self._sums["sentences"].inc(max(0, figures.sentences_now - before.sentences_now))
        self._before = figures

    def serve(self, port: int, host: str = "127.0.0.1") -> int:
        """Hand the figures out at ``http://host:port/metrics``; returns the port, given for 0.

        Raises UsageError where the address cannot be listened on.
        """
        from prometheus_client import start_http_server

        try:
            self._server = start_http_server(port, host, self.registry)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UsageError(
                f"Metrics cannot be served at {host}:{port}: {reason}.",
                "Choose another --metrics-port, or end what uses it.",
            ) from error
        return int(self._server[0].server_port)

    def text(self) -> str:
        """Return the figures as Prometheus reads them."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry).decode()

    def close(self) -> None:
        """Stop serving."""
        if self._server:
            server, thread = self._server
            server.shutdown()
            server.server_close()
            thread.join()
            self._server = None


def _gauges(registry: Any) -> dict[str, Any]:
    from prometheus_client import Gauge

    def gauge(name: str, what: str, *labels: str) -> Any:
        return Gauge(name, what, labels, namespace=SPACE, registry=registry)

    return {
        "items": gauge("items", "Items of work in the queue.", "stage", "state"),
        "workers": gauge("workers", "Workers of the run."),
        "busy": gauge("workers_busy_ratio", "Share of the workers' time that went into work."),
        "eta": gauge("eta_seconds", "Estimated time until all is done; NaN while it is unknown."),
        "peak": gauge("worker_peak_bytes", "Most memory that one worker has had."),
        "counted": gauge("counted_timestamp_seconds", "When the driver last counted."),
    }


def _sums(registry: Any) -> dict[str, Any]:
    from prometheus_client import Counter

    def counter(name: str, what: str, *labels: str) -> Any:
        return Counter(name, what, labels, namespace=SPACE, registry=registry)

    return {
        "finished": counter("finished", "Attempts at items that ended.", "stage", "state"),
        "failures": counter("failures", "Attempts that failed.", "stage", "error"),
        "media": counter("media_seconds", "Media that was transcribed."),
        "sentences": counter("sentences", "Sentences that were translated."),
        "cost": counter("cost", "What remote engines charged, in the unit of the price."),
    }


def _histogram(registry: Any) -> Any:
    from prometheus_client import Histogram

    what = "Worker time of an attempt at an item; results that were there already are not in it."
    return Histogram(
        "item_seconds", what, ("stage",), namespace=SPACE, registry=registry, buckets=SECONDS
    )
