"""Calls that are polite and patient: spaced apart, tried again, never for ever.

For what may pass by itself: a busy server (429), a failing one (5xx), time-outs, cut connections.
Not for the network itself (translators.http) and not for answers that came but are of no use
(translators.remote).
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus

from translators.http import Connection, Headers, Interrupted, Reply, Trouble

ATTEMPTS = 4
TIMEOUT_ATTEMPTS = 2  # each costs the whole time limit, and the same text rarely gets faster
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds; doubled after each attempt
LONGEST_ASKED = 120.0  # seconds that a server may make us wait with Retry-After

_PASSING = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)
# The server, or a gateway before it, says that it is not working at all; no sentence is to blame.
_DOWN = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, so that tests need neither.

    now: seconds that only grow. date: seconds since 1970. sleep: wait so many seconds. chance:
    a number in 0..1.
    """

    now: Callable[[], float] = time.monotonic
    date: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class Unanswered(Exception):
    """A call that failed each time it was tried; `down` when no sentence can be to blame."""

    def __init__(self, reason: str, down: bool) -> None:
        super().__init__(reason)
        self.down = down


Post = Callable[[object, Headers], Reply]
"""Sends a body as JSON, with headers; returns an answer that is no passing failure."""


class Caller:
    """All calls of one engine in one worker: keeps their distance, tries them again."""

    def __init__(self, timeout: float, interval: float, clock: Clock) -> None:
        """Take seconds to wait for an answer, and seconds between the starts of two calls."""
        self._timeout = timeout
        self._interval = interval
        self._clock = clock
        self._next = 0.0

    @contextmanager
    def line(self, url: str) -> Iterator[Post]:
        """Yield a function that calls `url`; it raises Unanswered."""
        with Connection(url, self._timeout, self._clock.now) as connection:
            yield partial(self._post, connection)

    def _post(self, connection: Connection, body: object, headers: Headers) -> Reply:
        attempt = 1
        while True:
            self._take_turn()
            outcome = _once(connection, body, headers)
            if isinstance(outcome, Reply) and not _is_passing(outcome.status):
                return outcome
            pause = self._pause(attempt, outcome)
            if pause is None:
                raise Unanswered(_reason(outcome), _is_down(outcome))
            self._clock.sleep(pause)
            attempt += 1

    def _take_turn(self) -> None:
        wait = self._next - self._clock.now()
        if wait > 0:
            self._clock.sleep(wait)
        self._next = self._clock.now() + self._interval

    def _pause(self, attempt: int, outcome: Reply | Interrupted) -> float | None:
        """Return the seconds before the next attempt, None when there shall be none.

        Exponential with jitter, lest all workers come back at once (M. Brooker, "Exponential
        Backoff And Jitter", AWS Architecture Blog, 2015). What the server asks for goes first.
        """
        trouble = outcome.trouble if isinstance(outcome, Interrupted) else None
        tries = TIMEOUT_ATTEMPTS if trouble is Trouble.TIMEOUT else ATTEMPTS
        if attempt >= tries or trouble is Trouble.TOO_LARGE:
            return None
        own = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << (attempt - 1)))
        own *= 0.5 + self._clock.chance() / 2
        sent = outcome.retry_after if isinstance(outcome, Reply) else ""
        asked = seconds_asked(sent, self._clock.date())
        if asked is None:
            return own
        return asked + self._clock.chance() if asked <= LONGEST_ASKED else None


def seconds_asked(retry_after: str, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), None if unclear.

    It is a number of seconds or a date; `now` is in seconds since 1970. A date gone by is 0.
    """
    text = retry_after.strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        return max(0.0, float(parsedate_to_datetime(text).timestamp()) - now)
    except (ValueError, OverflowError):
        return None


def _once(connection: Connection, body: object, headers: Headers) -> Reply | Interrupted:
    try:
        return connection.post(body, headers)
    except Interrupted as interrupted:
        return interrupted


def _is_passing(status: int) -> bool:
    return status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _is_down(outcome: Reply | Interrupted) -> bool:
    if isinstance(outcome, Interrupted):
        return outcome.trouble is Trouble.UNREACHED
    return outcome.status in _DOWN


def _reason(outcome: Reply | Interrupted) -> str:
    if isinstance(outcome, Interrupted):
        return str(outcome)
    return f"answered with status {outcome.status}"
