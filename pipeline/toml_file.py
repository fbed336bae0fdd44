"""Reads one TOML file that a person wrote and says where in it things are wrong.

The standard library reads the values but not where they stand, and tomlkit keeps no positions
either, so the lines come from a scan of our own. The scan decides nothing: a key that it misses
only loses its line number in a message. Not for writing TOML and not for files of ours.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from courses.errors import KarmavaniError

KeyPath = tuple[str | int, ...]
"""How to reach a value: ``("lessons", 0, "media")``."""

_BARE_OR_QUOTED = re.compile(r"""\s*("(?:\\.|[^"\\\n])*"|'[^'\n]*'|[A-Za-z0-9_-]+)\s*""")
_QUOTES = ('"""', "'''", '"', "'")


@dataclass(frozen=True, slots=True)
class Key:
    """One key that a table may have: its name, what it holds, whether it must be there.

    kind is one of KINDS. A text that is `required` must also not be blank.
    """

    name: str
    kind: str
    required: bool = False


KINDS: dict[str, str] = {
    "text": "a text in quotes",
    "number": "a whole number, 1 or more",
    "count": "a whole number, 0 or more",
    "amount": "a number, 0 or more",
    "switch": "true or false",
    "texts": "a list of texts",
    "table": "a table",
    "tables": "a list of tables, each under a [[heading]]",
}


@dataclass(frozen=True, slots=True)
class TomlFile:
    """One file as read, and every problem found in it so far.

    `error` is the class that `raise_problems` raises. `place` is what messages call the file.
    """

    path: Path
    data: dict[str, Any]
    lines: dict[KeyPath, int]
    error: type[KarmavaniError]
    place: str
    problems: list[tuple[int, str]] = field(default_factory=list)

    def add(self, path: KeyPath, message: str) -> None:
        """Note a problem with the value at `path`."""
        line = self.line(path)
        place = f"{self.place}:{line}" if line else self.place
        self.problems.append((line, f"{place}: {message}"))

    def line(self, path: KeyPath) -> int:
        """Return the line, from 1, of the value at `path` or of what holds it; 0 if unknown."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def check(self, table: dict[str, Any], path: KeyPath, keys: tuple[Key, ...]) -> None:
        """Note every missing, unknown and wrongly typed key of `table`, which stands at `path`."""
        known = {key.name: key for key in keys}
        for name in table.keys() - known.keys():
            advice = nearest(name, known) or f" Known keys: {', '.join(known)}."
            self.add((*path, name), f"unknown key {_dotted((*path, name))!r}.{advice}")
        for key in keys:
            if key.name in table:
                if problem := _problem(table[key.name], key):
                    self.add((*path, key.name), f"key {_dotted((*path, key.name))!r} {problem}.")
            elif key.required:
                self.add(path, f"key {_dotted((*path, key.name))!r} is missing.")

    def raise_problems(self, advice: str = "") -> None:
        """Raise `error` with all problems in the order of their lines, if there are any."""
        if not self.problems:
            return
        messages = [message for _, message in sorted(self.problems)]
        if len(messages) == 1:
            raise self.error(messages[0], advice)
        listed = "\n".join(f"  {message}" for message in messages)
        raise self.error(
            f"{self.place}: {len(messages)} problems:\n{listed}", advice and f"\n{advice}"
        )


def read_toml(path: Path, error: type[KarmavaniError]) -> TomlFile:
    """Return the file at `path`; raises `error` when it is no readable TOML in UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise error(f"{path}: cannot be read: {problem.strerror}.") from problem
    return parse_toml(content, str(path), error)


def parse_toml(content: bytes, place: str, error: type[KarmavaniError]) -> TomlFile:
    """Return the file of this `content`; `place`, a path or an address, is what messages name."""
    try:
        # utf-8-sig: some editors put a byte order mark first, which TOML itself refuses.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise error(
            f"{place}: is not UTF-8 (byte {problem.start + 1}).", "Save it with the encoding UTF-8."
        ) from problem
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        line = re.search(r"at line (\d+)", str(problem))
        where = f"{place}:{line[1]}" if line else f"{place}:{len(text.splitlines())}"
        raise error(f"{where}: is not valid TOML: {problem}.") from problem
    return TomlFile(Path(place), data, find_lines(text), error, place)


