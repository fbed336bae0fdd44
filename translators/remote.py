"""What the remote engines share: settings and keys, and how a batch is asked for in groups.

An answer that is of no use makes holes of its group; translators.wrappers.Retrying asks for them
again in smaller ones. A server that is down, or that refuses us, is an EngineError: nothing is kept
of such a batch, so the same command goes on later, while a hole would stay. Not for what one server
wants to hear (translators.bhashini, translators.chat).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from courses.errors import EngineError, UsageError
from translators.base import Draft, Request, TranslatorOptions
from translators.http import Reply, Secret, check_address, read_json
from translators.retry import Unanswered

_VISIBLE = re.compile(r"[!-~]+")
# Statuses that are about what was sent: another sentence may well be accepted.
_CONTENT = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
# A sentence nobody can stumble over: it tells a server that is down from one bad sentence.
_HARMLESS = Request("Thank you.")
_NOTHING = "there is no text to translate"


class Unusable(Exception):
    """An answer came, but no translation of this group can be taken from it; says why."""


class NotAccepted(Unusable):
    """The server found something wrong with what it was sent."""


class Denied(Exception):
    """The server does not accept our key."""


Ask = Callable[[Sequence[Request]], list[Draft]]
"""Asks a server for one group, in order. Raises Unusable, Unanswered or an error of ours."""


def refuse_offline(engine: str, options: TranslatorOptions) -> None:
    """Raise UsageError when no network may be used."""
    if options.offline:
        raise UsageError(
            f"The engine {engine} needs the network, and karmavani is offline.",
            "Choose the engine starter, or leave offline mode.",
        )


def configured_address(url: str) -> str:
    """Return the address of the configuration without a slash at its end.

    Raises UsageError for one that is not safe, or that has a query: keys have been seen there.
    """
    parts = check_address(url, "translator.url")
    if parts.query or parts.fragment:
        message = "translator.url has a part after ? or #."
        raise UsageError(message, "Leave it out; keys come from the environment.")
    return url.rstrip("/")


def read_key(environ: Mapping[str, str], name: str) -> Secret | None:
    """Return the key that the environment variable `name` holds, None when it is not set.

    Raises UsageError, which names the variable only, when it cannot be a key.
    """
    text = environ.get(name, "").strip()
    if not text:
        return None
    if not _VISIBLE.fullmatch(text):
        raise UsageError(f"{name} is no key: it has spaces or letters outside ASCII in it.")
    return Secret(text)


def address_mark(url: str) -> str:
    """Return 8 hex digits for the Signature: which server, without publishing its name."""
    return hashlib.sha256(url.encode()).hexdigest()[:8]


def read_answer(reply: Reply, engine: str) -> Any:
    """Return what the server says as JSON.

    Raises Unusable where the sentences may be the reason, Denied for a key that is not accepted,
    EngineError for everything else. What the server says about it is never repeated.
    """
    if reply.status == HTTPStatus.OK:
        try:
            return read_json(reply.body)
        except ValueError:
            raise Unusable(f"the {engine} server's answer is no JSON") from None
    if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise Denied(f"The {engine} server does not accept our key (status {reply.status}).")
    if reply.status in _CONTENT:
        raise NotAccepted(f"the {engine} server does not accept it (status {reply.status})")
    raise EngineError(
        f"The {engine} server answered with status {reply.status}.",
        "Check translator.url and translator.model.",
    )


def translate_in_groups(batch: Sequence[Request], size: int, ask: Ask, engine: str) -> list[Draft]:
    """Return one Draft a Request, in order, asking for at most `size` different ones at a time.

    Text without letters is copied, blank text is a hole; neither leaves the machine. Raises
    EngineError when the server is down.
    """
    work = list(dict.fromkeys(one for one in batch if any(map(str.isalpha, one.text))))
    made: dict[Request, Draft] = {}
    for start in range(0, len(work), size):
        group = work[start : start + size]
        made.update(zip(group, _drafts(group, ask, engine), strict=True))
    return [made.get(request) or _copied(request.text) for request in batch]


def _drafts(group: Sequence[Request], ask: Ask, engine: str) -> list[Draft]:
    """Return one Draft a Request, all of them holes when no answer can be used."""
    try:
        return ask(group)
    except Unusable as unusable:
        problem = str(unusable)
    except Unanswered as failed:
        problem = f"the {engine} server {failed}"
        if failed.down or not _is_alive(ask):
            raise EngineError(
                f"The {engine} server {failed}.",
                "Nothing is lost: run the same command again later. If it is only slow, lower"
                " translator.batch or raise translator.timeout.",
            ) from None
    return [Draft(None, problem=problem)] * len(group)


def _is_alive(ask: Ask) -> bool:
    try:
        ask([_HARMLESS])
    except Unanswered:
        return False
    except Unusable:
        return True
    return True


def _copied(text: str) -> Draft:
    """Return a text without letters as it is: numbers and marks need no translation."""
    return Draft(text, 1.0) if text.strip() else Draft(None, problem=_NOTHING)
