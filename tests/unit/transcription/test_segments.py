"""Timed words become sentences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.nouns import Segment, Word
from transcription.segments import MAX_MS, MAX_WORDS, to_segments


def spoken(
    text: str, start: int = 0, each: int = 300, confidence: float | None = None
) -> list[Word]:
    """Return words of `each` ms without pauses; a token like ``<2500>`` is a pause in ms."""
    words, at = [], start
    for token in text.split():
        if token.startswith("<"):
            at += int(token[1:-1])
        else:
            words.append(Word(token, at, at + each, confidence))
            at += each
    return words


def texts(words: Sequence[Word], language: str = "en") -> list[str]:
    return [segment.text for segment in to_segments(words, "intro", language)]


def test_each_sentence_is_a_segment_with_times_from_its_words() -> None:
    words = spoken("Good morning. <500> Welcome to the course.", start=1000)
    first, second = to_segments(words, "intro", "en")
    assert (first.index, first.start, first.end, first.text) == (0, 1000, 1600, "Good morning.")
    assert (second.index, second.start, second.end) == (1, 2100, 3300)
    assert second.words == tuple(words[2:])
    assert first.lesson_id == "intro"


def test_no_words_give_no_segments() -> None:
    assert to_segments([], "intro", "en") == []


def test_abbreviations_amounts_and_sections_do_not_end_a_sentence() -> None:
    text = (
        "Dr. A. P. J. Abdul Kalam paid Rs. 1,87,500 under Section 8(1)(j). "
        "See No. 5, e.g. the 8.5 per cent rule. It ends."
    )
    assert texts(spoken(text)) == [
        "Dr. A. P. J. Abdul Kalam paid Rs. 1,87,500 under Section 8(1)(j).",
        "See No. 5, e.g. the 8.5 per cent rule.",
        "It ends.",
    ]


def test_hindi_ends_with_a_danda_but_not_after_a_title() -> None:
    text = "डॉ. राम आए। प्रो. शर्मा गए। क्या यह ठीक है? हाँ।"
    expected = ["डॉ. राम आए।", "प्रो. शर्मा गए।", "क्या यह ठीक है?", "हाँ।"]
    assert texts(spoken(text), "hi") == expected


def test_a_full_stop_inside_a_word_ends_the_sentence_after_that_word() -> None:
    assert texts(spoken("यह है।वह भी है।"), "hi") == ["यह है।वह", "भी है।"]


def test_a_pause_ends_a_sentence_that_nobody_punctuated() -> None:
    text = "good morning everyone <2500> today we learn about <2000> the act"
    assert texts(spoken(text)) == ["good morning everyone", "today we learn about the act"]


def test_a_punctuated_sentence_survives_a_pause_but_not_a_very_long_one() -> None:
    assert texts(spoken("The fee is <3000> ten rupees.")) == ["The fee is ten rupees."]
    assert texts(spoken("The fee is <6000> ten rupees.")) == ["The fee is", "ten rupees."]


def test_a_window_without_punctuation_is_cut_where_a_capital_follows_a_pause() -> None:
    text = (
        "Section 4 asks every authority to publish its rules and its budget on its own <500> "
        "Good disclosure <400> as I said <400> I think brings <200> Members of Parliament fewer "
        "requests <350> It is easy."
    )
    assert texts(spoken(text)) == [
        "Section 4 asks every authority to publish its rules and its budget on its own",
        "Good disclosure as I said I think brings Members of Parliament fewer requests",
        "It is easy.",
    ]


def test_a_name_after_a_pause_does_not_cut_a_sentence_of_ordinary_length() -> None:
    text = "The request goes to <600> Dr. Rao, <600> Secretary of the <600> Ministry of Finance."
    assert len(texts(spoken(text))) == 1


def test_a_long_sentence_is_cut_at_its_clauses() -> None:
    text = (
        "The public authority shall publish the particulars of its organisation, its functions "
        "and its duties within one hundred and twenty days of the enactment of this law, "
        "because every citizen has a right to know how the office works and who decides."
    )
    assert texts(spoken(text)) == [
        "The public authority shall publish the particulars of its organisation, its functions "
        "and its duties within one hundred and twenty days of the enactment of this law,",
        "because every citizen has a right to know how the office works and who decides.",
    ]


def test_a_long_hindi_sentence_is_cut_before_a_conjunction() -> None:
    first, second = texts(spoken("अब " * 17 + "लेकिन " + "वह " * 23), "hi")
    assert (len(first.split()), second.split()[0]) == (17, "लेकिन")


def test_a_slow_sentence_is_cut_by_its_time() -> None:
    words = spoken("one two three, <400> four five six.", each=4000)
    assert [s.end - s.start for s in to_segments(words, "intro", "en")] == [12_000, 12_000]


def test_a_title_stays_with_its_name_when_a_sentence_is_cut() -> None:
    text = "x " * 16 + "Dr. Rao " + "y " * 16
    assert not any(segment.endswith("Dr.") for segment in texts(spoken(text)))


def test_one_endless_word_is_left_as_it_is() -> None:
    (segment,) = to_segments([Word("aaah.", 0, 60_000)], "intro", "en")
    assert (segment.start, segment.end) == (0, 60_000)


def test_a_segment_ends_before_the_next_one_starts() -> None:
    words = [Word("One.", 0, 900), Word("Two.", 500, 1200)]
    assert [(s.start, s.end) for s in to_segments(words, "intro", "en")] == [(0, 500), (500, 1200)]


def test_confidence_is_the_mean_of_the_words_that_have_one() -> None:
    words = [Word("So,", 0, 1, 0.5), Word("we", 1, 2, None), Word("go.", 2, 3, 1.0)]
    (segment,) = to_segments(words, "intro", "en")
    assert segment.confidence == pytest.approx(0.75)
    (segment,) = to_segments(spoken("So we go."), "intro", "en")
    assert segment.confidence is None


TOKENS = st.sampled_from(
    [
        "Dr.",
        "A.",
        "No.",
        "5",
        "the",
        "The",
        "law,",
        "end.",
        "and",
        "है।",
        "ए.",
        "कि",
        "8(1)(j).",
        "?",
        "x",
        "…",
    ]
)


@st.composite
def transcripts(draw: st.DrawFn) -> list[Word]:
    """Words in time order, with pauses and lengths from none to far too long."""
    words, at = [], 0
    for token in draw(st.lists(TOKENS, max_size=120)):
        at += draw(st.sampled_from([0, 0, 0, 80, 700, 2500, 7000]))
        end = at + draw(st.sampled_from([0, 200, 400, 5000]))
        words.append(Word(token, at, end, draw(st.sampled_from([None, 0.4, 0.9]))))
        at = end
    return words


@given(transcripts(), st.sampled_from(["en", "hi", "ta", "ur"]))
def test_no_word_is_lost_and_order_is_kept(words: list[Word], language: str) -> None:
    segments = to_segments(words, "intro", language)
    assert [word for segment in segments for word in segment.words] == words
    assert all(s.text == " ".join(word.text for word in s.words) for s in segments)
    assert [s.index for s in segments] == list(range(len(segments)))


@given(transcripts())
def test_times_never_run_backwards_and_stay_in_the_media(words: list[Word]) -> None:
    segments = to_segments(words, "intro", "en")
    assert all(s.start <= s.end for s in segments)
    assert all(a.end <= b.start for a, b in pairwise(segments))
    assert all(words[0].start <= s.start and s.end <= words[-1].end for s in segments)


@given(transcripts())
def test_no_segment_is_too_long_to_translate_or_to_hear(words: list[Word]) -> None:
    for segment in to_segments(words, "intro", "en"):
        assert len(segment.words) <= MAX_WORDS
        assert segment.end - segment.start <= MAX_MS or len(segment.words) == 1


@given(transcripts())
def test_ids_are_unique(words: list[Word]) -> None:
    segments = to_segments(words, "intro", "en")
    assert len({segment.id for segment in segments}) == len(segments)


@given(st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1), st.integers(0, 8))
def test_a_sentence_put_in_between_moves_no_other_id(names: list[str], at: int) -> None:
    def segments(of: list[str]) -> dict[str, Segment]:
        words = spoken(" ".join(f"Sentence {name} ends." for name in of))
        return {segment.text: segment for segment in to_segments(words, "intro", "en")}

    before = segments(names)
    after = segments([*names[:at], "new", *names[at:]])
    assert len(before) == len(names)
    assert {text: after[text].id for text in before} == {t: s.id for t, s in before.items()}