def nearest(word: str, known: Any) -> str:
    """Return `` Did you mean 'x'?`` for the known word most like `word`, or nothing."""
    found = get_close_matches(word.lower(), [str(name) for name in known], n=1, cutoff=0.6)
    return f" Did you mean {found[0]!r}?" if found else ""


def find_lines(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, on which each table and each key of valid TOML begins.

    Keys inside inline tables and arrays are not told apart from the key that holds them.
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    for line, statement in _statements(text):
        if statement.startswith("[["):
            table = _numbered(_names(statement[2:]), counts, new=True)
        elif statement.startswith("["):
            table = _numbered(_names(statement[1:]), counts, new=False)
        else:
            names = _names(statement)
            for length in range(1, len(names) + 1):
                lines.setdefault(table + names[:length], line)
            continue
        lines.setdefault(table, line)
        if table and isinstance(table[-1], int):
            lines.setdefault(table[:-1], line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of every heading and every key, with the whole of its value."""
    start = position = 0
    depth = 0
    while position < len(text):
        character = text[position]
        quote = next((mark for mark in _QUOTES if text.startswith(mark, position)), None)
        if quote:
            position = _end_of_string(text, position, quote)
            continue
        if character == "#":
            end = text.find("\n", position)
            position = end if end >= 0 else len(text)
            continue
        depth += (character in "[{") - (character in "]}")
        if character == "\n" and depth <= 0:
            yield from _statement(text, start, position)
            start, depth = position + 1, 0
        position += 1
    yield from _statement(text, start, len(text))


def _statement(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    if statement := text[start:end].strip():
        blank = len(text[start:end]) - len(text[start:end].lstrip())
        yield text.count("\n", 0, start + blank) + 1, statement


def _end_of_string(text: str, position: int, quote: str) -> int:
    position += len(quote)
    while position < len(text) and not text.startswith(quote, position):
        position += 2 if text[position] == "\\" and quote[0] == '"' else 1
    position += len(quote)
    # A multi-line string may end in one or two quotes of its own: """a"""" holds a".
    while len(quote) == 3 and text.startswith(quote[0], position):
        position += 1
    return position


def _names(text: str) -> tuple[str, ...]:
    """Return the dotted key at the beginning of `text`, unquoted."""
    names = []
    position = 0
    while found := _BARE_OR_QUOTED.match(text, position):
        name = found[1]
        quoted = name[0] in "\"'"
        names.append(str(tomllib.loads(f"k = {name}")["k"]) if quoted else name)
        position = found.end()
        if not text.startswith(".", position):
            break
        position += 1
    return tuple(names)


def _numbered(names: tuple[str, ...], counts: dict[KeyPath, int], new: bool) -> KeyPath:
    """Return `names` with the number of the last table after each array of tables."""
    path: KeyPath = ()
    for index, name in enumerate(names):
        path = (*path, name)
        if new and index == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _dotted(path: KeyPath) -> str:
    """Return ``lessons[1].media`` for ("lessons", 0, "media"): people count from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _problem(value: Any, key: Key) -> str:
    """Return what is wrong with `value` for `key`, or nothing."""
    fits = {
        "text": isinstance(value, str),
        "number": isinstance(value, int) and not isinstance(value, bool) and value >= 1,
        "count": isinstance(value, int) and not isinstance(value, bool) and value >= 0,
        "amount": isinstance(value, int | float) and not isinstance(value, bool) and value >= 0,
        "switch": isinstance(value, bool),
        "texts": isinstance(value, list) and all(isinstance(item, str) for item in value),
        "table": isinstance(value, dict),
        "tables": isinstance(value, list) and all(isinstance(item, dict) for item in value),
    }
    if not fits[key.kind]:
        return f"must be {KINDS[key.kind]}"
    if key.required and key.kind == "text" and not value.strip():
        return "is empty"
    return ""
