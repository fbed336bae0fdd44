"""The one configuration: defaults, file, environment, and what it says of mistakes."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from courses.errors import UsageError
from pipeline import config as module
from pipeline.config import (
    Config,
    MemoryConfig,
    TranscriberConfig,
    TranslatorConfig,
    read_config,
)
from pipeline.config_review import ReviewConfig

DOCS = Path(module.__file__).parents[1] / "docs/configuration.md"

EVERYTHING = """\
out = "packages"
cache = "/var/cache/karmavani"
offline = true
threads = 2
jobs = 4
languages = ["hi", "ks_Deva"]
formats = ["webvtt"]
models_folder = "~/models"
pip_args = ["--index-url", "https://example.org/simple"]

[transcriber]
engine = "openai-whisper"
model = "whisper-small"
beam = 2

[translator]
engine = "chat"
model = "other"
url = "http://localhost:8000/v1"
batch = 8
timeout = 90
calls_per_minute = 0
cached = false
price_input_tokens = 0.5
price_output_tokens = 2
price_characters = 10
device = "cuda"

[memory]
file = "memory.sqlite3"
organisation = "dopt"
share = ["isro"]

[review]
data = "site"
database = "postgresql://karmavani@localhost/review"
hosts = ["review.example.org"]
https = true
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "karmavani.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_there_are_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = read_config(environ={"XDG_CACHE_HOME": "/xdg", "XDG_DATA_HOME": "/data"})
    kept = MemoryConfig(Path("/data/karmavani/memory.sqlite3"))
    assert config == Config(cache=Path("/xdg/karmavani"), memory=kept)
    assert (kept.organisation, kept.share) == ("local", ())
    assert config.out == Path("karmavani-out")
    assert config.workers >= 1


def test_every_key_of_a_file_is_read_and_paths_are_relative_to_it(tmp_path: Path) -> None:
    path = write(tmp_path, EVERYTHING)
    assert read_config(path, {}) == Config(
        out=tmp_path / "packages",
        cache=Path("/var/cache/karmavani"),
        offline=True,
        threads=2,
        jobs=4,
        languages=("hi", "ks_Deva"),
        formats=("webvtt",),
        models_folder=Path.home() / "models",
        pip_args=("--index-url", "https://example.org/simple"),
        transcriber=TranscriberConfig("openai-whisper", "whisper-small", 2),
        translator=TranslatorConfig(
            *("chat", "other", "http://localhost:8000/v1", 8, 90, 0, False, 0.5, 2, 10, "cuda")
        ),
        memory=MemoryConfig(tmp_path / "memory.sqlite3", "dopt", ("isro",)),
        review=ReviewConfig(
            str(tmp_path / "site"),
            "postgresql://karmavani@localhost/review",
            ("review.example.org",),
            True,
        ),
        file=path,
    )


def test_the_file_of_the_working_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "jobs = 3")
    monkeypatch.chdir(tmp_path)
    assert read_config(environ={}).jobs == 3


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"other\.toml: cannot be read: No such file"):
        read_config(tmp_path / "other.toml", {})


def test_mistakes_name_file_line_key_and_the_nearest_right_one(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "ofline = true\njobs = '2'\nthreads = 0\nlanguages = ['hi', 'tml']\n"
        "formats = ['webvt']\n"
        "[transcriber]\nengine = 'faster-wisper'\nbeems = 2\n"
        "[translator]\nmodel = 1\ndevice = 'gpu'\n",
    )
    with pytest.raises(UsageError) as caught:
        read_config(path, {})
    said = str(caught.value).replace(str(path), "F")
    for line in (
        "F: 9 problems:",
        "F:1: unknown key 'ofline'. Did you mean 'offline'?",
        "F:2: key 'jobs' must be a whole number, 0 or more.",
        "F:3: key 'threads' must be a whole number, 1 or more.",
        "F:4: Unknown language 'tml'.",
        "F:5: there is no format 'webvt'. Did you mean 'webvtt'?",
        "F:7: there is no engine 'faster-wisper'. Did you mean 'faster-whisper'?",
        "F:8: unknown key 'transcriber.beems'. Did you mean 'beam'?",
        "F:10: key 'translator.model' must be a text in quotes.",
        "F:11: there is no device 'gpu'. Known devices: cpu, cuda.",
    ):
        assert line in said


