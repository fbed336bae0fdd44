"""Models that must be converted: hashed, converted once, verified, through the registry."""

from __future__ import annotations

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from courses.errors import KarmavaniError, ModelError, StoreError
from pipeline import model_convert, models
from pipeline.cli_translate import translate
from pipeline.config import Config
from pipeline.config_tables import TranslatorConfig
from pipeline.model_rows import Source
from pipeline.model_sources import Delivery
from pipeline.models import Registry
from pipeline.prepare import find_translator
from tests.integration.tiny_models import Tiny
from translators.base import Request, TranslatorOptions, make_translator

INDICTRANS = "indictrans2-en-indic-dist-200M"
OPUS = "opus-mt-en-hi"
NLLB = "nllb-200-distilled-600M"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "brought").mkdir()
    return Config(cache=tmp_path / "cache", models_folder=tmp_path / "brought", offline=True)


@pytest.fixture
def registry(config: Config) -> Registry:
    return Registry.load(config)


def bring(tiny: Tiny, config: Config, name: str) -> None:
    shutil.copytree(tiny.folder, (config.models_folder or Path()) / name)


def test_a_folder_that_was_brought_is_pinned_converted_and_translates(
    tiny_opus: Tiny, config: Config
) -> None:
    bring(tiny_opus, config, OPUS)
    wanted = replace(config, translator=TranslatorConfig(engine="opus-mt", model=OPUS))
    spec = find_translator(wanted)
    engine = make_translator(spec.engine, spec.options)
    assert (engine.sources, engine.targets) == ({"en"}, {"hi"})
    [draft] = engine.translate([Request("Reply within 30 days.")], "en", "hi")
    assert draft.text == "30 दिनों में उत्तर दें।"
    registry = Registry.load(config)
    assert registry.verify(OPUS) == []
    revision = registry.revision(OPUS)
    assert revision.endswith("-int8.1")
    assert revision in str(engine.signature)


def test_the_fetched_files_stay_as_they_are_and_are_hashed(
    tiny_nllb: Tiny, config: Config, registry: Registry
) -> None:
    bring(tiny_nllb, config, NLLB)
    folder = registry.folder(NLLB)
    assert folder.parent == config.cache / "built"
    [kept] = (path.parent for path in registry.root.rglob("pytorch_model.bin"))
    (kept / "config.json").write_text("{}")
    assert "config.json has" in registry.verify(NLLB)[0]


def test_what_is_fetched_on_trust_is_pinned_to_its_commit_and_converted(
    tiny_indictrans: Tiny, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"

    def bring(delivery: Delivery) -> Source:
        for file in delivery.source.files:
            shutil.copyfile(tiny_indictrans.folder / file.name, delivery.ready / file.name)
        delivery.progress(9_000_000_000, 0)
        return replace(delivery.source, revision=commit)

    monkeypatch.setattr(models, "bring", bring)
    online = replace(registry, offline=False, local=None)
    with pytest.raises(ModelError, match=f"models fetch {INDICTRANS} --trust-unpinned"):
        online.folders(INDICTRANS)
    told: list[float] = []
    trusting = replace(online, trust_unpinned=True)
    folders = trusting.folders(INDICTRANS, lambda done, total: told.append(done / total))
    assert told == [1.0]  # the size is only known roughly, so it is never more than all
    assert (folders["model"] / "model.bin").is_file()
    assert registry.revision(INDICTRANS) == f"{commit[:12]}-int8.1"
    assert registry.folders(INDICTRANS) == folders  # offline, from the cache


def test_a_conversion_is_made_once_by_many_and_again_when_damaged(
    tiny_indictrans: Tiny, config: Config, registry: Registry
) -> None:
    bring(tiny_indictrans, config, INDICTRANS)
    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: registry.folder(INDICTRANS), range(4)))
    [folder] = folders
    made = (folder / "model.bin").stat().st_mtime_ns
    assert registry.is_present(INDICTRANS)
    registry.folder(INDICTRANS)
    assert (folder / "model.bin").stat().st_mtime_ns == made
    (folder / "model.bin").write_bytes(b"cut off")
    assert not registry.is_present(INDICTRANS)
    [problem] = registry.verify(INDICTRANS)
    assert "is damaged" in problem
    registry.fetch(INDICTRANS)
    assert registry.verify(INDICTRANS) == []
    left = sorted(path.name for path in folder.parent.iterdir())
    assert left == [folder.name, f"{folder.name}.lock"]


def test_a_package_that_is_converted_already_is_taken_as_it_is(
    tiny_indictrans: Tiny, config: Config, registry: Registry
) -> None:
    package = (config.models_folder or Path()) / INDICTRANS
    package.mkdir()
    model_convert.convert_indictrans(tiny_indictrans.folder, package, "int8")
    folder = registry.folder(INDICTRANS)
    assert folder.is_relative_to(registry.root)
    assert (folder / "vocab/model.SRC").is_file()
    assert "int8" not in registry.revision(INDICTRANS)


