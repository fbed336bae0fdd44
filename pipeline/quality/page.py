"""One evaluation as a page for a browser: scores on top, then the sentences, worst first.

One file without script or anything from elsewhere. All text of the files is escaped, and each text
bears its language and direction. Not for the review of translations: that is the review app.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from courses.languages import Writing, find_language, find_writing
from courses.nouns import Severity
from pipeline.quality.evaluation import Evaluation
from pipeline.quality.scores import Judged, Result
from pipeline.quality.wording import MEASURES, difference

SHOWN = 200
"""Most sentences on a page; more would be a heavy page that nobody reads to its end."""

_EXPLAINED = {
    "chrF++": "How much the output shares with the reference in letters and words; 100 is the "
    "same text. Compare it within one language and one set of sentences only.",
    "numbers kept": "Sentences with a number, in digits or words, whose output has all of them. "
    "What the references reach is given beside it: people reword numbers too.",
    "terms used": "Terms of the glossary found in the source whose wording stands in the output.",
    "own script": "Letters of the language's own script. Latin names are no fault.",
    "length": "Mean length of output by source, in characters as a reader counts them.",
    "loops": "Outputs that repeat a word or phrase on and on, where the source does not.",
    "confidence": "The engine's own; it is no measure of quality across engines.",
}
_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8881; --error: #b3261e; --warn: #7a4f00 }
@media (prefers-color-scheme: dark) { :root { --error: #ffb4ab; --warn: #f5c26b } }
body { font: 1rem/1.6 system-ui, "Noto Sans", sans-serif; margin: 0 auto; max-width: 62rem;
  padding: 1.5rem 1rem 4rem }
h1, h2, h3 { line-height: 1.25 }
h3 { font-size: 1rem; margin: 0 }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
caption { text-align: start; padding: .3rem 0 }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .8rem .4rem 0; text-align: start;
  vertical-align: top }
tbody th { font-weight: 600; white-space: nowrap }
code { font-size: .85em; overflow-wrap: anywhere }
article { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: .8rem 1rem }
article header { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem }
article dl { display: grid; gap: .3rem 1rem; grid-template-columns: minmax(5rem, max-content) 1fr;
  margin: .6rem 0 0 }
dt { font-size: .85rem; overflow-wrap: anywhere; padding-top: .2rem }
dd { margin: 0; overflow-wrap: anywhere }
.output { background: var(--soft); border-radius: .3rem; padding: .1rem .5rem }
.text { font-size: 1.1rem; line-height: 1.9 }
.nastaliq { line-height: 2.3 }
ul.findings { margin: .3rem 0 0; padding-inline-start: 1.2rem; font-size: .9rem }
.error { color: var(--error); font-weight: 600 }
.warning { color: var(--warn) }
@media (max-width: 40rem) { article dl { grid-template-columns: 1fr } dt { padding-top: .5rem } }
@media print { article { break-inside: avoid } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(evaluation: Evaluation) -> str:
    """Return the whole page as HTML."""
    return "\n".join(_parts(evaluation)) + "\n"


def _parts(evaluation: Evaluation) -> Iterator[str]:
    task = evaluation.task
    name = escape(find_language(task.pairing.target).name)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{name}: quality of translation</title>\n<style>{_STYLE}</style>\n</head>"
    own = find_writing(task.pairing.target)
    named = f"{name} ({_text(own, own.autonym, 'span')})"
    yield f"<body>\n<main>\n<h1>{named}: quality of translation</h1>"
    gone = f"; {task.left_out} without source or reference are left out" if task.left_out else ""
    yield f"<p>{len(task.rows)} sentences of {escape(task.sheet.name)}{gone}.</p>"
    yield from _scores(evaluation)
    yield from _sentences(evaluation)
    yield "</main>\n</body>\n</html>"


def _scores(evaluation: Evaluation) -> Iterator[str]:
    yield '<section aria-labelledby="scores">\n<h2 id="scores">Scores</h2>'
    for one in evaluation.comparisons:
        yield f"<p><strong>{escape(one.verdict)}</strong> {escape(difference(one))}</p>"
    yield '<div class="wide"><table>\n<thead><tr><th scope="col">measure</th>'
    for result in evaluation.results:
        yield f'<th scope="col">{escape(result.name)}</th>'
    yield "</tr></thead>\n<tbody>"
    for name, say in MEASURES.items():
        cells = "".join(
            f"<td>{escape(_unbroken(say(result.scores, evaluation.floor)))}</td>"
            for result in evaluation.results
        )
        yield f'<tr><th scope="row">{name}</th>{cells}</tr>'
    signatures = "".join(
        f"<td><code>{escape(str(result.candidate.signature))}</code></td>"
        for result in evaluation.results
    )
    yield f'<tr><th scope="row">made by</th>{signatures}</tr>\n</tbody></table></div>'
    yield f"<p>chrF++: <code>{escape(evaluation.metric)}</code></p>"
    yield "<details><summary>What the measures say</summary>\n<dl>"
    for name, told in _EXPLAINED.items():
        yield f"<dt><strong>{name}</strong></dt><dd>{escape(told)}</dd>"
    yield "</dl></details>\n</section>"


def worst_first(sentences: Sequence[Judged]) -> list[int]:
    """Return the numbers of the sentences: those with a fault first, each part by its chrF++."""
    return sorted(range(len(sentences)), key=lambda n: (not sentences[n].faulty, sentences[n].chrf))


def _sentences(evaluation: Evaluation) -> Iterator[str]:
    first = evaluation.results[0]
    order = worst_first(first.sentences)
    yield '<section aria-labelledby="sentences">\n<h2 id="sentences">Sentences, worst first</h2>'
    yield (
        f"<p>Those in which {escape(first.name)} has an error or a loop, or misses a term, then "
        "the others; each part from the lowest chrF++ to the highest."
    )
    if len(order) > SHOWN:
        yield f"The first {SHOWN} of {len(order)} are shown."
    yield "</p>"
    for number in order[:SHOWN]:
        yield from _sentence(evaluation, number)
    yield "</section>"


def _sentence(evaluation: Evaluation, number: int) -> Iterator[str]:
    task = evaluation.task
    row = task.rows[number]
    source, target = find_writing(task.pairing.source), find_writing(task.pairing.target)
    yield f"<article>\n<header><h3>{escape(row.place)}</h3></header>\n<dl>"
    yield f"<dt>source</dt>{_text(source, row.source)}"
    for result in evaluation.results:
        yield from _output(result, result.sentences[number], target)
    yield f"<dt>reference</dt>{_text(target, row.reference)}\n</dl>\n</article>"


def _output(result: Result, judged: Judged, target: Writing) -> Iterator[str]:
    sure = "" if judged.confidence is None else f", confidence {judged.confidence:.2f}"
    yield f"<dt>{escape(result.name)}<br>chrF++ {judged.chrf:.1f}{sure}</dt>"
    yield '<dd class="output">'
    yield _text(target, judged.output, "div") if judged.output else "<em>no output</em>"
    told = [(f.severity, f.message) for f in judged.findings]
    told += [(Severity.WARNING, remark) for remark in judged.remarks]
    if told:
        yield '<ul class="findings">'
        for severity, message in told:
            yield f'<li><span class="{severity}">{severity}</span>: {escape(message)}</li>'
        yield "</ul>"
    yield "</dd>"


def _text(writing: Writing, text: str, element: str = "dd") -> str:
    """Return one text in an element that says its language and direction."""
    kind = {"Arab": "text nastaliq", "Latn": ""}.get(writing.script, "text")
    if element == "span":
        kind = ""
    marked = f' class="{kind}"' if kind else ""
    return (
        f'<{element}{marked} lang="{escape(writing.bcp47)}" dir="{writing.direction}">'
        f"{escape(text)}</{element}>"
    )


def _unbroken(text: str) -> str:
    return text.replace(" %", "\N{NO-BREAK SPACE}%")
