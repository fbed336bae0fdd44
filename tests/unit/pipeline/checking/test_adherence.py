"""The adherence report: counts, the page, and the course's sum."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from courses.nouns import Segment, Signature, Term, Translation, TranslationStatus
from glossaries.check import Tally
from glossaries.match import make_finder
from pipeline.checking import adherence, adherence_page
from pipeline.terminology import verdicts

TERMS = [Term("fee", "فیس <b>", "ur", id="fee"), Term("note", "نوٹ", "ur", id="note")]
TEXTS = {
    "Pay the fee & go.": "رقم ادا کریں۔",
    "Please note it.": "یاد رکھیں۔",
    "A note.": "ایک نوٹ۔",
}


def made() -> tuple[Tally, list[dict[str, Any]]]:
    segments = [
        Segment(f"s{n}", "lesson", n, n * 1000, n * 1000 + 900, text)
        for n, text in enumerate(TEXTS)
    ]
    drafts = [
        Translation(one.id, "ur", text, TranslationStatus.DRAFT, "machine:x", Signature("x"))
        for one, text in zip(segments, TEXTS.values(), strict=True)
    ]
    find = make_finder(TERMS)
    judged = verdicts(segments, drafts, tuple(tuple(find(text)) for text in TEXTS))
    return adherence.tally_of(judged), adherence.rows(segments, drafts, judged)


def test_counts_and_the_terms_that_are_not_there_are_reported() -> None:
    count, rows = made()
    told = json.loads(adherence.report({"course": "c", "language": "ur"}, count, rows))
    assert told["format"] == adherence.FORMAT
    assert {key: told[key] for key in ("expected", "honoured", "violated", "waived")} == {
        "expected": 3,
        "honoured": 1,
        "violated": 1,
        "waived": 1,
    }
    assert told["adherence"] == 0.5
    assert [(row["outcome"], row["waiver"]) for row in told["terms"]] == [
        ("violated", None),
        ("waived", "other-sense"),
    ]
    first = told["terms"][0]
    assert first["source"][slice(*first["said"])] == "fee"
    assert first["draft"] == "رقم ادا کریں۔"


class Page(HTMLParser):
    """Collects tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_is_self_contained_accessible_and_says_every_direction() -> None:
    count, rows = made()
    page = Page(adherence_page.write(("C", "L"), ("en", "ur"), adherence.facts(count), rows))
    names = [tag for tag, _ in page.tags]
    assert not {"script", "link", "img", "iframe"} & set(names)
    assert ("html", {"lang": "en"}) in page.tags
    assert names.count("h1") == names.count("main") == names.count("title") == 1
    assert names.count("caption") == names.count("table") == 2
    assert all(attrs.get("scope") for tag, attrs in page.tags if tag == "th")
    drafts = [attrs for tag, attrs in page.tags if tag == "td" and attrs.get("lang") == "ur"]
    assert [attrs["dir"] for attrs in drafts] == ["rtl", "rtl"]
    assert "Pay the fee & go." in page.words
    assert "فیس <b>" in page.words
    assert "50.0 %" in page.words


def test_a_lesson_without_violations_says_so() -> None:
    html = adherence_page.write(("C", "L"), ("en", "hi"), adherence.facts(Tally()), [])
    assert "Every term that counts" in html
    assert "no terms" in html


def row(language: str, count: Tally) -> dict[str, Any]:
    return {"lesson": "l", "language": language, "terms": adherence.facts(count)}


def test_packages_are_summed_by_language() -> None:
    told = adherence.summed([row("hi", Tally(9, 1, 2)), row("ta", Tally(5)), row("hi", Tally(10))])
    assert told["adherence"] == 0.96
    assert told["languages"]["hi"] == adherence.facts(Tally(19, 1, 2))
    assert adherence.in_words(told) == (
        "24 of 25 terms are as the glossary has them (96.0 %), the fewest in hi (95.0 %)"
    )
    assert adherence.in_words(adherence.summed([{"language": "en", "terms": None}])) == ""


def test_the_course_is_summed_over_all_packages_that_are_there(tmp_path: Path) -> None:
    for name, code in (("hi", "hi"), ("ta", "ta"), ("ta.kept-1", "ta"), ("bn", "bn")):
        folder = tmp_path / "lesson" / name
        folder.mkdir(parents=True)
        manifest = {
            "lesson": {"id": "lesson"},
            "language": {"code": code},
            "terms": adherence.facts(Tally(3, 1)),
        }
        text = "broken" if code == "bn" else json.dumps(manifest)
        (folder / "manifest.json").write_text(text, encoding="utf-8")
    adherence.write_course(tmp_path, "c")
    told = json.loads((tmp_path / "adherence.json").read_text(encoding="utf-8"))
    assert [one["language"] for one in told["packages"]] == ["hi", "ta"]
    assert (told["course"], told["honoured"], told["violated"]) == ("c", 6, 2)


def test_nothing_is_written_where_there_are_no_packages(tmp_path: Path) -> None:
    adherence.write_course(tmp_path, "c")
    assert list(tmp_path.iterdir()) == []
