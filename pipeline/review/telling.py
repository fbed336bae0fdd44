"""Sends the messages of `store.webhooks`: one signed POST each, to a public address only.

The name of a host is looked up once, every address that it has must be public, and the connection
goes to the address that was looked at: no message can be led into the site's own network. Redirects
are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import logging
import socket
import ssl
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

from django.conf import settings

from pipeline.review.models import Delivery
from pipeline.review.store import webhooks

TIMEOUT = 10.0  # seconds without a byte
LONGEST = 20.0  # seconds for all of it
log = logging.getLogger("karmavani.review.webhooks")


def send_due() -> int:
    """Send what is due; returns how many messages were taken."""
    taken = 0
    for row in webhooks.due():
        try:
            status = _post(row)
            done, answer = 200 <= status < 300, str(status)
        except (OSError, ValueError, http.client.HTTPException) as error:
            done, answer = False, f"{type(error).__name__}: {error}"
        webhooks.settle(row, done, answer)
        taken += done
    return taken


def signature(secret: str, body: bytes, when: int) -> str:
    """Return the header ``Karmavani-Signature``: the time, and HMAC-SHA256 over time and body."""
    signed = hmac.new(secret.encode(), f"{when}.".encode() + body, hashlib.sha256)
    return f"t={when},v1={signed.hexdigest()}"


def _post(row: Delivery) -> int:
    hook = row.webhook
    body = json.dumps({"id": row.pk, **row.body}, ensure_ascii=False).encode()
    parts = urlsplit(hook.url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    place = _public(host, port)
    kind = _Secure if parts.scheme == "https" else _Plain
    connection = kind(host, port, place)
    path = parts.path or "/"
    headers = {
        "Content-Type": "application/json",
        "Karmavani-Event": row.event,
        "Karmavani-Signature": signature(hook.secret, body, int(time.time())),
        "User-Agent": "karmavani",
    }
    # A receiver that answers a byte at a time would hold up all others.
    alarm = threading.Timer(LONGEST, _cut, (connection,))
    alarm.start()
    try:
        target = f"{path}?{parts.query}" if parts.query else path
        connection.request("POST", target, body, headers)
        return connection.getresponse().status
    finally:
        alarm.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a connection from another thread: whoever waits for it gets an error."""
    with suppress(OSError):
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _public(host: str, port: int) -> str:
    """Return an address of `host`; raises ValueError unless all it has are public, or allowed."""
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    inside = [one for one in found if not _is_public(one.partition("%")[0])]
    if inside and host not in settings.SITE.webhook_hosts:
        raise ValueError(f"{host} is an address of a private network")
    return sorted(found)[0]


_INSIDE = [
    ipaddress.ip_network(one)
    for one in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "fec0::/10",
        "192.0.0.0/24",
    )
]
"""Addresses that lead to IPv4 addresses, or to the own site, though Python calls them global."""


def _is_public(text: str) -> bool:
    """Return whether an address is one machine of the public network."""
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return _is_public(str(mapped))
    inside = any(address.version == net.version and address in net for net in _INSIDE)
    return address.is_global and not (address.is_multicast or address.is_reserved or inside)


class _Plain(http.client.HTTPConnection):
    """A connection to an address that was looked at, under the name of the host."""

    def __init__(self, host: str, port: int, place: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.place = place

    def connect(self) -> None:
        """Connect to the address, not to what the name means now."""
        self.sock = socket.create_connection((self.place, self.port), self.timeout)


class _Secure(_Plain):
    """The same over TLS; the certificate must be the host's."""

    default_port = 443

    def connect(self) -> None:
        """Connect, and hold the certificate against the name."""
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
