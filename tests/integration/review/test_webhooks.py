"""Other systems are told what happens, by messages they can trust, and nobody else is reached."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone

from courses.errors import ReviewError
from pipeline.review.models import Delivery, User
from pipeline.review.site import Site
from pipeline.review.store import publishing, webhooks
from pipeline.review.telling import send_due

from .conftest import World


class Receiver:
    """A contributor's system on this machine; answers with `status`."""

    def __init__(self) -> None:
        self.status, self.got = 200, list[tuple[dict[str, str], bytes]]()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(site: Site, settings: Any) -> Iterator[Receiver]:
    settings.SITE = replace(site, webhook_hosts=("127.0.0.1",))
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def published(world: World, receiver: Receiver, approve_all: Callable[..., None]) -> str:
    """Publish a package that the contributor wants to be told of; return the hook's secret."""
    hook = webhooks.add(world.people["contributor"], receiver.url, ["release.published"])
    approve_all(world.people["asha"])
    publishing.publish(world.people["publisher"], world.track.pk)
    return hook.secret


def test_a_publication_is_told_with_a_signature(published: str, receiver: Receiver) -> None:
    assert send_due() == 1
    headers, body = receiver.got[0]
    told = json.loads(body)
    assert (told["event"], told["course"], told["lesson"]) == ("release.published", "rti", "one")
    when, _, mark = headers["Karmavani-Signature"].removeprefix("t=").partition(",v1=")
    signed = f"{when}.".encode() + body
    assert mark == hmac.new(published.encode(), signed, hashlib.sha256).hexdigest()
    assert send_due() == 0


def test_a_message_that_is_not_taken_is_sent_again(published: str, receiver: Receiver) -> None:
    receiver.status = 503
    assert send_due() == 0
    row = Delivery.objects.get()
    assert (row.attempts, row.answer, row.delivered) == (1, "503", None)
    assert send_due() == 0
    assert len(receiver.got) == 1
    Delivery.objects.update(due=timezone.now())
    receiver.status = 204
    assert send_due() == 1
    assert receiver.got[0][1] == receiver.got[1][1]


def test_a_redirect_is_not_followed(published: str, receiver: Receiver) -> None:
    receiver.status = 302
    assert send_due() == 0
    assert len(receiver.got) == 1


def test_a_message_is_given_up_in_the_end(published: str, receiver: Receiver) -> None:
    receiver.status = 500
    Delivery.objects.update(attempts=len(webhooks.WAITS))
    send_due()
    assert Delivery.objects.get().failed is not None


def test_no_message_is_led_into_the_own_network(
    published: str, receiver: Receiver, site: Site, settings: Any
) -> None:
    settings.SITE = site
    assert send_due() == 0
    assert receiver.got == []
    assert "private network" in Delivery.objects.get().answer


def test_who_may_not_see_a_course_is_told_nothing(
    world: World, receiver: Receiver, approve_all: Callable[..., None]
) -> None:
    stranger: User = world.people["stranger"]
    webhooks.add(stranger, receiver.url, ["release.published", "track.reviewed"])
    approve_all(world.people["asha"])
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://example.org", "https://", "https://a:b@example.org/", "x"]
)
def test_an_address_that_is_not_safe_is_refused(url: str, world: World) -> None:
    with pytest.raises(ReviewError):
        webhooks.add(world.people["contributor"], url, ["release.published"])
