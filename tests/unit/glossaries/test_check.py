"""What became of each term: honoured, violated, or waived with a reason."""

from __future__ import annotations

import pytest

from courses.nouns import Hit, Term, TermKind
from glossaries.check import Outcome, Tally, Verdict, Waiver, judge, tally
from glossaries.match import make_finder

ACT = Term("Right to Information Act", "सूचना का अधिकार अधिनियम", "hi", id="act")
RTI = Term(
    "Right to Information",
    "सूचना का अधिकार",
    "hi",
    forms=("सूचनाधिकार",),
    id="rti",
    abbreviation="RTI",
    forbidden=("जानकारी का अधिकार",),
)
NOTE = Term("note", "टिप्पणी", "hi", id="note")
MINUTES = Term("minutes", "कार्यवृत्त", "hi", id="minutes")
RECORD = Term("record", "अभिलेख", "hi", id="record")
KEPT = Term("eOffice", "eOffice", "hi", TermKind.KEEP, ("ई-ऑफिस",), id="eoffice")
FORBID = Term("info right", "", "hi", TermKind.FORBID, id="x", forbidden=("जानकारी का हक",))
FIND = make_finder([ACT, RTI, NOTE, MINUTES, RECORD, KEPT, FORBID])


def outcomes(source: str, target: str) -> list[str]:
    judged = judge(source, target, FIND(source), "hi")
    return [f"{one.hit.term.id} {one.waiver or one.outcome}" for one in judged]


def test_a_term_is_honoured_in_any_form_or_other_wording() -> None:
    assert outcomes("The Right to Information.", "सूचना के अधिकार के तहत") == ["rti honoured"]
    assert outcomes("The Right to Information.", "सूचनाधिकार") == ["rti honoured"]
    assert outcomes("The Right to Information.", "जानने का हक") == ["rti violated"]


def test_a_term_said_twice_may_be_rendered_once() -> None:
    source = "A note is a note."
    assert outcomes(source, "टिप्पणी लिखें।") == ["note honoured", "note honoured"]
    assert outcomes(source, "लिखें।") == ["note violated", "note violated"]


def test_a_part_of_a_longer_terms_rendering_is_not_the_shorter_term() -> None:
    source = "The Right to Information Act gives the Right to Information."
    one = "सूचना का अधिकार अधिनियम यह हक देता है।"
    both = "सूचना का अधिकार अधिनियम सूचना का अधिकार देता है।"
    assert outcomes(source, one) == ["act honoured", "rti violated"]
    assert outcomes(source, both) == ["act honoured", "rti honoured"]


def test_the_year_of_an_act_may_stand_elsewhere_but_must_be_there() -> None:
    act = Term("Information Act, 2005", "सूचना अधिनियम, 2005", "hi")
    source = "See the Information Act, 2005."
    hits = make_finder([act])(source)
    drafts = ["सूचना अधिनियम, 2005 देखें", "२००५ का सूचना अधिनियम देखें", "सूचना अधिनियम देखें"]
    judged = [judge(source, draft, hits, "hi")[0].outcome for draft in drafts]
    assert judged == [Outcome.HONOURED, Outcome.HONOURED, Outcome.VIOLATED]


def test_the_year_of_an_act_is_known_behind_an_arabic_comma_too() -> None:
    act = Term("IT Act, 2000", "آئی ٹی ایکٹ، 2000", "ur")
    source = "See the IT Act, 2000."
    (verdict,) = judge(source, "2000 کا آئی ٹی ایکٹ دیکھیں", make_finder([act])(source), "ur")
    assert verdict.outcome is Outcome.HONOURED


def test_an_abbreviation_may_stay_where_the_source_has_it() -> None:
    assert outcomes("File an RTI.", "RTI दायर करें।") == ["rti honoured"]
    assert outcomes("File an R.T.I.", "RTI दायर करें।") == ["rti honoured"]
    assert outcomes("The Right to Information.", "RTI दायर करें।") == ["rti violated"]


def test_a_kept_name_stays_as_written_or_as_the_glossary_allows() -> None:
    assert outcomes("Open e-Office.", "e-Office खोलें।") == ["eoffice honoured"]
    assert outcomes("Open eOffice.", "ई-ऑफिस खोलें।") == ["eoffice honoured"]
    assert outcomes("Open eOffice.", "इलेक्ट्रॉनिक कार्यालय खोलें।") == ["eoffice violated"]


def test_a_forbidden_wording_violates_even_beside_the_right_one() -> None:
    (verdict,) = judge("RTI", "जानकारी के अधिकार", FIND("RTI"), "hi")
    assert (verdict.outcome, verdict.forbidden) == (Outcome.VIOLATED, "जानकारी का अधिकार")
    assert outcomes("RTI", "सूचना का अधिकार, जानकारी का अधिकार") == ["rti violated"]
    assert outcomes("An info right.", "जानकारी का हक") == ["x violated"]
    assert outcomes("An info right.", "सूचना का हक") == ["x honoured"]


def test_a_forbidden_wording_inside_a_right_rendering_is_none() -> None:
    term = Term("dispatch register", "प्रेषण रजिस्टर", "hi", forbidden=("रजिस्टर",))
    source = "The dispatch register."
    (verdict,) = judge(source, "प्रेषण रजिस्टर में", make_finder([term])(source), "hi")
    assert verdict.outcome is Outcome.HONOURED


@pytest.mark.parametrize(
    ("source", "waiver"),
    [
        ('The chapter is called "A note on files".', "note quoted"),
        ("Please note that it is open.", "note other-sense"),
        ("You should note it down.", "note other-sense"),
        ("Wait for thirty minutes.", "minutes other-sense"),
        ("The system will record your name.", "record other-sense"),
        ("The system records your name.", "record other-sense"),
    ],
)
def test_a_term_in_quotes_or_in_another_sense_is_waived(source: str, waiver: str) -> None:
    assert outcomes(source, "कुछ और।") == [waiver]


@pytest.mark.parametrize(
    "source",
    ["Attach your note.", "It is subject to note.", "The minutes were sent.", "Keep a record."],
)
def test_a_noun_in_its_own_sense_is_not_waived(source: str) -> None:
    assert [line.split()[-1] for line in outcomes(source, "कुछ और।")] == ["violated"]


def test_a_hole_waives_its_terms_and_a_reviewer_any() -> None:
    assert outcomes("The note.", "") == ["note hole"]
    (verdict,) = judge("The note.", "नोट", FIND("The note."), "hi", waived={"note"})
    assert verdict.waiver is Waiver.REVIEWER


def test_a_tally_counts_and_adds_up() -> None:
    hit = Hit(NOTE, 0, 4)
    verdicts = [Verdict(hit, outcome) for outcome in Outcome for _ in range(2)]
    count = tally(verdicts) + Tally(honoured=2)
    assert count == Tally(4, 2, 2)
    assert (count.expected, count.adherence) == (8, 4 / 6)
    assert Tally(waived=3).adherence is None


def test_a_forbidden_wording_that_is_not_there_is_not_counted() -> None:
    hit = Hit(FORBID, 0, 4)
    assert tally([Verdict(hit, Outcome.HONOURED)]) == Tally()
    assert tally([Verdict(hit, Outcome.VIOLATED)]) == Tally(violated=1)
