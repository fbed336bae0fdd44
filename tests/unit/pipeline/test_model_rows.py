"""The registry's own file: every row is complete, honest and safe to fetch."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from courses.errors import ModelError, UsageError
from courses.languages import WRITINGS
from pipeline.config import Config
from pipeline.config_tables import TranscriberConfig, TranslatorConfig
from pipeline.model_convert import CONVERTERS
from pipeline.model_rows import ModelFile, ModelRow, bundled_files, read_rows
from pipeline.models import Registry
from transcription.base import TRANSCRIBERS
from translators.base import TRANSLATORS
from translators.nllb import Nllb

ROWS = {row.name: row for row in read_rows()}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry.load(Config(cache=tmp_path))


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.name)
def test_a_row_says_what_it_is_and_may_be_used_for(row: ModelRow) -> None:
    known = {"transcription": TRANSCRIBERS, "translation": TRANSLATORS, "drawing": ()}
    engines = known[row.task]
    assert set(row.engines) <= set(engines)
    assert set(row.languages) | set(row.source_languages) <= set(WRITINGS)
    assert row.licence
    assert row.licence_url.startswith("https://")
    assert row.note
    assert row.hashes in ("measured", "published", "none")
    assert (row.hashes == "none") == bool(row.about)
    assert bool(row.sources) != bool(row.parts)
    assert set(row.parts.values()) <= set(ROWS)
    assert re.fullmatch(r"[a-z0-9][A-Za-z0-9.-]*", row.name)


@pytest.mark.parametrize(
    ("row", "source"),
    [
        (row, source)
        for row in ROWS.values()
        for source in row.sources
        if not row.bundled and row.hashes != "none"
    ],
    ids=lambda value: str(value) if not isinstance(value, ModelRow) else value.name,
)
def test_every_file_and_wheel_is_pinned_and_wheels_hold_every_file(row, source) -> None:  # type: ignore[no-untyped-def]
    assert source.pinned
    assert source.kind in ("wheels", "hub")
    assert re.fullmatch(r"[0-9a-z.-]+", source.revision)
    for one in (*source.files, *source.wheels):
        assert len(one.sha256) == 64
        assert set(one.sha256) <= set(string.hexdigits.lower())
        assert one.size > 0
    if source.kind == "hub":
        assert re.fullmatch(r"[0-9a-f]{40}", source.revision)  # a commit, not a branch that moves
        return
    packages = {wheel.project.replace("-", "_") for wheel in source.wheels}
    for file in source.files:
        assert file.members
        homes = {re.split(r"/|-[0-9.]+(?:post\d+)?\.dist-info/", one)[0] for one in file.members}
        assert homes <= packages


@pytest.mark.parametrize(
    "row", [row for row in ROWS.values() if row.hashes == "none"], ids=lambda row: row.name
)
def test_a_row_without_hashes_claims_none_and_says_all_the_same_where_it_comes_from(
    row: ModelRow,
) -> None:
    hub, *folders = row.sources
    assert (hub.kind, hub.revision) == ("hub", "main")
    assert hub.repository.partition("/")[2] == row.name
    assert hub.convert in CONVERTERS
    assert [source.kind for source in folders] == ["folder"] * len(folders)
    assert folders
    for source in row.sources:
        assert not source.pinned
        assert not any(file.size or file.sha256 for file in source.files)
        assert len({other.repository for other in row.sources}) == len(row.sources)
    assert row.about > 100_000_000


def test_models_that_may_not_be_used_commercially_say_so() -> None:
    bound = [row for row in ROWS.values() if "-NC" in row.licence]
    assert [row.name for row in bound] == ["nllb-200-distilled-600M"]
    assert all("Not for commercial use" in row.note for row in bound)


def test_indictrans2_covers_the_22_languages_in_all_three_directions() -> None:
    indian = set(WRITINGS) - {"en"}
    for name, read, written in (
        ("indictrans2-en-indic-dist-200M", {"en"}, indian),
        ("indictrans2-en-indic-1B", {"en"}, indian),
        ("indictrans2-indic-en-dist-200M", indian, {"en"}),
        ("indictrans2-indic-indic-dist-320M", indian, indian),
    ):
        assert (set(ROWS[name].source_languages), set(ROWS[name].languages)) == (read, written)


def test_a_row_claims_only_languages_that_its_engine_knows() -> None:
    for row in ROWS.values():
        if row.engines == ("nllb",):
            assert set(row.languages) == Nllb.can_write


def test_whisper_base_claims_english_only() -> None:
    assert ROWS["whisper-base"].languages == ("en",)
    assert "Hindi" in ROWS["whisper-base"].note


def test_the_defaults_of_the_configuration_are_models_of_the_registry() -> None:
    heard, written = ROWS[TranscriberConfig().model], ROWS[TranslatorConfig().model]
    assert TranscriberConfig().engine in heard.engines
    assert TranslatorConfig().engine in written.engines


def test_the_gemma_terms_travel_with_the_weights() -> None:
    (source,) = ROWS["gemma3-270m-base"].sources
    assert {"GEMMA_TERMS.html", "NOTICE.md"} <= {file.name for file in source.files}


def test_a_typo_is_answered_with_the_nearest_model(registry: Registry) -> None:
    with pytest.raises(UsageError, match=r"no model 'whisper-bas'\. Did you mean 'whisper-base'\?"):
        registry.find("whisper-bas")
    with pytest.raises(UsageError, match="Known models: whisper-base, "):
        registry.find("zzz")


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", ""])
def test_a_file_that_would_leave_its_folder_cannot_be_named(name: str) -> None:
    with pytest.raises(ModelError, match="is no name for a file"):
        ModelFile(name)


def test_a_missing_registry_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="Install karmavani again"):
        read_rows(tmp_path)


def make_bundled(home: Path) -> Registry:
    (home / "models.toml").write_text(
        """
[[model]]
name = "whole"
task = "translation"
engines = ["echo"]
languages = []
licence = "MIT"
licence_url = "https://example.org"
hashes = "measured"
note = ""
parts = { adapter = "part" }

[[model]]
name = "part"
task = "translation"
engines = []
languages = []
licence = "MIT"
licence_url = "https://example.org"
hashes = "measured"
note = ""

[[model.source]]
kind = "bundled"
folder = "weights"
"""
    )
    return Registry.load(Config(cache=home / "cache"), home=home)


def test_a_bundled_model_is_used_in_place_and_named_by_its_content(tmp_path: Path) -> None:
    registry = make_bundled(tmp_path)
    with pytest.raises(ModelError, match="comes with karmavani"):
        registry.folders("whole")
    (tmp_path / "weights/deep").mkdir(parents=True)
    (tmp_path / "weights/deep/a.safetensors").write_bytes(b"one")
    assert registry.folders("whole") == {"adapter": tmp_path / "weights"}
    first = registry.revision("whole")
    assert re.fullmatch(r"[0-9a-f]{12}", first)
    (tmp_path / "weights/README.md").write_text("a card")
    (tmp_path / "weights/NOTICE").write_text("terms")
    assert registry.revision("whole") == first
    (tmp_path / "weights/deep/a.safetensors").write_bytes(b"two")
    assert registry.revision("whole") != first
    assert [file.name for file in bundled_files(tmp_path / "weights")] == ["deep/a.safetensors"]


def test_a_model_of_parts_has_folders_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is made of parts"):
        make_bundled(tmp_path).folder("whole")
