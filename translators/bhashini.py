"""Bhashini, India's National Language Translation Mission: translation over its ULCA pipelines.

Two calls, as documented on https://dibd-bhashini.gitbook.io/bhashini-apis: the config call, once
a language pair, says where to send text, with which key and to which service; the compute call
translates. Not for its speech recognition, and glossary terms do not reach its models.

The account's keys are in the environment: KARMAVANI_BHASHINI_USER (userID) and
KARMAVANI_BHASHINI_KEY (ulcaApiKey).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.errors import EngineError, LanguageError, UsageError
from courses.languages import CODES, find_writing
from courses.nouns import Signature
from translators.base import Draft, Request, TranslatorOptions, refuse_unsupported
from translators.http import Headers, Secret, check_address, is_loopback
from translators.remote import (
    Denied,
    Unusable,
    address_mark,
    configured_address,
    read_answer,
    read_key,
    refuse_offline,
    translate_in_groups,
)
from translators.retry import Caller, Clock, Post, Unanswered

USER, KEY = "KARMAVANI_BHASHINI_USER", "KARMAVANI_BHASHINI_KEY"
CONFIG_URL = "https://meity-auth.ulcacontrib.org/ulca/apis/v0/model/getModelsPipeline"
PIPELINE = "64392f96daac500b55c543cd"  # MeitY's public pipeline
BATCH = 25
REVISION = "1"  # of how we ask; part of the Signature

_THEIRS = {"kok": "gom"}  # ULCA lists Konkani under the code of Goan Konkani
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_VALUE = re.compile(r"[!-~]+(?: [!-~]+)*")


@dataclass(frozen=True, slots=True)
class Route:
    """What the config call answers for one language pair: where, with which key, which service."""

    url: str
    headers: Headers
    service: str


class Bhashini:
    """Translates between English and the 22 languages. Not thread-safe."""

    sources = targets = frozenset(CODES)
    understands_hints = False
    goes_on = False
    repeatable = False

    def __init__(
        self,
        options: TranslatorOptions,
        clock: Clock | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Check settings and keys; calls nothing. Raises UsageError."""
        refuse_offline("bhashini", options)
        remote = options.remote
        self._url = configured_address(remote.url or CONFIG_URL)
        self._pipeline = remote.model or PIPELINE
        self._batch = remote.batch or BATCH
        self._headers = {"userID": _account(environ, USER), "ulcaApiKey": _account(environ, KEY)}
        self._caller = Caller(remote.timeout, remote.interval, clock or Clock())
        self._routes: dict[tuple[str, str], Route] = {}

    @property
    def signature(self) -> Signature:
        """Name the pipeline; which service it uses for a pair is Bhashini's choice."""
        revision = f"{address_mark(self._url)}.{REVISION}"
        return Signature("bhashini", self._pipeline, revision)

    def translate(self, batch: Sequence[Request], source: str, target: str) -> list[Draft]:
        """Return one Draft a Request, in order. Raises LanguageError, EngineError."""
        refuse_unsupported(self, source, target)
        if not batch:
            return []
        try:
            return self._translate(batch, (source, target))
        except Denied:
            # The key of the compute call may be changed at any time; the config call has the new.
            self._routes.pop((source, target), None)
        try:
            return self._translate(batch, (source, target))
        except Denied as denied:
            raise EngineError(str(denied), f"Check {USER} and {KEY}.") from None

    def _translate(self, batch: Sequence[Request], pair: tuple[str, str]) -> list[Draft]:
        route = self._routes.get(pair) or self._find_route(pair)
        self._routes[pair] = route
        with self._caller.line(route.url) as post:

            def ask(group: Sequence[Request]) -> list[Draft]:
                return _ask(post, route, pair, [_flat(request.text) for request in group])

            return translate_in_groups(batch, self._batch, ask, "Bhashini")

    def _find_route(self, pair: tuple[str, str]) -> Route:
        """Return the answer of the config call. Raises LanguageError, EngineError, Denied."""
        body = {
            "pipelineTasks": [_task(pair)],
            "pipelineRequestConfig": {"pipelineId": self._pipeline},
        }
        try:
            with self._caller.line(self._url) as post:
                answer = read_answer(post(body, self._headers), "Bhashini")
            return read_route(answer, pair, self._url)
        except Unanswered as failed:
            message = f"The Bhashini server {failed}."
            raise EngineError(message, "Run the same command again later.") from None
        except Unusable as problem:
            message = f"Bhashini's config call failed: {problem}."
            raise EngineError(message, "Check translator.url and translator.model.") from None


