"""The reading transcript: what a person reads."""

from __future__ import annotations

import pytest

from pipeline.formats import Document, Sentence
from pipeline.formats.transcript import read, write

LABEL = "machine draft, not reviewed"


def test_sentences_stand_in_paragraphs_under_title_language_and_label() -> None:
    sentences = (
        Sentence(0, 2000, "सूचना का अधिकार।"),
        Sentence(3200, 5000, "यह 2005 का\nअधिनियम है।"),
        Sentence(6201, 9000, "धन्यवाद।"),
    )
    assert write(Document("What is RTI?", "hi", LABEL, sentences=sentences)) == (
        "What is RTI?\n"
        "हिन्दी (Hindi)\n"
        "machine draft, not reviewed\n"
        "\n"
        "सूचना का अधिकार। यह 2005 का अधिनियम है।\n"
        "\n"
        "धन्यवाद।\n"
    )


@pytest.mark.parametrize("title", ["", "What is RTI?"])
def test_title_language_and_label_are_read_back(title: str) -> None:
    document = Document(title, "hi", LABEL, sentences=(Sentence(0, 0, "एक।"),))
    assert read(write(document).encode(), "a.txt").document == document


def test_plain_text_of_others_is_read_whole_paragraph_by_paragraph() -> None:
    text = "\ufeffIn the first place\r\nevery citizen may ask.\r\n\r\n \r\nसूचना का अधिकार।\r\n"
    read_back = read(text.encode(), "a.txt").document
    assert (read_back.title, read_back.language, read_back.label) == ("", "", "")
    assert [one.text for one in read_back.sentences] == [
        "In the first place every citizen may ask.",
        "सूचना का अधिकार।",
    ]


def test_a_hole_is_seen_to_be_missing() -> None:
    sentences = (Sentence(0, 1, "ஒன்று."), Sentence(1, 2, None), Sentence(2, 3, " "))
    text = write(Document("Title", "ta", LABEL, sentences=sentences))
    assert text.endswith("\n\nஒன்று. […] […]\n")


def test_latin_terms_are_isolated_in_right_to_left_prose() -> None:
    sentences = (Sentence(0, 1, "قانون RTI کے تحت"),)
    text = write(Document("Title", "ur", LABEL, sentences=sentences))
    assert text.endswith("\n\nقانون \u2068RTI\u2069 کے تحت\n")


def test_the_script_of_a_second_writing_is_named_in_itself() -> None:
    assert "\nकॉशुर (Kashmiri)\n" in write(Document("Title", "ks_Deva", LABEL))


def test_overlapping_sentences_are_no_pause() -> None:
    sentences = (Sentence(0, 9000, "A."), Sentence(3000, 4000, "B."))
    assert write(Document("T", "en", LABEL, sentences=sentences)).endswith("\n\nA. B.\n")
