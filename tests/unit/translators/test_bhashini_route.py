"""What is believed of the answer of Bhashini's config call."""

from __future__ import annotations

from typing import Any

import pytest

from courses.errors import LanguageError
from translators.bhashini import Route, read_route
from translators.remote import Unusable

CONFIG_URL = "https://config.example.org"


def answer(*languages: dict[str, str], **end: Any) -> dict[str, Any]:
    """Return an answer as documented, with one service a language pair."""
    key = {"name": "Authorization", "value": "the-key"}
    config = [{"serviceId": f"s{n}", "language": one} for n, one in enumerate(languages, 1)]
    return {
        "pipelineResponseConfig": [
            {"taskType": "asr", "config": []},
            {"taskType": "translation", "config": config},
        ],
        "pipelineInferenceAPIEndPoint": {
            "callbackUrl": "https://compute.example.org/pipeline",
            "inferenceApiKey": key,
        }
        | end,
    }


def pair(target: str, script: str = "") -> dict[str, str]:
    named = {"targetScriptCode": script} if script else {}
    return {"sourceLanguage": "en", "targetLanguage": target} | named


def test_the_service_of_the_pair_is_taken() -> None:
    route = read_route(answer(pair("ta"), pair("hi")), ("en", "hi"), CONFIG_URL)
    assert (route.url, route.service) == ("https://compute.example.org/pipeline", "s2")
    assert "the-key" not in repr(route)


@pytest.mark.parametrize("code", ["gom", "kok"])
def test_konkani_is_found_under_either_code(code: str) -> None:
    assert read_route(answer(pair(code)), ("en", "kok"), CONFIG_URL).service == "s1"


def test_the_service_that_writes_our_script_is_taken() -> None:
    both = answer(pair("mni", "Beng"), pair("mni", "Mtei"))
    assert read_route(both, ("en", "mni"), CONFIG_URL).service == "s2"


@pytest.mark.parametrize("language", [pair("ta"), pair("mni", "Beng")])
def test_a_pair_or_script_without_a_service_is_refused(language: dict[str, str]) -> None:
    with pytest.raises(LanguageError, match="cannot translate 'en' to 'mni'"):
        read_route(answer(language), ("en", "mni"), CONFIG_URL)


@pytest.mark.parametrize(
    "end",
    [
        {"callbackUrl": "http://compute.example.org"},
        {"callbackUrl": "https://user:word@compute.example.org"},
        {"callbackUrl": "https://127.0.0.1/admin"},
        {"callbackUrl": None},
        {"inferenceApiKey": {"name": "X-Key\r\nHost", "value": "k"}},
        {"inferenceApiKey": {"name": "X-Key", "value": "k\r\nX-Evil: 1"}},
        {"inferenceApiKey": {"name": "X-Key", "value": ""}},
        {"inferenceApiKey": None},
    ],
)
def test_a_place_that_text_must_not_go_to_and_a_key_that_cannot_be_sent_are_refused(
    end: dict[str, Any],
) -> None:
    with pytest.raises(Unusable):
        read_route(answer(pair("hi"), **end), ("en", "hi"), CONFIG_URL)


def test_plain_http_is_followed_only_from_this_machine_to_this_machine() -> None:
    here = answer(pair("hi"), callbackUrl="http://127.0.0.1:9/compute")
    assert isinstance(read_route(here, ("en", "hi"), "http://localhost:9"), Route)


@pytest.mark.parametrize("broken", [None, [], {}, "x", {"pipelineResponseConfig": [None]}])
def test_an_answer_that_is_not_as_documented_is_refused(broken: Any) -> None:
    with pytest.raises(Unusable, match="not as documented"):
        read_route(broken, ("en", "hi"), CONFIG_URL)
