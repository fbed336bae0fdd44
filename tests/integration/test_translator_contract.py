"""The contract of translators/base.py, one body for every engine."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courses.errors import LanguageError, UsageError
from pipeline.config import read_config
from pipeline.model_convert import Convert, convert_transformers
from pipeline.model_indictrans import convert_indictrans
from pipeline.models import Registry
from tests.integration.tiny_models import Tiny
from translators.base import Draft, Remote, Request, Translator, TranslatorOptions, make_translator
from translators.bhashini import Bhashini
from translators.draft_cache import DraftCache
from translators.wrappers import Cached, Counted, Retrying, chances

SENTENCES = [
    "Every citizen may ask for information.",
    "",
    "Section 8(1)(j) covers personal information.",
    "   ",
    "2005",
    "Reply within 30 days.",
    "Yes.",
    "Every citizen may ask for information.",
    "This is a very long sentence, " * 30 + "and here it ends.",
]


def _echo(tmp_path: Path) -> Translator:
    return make_translator("echo", TranslatorOptions({}, tmp_path))


def _starter(tmp_path: Path) -> Translator:
    config = read_config()
    registry = Registry.load(config)
    if not registry.is_present("starter") and not os.environ.get("CI"):
        pytest.skip("the starter's model is not in the cache: karmavani models fetch starter")
    options = TranslatorOptions(registry.folders("starter"), config.cache / "built")
    return make_translator("starter", options)


def _bhashini(tmp_path: Path, server: Any) -> Translator:
    keys = {"KARMAVANI_BHASHINI_USER": "user", "KARMAVANI_BHASHINI_KEY": "key"}
    remote = Remote(url=f"{server.url}/config", batch=3)
    return Bhashini(TranslatorOptions({}, tmp_path, remote=remote), environ=keys)


def _chat(tmp_path: Path, server: Any) -> Translator:
    remote = Remote(url=server.url, model="a-model", batch=3)
    return make_translator("chat", TranslatorOptions({}, tmp_path, remote=remote))


def _on_ctranslate2(engine: str, convert: Convert) -> Callable[[Path, Tiny], Translator]:
    """Return the maker of an engine over a tiny model, converted as the registry does."""

    def make(tmp_path: Path, tiny: Tiny) -> Translator:
        (tmp_path / "model").mkdir()
        convert(tiny.folder, tmp_path / "model", "int8")
        pair = {"reads": frozenset({"en"}), "writes": frozenset({"hi", "ta"})}
        options = TranslatorOptions({"model": tmp_path / "model"}, tmp_path, name="tiny", **pair)
        return make_translator(engine, options)

    return make


# Engines on this machine by their maker; others by the fixture that they need, and maker.
ENGINES = [
    pytest.param(_echo, id="echo"),
    pytest.param(lambda path: Counted(_echo(path)), id="counted"),
    pytest.param(lambda path: Retrying(_echo(path)), id="retrying"),
    pytest.param(lambda path: Cached(_echo(path), DraftCache(path / "c")), id="cached"),
    pytest.param(_starter, marks=pytest.mark.models, id="starter"),
    pytest.param(("lasting_bhashini", _bhashini), id="bhashini"),
    pytest.param(("lasting_chat", _chat), id="chat"),
    pytest.param(
        ("tiny_indictrans", _on_ctranslate2("indictrans2", convert_indictrans)), id="indictrans2"
    ),
    pytest.param(("tiny_nllb", _on_ctranslate2("nllb", convert_transformers)), id="nllb"),
    pytest.param(("tiny_opus", _on_ctranslate2("opus-mt", convert_transformers)), id="opus-mt"),
]


@pytest.fixture(scope="module", params=ENGINES)
def translator(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Translator:
    folder = tmp_path_factory.mktemp("engine")
    if isinstance(request.param, tuple):
        needed, make_with = request.param
        made: Translator = make_with(folder, request.getfixturevalue(needed))
        return made
    make: Callable[[Path], Translator] = request.param
    return make(folder)


@pytest.fixture(scope="module")
def together(translator: Translator) -> list[Draft]:
    """All sentences, translated once for the tests that only look: the long one takes long."""
    return translator.translate([Request(text) for text in SENTENCES], "en", "hi")


def test_there_are_as_many_drafts_as_requests_in_the_same_order(
    translator: Translator, together: list[Draft]
) -> None:
    assert len(together) == len(SENTENCES)
    for number in (0, 2, 5):
        alone = translator.translate([Request(SENTENCES[number])], "en", "hi")
        shared = set((alone[0].text or "").split()) & set((together[number].text or "").split())
        assert shared, f"sentence {number} has another sentence's translation"
    assert together[0].text == together[7].text


def test_no_request_is_answered_with_a_blank(together: list[Draft]) -> None:
    for text, draft in zip(SENTENCES, together, strict=True):
        if draft.text is None:
            assert draft.problem, text
        else:
            assert draft.text.strip(), text
    assert together[1].text is None
    assert together[3].text is None
    assert together[0].text


def test_the_same_request_gives_the_same_draft(translator: Translator) -> None:
    requests = [Request(text) for text in SENTENCES[:4]]
    first = translator.translate(requests, "en", "hi")
    assert translator.translate(requests, "en", "hi") == first


def test_confidence_is_a_share_of_one_or_unknown(
    translator: Translator, together: list[Draft]
) -> None:
    others = translator.translate([Request(text) for text in SENTENCES[:7]], "en", "ta")
    for draft in (*together, *others):
        assert draft.confidence is None or 0 <= draft.confidence <= 1


def test_an_unsupported_language_is_refused_before_any_work(translator: Translator) -> None:
    with pytest.raises(LanguageError, match="cannot write 'xx'"):
        translator.translate([Request("Hello.")], "en", "xx")
    with pytest.raises(LanguageError, match="cannot read 'xx'"):
        translator.translate([Request("Hello.")], "xx", "hi")


def test_no_requests_give_no_drafts(translator: Translator) -> None:
    assert translator.translate([], "en", "hi") == []


def test_an_engine_that_goes_on_begins_as_it_is_told(translator: Translator) -> None:
    if not translator.goes_on:
        pytest.skip("it writes the whole text itself")
    begins = ["सूचना", "सूचना का अधिकार", "हर नागरिक सूचना"]
    requests = [Request(SENTENCES[0], begin=begin) for begin in begins]
    drafts = translator.translate([*requests, Request(SENTENCES[0])], "en", "hi")
    for begin, draft in zip(begins, drafts, strict=False):
        assert draft.text is not None
        assert draft.text.startswith(begin)
        assert len(draft.text) > len(begin)
    assert drafts[3] == translator.translate([Request(SENTENCES[0])], "en", "hi")[0]
    likely = translator.translate([Request(SENTENCES[0], begin=drafts[3].text or "")], "en", "hi")
    assert likely[0].text == drafts[3].text
    assert likely[0].confidence == pytest.approx(drafts[3].confidence, rel=0.05)


def test_an_engine_that_knows_places_tells_one_for_each_word_and_the_end(
    translator: Translator,
) -> None:
    request = Request(SENTENCES[0], begin="हर नागरिक फ़ीस माँग सकता है।")
    told = chances(translator, request, ["सूचना", "अधिकारी"], "hi")
    if told is None:
        pytest.skip("it knows no places")
    assert [len(one) for one in told] == [7, 7]
    assert all(chance <= 0 for one in told for chance in one)
    assert max(range(7), key=told[0].__getitem__) in (0, 2)


def test_the_signature_names_the_engine_and_never_changes(translator: Translator) -> None:
    assert translator.signature.engine
    assert translator.signature == translator.signature


def test_an_unknown_engine_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no translation engine 'deepl'.*starter.*, echo"):
        make_translator("deepl", TranslatorOptions({}, tmp_path))
