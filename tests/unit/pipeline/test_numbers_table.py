"""Right and wrong translations of what courses say with numbers, in 13 languages.

`numbers_table.txt` has the translations; wrong ones are also made here from those in digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from courses.nouns import Segment, Signature, Translation, TranslationStatus
from courses.script import to_ascii_digits
from pipeline.checking.checks import CHECKS, check

# Kind -> English sentence, and what to write instead of its numbers for a wrong translation.
SENTENCES = {
    "ref": ("See Section 8(1)(j) of the Act.", "8(1)>9(1) 8(1)>8(2)"),
    "dash": ("See Rule 8-2.", "8-2>8-3 8-2>9-2"),
    "article": ("Article 19(1) gives this right.", "19(1)>19(2) 19(1)>91(1)"),
    "rule": ("Rule 14A applies here.", "14>41"),
    "percent": ("At least 75 percent of the posts are filled.", "75>57 75>7.5"),
    "third": ("One third of the members are present.", "1/3>1/4"),
    "majority": ("A two-thirds majority is needed.", "2/3>3/4"),
    "quarters": ("Three quarters of the work is done.", ""),
    "date": ("It came into force on 26th January 1950.", "26>25 1950>1905"),
    "clock": ("The class begins at 10:30 a.m.", "10:30>10:50 10:30>11:30 10:30>8:30"),
    "evening": ("The office closes at 5 pm.", "5>6 17:00>15:00"),
    "range": ("It takes 15-20 days.", "20>25 15>5"),
    "year": ("This is the budget for 2024-25.", "2024>2023 25>26"),
    "phone": ("Call 1800-180-1551 for help.", "1551>1515"),
    "minus": ("The temperature is -5.5 degrees.", "5.5>55 5.5>6.5"),
    "decimal": ("The rate is 2.75 percent.", "2.75>27.5 2.75>2.57"),
    "money": ("The grant is Rs 2.5 lakh.", "2.5>25 2,50,000>25,000"),
    "dozen": ("Bring two dozen files.", "24>12"),
    "hundred": ("There were a hundred officers.", "100>1000 100>10"),
    "half": ("Wait for half an hour.", "30>20"),
    "onehalf": ("It takes one and a half hours.", "1.5>2.5"),
    "group": ("These are Group C posts.", "C>D C>B"),
    "form": ("Fill in Form A.", "A>B A>C"),
    "annexure": ("See Annexure II.", "II>III 2>3"),
    "level": ("He is in Level 10.", "10>11 10>1"),
    "part": ("See Part IV.", "IV>VI 4>5"),
    "swap": ("Appeal within 30 days and wait for 2 months.", "30>3 2>4"),
    "dates": ("It begins on 26 January and ends on 15 August.", "26>27 15>16"),
    "pay": ("The pay is 15,000 rupees.", "15,000>15,00 15,000>1,500"),
    "three": ("Under section three, people may ask.", "3>3(3) 3>4"),
    "penalty": ("The penalty under section 20 is 250 rupees a day.", "20>21 250>25"),
    "choice": ("Write one or two lines.", ""),
    "page": ("See page 12.", "12>21"),
    "sides": ("Every file has two sides.", ""),
}
OURS = {name for name in CHECKS if name.startswith(("number", "reference", "address", "unit"))}
OURS |= {"label-differs", "time-of-day"}
TABLE = Path(__file__).with_name("numbers_table.txt")
Case = tuple[str, str, str]
"""Language, kind, translation."""


def _rows() -> Iterator[tuple[str, str, str, str]]:
    language = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            language = line[2:]
        elif line and not line.startswith("#"):
            kind, sign, texts = line.split(" ", 2)
            for text in texts.split(" | "):
                yield language, kind, sign, text


def right() -> list[Case]:
    return [(language, kind, text) for language, kind, sign, text in _rows() if sign == "+"]


def wrong() -> list[Case]:
    cases = [(language, kind, text) for language, kind, sign, text in _rows() if sign == "-"]
    for language, kind, text in right():
        plain = to_ascii_digits(text)
        for change in SENTENCES[kind][1].split():
            old, new = change.split(">")
            if old in plain:
                cases.append((language, kind, plain.replace(old, new)))
    return cases


def findings(case: Case) -> set[str]:
    language, kind, text = case
    segment = Segment("s1", "lesson", 0, 0, 1, SENTENCES[kind][0])
    draft = Translation("s1", language, text, TranslationStatus.DRAFT, "m", Signature("x"))
    return {one.check for one in check([segment], [draft])} & OURS


LANGUAGES = sorted({language for language, *_ in _rows()})


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_right_translation_is_flagged(language: str) -> None:
    cases = [case for case in right() if case[0] == language]
    assert {kind for _, kind, _ in cases} == set(SENTENCES)
    assert [(case, found) for case in cases if (found := findings(case))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wrong_translation_is_flagged(language: str) -> None:
    assert [case for case in wrong() if case[0] == language and not findings(case)] == []
