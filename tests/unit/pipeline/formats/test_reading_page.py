"""The reading transcript as a page: what a person, a screen reader and a link find in it."""

from __future__ import annotations

import re

import pytest

from pipeline.formats import Document, Sentence
from pipeline.formats.reading_page import write

LABEL = "machine draft, not reviewed"


def page(code: str, *sentences: Sentence) -> str:
    return write(Document("What is <RTI>?", code, LABEL, (), sentences, "en"))


def body(text: str) -> str:
    return text.partition("<body>\n")[2]


def test_a_page_has_title_language_label_times_and_sentences() -> None:
    spoken = (
        Sentence(3000, 5000, "सूचना का अधिकार।", "0123abcd"),
        Sentence(5100, 7000, None),
        Sentence(130_000, 3_725_000, "धन्यवाद & <b>।"),
    )
    assert body(page("hi", *spoken)) == (
        "<header>\n"
        '<h1 lang="en"><bdi>What is &lt;RTI&gt;?</bdi></h1>\n'
        '<p class="language">हिन्दी <bdi lang="en" dir="ltr">(Hindi)</bdi></p>\n'
        '<p class="label" role="note" lang="en" dir="ltr">machine draft, not reviewed</p>\n'
        "</header>\n"
        "<main>\n"
        '<section aria-labelledby="part-3000">\n'
        '<h2 id="part-3000"><bdi dir="ltr">0:03–0:07</bdi></h2>\n'
        '<p id="t3000"><a class="time" href="#t3000">'
        '<time dir="ltr" datetime="PT3.000S">0:03</time></a>\n'
        '<span data-id="0123abcd" data-start="3000" data-end="5000">सूचना का अधिकार।</span>\n'
        '<span class="hole" data-start="5100" data-end="7000">[…]</span></p>\n'
        "</section>\n"
        '<section aria-labelledby="part-130000">\n'
        '<h2 id="part-130000"><bdi dir="ltr">2:10–1:02:05</bdi></h2>\n'
        '<p id="t130000"><a class="time" href="#t130000">'
        '<time dir="ltr" datetime="PT130.000S">2:10</time></a>\n'
        '<span data-start="130000" data-end="3725000">धन्यवाद &amp; &lt;b&gt;।</span></p>\n'
        "</section>\n"
        "</main>\n"
        "</body>\n"
        "</html>\n"
    )


@pytest.mark.parametrize(
    ("code", "opening"),
    [
        ("hi", '<html lang="hi" dir="ltr">'),
        ("ur", '<html lang="ur" dir="rtl">'),
        ("ks_Deva", '<html lang="ks-Deva" dir="ltr">'),
        ("sat", '<html lang="sat-Olck" dir="ltr">'),
    ],
)
def test_language_and_direction_are_those_of_the_writing(code: str, opening: str) -> None:
    assert opening in page(code)


def test_latin_terms_and_numbers_are_isolated_in_right_to_left_prose() -> None:
    text = page("ur", Sentence(0, 1000, "قانون RTI (2005) &lt; کے تحت"))
    assert "قانون <bdi>RTI (2005) &amp;lt</bdi>; کے تحت</span>" in text


def test_a_page_loads_nothing_and_forbids_it() -> None:
    text = page("ml", Sentence(0, 1000, "നന്ദി."))
    assert "content=\"default-src 'none'; style-src 'unsafe-inline';" in text
    assert not re.search(r"\b(?:src|url|import)\b\s*[=(]|https?:", text)
    assert "<script" not in text
