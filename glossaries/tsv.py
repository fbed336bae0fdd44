"""The term base as plain TSV: what people edit and diff. One file a domain in glossaries/data.

UTF-8, one concept a line, cells separated by one tab, no quoting. The columns of COLUMNS come
first, then one a language code. A language's cell is ``preferred|variant|variant``; `official`
and `reviewed` hold the codes, separated by spaces, of the languages whose wording the
publication of `source` really has, or an expert has seen. All others are proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from courses.errors import UsageError
from courses.languages import CODES, WRITINGS
from courses.nouns import TermKind, TermScope, TermStatus
from glossaries.terms import Entry, TargetTerm, TermBase

DATA = Path(__file__).with_name("data")
COLUMNS = (
    "id", "en", "abbr", "pos", "kind", "scope", "definition", "source", "official", "reviewed",
    "use", "note",
)  # fmt: skip
LANGUAGES = (
    "hi", "as", "bn", "gu", "kn", "ml", "mr", "ne", "or", "pa", "ta", "te", "ur",
    "brx", "doi", "kok", "ks", "mai", "mni", "sa", "sat", "sd",
)  # fmt: skip
"""The language columns in the order in which they are written; other writings come after."""


# Columns that mean a default where they are empty -> the fact of an Entry.
_DEFAULTED = {"kind": "kind", "pos": "part_of_speech", "scope": "scope"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not taken: its line, from 1, and why."""

    line: int
    message: str


def domains(folder: Path = DATA) -> list[str]:
    """Return the names of the domains that have a file, in order."""
    return sorted(path.stem for path in folder.glob("*.tsv"))


def load_terms(folder: Path = DATA) -> TermBase:
    """Return the term base of all TSV files in `folder`; raises UsageError naming file and line."""
    entries: list[Entry] = []
    for path in sorted(folder.glob("*.tsv")):
        taken, problems = read_tsv(path)
        for problem in problems[:1]:
            raise UsageError(f"{path}, line {problem.line}: {problem.message}")
        entries += taken
    return TermBase(tuple(entries))


def read_tsv(path: Path) -> tuple[list[Entry], list[Problem]]:
    """Return the entries of one file, whose name is their domain, and the rows not taken."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(parse(file, path.stem))
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8.", "Save it with the encoding UTF-8.") from error
    entries = [row for row in rows if isinstance(row, Entry)]
    return entries, [row for row in rows if isinstance(row, Problem)]


def parse(lines: Iterable[str], domain: str) -> Iterator[Entry | Problem]:
    """Yield an Entry or a Problem for each line after the first; blank lines are passed over."""
    rows = enumerate((line.rstrip("\r\n") for line in lines), start=1)
    _, head = next(rows, (1, ""))
    columns = [name.strip() for name in head.split("\t")]
    problem = _wrong_columns(columns)
    if problem:
        yield Problem(1, problem)
        return
    for number, line in rows:
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > len(columns):
            yield Problem(number, f"there are {len(cells)} cells for {len(columns)} columns.")
            continue
        made = entry_of(dict(zip(columns, cells, strict=False)), domain)
        yield Problem(number, made) if isinstance(made, str) else made


def entry_of(cells: dict[str, str], domain: str) -> Entry | str:
    """Return the entry of one row, column name -> text, or what is wrong with it.

    A cell that is missing is empty; empty `kind`, `scope` and `pos` are translate, any and noun.
    """
    missing = [name for name in ("id", "en") if not cells.get(name)]
    if missing:
        return f"{' and '.join(missing)} must not be empty."
    kind, scope = cells.get("kind") or "translate", cells.get("scope") or "any"
    if kind not in list(TermKind):
        return f"there is no kind {kind!r}; there are {', '.join(TermKind)}."
    if scope not in list(TermScope):
        return f"there is no scope {scope!r}; there are {', '.join(TermScope)}."
    targets = {
        code: target
        for code, cell in cells.items()
        if code not in COLUMNS and (target := _target(cell, _status(cells, code)))
    }
    unfilled = {*_codes(cells, "official"), *_codes(cells, "reviewed")} - set(targets)
    if unfilled:
        return f"official or reviewed names languages without a term: {' '.join(sorted(unfilled))}."
    return Entry(
        cells["id"],
        cells["en"],
        TermKind(kind),
        domain,
        cells.get("abbr", ""),
        cells.get("pos") or "noun",
        TermScope(scope),
        cells.get("definition", ""),
        cells.get("source", ""),
        cells.get("note", ""),
        cells.get("use", ""),
        targets,
        frozenset(fact for name, fact in _DEFAULTED.items() if not cells.get(name)),
    )


def write_tsv(entries: Sequence[Entry]) -> str:
    """Return the entries, of one domain, as the text of a file; tabs and line ends become spaces.

    `parse` gives the same entries again; what their rows left unsaid stays so.
    """
    used = {code for entry in entries for code in entry.targets}
    codes = [*LANGUAGES, *sorted(used - set(LANGUAGES))]
    rows = [[*COLUMNS, *codes]]
    for entry in entries:
        unsaid = {name: "" for name, fact in _DEFAULTED.items() if fact in entry.unsaid}
        cells = cells_of(entry) | unsaid
        rows.append([cells.get(name, "") for name in rows[0]])
    return "".join("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in rows)


def cells_of(entry: Entry) -> dict[str, str]:
    """Return the cells of one entry, column name -> text; empty languages have none."""

    def having(status: TermStatus) -> str:
        return " ".join(code for code, t in entry.targets.items() if t.status is status)

    fixed = (
        entry.id, entry.source, entry.abbreviation, entry.part_of_speech, entry.kind, entry.scope,
        entry.definition, entry.publication, having(TermStatus.OFFICIAL),
        having(TermStatus.REVIEWED), entry.use, entry.note,
    )  # fmt: skip
    targets = {code: "|".join((t.text, *t.variants)) for code, t in entry.targets.items()}
    return {**dict(zip(COLUMNS, fixed, strict=True)), **targets}


def _wrong_columns(columns: list[str]) -> str:
    known = {*COLUMNS, *CODES, *WRITINGS} - {"en"} | {"en"}
    unknown = [name for name in columns if name not in known]
    if unknown:
        return f"there is no column {unknown[0]!r}; columns are {', '.join(COLUMNS)} and codes."
    if len(set(columns)) < len(columns):
        return "a column is there twice."
    missing = [name for name in COLUMNS if name not in columns]
    return f"these columns are missing: {', '.join(missing)}." if missing else ""


def _target(cell: str, status: TermStatus) -> TargetTerm | None:
    wordings = [wording for part in cell.split("|") if (wording := " ".join(part.split()))]
    return TargetTerm(wordings[0], tuple(wordings[1:]), status) if wordings else None


def _status(cells: dict[str, str], code: str) -> TermStatus:
    if code in _codes(cells, "official"):
        return TermStatus.OFFICIAL
    return TermStatus.REVIEWED if code in _codes(cells, "reviewed") else TermStatus.PROPOSED


def _codes(cells: dict[str, str], column: str) -> list[str]:
    return cells.get(column, "").split()
