"""A missed term is put where the engine would have it, and the engine goes on behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from courses.nouns import Signature, Term
from glossaries.match import make_finder
from pipeline.inserting import NOTE, PLACES, insert_terms
from pipeline.weighing import Asked
from translators.base import Draft, Request

FEE = Term("fee", "शुल्क", "hi", id="fee")
OFFICER = Term("officer", "अधिकारी", "hi", id="officer", forms=("अफ़सर",))
SECTION = Term("section", "धारा", "hi", id="section")
FIND = make_finder([FEE, OFFICER, SECTION])


class GoingOn:
    """Ends every beginning as `end` says; how likely it finds a text is what `likely` says."""

    sources = targets = frozenset({"en", "hi"})
    understands_hints = goes_on = repeatable = True
    signature = Signature("fake")

    def __init__(self, end: Callable[[str], str], likely: Callable[[str], float]) -> None:
        self.asked: list[Request] = []
        self._end, self._likely = end, likely

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        self.asked += batch
        texts = [self._end(request.begin) for request in batch]
        return [Draft(text, self._likely(text)) for text in texts]


def inserted(engine: GoingOn, source: str, draft: str) -> Draft:
    asked = Asked(source, tuple(FIND(source)))
    return insert_terms(engine, asked, Draft(draft), ("en", "hi"))


def whole(begin: str) -> str:
    return begin if begin.endswith("।") else f"{begin} जमा करें।"


def test_the_term_is_put_where_the_engine_finds_it_likeliest() -> None:
    engine = GoingOn(whole, lambda text: 0.9 if text == "आज ही शुल्क जमा करें।" else 0.5)
    draft = inserted(engine, "Pay the fee today.", "आज ही फ़ीस जमा करें।")
    assert draft == Draft("आज ही शुल्क जमा करें।", 0.9, notes=(NOTE,))


def test_a_draft_that_keeps_its_terms_costs_nothing() -> None:
    engine = GoingOn(whole, lambda text: 0.5)
    assert inserted(engine, "Pay the fee.", "शुल्क भरें।") == Draft("शुल्क भरें।")
    assert engine.asked == []


def test_several_terms_are_put_in_one_after_the_other() -> None:
    engine = GoingOn(whole, lambda text: 0.5)
    draft = inserted(engine, "The officer takes the fee.", "वह साहब यह फ़ीस आज ही लेता है।")
    assert draft.text is not None
    assert "अधिकारी" in draft.text
    assert "शुल्क" in draft.text
    assert draft.notes == (NOTE,)


def test_no_draft_is_taken_that_makes_a_number_wrong() -> None:
    engine = GoingOn(lambda begin: f"{begin} 3 दिन में।", lambda text: 0.5)
    draft = inserted(engine, "Pay the fee in 30 days.", "30 दिन में फ़ीस भरें।")
    assert draft == Draft("30 दिन में फ़ीस भरें।")


def test_no_draft_is_taken_that_the_engine_finds_far_less_likely() -> None:
    engine = GoingOn(whole, lambda text: 0.01 if "शुल्क" in text else 0.9)
    assert inserted(engine, "Pay the fee.", "आज फ़ीस भरें।").text == "आज फ़ीस भरें।"


def test_a_term_beside_the_word_that_should_give_way_must_be_likelier() -> None:
    def likely(text: str) -> float:
        return 0.9 if "शुल्क" not in text else 0.4

    def beside(begin: str) -> str:
        return begin if "शुल्क" not in begin else "आज शुल्क फ़ीस भरें।"

    def instead(begin: str) -> str:
        return begin if "शुल्क" not in begin else "आज शुल्क भरें।"

    kept = inserted(GoingOn(beside, likely), "Pay the fee.", "आज फ़ीस भरें।")
    assert kept.text == "आज फ़ीस भरें।"
    changed = inserted(GoingOn(instead, likely), "Pay the fee.", "आज फ़ीस भरें।")
    assert changed.text == "आज शुल्क भरें।"


def test_a_numbered_term_is_put_beside_its_number_or_not_at_all() -> None:
    def far(begin: str) -> str:
        return begin if "धारा" not in begin else "अनुच्छेद 5 के अंतर्गत यह मान्य होगा धारा।"

    source, draft = "Under Section 5 it is valid.", "अनुच्छेद 5 के अंतर्गत यह मान्य होगा।"
    assert inserted(GoingOn(far, lambda text: 0.5), source, draft).text == draft
    found = inserted(GoingOn(lambda begin: begin, lambda text: 0.5), source, draft)
    assert found.text is not None
    assert "धारा 5" in found.text


def test_another_wording_is_taken_where_the_preferred_one_does_not_fit() -> None:
    def end(begin: str) -> str:
        return begin if "अधिकारी" not in begin else begin.replace("अधिकारी", "साहब")

    draft = inserted(GoingOn(end, lambda text: 0.5), "Ask the officer.", "साहब से आज पूछें।")
    assert draft.text is not None
    assert "अफ़सर" in draft.text


def test_the_preferred_wording_is_taken_where_both_fit() -> None:
    engine = GoingOn(lambda begin: begin, lambda text: 0.5)
    draft = inserted(engine, "Ask the officer.", "साहब से आज पूछें।")
    assert draft.text is not None
    assert "अधिकारी" in draft.text


def test_what_was_done_to_the_first_draft_is_still_told() -> None:
    asked = Asked("Pay the fee today.", tuple(FIND("Pay the fee today.")))
    engine = GoingOn(whole, lambda text: 0.5)
    first = Draft("आज ही फ़ीस जमा करें।", notes=("A number was put right.",))
    draft = insert_terms(engine, asked, first, ("en", "hi"))
    assert draft.notes == ("A number was put right.", NOTE)


def test_holes_among_the_drafts_are_passed_over() -> None:
    class Holes(GoingOn):
        def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
            return [Draft(None, problem="lost") for _ in batch]

    draft = inserted(Holes(whole, lambda text: 0.5), "Pay the fee.", "आज फ़ीस भरें।")
    assert draft == Draft("आज फ़ीस भरें।")


def test_only_the_places_that_the_engine_names_first_are_tried() -> None:
    class Knowing(GoingOn):
        def chances(
            self, request: Request, wordings: Sequence[str], target: str
        ) -> list[tuple[float, ...]]:
            places = range(len(request.begin.split()) + 1)
            return [tuple(-abs(20.0 - at) for at in places) for _ in wordings]

    draft = " ".join(f"क{at}ख" for at in range(25)) + " है।"
    engine = Knowing(lambda begin: begin, lambda text: 0.5)
    found = inserted(engine, "Pay the fee today.", draft)
    assert found.text is not None
    assert "शुल्क" in found.text
    begun = [one.begin.split().index("शुल्क") for one in engine.asked if "शुल्क" in one.begin]
    assert begun
    assert all(abs(20 - at) <= PLACES for at in begun)


def test_a_wording_that_fits_well_saves_the_tries_of_the_others() -> None:
    engine = GoingOn(lambda begin: begin, lambda text: 0.5)
    inserted(engine, "Ask the officer.", "साहब से आज पूछें।")
    assert not any("अफ़सर" in one.begin for one in engine.asked)


def test_half_of_a_term_gives_way_together_with_the_wrong_other_half() -> None:
    memorandum = Term("Office Memorandum", "कार्यालय ज्ञापन", "hi", id="om")
    asked = Asked(
        "Send the Office Memorandum today.",
        tuple(make_finder([memorandum])("Send the Office Memorandum today.")),
    )
    engine = GoingOn(lambda begin: begin, lambda text: 0.5)
    draft = insert_terms(engine, asked, Draft("कार्यालय नोटिमेन आज ही भेजें।"), ("en", "hi"))
    assert "कार्यालय ज्ञापन आज ही भेजें।" in [one.begin for one in engine.asked]
    assert draft.text is not None
