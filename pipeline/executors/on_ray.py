"""Runs calls in Ray actors: on this machine, or on all machines of a cluster.

The only file that knows Ray. Each actor is one worker with one call at most, so what waits stays
in the driver's hands. A worker that dies, or whose machine does, loses its own call alone; another
is made in its place. Machines that join later get workers too.
"""

from __future__ import annotations

import logging
import pickle
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from courses.errors import EngineError, UsageError
from pipeline import VERSION
from pipeline.executors.base import Executor, Outcome, Report, surprise
from pipeline.executors.placing import Place, Resources, plan, takes, usual_needs
from pipeline.executors.ray_actors import Actor, actor_class
from pipeline.executors.ray_joining import join, set_quiet, start_local
from pipeline.executors.ray_worker import python_version

__all__ = ["RayExecutor", "Resources"]

LOOK = 3.0  # seconds between two looks at the machines of the cluster
REST = 30.0  # seconds for which a machine where a worker could not start is left alone
FIRST = 60.0  # seconds that the first worker may take to start
log = logging.getLogger("karmavani.ray")


class RayExecutor(Executor):
    """Runs calls on Ray; `close` ends it for good."""

    def __init__(
        self,
        address: str,
        jobs: int | None = None,
        threads: int = 1,
        shared: Any = None,
        needs: Mapping[str, Resources] | None = None,
    ) -> None:
        """Start or join Ray, and wait for the first worker.

        address: "ray" starts one on this machine, "ray://HOST:PORT" joins a cluster, by the port
        of its head (this machine is part of the cluster then) or of its client server. jobs: how
        many workers at most; None, on a cluster, is as many as fit. needs: kind -> what one of
        its workers takes; kinds that are not in there run on workers of one processor.

        Raises UsageError when Ray is not installed, does not answer, or its machines run another
        version; EngineError when it cannot be started.
        """
        self._ray = ray = _import_ray(address)
        self._address, self._threads = address, threads
        self._actors: list[Actor] = []
        self._unsent: list[Outcome] = []
        self._unfit: dict[str, str] = {}  # node id -> why it is not used
        self._resting: dict[str, float] = {}  # node id -> until when it is left alone
        self._looked = -LOOK
        self._size_in_the_end = 0
        if address == "ray":
            jobs = jobs or 1
            start_local(ray, jobs * threads)
        else:
            join(ray, address)
        try:
            self._class = actor_class(ray)
            self._shared = ray.put(pickle.dumps(shared))
            self._needs = dict(needs or usual_needs(self._nodes(), threads))
            self._needs.setdefault("", Resources(1))
            # Fewer workers than kinds would leave a kind without any.
            self._limit = max(jobs, len(self._needs)) if jobs else None
            self._wait_for_first()
        except BaseException:
            self.close(at_once=True)
            raise

    @property
    def size(self) -> int:
        """Return how many workers there are by now, or were when it was closed."""
        return len(self._actors) or self._size_in_the_end

    def room(self, kind: str = "") -> int:
        """Return how many workers that take this kind are free."""
        return len(self._free(kind))

    def submit(
        self, ticket: Any, function: Callable[[Any], Any], item: Any, kind: str = ""
    ) -> None:
        """Send the call to a free worker that takes this kind."""
        free = self._free(kind)
        if not free:
            raise ValueError("submit() without room()")
        try:
            call = self._ray.cloudpickle.dumps((function, item))
        except Exception as problem:  # nothing that a caller gives may end the others' calls
            self._unsent.append(Outcome(ticket, error=surprise(problem)))
            return
        with self._cluster_answers():
            free[0].send(ticket, call)

    def collect(self, timeout: float, report: Report) -> list[Outcome]:
        """Return what is done; an empty list also when a worker has started, so there is room."""
        end = time.monotonic() + timeout
        done, self._unsent = self._unsent, []
        with self._cluster_answers():
            while True:
                self._look()
                before = sum(actor.is_free for actor in self._actors)
                left = 0.0 if done else max(0.0, end - time.monotonic())
                ready = self._wait(min(left, LOOK))
                for actor in [one for one in self._actors if ready.intersection(one.refs)]:
                    done += self._read(actor, ready, report)
                waits = any(actor.refs for actor in self._actors) or not self._actors
                is_more = sum(actor.is_free for actor in self._actors) > before
                if done or is_more or not waits or time.monotonic() >= end:
                    return done

    def close(self, at_once: bool = False) -> None:
        """End the workers, after their calls unless `at_once`, and leave or stop Ray."""
        ray, actors, self._size_in_the_end = self._ray, self._actors, self.size
        self._actors, self._unsent = [], []
        with suppress(Exception):  # the cluster may be gone, and nothing of it is ours any more
            calls = [actor.call for actor in actors if actor.call is not None]
            if calls and not at_once:
                ray.wait(calls, num_returns=len(calls))
            for actor in actors:
                ray.kill(actor.handle)
        ray.shutdown()

    # --- workers --------------------------------------------------------------------------------

    def _free(self, kind: str) -> list[Actor]:
        there = [actor for actor in self._actors if actor.greeting is None]
        kinds = takes(kind, {actor.place.kind for actor in there}, self._needs)
        return [actor for actor in there if actor.is_free and actor.place.kind in kinds]

    def _nodes(self) -> dict[str, Resources]:
        """Return what the machines that live have in all, by their id."""
        return {
            node["NodeID"]: Resources(
                node["Resources"].get("CPU", 0.0),
                node["Resources"].get("GPU", 0.0),
                node["Resources"].get("memory", 0.0),
            )
            for node in self._ray.nodes()
            if node["Alive"]
        }

    def _look(self, now: bool = False) -> None:
        """Make workers where there is room for some; forget idle ones of machines that left."""
        moment = time.monotonic()
        if moment - self._looked < LOOK and not now:
            return
        self._looked = moment
        nodes = self._nodes()
        self._actors = [a for a in self._actors if a.place.node in nodes or a.call is not None]
        if not self._actors and nodes and nodes.keys() <= self._unfit.keys():
            raise UsageError(
                next(iter(self._unfit.values())),
                "No machine can be used: install the same version on all of them.",
            )
        self._resting = {node: end for node, end in self._resting.items() if end > moment}
        left_alone = self._unfit.keys() | self._resting.keys()
        free = {node: has for node, has in nodes.items() if node not in left_alone}
        for actor in self._actors:
            if actor.place.node in free:
                free[actor.place.node] -= self._needs[actor.place.kind]
        there = Counter(actor.place.kind for actor in self._actors)
        for place in plan(free, self._needs, there, self._limit):
            self._actors.append(self._start(place))

    def _start(self, place: Place) -> Actor:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        need = self._needs[place.kind]
        handle = self._class.options(
            num_cpus=need.cpus,
            num_gpus=need.gpus,
            memory=need.memory or None,
            scheduling_strategy=NodeAffinitySchedulingStrategy(place.node, soft=False),
        ).remote()
        mine = (VERSION, python_version())
        return Actor(
            self._ray, handle, place, handle.greet.remote(mine, self._threads, self._shared)
        )

    def _wait_for_first(self) -> None:
        end = time.monotonic() + FIRST
        while not any(actor.is_free for actor in self._actors) and time.monotonic() < end:
            self.collect(1.0, lambda _label, _fraction: None)
        if not self._actors:
            log.warning("No machine of %s has room for a worker; waiting for one.", self._address)

    def _drop(self, actor: Actor) -> None:
        self._actors.remove(actor)
        with suppress(Exception):  # it is dead, or unreachable: either way it is not ours any more
            self._ray.kill(actor.handle)
        self._look(now=True)

    # --- what comes back ------------------------------------------------------------------------

    def _wait(self, seconds: float) -> set[Any]:
        """Return all that is ready, after at most so many seconds without anything."""
        for actor in self._actors:
            actor.ask()
        refs = [ref for actor in self._actors for ref in actor.refs]
        if not refs:
            time.sleep(0.0 if self._actors else seconds)
            return set()
        if not self._ray.wait(refs, timeout=seconds)[0]:
            return set()
        return set(self._ray.wait(refs, num_returns=len(refs), timeout=0)[0])

    def _read(self, actor: Actor, ready: set[Any], report: Report) -> Iterator[Outcome]:
        """Yield the outcome of its call, when there is one, after what it said before."""
        try:
            if actor.greeting in ready:
                self._greet(actor)
            if actor.hears in ready:
                actor.listen(report)
            if actor.call in ready:
                yield actor.outcome(report)
        except self._ray.exceptions.RayError as problem:
            yield from self._lost(actor, problem)

    def _greet(self, actor: Actor) -> None:
        """Take a worker into service, or leave its machine alone when it runs something else."""
        found = self._ray.get(actor.greeting)
        if problem := found.get("problem"):
            log.warning("%s", problem)
            self._unfit[actor.place.node] = problem
            self._drop(actor)
        else:
            actor.greeting, actor.name = None, found["name"]

    def _lost(self, actor: Actor, problem: Exception) -> Iterator[Outcome]:
        """Yield the outcome of a call whose worker died, and put another in its place."""
        if actor.greeting is not None:
            self._resting[actor.place.node] = time.monotonic() + REST
            log.warning("A worker could not start: %s", problem)
        if actor.call is not None:
            yield actor.lost()
        self._drop(actor)

    @contextmanager
    def _cluster_answers(self) -> Iterator[None]:
        """Translate what Ray raises when the cluster itself is gone."""
        try:
            yield
        except (ConnectionError, self._ray.exceptions.RayError) as problem:
            raise EngineError(
                f"Ray at {self._address} does not answer any more: {problem}",
                "Start it and run the same command again; what is done is kept.",
            ) from problem


def _import_ray(address: str) -> Any:
    set_quiet(address)
    try:
        import ray
    except ModuleNotFoundError as error:
        raise UsageError("Ray is not installed.", "pip install 'karmavani[ray]'") from error
    return ray
