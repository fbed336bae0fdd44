"""Signing in through an OpenID Connect provider that runs on loopback, right and wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from courses.errors import UsageError
from pipeline.review.models import AuditEntry, User
from pipeline.review.oidc import Provider, read_provider
from pipeline.review.store import invitations
from pipeline.review.store import people as store

joserfc = pytest.importorskip("joserfc", reason="the extra [oidc] is not installed")

People = dict[str, Any]


@cache
def keys() -> tuple[Any, Any]:
    """Return two keys of one name, made once: that takes a while."""
    from joserfc.jwk import RSAKey

    named = {"kid": "one", "use": "sig"}
    return RSAKey.generate_key(2048, named), RSAKey.generate_key(2048, named)


@dataclass
class Fake:
    """A provider: what it puts into tokens, and what it was asked."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    foreign_key: bool = False
    says_issuer: str = ""
    asked: dict[str, Any] = field(default_factory=dict)  # of the page for signing in
    got: dict[str, str] = field(default_factory=dict)  # by the token endpoint

    def __post_init__(self) -> None:
        self.key, self.other = keys()

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.says_issuer or self.address,
                "authorization_endpoint": f"{self.address}/auth",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.token()}

    def token(self) -> str:
        from joserfc import jwt
        from joserfc.jwk import OctKey

        now = int(time.time())
        usual = {"iss": self.address, "aud": "karmavani", "sub": "7", "iat": now, "exp": now + 60}
        said = usual | {"nonce": self.asked["nonce"]} | self.claims
        if self.algorithm == "none":
            parts = [{"alg": "none"}, said]
            coded = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
            return b".".join([*coded, b""]).decode()
        key: Any = self.other if self.foreign_key else self.key
        if self.algorithm == "HS256":
            key = OctKey.import_key("the secret of the client, quite long")
        return jwt.encode({"alg": self.algorithm, "kid": "one"}, said, key, [self.algorithm])


