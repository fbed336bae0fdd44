"""`karmavani glossary` as a department uses it: import, localise, change, look again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Karmavani = Callable[..., subprocess.CompletedProcess[str]]

TERMS = "English,Hindi,definition\ninformation fee,सूचना शुल्क,What an applicant pays.\n"


def test_terms_of_ones_own_hold_in_every_command(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    (tmp_path / "in.csv").write_text(TERMS, encoding="utf-8")
    (tmp_path / "own.toml").write_text('[glossaries]\nfolder = "own"\n')
    done = karmavani("glossary", "import", "in.csv", "--domain", "fees", "--into", "own")
    assert done.returncode == 0, done.stderr
    with_own = ("--config", "own.toml", "glossary")
    found = karmavani(*with_own, "find", "Pay the information fee.", "--to", "hi", "--json")
    assert [hit["term"] for hit in json.loads(found.stdout)] == ["सूचना शुल्क"]
    assert karmavani(*with_own, "lint").returncode == 0
    assert json.loads(karmavani(*with_own, "stats", "--json").stdout)["domains"]["fees"] == 1
    text = (course / "course.toml").read_text()
    (course / "course.toml").write_text(
        text.replace('id = "first"', 'id = "first"\ndomain = "fees"')
    )
    command = ("localise", course, "--to", "hi", "--translator", "echo", "--quiet")
    assert karmavani(*command).returncode == 3  # without the folder there is no such domain
    done = karmavani("--config", "own.toml", *command, "--out", "made")
    assert done.returncode == 0, done.stderr


def test_a_changed_term_names_the_sentences_to_look_at_again(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    karmavani("localise", course, "--to", "hi,ta", "--translator", "echo", "--out", "made")
    (tmp_path / "in.csv").write_text("en,hi\nfee,शुल्क\n", encoding="utf-8")
    command = ("glossary", "import", "in.csv", "--domain", "finance", "--into", "own")
    done = karmavani(*command, "--touched", "made", "--json")
    assert done.returncode == 0, done.stderr
    touched = json.loads(done.stdout)["touched"]
    assert [(one["lesson"], one["language"], one["terms"]) for one in touched] == [
        ("first", "hi", ["fee"]),
        ("second", "hi", ["fee"]),
    ]
    assert all("The fee is Rs. 10" in one["source"] for one in touched)


@pytest.mark.parametrize("name", ["t.tsv", "t.csv", "t.xlsx", "t.tbx"])
def test_what_goes_out_comes_in_again(karmavani: Karmavani, tmp_path: Path, name: str) -> None:
    for words in (("export", "--out", name), ("import", name, "--into", "own")):
        done = karmavani("glossary", *words)
        assert done.returncode == 0, done.stderr
    assert karmavani("glossary", "diff", name, "own").stdout.endswith(
        "0 added, 0 removed, 0 changed.\n"
    )


def test_a_bad_file_ends_with_a_message_and_no_folder(karmavani: Karmavani, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes("en,hi\nfee,शुल्क\n".encode("utf-16"))
    done = karmavani("glossary", "import", "in.csv", "--domain", "fees", "--into", "own")
    assert done.returncode == 2
    assert done.stderr.startswith("error: in.csv is UTF-16 text, not UTF-8. Save it as UTF-8")
    assert not (tmp_path / "own").exists()


def test_a_found_configuration_cannot_bring_terms_of_a_stranger(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    (tmp_path / "karmavani.toml").write_text('[glossaries]\nfolder = "own"\n')
    done = karmavani("glossary", "stats")
    assert done.returncode == 2
    assert "key 'glossaries.folder' counts only in a file that you name" in done.stderr
