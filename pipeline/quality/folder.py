"""The files of an evaluation: a page to look at, the scores as data, the texts to score again."""

from __future__ import annotations

import json
import os
from pathlib import Path

from courses.errors import StoreError
from pipeline.quality.evaluation import Evaluation
from pipeline.quality.page import render


def write(evaluation: Evaluation, folder: Path) -> list[Path]:
    """Write LANG.html, LANG.json and LANG.tsv into `folder`, each whole or not at all.

    The TSV file has a header, source and reference, and one column a candidate, so that it can be
    given to the command again, with ``--output LANG.tsv:3``. Raises StoreError.
    """
    name = evaluation.task.pairing.target
    texts = {
        f"{name}.html": render(evaluation),
        f"{name}.json": json.dumps(evaluation.as_data(), ensure_ascii=False, indent=1) + "\n",
        f"{name}.tsv": _texts(evaluation),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [write_whole(folder / file, text) for file, text in texts.items()]
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror or error}.") from error


def write_whole(path: Path, text: str) -> Path:
    """Write `text` so that `path` is never seen half-written; return `path`."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return path


def _texts(evaluation: Evaluation) -> str:
    head = ("source", "reference", *(result.name for result in evaluation.results))
    rows = [
        (row.source, row.reference, *(result.sentences[n].output for result in evaluation.results))
        for n, row in enumerate(evaluation.task.rows)
    ]
    return "".join("\t".join(cells) + "\n" for cells in (head, *rows))
