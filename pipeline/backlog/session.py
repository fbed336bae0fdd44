"""Opens what a run works with and closes it again: folder, store, memory, models, workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils import timezone

from courses.errors import StoreError, UsageError
from glossaries.layers import load_layers
from pipeline import VERSION
from pipeline.backlog import control, rates, reporting
from pipeline.backlog.asking import Asking
from pipeline.backlog.beating import beating
from pipeline.backlog.counting import Counting
from pipeline.backlog.lessons import Lessons
from pipeline.backlog.logs import RunLog
from pipeline.backlog.messages import Tools
from pipeline.backlog.models import ALIVE, Control, Run
from pipeline.backlog.patience import Patience
from pipeline.backlog.running import Driver, Rules
from pipeline.backlog.steps import Steps
from pipeline.backlog.storage import Storage
from pipeline.backlog.totals import totals
from pipeline.backlog.watching import Watcher, Watchers
from pipeline.config import Config
from pipeline.engines import TranscriberSpec
from pipeline.executors import Executor, HereExecutor, ProcessExecutor
from pipeline.memory_files import open_memory
from pipeline.package_folder import sweep
from pipeline.prepare import find_transcriber, find_translator, locked
from pipeline.progress import Reporter
from pipeline.work import WorkStore


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is to be done: where workers are (here, processes, ray, ray://...), how long."""

    on: str = "processes"
    stay: bool = False


@contextmanager
def steps_of(config: Config, reporter: Reporter | None = None) -> Iterator[Steps]:
    """Yield the driver's side of the stages; the output folder is held meanwhile.

    Raises StoreError when the folder cannot be used or another run works there, ModelError when a
    model is missing and cannot be fetched, UsageError for results that are in another folder.
    """
    claim_folder(config.out)
    with locked(config.out):
        _refuse_other_run(config.out)
        store, memory = WorkStore(config.out), open_memory(config.memory)
        try:
            asking = Asking(
                store=store,
                lessons=Lessons(store),
                out=config.out,
                transcriber=_transcriber_of(config, reporter),
                translator=find_translator(config, reporter, workers=1),
                tools=tools_of(config),
                memory=memory,
            )
            yield Steps(asking)
        finally:
            store.close()
            if memory:
                memory.close()


def storage_of(config: Config) -> Storage:
    """Return what may be reached beyond this machine."""
    said = config.backlog
    keep = said.media_cache * 10**9
    return Storage(endpoint=said.s3_endpoint, offline=config.offline, keep=keep)


def tools_of(config: Config) -> Tools:
    """Return what all workers of a run have; small enough to be sent to each once."""
    terms = load_layers(config.glossaries.folder)
    return Tools(terms, config.formats, storage_of(config), config.cache / "media")


def _transcriber_of(config: Config, reporter: Reporter | None) -> Callable[[str], TranscriberSpec]:
    """Return a function: language of a lesson that must be heard, or "" -> the speech engine.

    Its model is fetched for the first language that it can do: such a lesson may be added while
    the run is going. From then on all get that one, so that workers keep it loaded.
    """
    bare = lru_cache(maxsize=1)(lambda: find_transcriber(config, set(), reporter))
    whole: list[TranscriberSpec] = []

    def made(language: str) -> TranscriberSpec:
        if not whole and language in bare().options.languages:
            whole.append(find_transcriber(config, {language}, reporter))
        return whole[0] if whole else bare()

    return made


def claim_folder(out: Path) -> None:
    """Note where the results of the backlog are; raises UsageError when they are elsewhere."""
    row, here = control.the_control(), str(out.resolve())
    if row.out and row.out != here:
        raise UsageError(
            f"The results of this backlog are in {row.out}, not in {here}.",
            "Say --out with that folder. Another backlog needs another --data.",
        )
    Control.objects.filter(pk=row.pk).update(out=here)


def _refuse_other_run(out: Path) -> None:
    """Raise StoreError while a run of another machine is alive; on this one, the lock says it."""
    recent = timezone.now() - ALIVE
    others = Run.objects.filter(ended__isnull=True, beat__gt=recent)
    other = others.exclude(host=rates.this_host()).first()
    if other is not None:
        raise StoreError(
            f"{other.host} (process {other.pid}) is working on this backlog.",
            "One run at a time: end that one, or wait a minute if it is gone.",
        )


