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
