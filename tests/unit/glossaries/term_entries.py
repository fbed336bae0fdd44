"""Generated entries in every script, and a few written ones, for the tests of the formats."""

from __future__ import annotations

from hypothesis import strategies as st

from courses.languages import WRITINGS
from courses.nouns import TermKind, TermScope, TermStatus
from glossaries.terms import Entry, TargetTerm

BLOCKS = {
    "Arab": (0x0620, 0x06D3), "Beng": (0x0985, 0x09CE), "Deva": (0x0904, 0x094D),
    "Gujr": (0x0A85, 0x0ACD), "Guru": (0x0A05, 0x0A4D), "Knda": (0x0C85, 0x0CCD),
    "Latn": (0x0041, 0x007A), "Mlym": (0x0D05, 0x0D4D), "Mtei": (0xABC0, 0xABED),
    "Olck": (0x1C5A, 0x1C7D), "Orya": (0x0B05, 0x0B4D), "Taml": (0x0B85, 0x0BCD),
    "Telu": (0x0C05, 0x0C4D),
}  # fmt: skip
CODES = [code for code in WRITINGS if code != "en"]
ODD = "=+-@'\"<>&;,_x0041_#/\\ \u200c\u200d"


def texts(script: str, least: int = 1) -> st.SearchStrategy[str]:
    """Return texts of one script with what is hard for files among them, spaces folded."""
    first, last = BLOCKS[script]
    letters = st.characters(
        min_codepoint=first, max_codepoint=last, exclude_categories=["Cc", "Cs", "Cn"]
    )
    pieces = st.lists(st.one_of(letters, st.sampled_from(ODD)), max_size=12)
    made = pieces.map(lambda found: " ".join("".join(found).replace("|", "").split()))
    return made.filter(lambda text: len(text) >= least)


@st.composite
def targets(draw: st.DrawFn) -> dict[str, TargetTerm]:
    """Return wordings in a few languages."""
    found = {}
    for code in draw(st.lists(st.sampled_from(CODES), unique=True, max_size=4)):
        wordings = draw(st.lists(texts(WRITINGS[code].script), min_size=1, max_size=3))
        status = draw(st.sampled_from(TermStatus))
        found[code] = TargetTerm(wordings[0], tuple(wordings[1:]), status)
    return found


KEBAB = st.from_regex("[a-z0-9]{1,4}(-[a-z0-9]{1,3}){0,2}", fullmatch=True)
ENTRIES = st.lists(
    st.builds(
        Entry,
        id=KEBAB,
        source=texts("Latn"),
        kind=st.sampled_from(TermKind),
        domain=st.sampled_from(["law", "finance-and-budget", "2nd"]),
        abbreviation=texts("Latn", least=0),
        part_of_speech=st.sampled_from(["noun", "verb", "proper noun"]),
        scope=st.sampled_from(TermScope),
        definition=texts("Latn", least=0),
        publication=texts("Latn", least=0),
        note=st.one_of(texts("Deva", least=0), st.just("karmavani:kind=keep")),
        use=st.one_of(st.just(""), KEBAB),
        targets=targets(),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda entry: entry.id,
)

APPEAL = Entry(
    "appeal",
    "appeal",
    TermKind.TRANSLATE,
    "law-and-rights",
    definition="A request that a higher officer look at a decision again.",
    publication="Right to Information Act, 2005",
    targets={
        "hi": TargetTerm("अपील", (), TermStatus.OFFICIAL),
        "ta": TargetTerm("மேல்முறையீடு"),
    },
)
