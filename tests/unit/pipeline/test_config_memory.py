"""The memory's settings: whose translations a run may see is said by its operator alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from courses.errors import UsageError
from pipeline.config import read_config


def test_the_environment_names_file_and_organisation_before_the_configuration(
    tmp_path: Path,
) -> None:
    path = tmp_path / "my.toml"
    path.write_text("[memory]\nfile = 'a.sqlite3'\norganisation = 'dopt'\n")
    environ = {"KARMAVANI_MEMORY": "/m/b.sqlite3", "KARMAVANI_ORGANISATION": "isro"}
    memory = read_config(path, environ).memory
    assert (memory.file, memory.organisation) == (Path("/m/b.sqlite3"), "isro")


@pytest.mark.parametrize("setting", ["file = 'a'", "organisation = 'dopt'", "share = ['dopt']"])
def test_a_file_of_the_working_folder_cannot_say_whose_texts_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    (tmp_path / "karmavani.toml").write_text(f"[memory]\n{setting}\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"karmavani\.toml:2: key 'memory\..* --config FILE"):
        read_config(environ={})


@pytest.mark.parametrize("name", ["", " ", "a|b", "a\nb"])
def test_a_name_that_no_organisation_can_have_is_refused_with_its_line(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "my.toml"
    path.write_text(f'[memory]\norganisation = "{name.encode("unicode_escape").decode()}"\n')
    with pytest.raises(UsageError, match=r"my\.toml:2: .* is no name of an organisation"):
        read_config(path, {})


def test_a_price_is_a_number_that_is_not_negative(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text("[translator]\nprice_characters = -1\n")
    with pytest.raises(UsageError, match=r"my\.toml:2: .* must be a number, 0 or more"):
        read_config(path, {})
