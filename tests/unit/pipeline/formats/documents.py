"""Documents with text in every script of our languages, for the tests of all formats."""

from __future__ import annotations

from hypothesis import strategies as st

from courses.languages import WRITINGS
from courses.nouns import Cue, Word
from pipeline.formats import Document, Sentence

# Conjuncts, chillus, joiners and marks that careless code tears or loses, one row a script.
PIECES = (
    *("क्ष्म्य", "स्त्री", "क्‍ष", "क्‌ष", "हिन्दी।", "र्‍या", "ড়", "ৎ", "র‍্যাব", "ਪੰਜਾਬੀ", "ગુજરાતી", "ଓଡ଼ିଆ"),
    *("க்ஷ", "ஸ்ரீ", "తెలుగు", "ಸ್ತ್ರೀ", "ർ ൻ ൾ", "ന്‍റെ", "ᱥᱟᱱᱛᱟᱲᱤ᱾", "ꯃꯩꯇꯩꯂꯣꯟ꯫"),
    *("اردو۔", "کٲشُر", "سنڌي", "\u2068RTI\u2069 کے تحت", "\u200fقانون\u200f", "2005", "२००५"),
    *("-->", "<i>x</i>", "</b>", "a <  b", "&lt;", "&amp;", "{\\an8}", "<v Asha>", "NOTE", "STYLE"),
    *("WEBVTT", "1", "<script>alert(1)</script>", "]]>", "<!--", "\u2060", "<\u2060b>", "[…]"),
)  # fmt: skip
LINE = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(" ".join).map(str.strip)
ANY = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=12
)
SPAN = st.tuples(st.integers(0, 90_000_000), st.integers(1, 7000))


def _cues(rows: list[tuple[tuple[int, int], list[str]]]) -> tuple[Cue, ...]:
    return tuple(
        Cue(str(number), (), start, start + long, tuple(lines))
        for number, ((start, long), lines) in enumerate(sorted(rows, key=lambda r: r[0][0]), 1)
    )


def cues(line: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Cue, ...]]:
    """Cues by start, of one to three lines."""
    return st.lists(st.tuples(SPAN, st.lists(line, min_size=1, max_size=3)), max_size=5).map(_cues)


WORDS = st.builds(Word, LINE, st.integers(0, 5), st.integers(5, 9), st.none() | st.floats(0, 1))
TEXT = LINE.map(lambda text: " ".join(text.split()))
SENTENCE = st.builds(
    lambda span, text, key, words: Sentence(span[0], sum(span), text, key, tuple(words)),
    SPAN,
    st.none() | TEXT,
    st.sampled_from(["", "0123456789abcdef"]),
    st.lists(WORDS, max_size=2),
)


def documents(line: st.SearchStrategy[str]) -> st.SearchStrategy[Document]:
    """Documents whose cues have such lines."""
    return st.builds(
        Document,
        title=TEXT,
        language=st.sampled_from(sorted(WRITINGS)),
        label=st.just("machine draft, not reviewed"),
        cues=cues(line),
        sentences=st.lists(SENTENCE, max_size=4).map(tuple),
        title_language=st.sampled_from(["en", "hi"]),
    )
