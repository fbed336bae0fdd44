"""What comes into the memory from files, and what goes out: whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from courses.errors import StoreError, UsageError
from pipeline.config_tables import MemoryConfig
from pipeline.memory_files import export_file, import_file, listed_units, open_memory
from translators.memory import Memory, Unit

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
TSV = "en\thi\nYes.\tहाँ।\nNo.\tनहीं।\nNo.\tना।\nPerhaps.\t\n"


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    made = Memory(tmp_path / "memory.sqlite3", "dopt", create=True)
    yield made
    made.close()


def write(tmp_path: Path, text: str, name: str = "a.tsv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_an_import_says_what_was_new_the_same_contradicting_and_skipped(
    tmp_path: Path, memory: Memory
) -> None:
    path = write(tmp_path, TSV)
    first = import_file(path, memory, "A. R", NOW).facts()
    assert first == {
        "new": 2,
        "same": 0,
        "contradicting": 1,
        "contradictions": [{"source": "No.", "target": "ना।"}],
        "skipped": [{"reason": "a text is empty", "count": 1, "lines": [5]}],
        "changed": [],
    }
    assert import_file(path, memory, "A. R", NOW).facts() == first | {
        "new": 0,
        "same": 3,
        "contradicting": 0,
        "contradictions": [],
    }
    assert next(memory.units()) == Unit(
        "en", "hi", "Yes.", "हाँ।", "dopt", "A. R", "2026-03-04T05:06:07Z"
    )


def test_what_one_memory_writes_another_takes_with_who_approved_it_and_when(
    tmp_path: Path, memory: Memory
) -> None:
    import_file(write(tmp_path, TSV), memory, "A. R", NOW)
    assert export_file(tmp_path / "x.tmx", memory, None) == 3
    other = Memory(tmp_path / "other.sqlite3", "isro", create=True)
    import_file(tmp_path / "x.tmx", other, "B", None)
    assert list(other.units()) == [replace(u, organisation="isro") for u in memory.units()]


def test_only_ones_own_translations_of_the_language_asked_for_are_written(
    tmp_path: Path, memory: Memory
) -> None:
    import_file(write(tmp_path, "en\thi\tta\nYes.\tहाँ।\tஆம்.\n"), memory, "A. R", NOW)
    assert export_file(tmp_path / "x.tmx", memory, "ta") == 1
    assert "हाँ" not in (tmp_path / "x.tmx").read_text(encoding="utf-8")
    other = Memory(memory.path, "isro", share=("dopt",))
    assert export_file(tmp_path / "y.tmx", other, None) == 0


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.tmx", "<tmx><body><tu>", "not well-formed"),
        ("a.tsv", "yes\tno\n", "Unknown language"),
        ("a.xlsx", "", r"cannot be read. Known are .tmx and .tsv"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_the_memory_as_it_was(
    tmp_path: Path, memory: Memory, name: str, text: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        import_file(write(tmp_path, text, name), memory, "A. R", NOW)
    assert memory.counts() == []


def test_an_import_that_breaks_off_puts_nothing_in(tmp_path: Path, memory: Memory) -> None:
    path = tmp_path / "a.tsv"
    path.write_bytes("en\thi\nYes.\tहाँ।\n".encode() + b"\xff\n")
    with pytest.raises(UsageError, match="not UTF-8"):
        import_file(path, memory, "A. R", NOW)
    assert memory.counts() == []


def test_a_file_that_is_missing_and_nobody_who_approved_are_errors(
    tmp_path: Path, memory: Memory
) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        import_file(tmp_path / "none.tmx", memory, "A. R", NOW)
    with pytest.raises(UsageError, match="Nobody is named"):
        import_file(write(tmp_path, TSV), memory, " ", NOW)


def test_a_disk_that_fails_while_a_file_is_read_is_not_blamed_on_the_memory(
    tmp_path: Path, memory: Memory
) -> None:
    (tmp_path / "a.tsv").symlink_to("/proc/self/mem")  # can be opened, and not read
    with pytest.raises(UsageError, match=r"a\.tsv: cannot be read: Input/output error"):
        import_file(tmp_path / "a.tsv", memory, "A. R", NOW)
    assert memory.counts() == []


def test_a_list_names_units_by_sentence_languages_and_translation(
    tmp_path: Path, memory: Memory
) -> None:
    import_file(write(tmp_path, TSV), memory, "A. R", NOW)
    listed = write(tmp_path, "en\thi\nno.\tना।\nNo.\tना।\nYes.\tजी।\n", "wrong.tsv")
    assert [unit.target for unit in listed_units(listed, memory)] == ["ना।"]


def test_an_export_that_fails_leaves_the_file_that_was_there(
    tmp_path: Path, memory: Memory
) -> None:
    memory.add([Unit("en", "hi", "Yes.", "a\x01b", "dopt", "A. R", "")])
    out = write(tmp_path, "mine", "x.tmx")
    with pytest.raises(UsageError, match="control character"):
        export_file(out, memory, None)
    assert out.read_text() == "mine"
    assert [path.name for path in tmp_path.glob(".making-*")] == []
    with pytest.raises(StoreError, match="cannot be written"):
        export_file(out / "y.tmx", memory, None)
    with pytest.raises(UsageError, match=r"ends in \.tmx"):
        export_file(tmp_path / "x.tsv", memory, None)


def test_no_file_is_no_memory_until_something_is_put_in(tmp_path: Path) -> None:
    wanted = MemoryConfig(tmp_path / "deep" / "memory.sqlite3")
    assert open_memory(wanted) is None
    assert not wanted.file.parent.exists()
    made = open_memory(wanted, create=True)
    assert made is not None
    assert made.organisation == "local"
    made.close()
