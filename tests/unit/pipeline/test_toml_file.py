"""Lines and problems of TOML files that people wrote."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import UsageError
from pipeline.toml_file import Key, find_lines, nearest, read_toml

AWKWARD = '''\
# a comment with [brackets] and "quotes
title = "one # no comment [ here"   # a comment
"quoted key" = 1
a.b."c.d" = 2
text = """
[not a table]
key = "no key"
"""
literal = \'\'\'
x = 'y'
\'\'\'
list = [
  "a", # with a comment ]
  [1, 2],
]
inline = { one = 1, two = { three = "}" } }

[table]
key = 1
[table.sub]
key = 2

[[array]]
key = 3
[array.sub]
key = 4
[[array]]

key = 5
[[array.deep]]
key = 6
[ "spaced" . table ]
key = 7
'''


def test_every_key_of_an_awkward_file_has_its_line() -> None:
    tomllib.loads(AWKWARD)
    lines = find_lines(AWKWARD)
    assert lines == {
        ("title",): 2,
        ("quoted key",): 3,
        ("a",): 4,
        ("a", "b"): 4,
        ("a", "b", "c.d"): 4,
        ("text",): 5,
        ("literal",): 9,
        ("list",): 12,
        ("inline",): 16,
        ("table",): 18,
        ("table", "key"): 19,
        ("table", "sub"): 20,
        ("table", "sub", "key"): 21,
        ("array",): 23,
        ("array", 0): 23,
        ("array", 0, "key"): 24,
        ("array", 0, "sub"): 25,
        ("array", 0, "sub", "key"): 26,
        ("array", 1): 27,
        ("array", 1, "key"): 29,
        ("array", 1, "deep"): 30,
        ("array", 1, "deep", 0): 30,
        ("array", 1, "deep", 0, "key"): 31,
        ("spaced", "table"): 32,
        ("spaced", "table", "key"): 33,
    }


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from _paths(inner, (*path, name))


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.lists(st.tuples(TEXTS, TEXTS | st.integers() | st.lists(TEXTS, max_size=3)), max_size=8))
def test_lines_of_generated_files_are_right(pairs: list[tuple[str, Any]]) -> None:
    expected: dict[tuple[str | int, ...], int] = {}
    text = ""
    for number, (name, value) in enumerate(dict(pairs).items(), start=1):
        shown = name.replace("\\", "\\\\").replace('"', '\\"')
        told = str(value) if isinstance(value, int) else _toml(value)
        text += f'"{shown}" = {told} # "[\n'
        expected[(name,)] = number
    assert set(expected) == set(_paths(tomllib.loads(text)))
    assert find_lines(text) == expected


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def read(tmp_path: Path, data: bytes) -> Any:
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    return read_toml(path, UsageError)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfa = 1").data == {"a": 1}


def test_a_file_that_is_not_utf8_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"x\.toml: is not UTF-8 \(byte 6\)\. Save it with"):
        read(tmp_path, 'a = "é"'.encode("latin-1"))


def test_a_syntax_error_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"x\.toml:2: is not valid TOML: .*line 2"):
        read(tmp_path, b"a = 1\nb = = 2\n")


def test_a_file_cut_short_names_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"x\.toml:2: is not valid TOML"):
        read(tmp_path, b"a = 1\nb = [1,")


def test_a_missing_file_is_told_from_an_unreadable_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_toml(tmp_path / "none.toml", UsageError)
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        read_toml(tmp_path, UsageError)


def test_all_problems_come_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    toml = read(tmp_path, b'b = 1\n[[t]]\nnmae = "x"\n[[t]]\nname = ["x"]\n')
    toml.check(toml.data, (), (Key("a", "text", required=True), Key("t", "tables")))
    for index, table in enumerate(toml.data["t"]):
        toml.check(table, ("t", index), (Key("name", "text", required=True),))
    with pytest.raises(UsageError) as caught:
        toml.raise_problems()
    path = tmp_path / "x.toml"
    assert caught.value.message == (
        f"{path}: 5 problems:\n"
        f"  {path}: key 'a' is missing.\n"
        f"  {path}:1: unknown key 'b'. Known keys: a, t.\n"
        f"  {path}:2: key 't[1].name' is missing.\n"
        f"  {path}:3: unknown key 't[1].nmae'. Did you mean 'name'?\n"
        f"  {path}:5: key 't[2].name' must be a text in quotes."
    )


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("text", 1),
        ("number", 0),
        ("number", True),
        ("number", 1.5),
        ("count", -1),
        ("count", False),
        ("switch", 1),
        ("texts", "a"),
        ("texts", ["a", 1]),
        ("table", []),
        ("tables", {}),
        ("tables", [1]),
    ],
)
def test_a_wrong_type_is_a_problem(tmp_path: Path, kind: str, wrong: object) -> None:
    toml = read(tmp_path, b"")
    toml.check({"k": wrong}, (), (Key("k", kind),))
    assert len(toml.problems) == 1


def test_the_nearest_word_is_offered_and_a_far_one_is_not() -> None:
    assert nearest("titel", ["title", "id"]) == " Did you mean 'title'?"
    assert nearest("xyz", ["title", "id"]) == ""
