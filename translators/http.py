"""The one edge to the network: one POST of JSON to one server, with its limits.

Here is decided what may be called (https; plain http only on this machine), how long is waited and
how much is read, and here httpx2's errors become ours. Nothing that the server says ends up in an
error, for a server may repeat the key it was sent. Not for trying again (translators.retry), and
not for what the JSON means.
"""

from __future__ import annotations

import ipaddress
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import SplitResult, urlsplit

from courses.errors import EngineError, UsageError

if TYPE_CHECKING:
    import httpx2

LIMIT = 4 << 20
"""Bytes of an answer that are read at most; 64 long sentences in any script are under 0.2 MB."""

_CONNECT = 10.0  # seconds; a server that is there accepts a connection in far less
_JSON = "application/json"


class Secret:
    """A key that no repr, log or traceback with local variables can show."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the key itself, for the header of a request and nothing else."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> tuple[Any, ...]:
        """Refuse to be pickled: a worker reads its keys from its own environment."""
        raise TypeError("a Secret is not sent to another process or written to a file")


class Trouble(StrEnum):
    """Why no whole answer came."""

    UNREACHED = "cannot be reached"
    TIMEOUT = "gave no answer in time"
    CUT = "cut the connection"
    TOO_LARGE = "sent more than an answer can be"


class Interrupted(Exception):
    """One call that brought no whole answer."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: HTTP status, the header Retry-After as sent, and the body."""

    status: int
    retry_after: str = ""
    body: bytes = field(default=b"", repr=False)


Headers = Mapping[str, "str | Secret"]


def check_address(url: str, named: str) -> SplitResult:
    """Return the parts of `url`, an address that course text and keys may be sent to.

    `named` says in the message where the address is from. Raises UsageError unless it is https, or
    http on this machine; a user name or password in it is refused and not repeated.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise UsageError(f"{named} is no address of a server.") from None
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{named} has a user name or password in it.", "Leave them out.")
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise UsageError(f"{named} must be an address that begins with https://.")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        message = f"{named} would send course text to {parts.hostname} without encryption."
        raise UsageError(message, "Use https://; plain http:// is for servers on this machine.")
    return parts


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine: localhost, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Connection:
    """A line to one address, open inside ``with``. Follows no redirect. Not thread-safe."""

    def __init__(self, url: str, timeout: float, now: Callable[[], float] = monotonic) -> None:
        """Remember the checked address `url`, and `timeout` in seconds for each answer."""
        self._url = url
        self._timeout = timeout
        self._now = now
        self._client: httpx2.Client | None = None

    def __enter__(self) -> Self:
        httpx2 = _library()
        parts = urlsplit(self._url)
        # Text for a server on this machine must not take the way over a proxy.
        local = is_loopback(parts.hostname or "")
        # Reading all certificates takes 0.1 s, for nothing with http; without them none is trusted.
        trusted = True if parts.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        timeout = httpx2.Timeout(self._timeout, connect=min(_CONNECT, self._timeout))
        self._client = httpx2.Client(
            timeout=timeout, follow_redirects=False, trust_env=not local, verify=trusted
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            self._client.close()

    def post(self, body: object, headers: Headers) -> Reply:
        """Return the whole answer to `body` sent as JSON. Raises Interrupted."""
        httpx2 = _library()
        assert self._client is not None, "post() is for inside `with`"
        # A lone surrogate, from a broken captions file, becomes "?": it cannot be sent.
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        try:
            with self._client.stream(
                "POST", self._url, content=content, headers=_plain(headers)
            ) as response:
                return self._read(response)
        # Not chained: a foreign error holds the request, and the request holds the key.
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, httpx2.InvalidURL):
            raise Interrupted(Trouble.UNREACHED) from None
        except httpx2.TimeoutException:
            raise Interrupted(Trouble.TIMEOUT) from None
        except httpx2.HTTPError:
            raise Interrupted(Trouble.CUT) from None

    def _read(self, response: httpx2.Response) -> Reply:
        # httpx2's time limit is for each piece; a server that drips would never meet it.
        end = self._now() + self._timeout
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > LIMIT:
                raise Interrupted(Trouble.TOO_LARGE)
            if self._now() > end:
                raise Interrupted(Trouble.TIMEOUT)
        return Reply(response.status_code, response.headers.get("Retry-After", ""), bytes(body))


def read_json(text: str | bytes) -> Any:
    """Return what `text` says as JSON; raises ValueError, also for absurdly deep nesting."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _plain(headers: Headers) -> dict[str, str]:
    """Return the headers of a request; the body may not be compressed, to keep its size known."""
    given = {
        name: value.reveal() if isinstance(value, Secret) else value
        for name, value in headers.items()
    }
    return {"Content-Type": _JSON, "Accept": _JSON, "Accept-Encoding": "identity"} | given


def _library() -> Any:
    """Return httpx2, loaded when the first call is made."""
    try:
        import httpx2
    except ImportError as error:
        raise EngineError(
            "Remote engines need the package httpx2.", "Install it: pip install httpx2."
        ) from error
    return httpx2
