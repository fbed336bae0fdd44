"""The adherence report as one self-contained HTML page: no scripts, no files beside it.

For a reviewer's browser, also offline. Every piece of text says its language and direction, so
that right-to-left drafts and screen readers come out right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from courses.languages import find_language, find_writing
from courses.timing import to_clock

_STYLE = """
:root { color-scheme: light dark; font-family: system-ui, "Noto Sans", sans-serif; }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; line-height: 1.6; }
dl { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; }
dt { font-size: .9rem; } dd { margin: 0; font-size: 1.6rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; font-weight: 600; padding: .5rem 0; }
th, td { border: 1px solid #8888; padding: .5rem .7rem; text-align: start; vertical-align: top; }
tbody th { font-weight: 600; }
mark { background: #ffe28a; color: #222; padding: 0 .15em; }
"""
_WAIVERS = {
    "quoted": "it stands in a quoted name",
    "other-sense": "the word has another sense here",
    "hole": "there is no draft",
    "reviewer": "a reviewer let it go",
}


def write(
    titles: tuple[str, str],
    languages: tuple[str, str],
    counts: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
) -> str:
    """Return the page: `titles` of course and lesson, `languages` of the lesson and its drafts.

    `counts` and `rows` are those of `adherence.facts` and `adherence.rows`.
    """
    name = find_language(languages[1]).name
    violated = [row for row in rows if row["outcome"] == "violated"]
    waived = [row for row in rows if row["outcome"] == "waived"]
    head = f"Terms in {name}: {titles[1]}"
    share = counts["adherence"]
    figures = {
        "Adherence": "no terms" if share is None else f"{100 * share:.1f} %",
        "Expected": counts["expected"],
        "Honoured": counts["honoured"],
        "Violated": counts["violated"],
        "Waived": counts["waived"],
    }
    shown = "".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in figures.items())
    tables = _table("Terms that are not as the glossary has them", violated, languages)
    tables += _table("Terms that were waived", waived, languages)
    if not violated:
        tables = "<p>Every term that counts is as the glossary has it.</p>\n" + tables
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(head)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(head)}</h1>\n<p>{escape(titles[0])}</p>\n<dl>{shown}</dl>\n{tables}"
        "</main>\n</body>\n</html>\n"
    )


def _table(caption: str, rows: Sequence[Mapping[str, Any]], languages: tuple[str, str]) -> str:
    if not rows:
        return ""
    body = "".join(_row(row, languages) for row in rows)
    columns = ("Time", "Term", "Source", "Draft", "Why")
    heads = "".join(f'<th scope="col">{column}</th>' for column in columns)
    return (
        f"<table>\n<caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>\n"
    )


def _row(row: Mapping[str, Any], languages: tuple[str, str]) -> str:
    source, target = languages
    term, text = row["term"], row["source"]
    start, end = row["said"]
    said = f"{escape(text[:start])}<mark>{escape(text[start:end])}</mark>{escape(text[end:])}"
    wanted = f"{_of(source, escape(term['source']))}: {_of(target, escape(term['target']))}"
    return (
        f"<tr><td>{to_clock(row['start'])[:8]}</td>"
        f'<th scope="row">{wanted}<br><small>{term["status"]}</small></th>'
        f"<td {_marked(source)}>{said}</td>"
        f"<td {_marked(target)}>{escape(row['draft'])}</td>"
        f"<td>{escape(_why(row))}</td></tr>\n"
    )


def _of(language: str, html: str) -> str:
    return f"<bdi {_marked(language)}>{html}</bdi>"


def _marked(language: str) -> str:
    writing = find_writing(language)
    return f'lang="{writing.bcp47}" dir="{writing.direction}"'


def _why(row: Mapping[str, Any]) -> str:
    if row["waiver"]:
        return _WAIVERS[row["waiver"]]
    return f"forbidden: {row['forbidden']}" if row["forbidden"] else "not found in the draft"
