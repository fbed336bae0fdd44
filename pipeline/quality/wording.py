"""Scores as people read them: the same words on a terminal, on a page, and in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.quality.bootstrap import Comparison
from pipeline.quality.evaluation import Evaluation
from pipeline.quality.scores import Floor, Scores


def percent(part: float, whole: float) -> str:
    """Return "97.5 %", and a dash where there is nothing to count."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _share(part: int, whole: int, of_references: int) -> str:
    if not whole:
        return "none in these sentences"
    return f"{part} of {whole} ({percent(part, whole)}); references {of_references}"


def _numbers(scores: Scores, floor: Floor) -> str:
    return _share(scores.numbers.kept, scores.numbers.asked, floor.numbers.kept)


def _other_numbers(scores: Scores, floor: Floor) -> str:
    found, own = scores.numbers, floor.numbers
    return (
        f"{found.invented} with an invented one, {found.repeated} with one said too often; "
        f"references {own.invented}, {own.repeated}"
    )


def _terms(scores: Scores, floor: Floor) -> str:
    waived = f"; {scores.terms.waived} need not be" if scores.terms.waived else ""
    return _share(scores.terms.used, scores.terms.asked, floor.terms.used) + waived


def _script(scores: Scores, floor: Floor) -> str:
    script = scores.script
    with_latin = percent(script.own + script.latin, script.letters)
    return f"{percent(script.own, script.letters)} of letters; {with_latin} with Latin ones"


def _length(scores: Scores, floor: Floor) -> str:
    strange = percent(scores.strange_length, scores.sentences)
    return f"{scores.length:.2f} of the source; {strange} out of bounds"


def _confidence(scores: Scores, floor: Floor) -> str:
    return "–" if scores.confidence is None else f"{scores.confidence:.2f}"


def _speed(scores: Scores, floor: Floor) -> str:
    if not scores.seconds:
        return "–"
    sentences, letters = scores.sentences / scores.seconds, scores.characters / scores.seconds
    return f"{sentences:.1f} sentences a second, {letters:.0f} characters a second"


MEASURES: dict[str, Callable[[Scores, Floor], str]] = {
    "chrF++": lambda scores, floor: f"{scores.chrf:.1f}",
    "numbers kept": _numbers,
    "other numbers": _other_numbers,
    "terms used": _terms,
    "own script": _script,
    "length": _length,
    "loops": lambda scores, floor: str(scores.loops),
    "no output": lambda scores, floor: str(scores.holes),
    "confidence": _confidence,
    "speed": _speed,
}
"""Name of a measure -> its value in words."""


def difference(one: Comparison) -> str:
    """Return the figures of a comparison as one line."""
    return (
        f"{one.a} less {one.b}: {one.difference:+.1f} chrF++, "
        f"95 % interval {one.low:+.1f} to {one.high:+.1f}; "
        f"higher in {one.better} sentences, lower in {one.worse}."
    )


def in_lines(evaluation: Evaluation) -> Iterator[str]:
    """Yield the lines that the command prints."""
    task = evaluation.task
    gone = f" ({task.left_out} without source or reference left out)" if task.left_out else ""
    yield (
        f"{task.pairing.source} to {task.pairing.target}, "
        f"{len(task.rows)} rows of {task.sheet.name}{gone}"
    )
    for result in evaluation.results:
        yield f"\n{result.name}"
        yield f"  {'made by':14}{result.candidate.signature}"
        for name, say in MEASURES.items():
            yield f"  {name:14}{say(result.scores, evaluation.floor)}"
    yield f"\nchrF++: {evaluation.metric}"
    for one in evaluation.comparisons:
        yield f"{one.verdict} {difference(one)}"