def executor_of(config: Config, options: Options, tools: Tools) -> Executor:
    """Return where the work is to be done; raises UsageError for a place that is none."""
    if options.on == "here":
        return HereExecutor(shared=tools)
    if options.on == "processes":
        return ProcessExecutor(config.workers, config.threads, shared=tools)
    if options.on == "ray" or options.on.startswith("ray://"):
        from pipeline.executors.on_ray import RayExecutor, Resources

        said = config.backlog
        needs = {
            "speech": Resources(config.threads, said.speech_gpus),
            "text": Resources(config.threads, said.text_gpus),
        }
        gpus = said.speech_gpus or said.text_gpus
        return RayExecutor(
            options.on,
            # One a core is meant for this machine: a cluster has as many as fit, unless told.
            jobs=config.workers if options.on == "ray" else config.jobs or None,
            threads=config.threads,
            shared=tools,
            needs=needs if gpus else None,
        )
    raise UsageError(
        f"There is no {options.on!r} to run on.", "Say processes, here, ray or ray://HOST:PORT."
    )


@contextmanager
def driver_of(
    config: Config, options: Options, watchers: list[Watcher], reporter: Reporter
) -> Iterator[tuple[Driver, Run]]:
    """Yield a driver that is ready to run, and its row, which has its report in the end."""
    with steps_of(config, reporter) as steps, ExitStack() as closing:
        _go_fast()
        executor = executor_of(config, options, steps.asking.tools)
        closing.callback(executor.close, at_once=True)
        for course in sorted({path for path in config.out.glob("*/") if path.is_dir()}):
            sweep(course)
        row = _begin(config, options, executor)
        closing.enter_context(beating(row.pk))
        log, tally = RunLog(config.out, _facts(row, config)), reporting.Tally()
        watcher = Watchers([*watchers, log, tally])
        closing.callback(watcher.close)
        said = config.backlog
        patiently = Patience(said.patience, watcher.say, config.out)
        learning = rates.Learning(row.host)
        driver = Driver(
            # A cluster may have other workers a minute later, and calls are shared among them.
            steps=Steps(replace(steps.asking, workers=lambda: executor.size)),
            executor=executor,
            watcher=watcher,
            patiently=patiently,
            rules=Rules(said.attempts, said.pause, options.stay),
            counting=Counting(row.pk, watcher, lambda: executor.size),
            learn=learning.note,
        )
        closing.callback(lambda: patiently(lambda: _end(row, driver, tally, log)))
        closing.callback(lambda: patiently(learning.flush))
        closing.callback(executor.close, at_once=True)  # workers need not wait for the rest
        yield driver, row


def _begin(config: Config, options: Options, executor: Executor) -> Run:
    """Return the row of a run that begins."""
    return Run.objects.create(
        host=rates.this_host(),
        pid=os.getpid(),
        executor=options.on,
        workers=executor.size,
        out=str(config.out.resolve()),
    )


def _go_fast() -> None:
    """Let what the driver writes be on the disk a moment later, now and after each reconnection.

    A power cut loses the last half second of the queue's notes, never their order: what they said
    was done is found in the work store, and noted again.
    """
    connection_created.connect(_hurry, dispatch_uid="backlog")
    connection.ensure_connection()
    _hurry(connection=connection)


def _hurry(connection: BaseDatabaseWrapper, **_: object) -> None:
    said = {"postgresql": "SET synchronous_commit TO off", "sqlite": "PRAGMA synchronous = NORMAL"}
    with connection.cursor() as cursor:
        cursor.execute(said[connection.vendor])


def _facts(row: Run, config: Config) -> dict[str, Any]:
    return {
        **{"run": row.pk, "host": row.host, "pid": row.pid, "executor": row.executor},
        **{"workers": row.workers, "out": row.out, "version": VERSION},
        **{"transcriber": config.transcriber.model, "translator": config.translator.engine},
    }


def _end(row: Run, driver: Driver, tally: reporting.Tally, log: RunLog) -> None:
    notes = {"log": str(log.path), "log_lost": log.lost, "log_problem": log.problem}
    report = reporting.report(row, driver.counting.figures, tally, totals(), notes)
    Run.objects.filter(pk=row.pk).update(ended=timezone.now(), report=report)
    reporting.write(report, Path(row.out))


def with_engine(config: Config, engine: str | None) -> Config:
    """Return the configuration with another translation engine, where one is named."""
    if not engine:
        return config
    return replace(config, translator=replace(config.translator, engine=engine))
