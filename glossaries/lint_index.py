"""What `lint` remembers of all rows, in a temporary SQLite file, and what it finds among them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from courses.languages import WRITINGS
from courses.nouns import Severity, TermKind
from courses.script import comparison_key
from glossaries.cell_checks import Complaint
from glossaries.rows import DOMAIN, make_id

BATCH = 10_000
SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
PRAGMA cache_size = -65536;
CREATE TABLE rows (
    n INTEGER PRIMARY KEY, layer INTEGER, file INTEGER, line INTEGER,
    id TEXT, concept TEXT, abbr TEXT, forbids INTEGER, use TEXT, terms TEXT
);
CREATE TABLE wordings (hash INTEGER, concept INTEGER, n INTEGER, code TEXT);
"""
INDEXES = """
CREATE INDEX by_id ON rows (id);
CREATE INDEX by_concept ON rows (concept, forbids);
CREATE INDEX by_abbr ON rows (abbr) WHERE abbr <> '';
CREATE INDEX by_forbids ON rows (n) WHERE forbids;
CREATE INDEX by_hash ON wordings (hash, concept);
"""
# Each row that repeats what an earlier row of its layer has in the column.
_REPEATED = """
SELECT later.n, earlier.n FROM (
    SELECT layer, {column} AS value, MIN(n) AS n FROM rows WHERE {where}
    GROUP BY layer, {column} HAVING COUNT(*) > 1
) AS earlier JOIN rows AS later
ON later.{column} = earlier.value AND later.layer = earlier.layer AND later.n > earlier.n
WHERE {where_later}
"""
_SAME_WORDING = """
SELECT later.n, MIN(earlier.n), later.code FROM (
    SELECT hash FROM wordings GROUP BY hash HAVING COUNT(DISTINCT concept) > 1
) AS shared
JOIN wordings AS earlier ON earlier.hash = shared.hash
JOIN wordings AS later ON later.hash = shared.hash
AND later.n > earlier.n AND later.concept <> earlier.concept
GROUP BY later.n, later.code
"""
_USE_UNKNOWN = """
SELECT f.n FROM rows AS f
WHERE f.forbids AND f.use <> '' AND NOT EXISTS (SELECT 1 FROM rows AS g WHERE g.id = f.use)
"""
_USE_FORBIDS = """
SELECT f.n, f.id, f.use FROM rows AS f JOIN rows AS g ON g.id = f.use
WHERE f.forbids AND g.forbids AND f.use <> ''
"""
# What a later layer replaces is no contradiction any more.
_FORBIDDEN_PAIRS = """
SELECT f, g FROM (
    SELECT f.n AS f, g.n AS g FROM rows AS f JOIN rows AS g ON g.id = f.use
    WHERE f.forbids AND f.use <> '' AND NOT g.forbids
    UNION SELECT f.n, g.n FROM rows AS f JOIN rows AS g ON g.concept = f.concept
    WHERE f.forbids AND NOT g.forbids
) JOIN rows AS r ON r.n = g WHERE NOT EXISTS (
    SELECT 1 FROM rows AS own WHERE own.layer > r.layer AND NOT own.forbids
    AND (own.id = r.id OR own.concept = r.concept)
)
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands, and its id."""

    file: str
    line: int
    id: str

    def __str__(self) -> str:
        return f"{self.id or 'the row'} in {self.file}:{self.line}"