def test_a_table_given_as_a_text_is_a_mistake_and_no_crash(tmp_path: Path) -> None:
    path = write(tmp_path, "transcriber = 'faster-whisper'\nlanguages = 'hi'\n")
    with pytest.raises(UsageError, match="'transcriber' must be a table"):
        read_config(path, {})


def test_all_languages_may_be_asked_for(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, "languages = ['all']"), {}).languages == ("all",)


@pytest.mark.parametrize(
    ("environ", "offline"),
    [
        ({}, True),
        ({"KARMAVANI_OFFLINE": "0"}, False),
        ({"KARMAVANI_OFFLINE": "yes"}, True),
        ({"HF_HUB_OFFLINE": "0"}, True),
        ({"HF_HUB_OFFLINE": "1", "KARMAVANI_OFFLINE": "0"}, False),
    ],
)
def test_the_environment_goes_before_the_file(
    tmp_path: Path, environ: dict[str, str], offline: bool
) -> None:
    assert read_config(write(tmp_path, "offline = true"), environ).offline is offline


def test_folders_can_come_from_the_environment(tmp_path: Path) -> None:
    environ = {"KARMAVANI_CACHE": "/c", "KARMAVANI_MODELS": "/m", "HF_HUB_OFFLINE": "1"}
    config = read_config(write(tmp_path, "cache = '/d'"), environ)
    assert (config.cache, config.models_folder, config.offline) == (Path("/c"), Path("/m"), True)


def test_a_folder_of_own_terms_comes_from_a_named_file_or_the_environment(tmp_path: Path) -> None:
    path = write(tmp_path, '[glossaries]\nfolder = "terms"')
    assert read_config(path, {}).glossaries.folder == tmp_path / "terms"
    environ = {"KARMAVANI_GLOSSARIES": "/t"}
    assert read_config(path, environ).glossaries.folder == Path("/t")
    assert read_config(write(tmp_path, '[glossaries]\nfolder = ""'), {}).glossaries.folder is None


def test_a_switch_in_the_environment_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="KARMAVANI_OFFLINE is 'perhaps'"):
        read_config(write(tmp_path, ""), {"KARMAVANI_OFFLINE": "perhaps"})


def test_a_relative_xdg_folder_is_ignored_as_its_specification_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    config = read_config(write(tmp_path, ""), {"XDG_CACHE_HOME": "relative"})
    assert config.cache == tmp_path / ".cache/karmavani"


def test_every_key_has_a_field_and_every_field_a_key() -> None:
    assert {key.name for key in module._KEYS} == {one.name for one in fields(Config)} - {"file"}
    for name, (keys, _, made) in module._TABLES.items():
        assert {key.name for key in keys} == set(made.__slots__), name  # type: ignore[attr-defined]


def test_every_key_and_variable_has_a_heading_in_the_docs_and_no_other_has() -> None:
    keys = {key.name for key in module._KEYS} - module._TABLES.keys()
    keys |= {
        f"{table}.{key.name}" for table, (keys_, *_) in module._TABLES.items() for key in keys_
    }
    source = Path(module.__file__).read_text(encoding="utf-8")
    keys |= set(re.findall(r'"((?:KARMAVANI|HF)_[A-Z_]+)"', source))
    headings = re.findall(r"^### `(.+)`$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(keys)


def test_the_defaults_in_the_docs_are_those_of_the_code(tmp_path: Path) -> None:
    text = DOCS.read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert example
    config = read_config(write(tmp_path, example[1]), {})
    plain = Config()
    for one in fields(Config):
        if one.name not in ("file", "out", "cache", "models_folder", "memory"):
            assert getattr(config, one.name) == getattr(plain, one.name), one.name
    assert config.out == tmp_path / plain.out
    assert config.cache == plain.cache.expanduser()
    assert config.memory == replace(plain.memory, file=plain.memory.file.expanduser())
