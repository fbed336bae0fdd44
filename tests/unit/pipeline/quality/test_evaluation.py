"""A whole evaluation: its scores, its page, its files."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from courses.errors import LanguageError, StoreError
from courses.nouns import Hit, Term
from pipeline.quality.candidates import Candidate, from_file, translate
from pipeline.quality.evaluation import Evaluation, evaluate, make_task
from pipeline.quality.folder import write
from pipeline.quality.page import SHOWN, render, worst_first
from pipeline.quality.pairing import Pairing
from pipeline.quality.scores import LOOP, Script
from pipeline.quality.sheet import read_output, read_sheet
from pipeline.quality.wording import in_lines
from pipeline.weighing import Asked
from translators.base import Draft, TranslatorOptions
from translators.draft_cache import DraftCache
from translators.echo import Echo
from translators.wrappers import Cached, Counted, Prices

ROWS = [
    ("Pay 10 rupees at the Gram Sabha office.", "ग्राम सभा कार्यालय में 10 रुपये दें।"),
    ("Every citizen may ask for information.", "हर नागरिक सूचना माँग सकता है।"),
    ("Use <b>NIC</b> & mail.", "NIC और मेल का उपयोग करें।"),
    ("The officer replies to the citizen.", "अधिकारी नागरिक को उत्तर देता है।"),
]
GOOD = [ROWS[0][1], ROWS[1][1], "<script>alert(1)</script> NIC का उपयोग", ROWS[3][1]]
POOR = ["कार्यालय में 15 रुपये दें।", "वह गया और वह गया और वह गया और", "NIC मेल", ""]


def find(text: str) -> list[Hit]:
    at = text.find("Gram Sabha")
    return [Hit(Term("Gram Sabha", "ग्राम सभा", "hi"), at, at + 10)] if at >= 0 else []


def done(*outputs: Sequence[str], target: str = "hi") -> Evaluation:
    data = "".join(f"{a}\t{b}\n" for a, b in ROWS).encode()
    task = make_task(read_sheet("rows.tsv", data), Pairing("en", target), find)
    named = zip(("good.txt", "poor.txt"), outputs, strict=False)
    return evaluate(task, [from_file(name, texts) for name, texts in named])


def test_every_measure_of_a_poor_output_is_counted() -> None:
    scores = done(POOR).results[0].scores
    assert (scores.sentences, scores.holes, scores.loops) == (4, 1, 1)
    assert (scores.numbers.asked, scores.numbers.kept, scores.numbers.invented) == (1, 0, 1)
    assert (scores.terms.asked, scores.terms.used) == (1, 0)
    assert scores.script.latin == 3
    assert scores.seconds is None
    assert scores.confidence is None


def test_the_references_as_output_reach_the_top() -> None:
    evaluation = done([reference for _, reference in ROWS])
    scores = evaluation.results[0].scores
    assert scores.chrf == pytest.approx(100)
    assert scores.numbers == evaluation.floor.numbers
    assert scores.terms == evaluation.floor.terms
    assert scores.script == Script(own=scores.script.letters - 3, latin=3, other=0)


def test_sentences_bear_their_findings_and_the_worst_come_first() -> None:
    sentences = done(POOR).results[0].sentences
    assert [f.check for f in sentences[0].findings] == ["numbers-differ"]
    assert sentences[0].remarks == ("The term 'Gram Sabha' is not rendered as 'ग्राम सभा'.",)
    assert LOOP in sentences[1].remarks
    assert [f.check for f in sentences[3].findings] == ["hole"]
    order = worst_first(sentences)
    assert set(order[:3]) == {0, 1, 3}
    assert order[0] == 3


def test_every_candidate_bears_its_signature_and_its_own_name() -> None:
    data = evaluate(done(GOOD).task, [from_file("a.txt", GOOD)] * 2).as_data()
    names = [one["name"] for one in data["candidates"]]
    assert names == ["a.txt", "a.txt (2)"]
    for one in data["candidates"]:
        assert re.fullmatch(r"engine:file\|model:a.txt\|revision:[0-9a-f]{12}", one["signature"])
    assert json.loads(json.dumps(data)) == data


def test_an_engine_is_asked_with_its_terms_and_timed() -> None:
    task = done(GOOD).task
    pairs = zip(task.rows, task.hits, strict=True)
    asked = [Asked(row.source, hits) for row, hits in pairs]
    told: list[float] = []
    made = translate(Echo(TranslatorOptions({}, Path())), asked, task.pairing, told.append)
    assert made.texts[1:] == [f"[hi] {row.source}" for row in task.rows[1:]]
    assert len(made.signature.glossary) == 12
    bare = [Asked(row.source) for row in task.rows]
    assert not translate(Echo(TranslatorOptions({}, Path())), bare, task.pairing).signature.glossary
    assert made.seconds is not None
    assert told == [0.0]


def test_no_speed_is_claimed_for_drafts_from_a_cache(tmp_path: Path) -> None:
    echo = Echo(TranslatorOptions({}, Path()))
    cached = Cached(Counted(echo, Prices()), DraftCache(tmp_path / "drafts"))
    asked, pairing = [Asked("One."), Asked("Two.")], Pairing("en", "hi")
    assert translate(cached, asked, pairing).seconds is not None
    assert translate(cached, asked, pairing).seconds is None


def test_an_engine_that_cannot_do_the_language_is_refused() -> None:
    with pytest.raises(LanguageError):
        translate(Echo(TranslatorOptions({}, Path())), [], Pairing("en", "xx"))


def test_a_hole_is_an_empty_text() -> None:
    signature = done(GOOD).results[0].candidate.signature
    assert Candidate("x", signature, (Draft(None, None, "why"), Draft(" a  b "))).texts == [
        "",
        "a b",
    ]


def test_what_is_printed_names_file_scores_and_verdict() -> None:
    lines = "\n".join(in_lines(done(GOOD, POOR)))
    assert lines.startswith(
        "en to hi, 4 rows of rows.tsv\n\ngood.txt\n  made by       engine:file|"
    )
    assert "  numbers kept  1 of 1 (100.0 %); references 1\n" in lines
    assert "  no output     1\n" in lines
    assert "chrF++: nrefs:1|" in lines
    assert "No difference is claimed on 4 sentences" in lines


class _Outline(HTMLParser):
    """What a page is made of: elements left open, texts by language, addresses of other files."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.writings: set[tuple[str | None, str | None]] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.names.append(tag)
        if tag not in ("meta", "br", "link", "img"):
            self.open.append(tag)
        if "dir" in given:
            self.writings.add((given["lang"], given["dir"]))
        self.addresses += [v for k, v in attrs if v and k in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(page: str) -> _Outline:
    parsed = _Outline()
    parsed.feed(page)
    parsed.close()
    return parsed


def test_the_page_is_whole_safe_and_needs_nothing_from_elsewhere() -> None:
    page = render(done(GOOD, POOR))
    found = outline(page)
    assert found.open == []
    assert found.addresses == []
    assert "script" not in found.names
    assert "&lt;script&gt;alert(1)&lt;/script&gt; NIC का उपयोग" in page
    assert "Use &lt;b&gt;NIC&lt;/b&gt; &amp; mail." in page
    assert "url(" not in page


def test_texts_say_their_language_and_direction() -> None:
    assert outline(render(done(GOOD))).writings == {("en", "ltr"), ("hi", "ltr")}
    assert outline(render(done(GOOD, target="ur"))).writings == {("en", "ltr"), ("ur", "rtl")}


def test_a_long_page_says_how_much_it_shows() -> None:
    rows = b"".join(f"A {n}.\tB {n}.\n".encode() for n in range(SHOWN + 5))
    task = make_task(read_sheet("rows.tsv", rows), Pairing("en", "hi"), lambda text: [])
    page = render(evaluate(task, [from_file("o", ["B"] * (SHOWN + 5))]))
    assert f"The first {SHOWN} of {SHOWN + 5} are shown." in page
    assert page.count("<article>") == SHOWN


def test_the_folder_has_page_scores_and_texts_to_score_again(tmp_path: Path) -> None:
    evaluation = done(GOOD, POOR)
    written = write(evaluation, tmp_path / "new")
    assert [path.name for path in written] == ["hi.html", "hi.json", "hi.tsv"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(
        path.name for path in written
    )
    data = written[2].read_bytes()
    assert read_output("hi.tsv", data, 4) == POOR
    assert len(read_sheet("hi.tsv", data).rows) == 4


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="file cannot be written"):
        write(done(GOOD), tmp_path / "file")
