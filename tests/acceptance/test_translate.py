"""`karmavani translate`: lines in, the same number of lines out."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

Karmavani = Callable[..., subprocess.CompletedProcess[str]]


def test_as_many_lines_come_out_as_went_in_and_blank_ones_stay(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text("One.\n\nTwo,  with   spaces.\n \nThree.", encoding="utf-8")
    done = karmavani("translate", "in.txt", "--to", "hi", "--translator", "echo")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[hi] One.\n\n[hi] Two, with spaces.\n\n[hi] Three.\n"


def test_a_long_text_keeps_its_order_over_many_batches(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    lines = [f"Sentence {n}." for n in range(500)]
    (tmp_path / "in.txt").write_text("\n".join(lines), encoding="utf-8")
    done = karmavani("translate", "in.txt", "--to", "ta", "--translator", "echo", "--out", "o.txt")
    assert done.returncode == 0
    made = (tmp_path / "o.txt").read_text(encoding="utf-8").splitlines()
    assert made == [f"[ta] {line}" for line in lines]


def test_a_file_in_another_encoding_is_refused(karmavani: Karmavani, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes("caf\xe9".encode("latin-1"))
    done = karmavani("translate", "in.txt", "--to", "hi", "--translator", "echo")
    assert done.returncode == 2
    assert "in.txt is not UTF-8" in done.stderr


def test_an_engine_that_cannot_write_the_language_refuses_it(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text("One.", encoding="utf-8")
    done = karmavani("translate", "in.txt", "--to", "xx", "--translator", "echo")
    assert done.returncode == 2
    assert "Unknown language 'xx'" in done.stderr


def test_an_error_that_the_checks_find_is_told_and_the_text_comes_out(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text("One.\nReply within thirty days.", encoding="utf-8")
    done = karmavani("translate", "in.txt", "--to", "hi", "--translator", "echo")
    assert done.returncode == 0
    assert done.stdout == "[hi] One.\n[hi] Reply within thirty days.\n"
    assert "line 2: Most of the text is in script Latn, not Deva." in done.stderr
    assert "line 1:" not in done.stderr


def test_one_language_at_a_time(karmavani: Karmavani, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("One.", encoding="utf-8")
    done = karmavani("translate", "in.txt", "--to", "hi,ta", "--translator", "echo")
    assert done.returncode == 2
    assert "takes one language at a time" in done.stderr


def test_an_engine_without_its_model_is_told_where_the_model_is_named(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text("One.", encoding="utf-8")
    done = karmavani("translate", "in.txt", "--to", "hi", "--translator", "nllb")
    assert done.returncode == 2
    lines = '[translator]\nengine = "nllb"\nmodel = "nllb-200-distilled-600M"\n'
    assert lines in done.stderr
    assert "karmavani --config FILE translate" in done.stderr


def test_options_of_all_commands_are_told_to_stand_before_the_command(
    karmavani: Karmavani,
) -> None:
    done = karmavani("translate", "-", "--to", "hi", "--offline")
    assert done.returncode == 2
    assert "--offline stands before the command:" in done.stderr
    assert "--offline translate ..." in done.stderr
    deep = karmavani("memory", "stats", "--config", "x.toml")
    assert "--config FILE memory stats ..." in deep.stderr