class Index:
    """The rows of all layers; use it in a with statement, it frees its file at the end."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(SCHEMA)
        self._files: list[str] = []
        self._count = 0
        self._rows: list[tuple[Any, ...]] = []
        self._wordings: list[tuple[int, int, int, str]] = []

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, layer: int, place: Place, cells: dict[str, str], domain: str) -> None:
        """Remember one row, its cells with folded spaces; `domain` counts where it names none."""
        self._count += 1
        if not self._files or self._files[-1] != place.file:
            self._files.append(place.file)
        source = _source_key(cells.get("en", ""))
        forbids = cells.get("kind") == TermKind.FORBID
        terms = {
            code: [wording for part in text.split("|") if (wording := part.strip())]
            for code, text in cells.items()
            if text and code in WRITINGS and code != "en"
        }
        self._rows.append((
            self._count, layer, len(self._files) - 1, place.line,
            place.id or make_id(cells.get("en", "")),
            f"{cells.get(DOMAIN) or domain}\t{source}", cells.get("abbr", ""), forbids,
            cells.get("use", ""), json.dumps(terms, ensure_ascii=False),
        ))  # fmt: skip
        if not forbids:
            concept = hash(source)
            for code, wordings in terms.items():
                if wordings:
                    mark = hash((code, layer, wordings[0]))
                    self._wordings.append((mark, concept, self._count, code))
        if len(self._rows) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        self._db.execute("BEGIN")
        self._db.executemany(f"INSERT INTO rows VALUES ({'?, ' * 9}?)", self._rows)
        self._db.executemany("INSERT INTO wordings VALUES (?, ?, ?, ?)", self._wordings)
        self._db.execute("COMMIT")
        self._rows, self._wordings = [], []

    def complaints(self) -> Iterator[tuple[Place, str, Severity, str]]:
        """Yield what is wrong between rows: the place of the later row, and a Complaint."""
        self._flush()
        self._db.executescript(INDEXES)
        for found in (self._twins(), self._shared(), self._forbidden(), self._uses()):
            for n, (check, severity, message) in found:
                yield self._place(n), check, severity, message

    def _twins(self) -> Iterator[tuple[int, Complaint]]:
        for later, earlier in self._repeated("id", "id <> ''"):
            message = f"the id is that of {self._place(earlier)} already."
            yield later, ("id-twice", Severity.ERROR, message)
        for later, earlier in self._repeated("concept", "NOT {0}forbids"):
            differing = self._differing(later, earlier)
            where = self._place(earlier)
            if differing:
                message = f"the English term is that of {where}, but {differing}."
                yield later, ("concept-contradicted", Severity.ERROR, message)
            else:
                message = f"the English term is that of {where} already."
                yield later, ("concept-twice", Severity.WARNING, message)

    def _shared(self) -> Iterator[tuple[int, Complaint]]:
        for later, earlier in self._repeated("abbr", "{0}abbr <> '' AND NOT {0}forbids"):
            message = f"the abbreviation is that of {self._place(earlier)} too."
            yield later, ("abbreviation-shared", Severity.WARNING, message)
        for later, earlier, code in self._db.execute(_SAME_WORDING):
            message = f"{code}: the term is that of {self._place(earlier)} too."
            yield later, ("term-shared", Severity.WARNING, message)

    def _forbidden(self) -> Iterator[tuple[int, Complaint]]:
        for n, other in self._db.execute(_FORBIDDEN_PAIRS):
            forbidden, allowed = self._terms(n), self._terms(other)
            for code in forbidden.keys() & allowed.keys():
                for wording in sorted(_keys(forbidden[code]) & _keys(allowed[code])):
                    message = f"{code}: {wording!r} is a term of {self._place(other)}."
                    yield n, ("forbidden-allowed", Severity.ERROR, message)

    def _uses(self) -> Iterator[tuple[int, Complaint]]:
        for (n,) in self._db.execute(_USE_UNKNOWN):
            yield n, ("use-unknown", Severity.ERROR, "use names an id that there is not.")
        found = list(self._db.execute(_USE_FORBIDS))
        uses = {identifier: use for _, identifier, use in found}
        for n, identifier, use in found:
            chain = _chain(identifier, uses)
            if chain[-1] in chain[:-1]:
                shown = " -> ".join(chain[chain.index(chain[-1]) :])
                message = f"forbidden terms name each other in a circle: {shown}."
                yield n, ("forbid-circle", Severity.ERROR, message)
            else:
                message = f"use names {use}, which forbids too and gives no wording."
                yield n, ("use-forbids", Severity.ERROR, message)

    def _repeated(self, column: str, where: str) -> Iterator[tuple[int, int]]:
        query = _REPEATED.format(
            column=column, where=where.format(""), where_later=where.format("later.")
        )
        yield from self._db.execute(query)

    def _differing(self, later: int, earlier: int) -> str:
        """Return in words which languages have another preferred term, empty if none has."""
        new, old = self._terms(later), self._terms(earlier)
        return "; ".join(
            f"{code} is {new[code][0]!r} here and {old[code][0]!r} there"
            for code in new
            if new[code] and old.get(code) and _keys(new[code][:1]) != _keys(old[code][:1])
        )

    def _terms(self, n: int) -> dict[str, list[str]]:
        found = self._db.execute("SELECT terms FROM rows WHERE n = ?", (n,)).fetchone()
        terms: dict[str, list[str]] = json.loads(found[0])
        return terms

    def _place(self, n: int) -> Place:
        query = "SELECT file, line, id FROM rows WHERE n = ?"
        file, line, identifier = self._db.execute(query, (n,)).fetchone()
        return Place(self._files[file], line, identifier)


def _source_key(text: str) -> str:
    """Return `comparison_key`, which for ASCII needs no ICU: a million rows have mostly that."""
    return " ".join(text.casefold().split()) if text.isascii() else comparison_key(text)


def _keys(wordings: list[str]) -> set[str]:
    return {comparison_key(wording) for wording in wordings}


def _chain(start: str, uses: dict[str, str]) -> list[str]:
    """Return the ids from `start` along their uses, to the end or to the first that comes again."""
    chain, seen = [start], {start}
    while (after := uses.get(chain[-1])) is not None:
        chain.append(after)
        if after in seen:
            break
        seen.add(after)
    return chain
