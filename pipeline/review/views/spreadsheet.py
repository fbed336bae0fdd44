"""A table that goes out as CSV: UTF-8 with a mark for spreadsheet programs, no cell a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpRequest, StreamingHttpResponse

from glossaries.sheets import escape


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """Return `text`."""
        return text


def wants_csv(request: HttpRequest) -> bool:
    """Return whether a page is asked for as CSV: ``?as=csv``."""
    return request.GET.get("as") == "csv"


def csv_answer(
    name: str, head: Sequence[object], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """Return a table as the file ``karmavani-<name>.csv``; None is an empty cell."""
    answer = StreamingHttpResponse(_lines(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="karmavani-{name}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _lines(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow([str(cell) for cell in head])
    for row in rows:
        yield writer.writerow([_cell(cell) for cell in row])


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    return str(cell) if isinstance(cell, int | float) else escape(str(cell))
