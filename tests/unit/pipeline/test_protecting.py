"""Terms survive engines that obey, that do not, and that break what they are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from courses.nouns import Signature, Term, TermKind
from glossaries.match import make_finder
from pipeline.protecting import terms_mark, translate_keeping_terms
from pipeline.weighing import Asked
from translators.base import Draft, Request, TranslatorOptions
from translators.echo import Echo

FEE = Term("fee", "शुल्क", "hi", id="fee")
PIO = Term("Public Information Officer", "लोक सूचना अधिकारी", "hi", id="pio")
KEPT = Term("eOffice", "eOffice", "hi", TermKind.KEEP, id="eoffice")
FIND = make_finder([FEE, PIO, KEPT])
HINDI = "यह एक लंबा हिंदी वाक्य है और इसमें यह सब लिखा है:"
NOTE = "It was translated again, so that it uses the terms that the first draft did not."


class Fake:
    """An engine of one function: the sentence with its hints, and how often it was asked."""

    sources = targets = frozenset({"en", "hi"})
    repeatable = True
    goes_on = False
    signature = Signature("fake")

    def __init__(
        self, write: Callable[[Request], str | None], hints: bool, name: str = "fake"
    ) -> None:
        self.understands_hints = hints
        self.signature = Signature(name)
        self.asked: list[Request] = []
        self._write = write

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        self.asked += batch
        return [Draft(self._write(request)) for request in batch]


def made(engine: Fake | Echo, *texts: str) -> list[Draft]:
    asked = [Asked(text, tuple(FIND(text))) for text in texts]
    return translate_keeping_terms(engine, asked, "en", "hi")


def obedient(request: Request) -> str:
    text = request.text
    for said, wanted in request.hints:
        text = text.replace(said, wanted)
    return f"{HINDI} {text}"


def test_an_engine_that_follows_hints_is_asked_once() -> None:
    engine = Fake(obedient, hints=True)
    (draft,) = made(engine, "Pay the fee in eOffice.")
    assert draft == Draft(f"{HINDI} Pay the शुल्क in eOffice.")
    assert len(engine.asked) == 1


def test_a_term_that_was_not_used_is_mixed_into_the_sentence() -> None:
    engine = Fake(lambda request: f"{HINDI} {request.text}".replace("fee", "फ़ीस"), hints=True)
    (draft,) = made(engine, "Pay the fee in eOffice.")
    assert draft == Draft(f"{HINDI} Pay the शुल्क in eOffice.", notes=(NOTE,))


def test_a_name_that_was_not_copied_is_tried_in_capitals_and_gets_its_spelling_back() -> None:
    engine = Fake(lambda request: f"{HINDI} {request.text}".replace("eOffice", "ई"), hints=True)
    (draft,) = made(engine, "Open eOffice.")
    assert draft == Draft(f"{HINDI} Open eOffice.", notes=(NOTE,))


def test_sentences_that_keep_their_terms_are_not_asked_for_again() -> None:
    engine = Fake(lambda request: obedient(request).replace("Good", "अच्छा"), hints=True)
    made(engine, "Good fee.", "No term.", "A good day.")
    assert len(engine.asked) == 3


def test_a_better_term_does_not_pay_for_a_wrong_number() -> None:
    def write(request: Request) -> str:
        mixed = "शुल्क" in request.text
        return "3 दिनों में शुल्क भरें" if mixed else "30 दिनों में फ़ीस भरें"

    (draft,) = made(Fake(write, hints=True), "Pay the fee in 30 days.")
    assert draft == Draft("30 दिनों में फ़ीस भरें")


def test_a_second_draft_that_lost_half_of_the_sentence_is_not_taken() -> None:
    def write(request: Request) -> str:
        return "शुल्क" if "शुल्क" in request.text else "कृपया यह फ़ीस आज ही जमा करें"

    (draft,) = made(Fake(write, hints=True), "Please pay this fee today.")
    assert draft.text == "कृपया यह फ़ीस आज ही जमा करें"


def test_a_hole_stays_a_hole_and_is_not_asked_for_again() -> None:
    engine = Fake(lambda request: None, hints=True)
    (draft,) = made(engine, "Pay the fee.")
    assert draft.text is None
    assert len(engine.asked) == 1


@pytest.mark.parametrize("name", ["indictrans2", "nllb"])
def test_an_engine_without_hints_gets_placeholders(name: str) -> None:
    engine = Fake(lambda request: f"{HINDI} {request.text}", hints=False, name=name)
    (draft,) = made(engine, "Pay the fee in eOffice.")
    assert draft == Draft(f"{HINDI} Pay the शुल्क in eOffice.")
    (request,) = engine.asked
    assert "fee" not in request.text
    assert ("<ID" in request.text) == (name == "indictrans2")


def test_a_sentence_whose_placeholder_is_lost_is_translated_bare() -> None:
    def lose(request: Request) -> str:
        return f"{HINDI} " + " ".join(word for word in request.text.split() if not word.isupper())

    engine = Fake(lose, hints=False)
    bad, good = made(engine, "Pay the fee today.", "Nothing here.")
    assert bad == Draft(f"{HINDI} Pay the fee today.")
    assert good == Draft(f"{HINDI} Nothing here.")
    assert [request.text for request in engine.asked][2:] == ["Pay the fee today."]


def test_a_doubled_placeholder_and_a_word_grown_together_are_translated_bare() -> None:
    for spoil in (lambda text: text + " " + text, lambda text: text.replace(".", "ों.")):
        engine = Fake(lambda request, spoil=spoil: f"{HINDI} " + spoil(request.text), hints=False)
        (draft,) = made(engine, "Pay the fee.")
        assert draft.text is not None
        assert "QB" not in draft.text
        assert len(engine.asked) == 2 or "शुल्क" in draft.text


def test_english_left_standing_is_repaired_and_noted() -> None:
    engine = Fake(lambda request: "Public Information Officer को लिखें", hints=True)
    (draft,) = made(engine, "Write to the Public Information Officer.")
    assert draft.text == "लोक सूचना अधिकारी को लिखें"
    assert "gave way" in draft.notes[0]


def test_the_echo_stays_an_echo() -> None:
    (draft,) = made(Echo(TranslatorOptions({}, Path("cache"))), "Pay the fee.")
    assert draft == Draft("[hi] Pay the fee.", 1.0)


def test_the_same_batch_is_always_translated_alike() -> None:
    texts = ("Pay the fee.", "The Public Information Officer.", "No term.")
    first, second = (
        made(Fake(lambda r: f"{HINDI} {r.text}", hints=True), *texts) for _ in range(2)
    )
    assert first == second


def test_the_mark_of_a_sentence_changes_with_its_wordings_only() -> None:
    def mark(term: Term) -> str:
        return terms_mark(Asked("A fee.", tuple(make_finder([term])("A fee."))))

    same = Term("fee", "शुल्क", "hi", id="other", note="seen", domain="law")
    assert mark(FEE) == mark(same)
    assert mark(FEE) != mark(Term("fee", "फ़ीस", "hi"))
    assert mark(FEE) != mark(Term("fee", "शुल्क", "hi", forbidden=("फ़ीस",)))


LONG = (
    "The citizen who wants a copy of any record must pay the fee at the counter, and the "
    "receipt must be kept with the application until the reply comes."
)


def test_a_long_sentence_that_misses_a_term_is_tried_clause_by_clause() -> None:
    def forgetful(request: Request) -> str:
        """Writes terms of the target language that it meets in short texts only."""
        if len(request.text.split()) >= 18:
            return "नागरिक को अभिलेख की प्रति के लिए यह देना है"
        return "नागरिक को यह देना है शुल्क" if "शुल्क" in request.text else "रसीद साथ रखनी है"

    (draft,) = made(Fake(forgetful, hints=True), LONG)
    assert draft.text is not None
    assert "शुल्क" in draft.text
    assert draft.notes == (NOTE,)


def test_at_last_a_name_stands_for_the_term_and_gives_way_to_it() -> None:
    def copier(request: Request) -> str:
        """Copies words in capitals and nothing else."""
        names = [word.strip(".,") for word in request.text.split() if word.strip(".,").isupper()]
        return " ".join(["यह एक हिंदी वाक्य है और इसमें यह भी लिखा है", *names])

    (draft,) = made(Fake(copier, hints=True), "Pay the fee now.")
    assert draft.text == "यह एक हिंदी वाक्य है और इसमें यह भी लिखा है शुल्क"
    assert draft.notes == (NOTE,)
