"""Puts together what a run works with, from the configuration: models, store, workers.

A model is fetched only when a lesson of this course needs it. The output folder is locked for
the time of the run: two runs never write the same packages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from courses.errors import LanguageError, StoreError, UsageError
from courses.nouns import Course
from glossaries.layers import load_layers
from pipeline.config import Config, usual_memory
from pipeline.config_tables import TranslatorConfig
from pipeline.engines import TranscriberSpec, TranslatorSpec
from pipeline.executors import ProcessExecutor
from pipeline.kit import Kit
from pipeline.memory_files import open_memory
from pipeline.model_rows import ModelRow
from pipeline.models import Registry
from pipeline.progress import Reporter, Row
from pipeline.targets import ADVICE, Abilities
from pipeline.toml_file import nearest
from pipeline.work import FOLDER, WorkStore
from transcription.base import TRANSCRIBERS, TranscriberOptions
from translators import draft_cache
from translators.base import (
    NEED_NO_MODEL,
    REMOTE,
    TRANSLATORS,
    Remote,
    TranslatorOptions,
    make_translator,
)
from translators.wrappers import Prices


def abilities(config: Config) -> Abilities:
    """Return what the chosen engines can do; fetches and loads nothing.

    Raises UsageError for an unknown engine or model, or an engine that cannot load its model.
    """
    registry, wanted = Registry.load(config), config.transcriber
    hears = _find_model(registry, wanted.engine, wanted.model, TRANSCRIBERS)
    reads, writes = _directions(config, registry)
    return Abilities(
        hears.name, frozenset(hears.languages), config.translator.engine, reads, writes
    )


def refuse_direction(config: Config, source: str, target: str) -> None:
    """Raise LanguageError unless the chosen translator can do `source` to `target`.

    Nothing is fetched or loaded for that. Raises UsageError for an unknown engine or model.
    """
    reads, writes = _directions(config, Registry.load(config))
    wanted = config.translator
    name = wanted.engine if wanted.engine == wanted.model else f"{wanted.engine} ({wanted.model})"
    for verb, code, able in (("read", source, reads), ("write", target, writes)):
        if code not in able:
            known = ", ".join(sorted(able))
            message = f"The engine {name} cannot {verb} {code!r}; it can {verb} {known}."
            raise LanguageError(message, ADVICE)


def _directions(config: Config, registry: Registry) -> tuple[frozenset[str], frozenset[str]]:
    """Return the codes that the chosen translator can read, and those that it can write."""
    wanted = config.translator
    if wanted.engine in NEED_NO_MODEL:
        engine = make_translator(wanted.engine, find_translator(config).options)
        return engine.sources, engine.targets
    row = _find_model(registry, wanted.engine, wanted.model, TRANSLATORS)
    return frozenset(row.source_languages), frozenset(row.languages)


@contextmanager
def prepare(
    config: Config, course: Course, reporter: Reporter, accepted: Path | None = None
) -> Iterator[Kit]:
    """Yield the Kit for one run of `course`; ends the workers and unlocks afterwards.

    `accepted`: a folder of terms over those of the configuration, as the review site has one.

    Raises UsageError for an unknown engine, StoreError when the output folder cannot be written
    or another run works there, ModelError when a model is missing and cannot be fetched.
    """
    with locked(config.out):
        store = WorkStore(config.out)
        memory = open_memory(config.memory)
        executor = ProcessExecutor(config.workers, config.threads)
        try:
            yield Kit(
                out=config.out,
                store=store,
                executor=executor,
                reporter=reporter,
                transcriber=_transcriber_for(course, config, reporter),
                translator=find_translator(config, reporter),
                terms=load_layers(config.glossaries.folder, accepted),
                formats=config.formats,
                memory=memory,
            )
        except BaseException:  # Ctrl-C too: nobody waits for what the workers are doing
            executor.close(at_once=True)
            raise
        else:
            executor.close()
            if memory is None and config.memory.file != usual_memory():
                said = f"There is no translation memory at {config.memory.file}"
                reporter.say(f"{said}: none was used.")
        finally:
            store.close()
            if memory:
                memory.close()


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the output folder `out`, made if need be, against other runs; raises StoreError."""
    lock = FileLock(out / FOLDER / "lock", timeout=0)
    try:
        (out / FOLDER).mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise StoreError(
            f"Another run is writing to {out}.", "Wait for it, or choose another --out."
        ) from error
    except OSError as error:
        raise StoreError(
            f"The output folder {out} cannot be used: {error.strerror or error}.",
            "Choose a folder that you may write, with --out.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _transcriber_for(course: Course, config: Config, reporter: Reporter) -> TranscriberSpec:
    """Return the speech engine; its model is fetched when a lesson needs it and it can do it."""
    spoken = {lesson.language for lesson in course.lessons if lesson.captions is None}
    return find_transcriber(config, spoken, reporter)


def find_transcriber(
    config: Config, spoken: Set[str], reporter: Reporter | None = None
) -> TranscriberSpec:
    """Return the speech engine of the configuration, for what is `spoken` (codes) without captions.

    Its model is fetched if it can do one of these; otherwise the engine has none.
    """
    registry, wanted = Registry.load(config), config.transcriber
    row = registry.find(wanted.model)
    languages = frozenset(row.languages)
    needed = not languages.isdisjoint(spoken)
    folder = _fetched(registry, row.name, reporter)["model"] if needed else Path()
    options = TranscriberOptions(
        model=folder,
        name=row.name,
        revision=registry.revision(row.name),
        languages=languages,
        threads=config.threads,
        beam=wanted.beam,
        device=wanted.device,
    )
    return TranscriberSpec(wanted.engine, options)


def find_translator(
    config: Config, reporter: Reporter | None = None, workers: int | None = None
) -> TranslatorSpec:
    """Return the translation engine of the configuration, its model fetched if need be.

    workers: how many share its calls a minute, as many as this machine runs if not said.
    """
    registry, wanted = Registry.load(config), config.translator
    built = config.cache / "built"
    cached = wanted.engine in REMOTE if wanted.cached is None else wanted.cached
    drafts = config.cache / draft_cache.FILE if cached else None
    prices = Prices(wanted.price_input_tokens, wanted.price_output_tokens, wanted.price_characters)
    if wanted.engine in NEED_NO_MODEL:
        far = remote(config, config.workers if workers is None else workers)
        options = TranslatorOptions({}, built, offline=config.offline, remote=far)
        return TranslatorSpec(wanted.engine, options, drafts, prices)
    row = _find_model(registry, wanted.engine, wanted.model, TRANSLATORS)
    options = TranslatorOptions(
        folders=_fetched(registry, row.name, reporter),
        cache=built,
        name=row.name,
        revision=registry.revision(row.name),
        threads=config.threads,
        device=wanted.device,
        offline=config.offline,
        reads=frozenset(row.source_languages),
        writes=frozenset(row.languages),
    )
    return TranslatorSpec(wanted.engine, options, drafts, prices)


def shared_out(spec: TranslatorSpec, workers: int) -> TranslatorSpec:
    """Return `spec`, made for one worker, as each of several runs it: its share of the calls."""
    one = spec.options.remote
    if workers < 2 or not one.interval:
        return spec
    far = replace(one, interval=one.interval * workers)
    return replace(spec, options=replace(spec.options, remote=far))


def remote(config: Config, workers: int) -> Remote:
    """Return how each of `workers` calls a remote engine: its share of the calls a minute.

    The model of the built-in engine stands for none: no server knows it.
    """
    wanted = config.translator
    limit = wanted.calls_per_minute
    return Remote(
        url=wanted.url,
        model="" if wanted.model == TranslatorConfig().model else wanted.model,
        batch=wanted.batch,
        timeout=float(wanted.timeout),
        interval=60.0 * workers / limit if limit else 0.0,
    )


def _find_model(
    registry: Registry, engine: str, model: str, engines: Mapping[str, str]
) -> ModelRow:
    """Return the row of `model`; raises UsageError for an unknown engine, or one not its own."""
    if engine not in engines:
        advice = nearest(engine, engines).strip() or f"Known engines: {', '.join(engines)}."
        raise UsageError(f"There is no engine {engine!r}.", advice)
    rows = {row.name: row for row in registry.rows}
    own = [row.name for row in registry.rows if engine in row.engines]
    if model not in own:
        advice = nearest(model, own).strip() or f"Its models: {', '.join(own)}."
        advice += " See: karmavani models list."
        if model not in rows:
            raise UsageError(f"The engine {engine} has no model {model!r}.", advice)
        table = "translator" if engines is TRANSLATORS else "transcriber"
        raise UsageError(
            f"The engine {engine} cannot load the model {model}.",
            f"{advice} The model is named in a configuration file:\n\n"
            f'[{table}]\nengine = "{engine}"\nmodel = "{(own or [model])[0]}"\n\n'
            "and the file before the command: karmavani --config FILE "
            f"{'translate' if table == 'translator' else 'localise'} ...",
        )
    return rows[model]


def _fetched(registry: Registry, model: str, reporter: Reporter | None) -> dict[str, Path]:
    """Return the model's folders by part, fetched with a bar when it is not here yet."""
    if reporter is None or registry.is_present(model):
        return registry.folders(model)
    row = Row(model, "fetch")
    folders = registry.folders(
        model, lambda done, total: reporter.update(row, done / max(1, total))
    )
    reporter.finish(row, f"{registry.size(model) / 1e6:,.0f} MB")
    return folders
