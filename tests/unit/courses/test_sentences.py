"""Where sentences end, and the full stops that do not end one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.script import sentence_spans


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


@pytest.mark.parametrize(
    "one",
    [
        "😀 Dr. Smith met Mr. Rao and Smt. Devi.",
        "Shri. K. Rao wrote to M/s. Tata Ltd. about it.",
        "A. P. J. Abdul Kalam was the President.",
        "It was written by A.P.J. Abdul Kalam himself.",
        "He paid Rs. 1,87,500 in all.",
        "It costs Rs.10.50 under Section 8(1)(j).",
        "See No. 5 and Sec. 8(1)(j) of the Act.",
        "See O.M. No. 12 dt. 5 May 2010 on file.",
        "Some laws, e.g. The Right to Information Act, apply.",
        "One body, i.e. The Commission, decides.",
        "It was State vs. Rao in that year.",
        "Pens, files etc. are kept here.",
        "The Govt. of India issued it at 10 a.m. on Monday.",
        "It grew by 8.5 per cent.",
        "Visit www.rti.gov.in for more.",
        "The U.S. Embassy agreed.",
        "1. Apply online.",
        "डॉ. राम और प्रो. शर्मा आए।",
        "ए. पी. जे. अब्दुल कलाम राष्ट्रपति थे।",
        "जी. डी. बिड़ला आए।",
        "शुल्क रु. 1,87,500 है, नियम सं. 5 देखें।",
        "ई.पू. 300 में यह हुआ।",
        "ते श्री. पाटील आहेत.",
        "ড. রায় ও মো. আলী এলেন।",
        "এ. পি. জে. আব্দুল কালাম এলেন।",
        "ਡਾ. ਸਿੰਘ ਆਏ।",
        "ડૉ. પટેલ આવ્યા.",
        "ଡ. ଦାସ ଆସିଲେ।",
        "மு. க. ஸ்டாலின் வந்தார்.",
        "எம். ஜி. ஆர். வந்தார்.",
        "ரூ. 500 கட்டணம்.",
        "కె. చంద్రశేఖర రావు వచ్చారు.",
        "ಬಿ. ಎಸ್. ಯಡಿಯೂರಪ್ಪ ಬಂದರು.",
        "ഡോ. എം. ടി. വാസുദേവൻ നായർ വന്നു.",
        "اے۔ پی۔ جے۔ عبدالکلام آئے۔",
        "ᱰᱨ. ᱥᱚᱨᱮᱱ ᱦᱮᱡ ᱮᱱᱟ᱾",
        "ಡಾ. email ಕಳುಹಿಸಿದರು.",
    ],
)
def test_this_is_one_sentence(one: str) -> None:
    assert sentences(one) == [one]


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("He paid under Section 8(1)(j). Next came the order.", 30, 31),
        ("She said no. No. The answer was wrong.", 12, 13),
        ("It grew by 8.5. Then it fell.", 15, 16),
        ("They met in the U.S. The talks ended.", 20, 21),
        ("It fell under Schedule A. Officers then signed.", 25, 26),
        ("He was given an A. The others failed.", 18, 19),
        ("The Act came in 2005. It is good.", 21, 22),
        ("Go to www.rti.gov.in. Then apply.", 21, 22),
        ("It is 10 km. Walk there.", 12, 13),
        ("It takes 30 min. Wait for it.", 16, 17),
        ("He wrote (see Rs. 5). Then he left.", 21, 22),
        ('"Stop." He left.', 7, 8),
        ("वह गए. फिर आए.", 6, 7),
        ("यह है. वह नहीं.", 6, 7),
        ("गांधी जी. वे आए।", 9, 10),
        ("क्या यह है? हाँ।", 11, 12),
        ("இது முடிந்தது. email அனுப்பவும்.", 14, 15),
        ("यह है॥ वह है॥", 6, 7),
        ("یہ ہے۔ وہ نہیں؟", 6, 7),
        ("ᱱᱚᱣᱟ᱾ ᱚᱱᱟ᱾", 5, 6),
        ("ꯃꯥ꯫ ꯑꯣ꯫", 3, 4),
    ],
)
def test_a_sentence_ends_here(text: str, first: int, second: int) -> None:
    assert sentence_spans(text, "en")[0] == (0, first)
    assert sentence_spans(text, "en")[1][0] == second


def test_an_emoji_before_the_cut_does_not_move_it() -> None:
    assert sentences("😀😀 It ends. It begins.") == ["😀😀 It ends.", "It begins."]


def test_no_space_is_needed_after_a_danda() -> None:
    assert sentences("यह है।वह है।", "hi") == ["यह है।", "वह है।"]


def test_a_line_feed_ends_a_sentence() -> None:
    assert sentences("Good morning\nDr.\nRao") == ["Good morning", "Dr.", "Rao"]


def test_spaces_alone_are_no_sentence() -> None:
    assert sentences(" \n\t ") == []
    assert sentences("") == []


PIECES = st.sampled_from(
    [
        "Dr.",
        "A.",
        "No.",
        "5",
        "it",
        "The",
        "end.",
        "e.g.",
        "है।",
        "है.",
        "ए.",
        "மு.",
        "ہے۔",
        "?",
        '"',
        "\n",
        "😀",
    ]
)


@given(st.lists(PIECES).map(" ".join))
def test_every_character_but_spaces_is_in_exactly_one_sentence(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    spans = sentence_spans(text)
    assert all(a < b for a, b in spans)
    assert all(spans[i][1] <= spans[i + 1][0] for i in range(len(spans) - 1))