def test_an_older_package_with_its_vocabularies_as_lines_is_taken_whole(
    tiny_indictrans: Tiny, config: Config, registry: Registry
) -> None:
    package = (config.models_folder or Path()) / INDICTRANS
    package.mkdir()
    model_convert.convert_indictrans(tiny_indictrans.folder, package, "int8")
    for side in ("source", "target"):
        path = package / f"{side}_vocabulary.json"
        pieces = json.loads(path.read_text(encoding="utf-8"))
        path.with_suffix(".txt").write_text("".join(f"{one}\n" for one in pieces), encoding="utf-8")
        path.unlink()
    pair = {"reads": frozenset({"en"}), "writes": frozenset({"hi"})}
    options = TranslatorOptions(registry.folders(INDICTRANS), config.cache, **pair)
    [draft] = make_translator("indictrans2", options).translate([Request("Yes.")], "en", "hi")
    assert draft.text == "हाँ।"


def test_too_little_memory_to_convert_is_an_error_that_says_so(
    tiny_indictrans: Tiny, config: Config, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setitem(model_convert.CONVERTERS, "indictrans", fail)
    bring(tiny_indictrans, config, INDICTRANS)
    with pytest.raises(ModelError, match="not enough memory"):
        registry.folder(INDICTRANS)


def test_two_brought_folders_of_other_content_have_other_revisions(
    tiny_indictrans: Tiny, config: Config, tmp_path: Path
) -> None:
    bring(tiny_indictrans, config, INDICTRANS)
    first = Registry.load(config)
    first.fetch(INDICTRANS)
    pieces = (config.models_folder or Path()) / INDICTRANS / "dict.SRC.json"
    pieces.write_bytes(pieces.read_bytes() + b"\n")
    second = Registry.load(replace(config, cache=tmp_path / "other"))
    second.fetch(INDICTRANS)
    assert first.revision(INDICTRANS) != second.revision(INDICTRANS)


def test_without_the_extra_the_error_says_what_to_install(
    tiny_opus: Tiny, config: Config, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_convert, "find_spec", lambda name: None)
    bring(tiny_opus, config, OPUS)
    with pytest.raises(ModelError, match=r"pip install 'karmavani\[convert\]'"):
        registry.folder(OPUS)
    online = replace(registry, offline=False, trust_unpinned=True, local=None)
    with pytest.raises(ModelError, match=r"pip install 'karmavani\[convert\]'"):
        online.folder("opus-mt-en-ml")  # before anything is fetched


def test_offline_without_the_model_the_error_says_what_to_bring(registry: Registry) -> None:
    with pytest.raises(ModelError) as caught:
        registry.folder(NLLB)
    said = str(caught.value)
    assert "not asked in offline mode" in said
    assert "a folder with model.bin, config.json, shared_vocabulary.json" in said
    assert "KARMAVANI_MODELS=FOLDER" in said
    assert "about 2,480,000,000 bytes" in said


def test_a_conversion_that_fails_leaves_nothing_behind(
    tiny_indictrans: Tiny, config: Config, registry: Registry
) -> None:
    bring(tiny_indictrans, config, INDICTRANS)
    weights = (config.models_folder or Path()) / INDICTRANS / "model.safetensors"
    weights.write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="holds no weights"):
        registry.folder(INDICTRANS)
    assert [path for path in (config.cache / "built").iterdir() if path.is_dir()] == []


def test_a_cache_that_cannot_be_written_is_a_store_error(
    tiny_indictrans: Tiny, config: Config, registry: Registry
) -> None:
    bring(tiny_indictrans, config, INDICTRANS)
    config.cache.mkdir()
    (config.cache / "built").write_text("a file where a folder must be")
    with pytest.raises(StoreError, match="cannot be converted into"):
        registry.folder(INDICTRANS)


def test_the_command_translates_with_a_brought_indictrans(
    tiny_indictrans: Tiny, config: Config
) -> None:
    bring(tiny_indictrans, config, INDICTRANS)
    wanted = TranslatorConfig(engine="indictrans2", model=INDICTRANS)
    done = CliRunner().invoke(
        translate,
        ["-", "--to", "hi"],
        obj=replace(config, translator=wanted),
        input="Thank you.\n\nReply within 30 days.\n",
    )
    assert done.exception is None
    assert done.stdout == "धन्यवाद।\n\n30 दिनों में उत्तर दें।\n"


def test_the_command_refuses_before_it_fetches_or_reads(config: Config) -> None:
    wanted = replace(config, translator=TranslatorConfig(engine="opus-mt", model=OPUS))
    for words, message in (
        (["--to", "ta"], rf"opus-mt \({OPUS}\) cannot write 'ta'; it can write hi"),
        (["--to", "hi", "--language", "ta"], "cannot read 'ta'; it can read en"),
        (["--to", "en"], "said to be in 'en' already"),
        (["--to", "hi", "--translator", "nllb"], f"cannot load the model {OPUS}.*{NLLB}"),
    ):
        done = CliRunner().invoke(translate, ["-", *words], obj=wanted, input="Yes.")
        assert isinstance(done.exception, KarmavaniError)
        assert re.search(message, str(done.exception)), str(done.exception)
    unknown = replace(config, translator=TranslatorConfig(engine="opus-mt", model="opus-en-hi"))
    done = CliRunner().invoke(translate, ["-", "--to", "hi"], obj=unknown, input="Yes.")
    assert re.search(r"no model 'opus-en-hi'.*opus-mt-en-hi", str(done.exception))


def test_all_leaves_out_what_no_hash_vouches_for(config: Config) -> None:
    from pipeline.cli_models import _all

    assert NLLB not in _all(Registry.load(config))
    assert NLLB in _all(Registry.load(config, trust_unpinned=True))
