"""Where sentences are cut: the taste in examples, and that the search finds the cheapest split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.languages import find_language
from pipeline.layout.line_breaking import COST, Block, split
from pipeline.layout.line_pieces import Border, Piece, fold, pieces

HINDI = find_language("hi").profile


def laid_out(text: str, code: str = "hi", time: int = 8000) -> str:
    """One line of text a line, a blank line between cues, as in a subtitle file."""
    profile = find_language(code).profile
    blocks = split(pieces(fold(text), profile.width, code), profile, time)
    return "\n\n".join("\n".join(block.lines) for block in blocks)


def test_a_cue_ends_at_a_comma_rather_than_where_a_line_is_full() -> None:
    text = (
        "सूचना का अधिकार अधिनियम के अंतर्गत प्रत्येक नागरिक को लोक प्राधिकरण से सूचना माँगने का अधिकार है, "
        "और लोक सूचना अधिकारी को समय पर उत्तर देना होता है।"
    )
    assert laid_out(text) == (
        "सूचना का अधिकार अधिनियम के अंतर्गत प्रत्येक नागरिक को\n"
        "लोक प्राधिकरण से सूचना माँगने का अधिकार है,\n"
        "\n"
        "और लोक सूचना अधिकारी को समय पर उत्तर देना होता है।"
    )


def test_two_lines_are_of_about_one_length() -> None:
    text = "one two three four five six seven eight nine ten eleven"
    assert laid_out(text, "en") == "one two three four five six\nseven eight nine ten eleven"


def test_of_two_equal_cuts_the_lower_line_is_the_longer_one() -> None:
    shown = laid_out(f"{'a' * 16} {'b' * 16} {'c' * 16}", "en")
    assert shown == f"{'a' * 16}\n{'b' * 16} {'c' * 16}"


def test_a_cut_between_clauses_wins_over_lines_of_the_same_length() -> None:
    text = "यदि आवेदन अधूरा है तो अधिकारी आवेदक को उसकी कमी लिखकर बताता है"
    assert laid_out(text).startswith("यदि आवेदन अधूरा है\nतो अधिकारी")


def test_every_border_has_its_points_and_worse_ones_cost_more() -> None:
    for points in (COST.cue_ends, COST.line_ends):
        assert len(points) == len(Border)
        assert list(points) == sorted(points)


def test_text_that_fits_on_one_line_stays_on_one_line() -> None:
    assert laid_out("இது ஒரு சிறிய வாக்கியம்.", "ta") == "இது ஒரு சிறிய வாக்கியம்."


@pytest.mark.parametrize("before", range(20, 45))
def test_a_number_is_never_parted_from_its_unit(before: int) -> None:
    text = (
        "क" * (before // 2) + " " + "ख" * (before - before // 2) + " 30 दिनों के भीतर उत्तर देना होता है"
    )
    assert "30 दिनों" in laid_out(text)


@pytest.mark.parametrize("before", range(1, 90))
def test_a_number_at_the_end_is_no_line_of_its_own(before: int) -> None:
    for text in (" ".join(["क"] * before), "क" * (before % 40) + " ख।"):
        assert not [line for line in laid_out(f"{text} 2005").splitlines() if line.isdecimal()]


def test_a_danda_after_a_space_does_not_start_a_line() -> None:
    text = "क " * 20 + "खगघ । " + "च " * 20 + "।"
    assert not [line for line in laid_out(text).splitlines() if line.startswith("।")]


def test_a_title_is_not_taken_for_the_end_of_a_sentence() -> None:
    text = "इस बैठक में मुख्य अतिथि के रूप में डॉ. अब्दुल कलाम जी उपस्थित थे और सबने उनकी बात सुनी"
    assert "डॉ. अब्दुल" in laid_out(text)


def test_an_address_wider_than_a_line_is_cut_and_nothing_of_it_is_lost() -> None:
    address = "https://example.gov.in/" + "x" * 100
    assert laid_out(address, "en").replace("\n", "") == address


@pytest.mark.parametrize("before", range(1, 60))
def test_an_address_or_hyphenated_word_that_fits_on_a_line_is_not_cut(before: int) -> None:
    shown = laid_out("அ " * before + "https://rti.gov.in/a?b=c 2005-இன் கீழ்", "ta")
    assert "https://rti.gov.in/a?b=c" in shown
    assert "2005-இன்" in shown


def test_a_wide_word_is_not_cut_inside_a_conjunct() -> None:
    assert set(laid_out("க்ஷ" * 50, "ta").replace("\n", " ").split()) == {
        "க்ஷ" * 17,  # two clusters each, 34 on a line
        "க்ஷ" * 16,
    }


def test_slow_speech_gets_more_cues_than_fast_speech() -> None:
    text = "अब हम देखेंगे कि यह कैसे काम करता है, और उसके बाद एक उदाहरण देखेंगे"
    assert laid_out(text, time=5000).count("\n\n") == 0
    assert laid_out(text, time=13000).count("\n\n") == 1


def test_a_few_words_are_not_scattered_over_a_long_pause() -> None:
    assert laid_out("डॉ. कलाम ने यह कहा।", time=18_000) == "डॉ. कलाम ने यह कहा।"


def test_line_ends_and_tabs_are_folded_but_a_no_break_space_stays() -> None:
    assert fold(" क\r\n ख\u2028\tग\u00a0घ ") == "क ख ग\u00a0घ"


def test_nothing_gives_no_block() -> None:
    assert split(pieces("", 42, "hi"), HINDI, 1000) == []


NARROW = replace(HINDI, width=12, shortest=900, longest=2500)


def every_split(parts: list[Piece]) -> Iterator[list[tuple[int, int, int]]]:
    """Every way to cut `parts` into cues (start, end of first line, end), wide or not."""
    count = len(parts)
    for size in range(count):
        for ends in combinations(range(1, count), size):
            cues = list(pairwise([0, *ends, count]))
            yield from _with_lines(cues)


def _with_lines(cues: list[tuple[int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    if not cues:
        yield []
        return
    (start, end), rest = cues[0], cues[1:]
    for later in _with_lines(rest):
        for middle in range(start + 1, end + 1):
            yield [(start, middle, end), *later]


def price(parts: list[Piece], cues: list[tuple[int, int, int]], time: int) -> float:
    """The cost as `Cost` describes it, written a second time; infinite where a line is too wide."""
    whole, total = span(parts, 0, len(parts)), 0.0
    for start, middle, end in cues:
        width, upper, lower = span(parts, start, end), span(parts, start, middle), 0
        if middle < end:
            lower = span(parts, middle, end)
            if width <= NARROW.width:
                return float("inf")  # what fits on one line stays on one line
            total += COST.line_ends[parts[middle - 1].border]
            total += COST.ragged * ((upper - lower) / NARROW.width) ** 2
            total += COST.top_heavy * max(0, upper - lower) / NARROW.width
        if max(upper, lower) > NARROW.width:
            return float("inf")
        total += COST.cue + COST.empty * max(0, 1 - width / (2 * NARROW.width)) ** 2
        total += COST.cue_ends[parts[end - 1].border] if end < len(parts) else 0
        shown = time * width / whole
        total += COST.short * max(0, 1 - shown / NARROW.shortest)
        total += COST.long * min(1, max(0, shown / NARROW.longest - 1))
    return total


def span(parts: list[Piece], start: int, end: int) -> int:
    return sum(part.width + part.space for part in parts[start:end]) - parts[end - 1].space


def borders(parts: list[Piece], blocks: list[Block]) -> list[tuple[int, int, int]]:
    """Which pieces each block holds, told from the number of letters in its lines."""
    found: list[tuple[int, int, int]] = []
    at = 0
    for block in blocks:
        ends = []
        for line in block.lines:
            left = len(line.replace(" ", ""))
            while left > 0:
                left -= len(parts[at].text.replace(" ", ""))
                at += 1
            ends.append(at)
        found.append((found[-1][2] if found else 0, ends[0], ends[-1]))
    return found


words = st.sampled_from(["a", "to", "one,", "30", "days", "end.", "seven"])


@settings(max_examples=250, deadline=None)
@given(st.lists(words, min_size=1, max_size=7), st.integers(500, 9000))
def test_no_other_split_is_cheaper_than_the_one_taken(chosen: list[str], time: int) -> None:
    parts = pieces(" ".join(chosen), NARROW.width, "en")
    taken = borders(parts, split(parts, NARROW, time))
    cheapest = min(price(parts, cues, time) for cues in every_split(parts))
    assert price(parts, taken, time) == pytest.approx(cheapest)
