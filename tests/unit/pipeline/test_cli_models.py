"""The commands `karmavani models ...`: what they print and how they end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from courses.errors import ModelError, UsageError
from pipeline import models as module
from pipeline.cli_models import models
from pipeline.config import Config

Run = Callable[..., Result]
DATA = b"weights"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a runner of the commands, offline, with one small model in a local folder."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home/models.toml").write_text(
        f"""
[[model]]
name = "tiny"
task = "transcription"
engines = ["faster-whisper"]
languages = ["en"]
licence = "MIT"
licence_url = "https://example.org"
hashes = "published"
note = "Sound for English."

[[model.source]]
kind = "hub"
repository = "someone/tiny"
revision = "abc"
files = [{{ name = "w.bin", size = 7, sha256 = "{hashlib.sha256(DATA).hexdigest()}" }}]
"""
    )
    (tmp_path / "local/tiny").mkdir(parents=True)
    (tmp_path / "local/tiny/w.bin").write_bytes(DATA)
    rows = module.read_rows(tmp_path / "home")
    monkeypatch.setattr(module, "read_rows", lambda home: rows)
    config = Config(cache=tmp_path / "cache", models_folder=tmp_path / "local", offline=True)
    return lambda *words: CliRunner().invoke(models, list(words), obj=config)


def test_the_list_says_languages_licence_size_and_whether_it_is_here(run: Run) -> None:
    said = run("list").stdout
    assert "tiny  (transcription, 0 MB, not here)" in said
    assert "languages: en\n" in said
    assert "MIT, https://example.org" in said
    assert "Sound for English." in said
    run("fetch", "tiny", "--quiet")
    assert "tiny  (transcription, 0 MB, here)" in run("list").stdout


def test_the_list_as_json_is_json_and_nothing_else(run: Run, tmp_path: Path) -> None:
    said: dict[str, Any] = json.loads(run("list", "--json").stdout)
    assert said["cache"] == str(tmp_path / "cache/models")
    (row,) = said["models"]
    assert (row["name"], row["size"], row["present"], row["revision"]) == ("tiny", 7, False, "")


def test_fetch_says_where_the_model_is_and_does_nothing_twice(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "cache/models/tiny/abc"
    first, second = run("fetch", "tiny"), run("fetch", "--all")
    assert f"done    tiny  fetch: {folder}" in first.stderr
    assert first.stdout == ""
    assert "was here already" in second.stderr
    assert json.loads(run("fetch", "tiny", "--json").stdout) == [
        {"name": "tiny", "fetched": False, "folders": {"model": str(folder)}}
    ]


def test_fetch_wants_names_or_all_and_not_both(run: Run) -> None:
    for words in ([], ["tiny", "--all"]):
        assert isinstance(run("fetch", *words).exception, UsageError)


def test_a_wrong_name_fails_before_anything_is_fetched(run: Run, tmp_path: Path) -> None:
    result = run("fetch", "tiny", "tinny")
    assert isinstance(result.exception, UsageError)
    assert "Did you mean 'tiny'?" in str(result.exception)
    assert not (tmp_path / "cache").exists()


def test_verify_tells_a_damaged_model_and_how_to_mend_it(run: Run, tmp_path: Path) -> None:
    assert "No model is here" in run("verify").stdout
    run("fetch", "tiny", "--quiet")
    assert run("verify").stdout == "tiny: every file is right\n"
    (tmp_path / "cache/models/tiny/abc/w.bin").write_bytes(b"WEIGHTS")
    for words in ([], ["tiny"], ["--json"]):
        result = run("verify", *words)
        assert isinstance(result.exception, ModelError)
        assert result.exception.advice == "Mend it: karmavani models fetch tiny"
        assert "w.bin has sha256" in result.stdout
    run("fetch", "tiny", "--quiet")
    assert run("verify", "--json").stdout == '{\n "tiny": []\n}\n'


def test_verify_of_a_model_that_is_not_here_fails(run: Run) -> None:
    result = run("verify", "tiny")
    assert isinstance(result.exception, ModelError)
    assert result.stdout == "tiny: is not here\n"


@pytest.mark.parametrize("command", [models, *models.commands.values()], ids=lambda one: one.name)
def test_help_opens_with_a_verb_and_ends_with_commands(command: click.Command) -> None:
    text = (command.help or "").strip()
    assert text.split()[0].strip(",") in ("List", "Fetch", "Verify")
    examples = text.partition("Examples:")[2].strip().splitlines()
    assert examples
    assert all(line.strip().startswith("karmavani models ") for line in examples)
