"""What is learnt, what is held out, how hints and numbers are made; no torch needed."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from training.corpus import HELD_OUT, VALIDATION_ROWS, Pair, ascii_digits, fault, read_corpora
from training.hints import Lexicon, hints_for, stands_in
from training.mixture import Mixture, renumber

GOOD = Pair("Please send the reply to the office today.", "कृपया उत्तर आज कार्यालय को भेजें।", "x")


def test_a_plain_sentence_is_learnt() -> None:
    assert fault(GOOD, "hi") is None


@pytest.mark.parametrize(
    ("english", "target", "source", "reason"),
    [
        ("See https://example.org for the form.", "प्रपत्र यहाँ देखें।", "x", "markup"),
        ("Press <b>Save</b> to keep it.", "रखने के लिए सहेजें दबाएँ।", "x", "markup"),
        ("Open the file", "फ़ाइल खोलें", "chromium", "short interface text"),
        ("The office is open.", "कार्यालय" * 20, "x", "length ratio"),
        ("The office is open.", "The office is खुला", "x", "too little of its script"),
        ("The office is open.", "কার্যালয় খোলা আছে।", "x", "other script"),
        ("The office is open today.", "कार्यालय 5 बजे तक खुला है।", "x", "number from nowhere"),
        ("Office", "कार्यालय", "x", "length"),
    ],
)
def test_faults_are_named(english: str, target: str, source: str, reason: str) -> None:
    assert fault(Pair(english, target, source), "hi") == reason


def test_digits_of_every_script_become_ascii() -> None:
    assert ascii_digits("धारा ४, ৩০ দিন, ૨૫ ½") == "धारा 4, 30 দিন, 25 ½"


LETTERS = "कखगघचछजझटठ"


def _row(number: int, source: str) -> str:
    words = " ".join("abcdefghij"[int(digit)] * 3 for digit in str(number))
    name = "".join(LETTERS[int(digit)] for digit in str(number))
    return f"The clerk of room {words} wrote it down.\tकक्ष {name} के लिपिक ने इसे लिखा है।\t{source}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora")
    for language, offset in (("hi", 0), ("mr", 100)):
        rows = [_row(number, "flores200-dev") for number in range(600)]
        rows += [_row(number + offset, "ms-courses-mt") for number in range(1000, 2000)]
        (folder / f"en-{language}.tsv.gz").write_bytes(gzip.compress("".join(rows).encode()))
    return folder


def test_validation_rows_are_in_no_languages_training_rows(folder: Path) -> None:
    corpora = read_corpora(folder, ("hi", "mr"))
    hidden = {
        pair.english for corpus in corpora.values() for pair in (*corpus.flores, *corpus.courses)
    }
    for corpus in corpora.values():
        assert len(corpus.flores) == VALIDATION_ROWS
        assert len(corpus.courses) == HELD_OUT
        assert corpus.pairs
        assert hidden.isdisjoint(pair.english for pair in corpus.pairs)
    assert corpora["hi"].flores[0].english == "The clerk of room aaa wrote it down."


def test_the_same_seed_draws_the_same_pairs_and_resumes_where_it_stood(folder: Path) -> None:
    corpora = read_corpora(folder, ("hi", "mr"))
    one, two = Mixture(corpora, 5), Mixture(corpora, 5)
    first = one.pool(0, 40)
    assert two.pool(0, 40) == first
    cursors = dict(one.cursors)
    second = one.pool(1, 40)
    fresh = Mixture(corpora, 5)
    fresh.resume(cursors)
    assert fresh.pool(1, 40) == second
    assert second != first


def test_numbers_change_alike_on_both_sides() -> None:
    chance = random.Random(3)
    seen = set()
    for _ in range(80):
        english, target = renumber("Pay 250 rupees in 30 days", "30 दिन में 250 रुपये दें", chance)
        numbers = [word for word in english.split() if word[0].isdigit()]
        assert len(numbers) == 2
        assert sorted(numbers) == sorted(word for word in target.split() if word[0].isdigit())
        seen.update(numbers)
    assert len(seen) > 50
    assert any("," in number for number in seen)
    assert any("." in number for number in seen)


def test_one_and_zero_stay_for_grammar_depends_on_them() -> None:
    pair = ("Give 1 form and 0 fees.", "1 फ़ॉर्म और 0 शुल्क दें।")
    assert all(renumber(*pair, random.Random(seed)) == pair for seed in range(20))


def test_numbers_stay_where_the_sides_differ() -> None:
    pair = ("Pay 250 rupees in thirty days.", "30 दिन में 250 रुपये दें।")
    assert all(renumber(*pair, random.Random(seed)) == pair for seed in range(20))


LEXICON = Lexicon([
    ("public authority", "लोक प्राधिकरण"),
    ("authority", "प्राधिकार"),
    ("office", "कार्यालय"),
    ("the", "वह"),
    ("reply", "उत्तर"),
])  # fmt: skip


def test_hints_are_mined_longest_first_and_only_where_both_sides_have_them() -> None:
    found = LEXICON.found(
        "The Public Authority sent no reply.", "लोक प्राधिकरणों ने कोई जवाब नहीं भेजा।"
    )
    assert found == [("Public Authority", "लोक प्राधिकरण")]


def test_a_form_stands_only_at_the_start_of_a_word() -> None:
    assert stands_in("कार्यालय", "यह कार्यालयों में है।")
    assert not stands_in("कार्यालय", "यह उपकार्यालय है।")


def test_hints_never_exceed_the_limit() -> None:
    english = "The public authority has an office."
    target = "लोक प्राधिकरण का कार्यालय है।"
    for seed in range(50):
        hints = hints_for(LEXICON, english, target, random.Random(seed))
        assert 1 <= len(hints) <= 4
        assert set(hints) & {("public authority", "लोक प्राधिकरण"), ("office", "कार्यालय")}