def read_route(answer: Any, pair: tuple[str, str], config_url: str) -> Route:
    """Return the route that the answer of the config call names for `pair`.

    Raises LanguageError when it names no service for the pair in the writing that we want,
    Unusable when it is not as documented. Plain http to this machine is accepted only from a
    config call on this machine.
    """
    try:
        task = next(
            one for one in answer["pipelineResponseConfig"] if one["taskType"] == "translation"
        )
        services = [one["serviceId"] for one in task["config"] if _serves(one, pair)]
        end = answer["pipelineInferenceAPIEndPoint"]
        url, key = str(end["callbackUrl"]), end["inferenceApiKey"]
        name, value = str(key["name"]), str(key["value"])
    except (KeyError, TypeError, StopIteration):
        raise Unusable("its answer is not as documented") from None
    if not services:
        message = f"Bhashini's pipeline cannot translate {pair[0]!r} to {pair[1]!r}."
        raise LanguageError(message, "Choose another pipeline: translator.model.")
    if not _HEADER.fullmatch(name) or not _VALUE.fullmatch(value):
        raise Unusable("its answer names no key that can be sent")
    try:
        host = check_address(url, "the callbackUrl").hostname or ""
    except UsageError as error:
        raise Unusable(error.message) from None
    if is_loopback(host) and not is_loopback(check_address(config_url, "url").hostname or ""):
        raise Unusable("its answer sends course text to a server on this machine")
    return Route(url, {name: Secret(value)}, str(services[0]))


def _serves(config: Mapping[str, Any], pair: tuple[str, str]) -> bool:
    """Return whether a service does the pair; its script counts only where it is named."""
    language = config["language"]
    ours = tuple(_THEIRS.get(code, code) for code in pair)
    theirs = language.get("sourceLanguage"), language.get("targetLanguage")
    theirs = tuple(_THEIRS.get(code, code) for code in theirs)
    script = language.get("targetScriptCode") or ""
    return ours == theirs and script in ("", find_writing(pair[1]).script)


def _ask(post: Post, route: Route, pair: tuple[str, str], texts: list[str]) -> list[Draft]:
    """Return one Draft a text from one compute call."""
    task = _task(pair)
    task["config"]["serviceId"] = route.service
    body = {
        "pipelineTasks": [task],
        "inputData": {"input": [{"source": text} for text in texts]},
    }
    answer = read_answer(post(body, route.headers), "Bhashini")
    try:
        outputs = answer["pipelineResponse"][0]["output"]
        pairs = [(one.get("source"), one["target"]) for one in outputs]
    except (AttributeError, IndexError, KeyError, TypeError):
        raise Unusable("Bhashini's answer is not as documented") from None
    if len(pairs) != len(texts):
        raise Unusable(f"Bhashini answered with {len(pairs)} sentences for {len(texts)}")
    if any(_is_anothers(echo, text, texts) for (echo, _), text in zip(pairs, texts, strict=True)):
        raise Unusable("Bhashini answered in another order")
    return [_draft(written) for _, written in pairs]


def _is_anothers(echo: object, text: str, texts: list[str]) -> bool:
    """Return whether the repeated source is that of another sentence.

    A service may change quotes or spaces in what it repeats; that alone says nothing.
    """
    return isinstance(echo, str) and _flat(echo) != text and _flat(echo) in texts


def _draft(written: object) -> Draft:
    if isinstance(written, str) and (text := _flat(written)):
        return Draft(text)
    return Draft(None, problem="Bhashini found no translation of this sentence")


def _task(pair: tuple[str, str]) -> dict[str, Any]:
    source, target = (_THEIRS.get(code, code) for code in pair)
    language = {"sourceLanguage": source, "targetLanguage": target}
    return {"taskType": "translation", "config": {"language": language}}


def _account(environ: Mapping[str, str], name: str) -> Secret:
    key = read_key(environ, name)
    if key is None:
        raise UsageError(
            f"The engine bhashini needs an account: {name} is not set.",
            "Set it to what your profile at Bhashini shows; see docs/engines.md.",
        )
    return key


def _flat(text: str) -> str:
    return " ".join(text.split())