@pytest.fixture
def fake() -> Iterator[Fake]:
    provider = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(provider.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.got = {key: value[0] for key, value in parse_qs(sent).items()}
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(fake: Fake, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Return the provider that the site uses."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    settings.OIDC = Provider(fake.address, "karmavani", "the secret of the client, quite long")
    return fake


def go(fake: Fake, client: Client, begin: str = "/oidc/", **changed: str) -> Any:
    """Go to the provider and come back with what it sends, but for what is `changed`."""
    away = client.get(begin)
    assert away.status_code == 302, away.content.decode()
    fake.asked = {
        key: value[0] for key, value in parse_qs(urlsplit(away["Location"]).query).items()
    }
    return client.get("/oidc/back/", {"code": "c", "state": fake.asked["state"]} | changed)


def verified(email: str) -> dict[str, Any]:
    return {"email": email, "email_verified": True, "name": "नई समीक्षक"}


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_an_invited_person_gets_in_and_is_known_by_subject_from_then_on(
    site: Fake, people: People
) -> None:
    invitations.invite(people["administrator"], "new@example.org", [("publisher", "")])
    site.claims = verified("New@Example.org")
    client = Client()
    answer = go(site, client, "/oidc/?next=/profile/")
    assert (answer.status_code, answer["Location"]) == (302, "/profile/")
    user = User.objects.get(email="new@example.org")
    assert (user.name, user.subject) == ("नई समीक्षक", f"{site.address} 7")
    assert not user.has_usable_password()
    assert [grant.role for grant in user.grants.all()] == ["publisher"]
    assert AuditEntry.objects.filter(what="sign in", who=user).exists()
    site.claims = {"email": "married@example.org", "email_verified": False}
    again = Client()
    go(site, again)
    assert again.session["_auth_user_id"] == str(user.pk)
    assert User.objects.filter(email="married@example.org").count() == 0


def test_the_provider_is_asked_with_state_nonce_and_proof_key(site: Fake, people: People) -> None:
    go(site, Client())
    assert site.asked["code_challenge_method"] == "S256"
    proof = hashlib.sha256(site.got["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == site.asked["code_challenge"]
    assert len(site.asked["state"]) >= 20
    assert len(site.asked["nonce"]) >= 20
    assert site.asked["redirect_uri"] == "http://testserver/oidc/back/"
    assert "secret" not in json.dumps(site.asked)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "asha@example.org", "email_verified": True},
        {"email": "administrator@example.org", "email_verified": True},
        {"email": "new@example.org", "email_verified": False},
        {"email": "new@example.org", "email_verified": "true"},
        {"email": "new@example.org"},
        {"email": "", "email_verified": True},
        {},
    ],
)
def test_nobody_gets_in_by_an_address_alone(
    site: Fake, people: People, claims: dict[str, Any]
) -> None:
    """A stranger at the provider takes over no account, and uses no invitation of others."""
    invitations.invite(people["administrator"], "new@example.org", [("administrator", "")])
    site.claims = claims
    client, before = Client(), User.objects.count()
    assert go(site, client).status_code == 403
    assert not signed_in(client)
    assert User.objects.count() == before
    assert not User.objects.exclude(subject="").exists()


def test_somebody_who_was_shut_out_stays_out(site: Fake, people: People) -> None:
    invitations.invite(people["administrator"], "new@example.org", [("publisher", "")])
    site.claims = verified("new@example.org")
    go(site, Client())
    user = User.objects.get(email="new@example.org")
    store.deactivate(people["administrator"], user.pk)
    client = Client()
    assert go(site, client).status_code == 403
    assert not signed_in(client)


def test_a_known_subject_cannot_become_a_second_person(site: Fake, people: People) -> None:
    User.objects.filter(pk=people["asha"].pk).update(subject=f"{site.address} 7", is_active=False)
    invitations.invite(people["administrator"], "new@example.org", [("publisher", "")])
    site.claims = verified("new@example.org")
    assert go(site, Client()).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"claims": {"nonce": "another"}},
        {"claims": {"aud": "another-client"}},
        {"claims": {"aud": "another-client", "azp": "karmavani"}},
        {"claims": {"iss": "https://another.example"}},
        {"claims": {"exp": 1_000_000_000}},
        {"claims": {"sub": ""}},
        {"foreign_key": True},
        {"algorithm": "none"},
        {"algorithm": "HS256"},
        {"says_issuer": "https://another.example"},
    ],
    ids=lambda wrong: str(wrong),
)
def test_a_token_with_anything_wrong_lets_nobody_in(
    site: Fake, people: People, wrong: dict[str, Any]
) -> None:
    invitations.invite(people["administrator"], "new@example.org", [("publisher", "")])
    site.claims = verified("new@example.org") | wrong.pop("claims", {})
    issuer = wrong.pop("says_issuer", "")
    for name, value in wrong.items():
        setattr(site, name, value)
    client = Client()
    if issuer:
        site.says_issuer = issuer
        assert client.get("/oidc/").status_code == 400
    else:
        assert go(site, client).status_code == 400
    assert not signed_in(client)
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_state_of_another_browser_or_of_before_is_refused(site: Fake, people: People) -> None:
    invitations.invite(people["administrator"], "new@example.org", [("publisher", "")])
    site.claims = verified("new@example.org")
    attacker, victim = Client(), Client()
    assert go(site, attacker, state="made-up").status_code == 400
    away = attacker.get("/oidc/")
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    assert victim.get("/oidc/back/", {"code": "c", "state": state}).status_code == 400
    assert victim.get("/oidc/back/").status_code == 400
    assert not signed_in(victim)
    done = Client()
    assert go(site, done).status_code == 302
    assert done.get("/oidc/back/", {"code": "c", "state": site.asked["state"]}).status_code == 400


def test_who_gives_up_at_the_provider_is_told_so(site: Fake, people: People) -> None:
    client = Client()
    client.get("/oidc/")
    page = client.get("/oidc/back/", {"error": "access_denied", "error_description": "<script>"})
    assert page.status_code == 400
    assert "Try again" in page.content.decode()
    assert "<script>" not in page.content.decode()


def test_a_provider_that_does_not_answer_is_a_page_and_no_trace(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OIDC = Provider("http://127.0.0.1:1", "karmavani", "secret")
    page = Client().get("/oidc/")
    assert page.status_code == 400
    assert "did not work" in page.content.decode()


def test_the_way_to_the_provider_is_on_the_page_only_where_there_is_one(
    db: None, settings: Any
) -> None:
    assert "/oidc/" not in Client().get("/login/").content.decode()
    settings.OIDC = Provider("https://id.example.org", "karmavani", "secret")
    assert 'href="/oidc/?next=/profile/"' in Client().get("/login/?next=/profile/").content.decode()


@pytest.mark.parametrize(
    ("issuer", "client", "secret"),
    [("http://id.example.org", "a", "b"), ("https://id.example.org", "", "b"), ("", "a", "b")],
)
def test_a_provider_that_is_named_by_halves_or_without_https_is_refused(
    issuer: str, client: str, secret: str
) -> None:
    names = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")
    said = zip(names, (issuer, client, secret), strict=True)
    with pytest.raises(UsageError):
        read_provider({f"KARMAVANI_REVIEW_OIDC_{name}": value for name, value in said})
