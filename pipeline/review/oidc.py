"""Signing in with an organisation's OpenID Connect provider, as Keycloak (extra ``[oidc]``).

The code flow with PKCE, state and nonce is Authlib's; this is the only file that knows it. Who a
person is here is decided in `store.invitations`: nobody gets in without having been invited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from courses.errors import ReviewError, UsageError
from pipeline.review.site import PREFIX

TIMEOUT = 10  # seconds that a provider has to answer
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# A shared secret never signs for us, and no token is unsigned, whatever the provider offers.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider and our registration there."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider; `email` is empty unless the provider verified it."""

    subject: str
    email: str
    name: str


def read_provider(environ: Mapping[str, str]) -> Provider | None:
    """Return the provider that the environment names, None where it names none.

    Raises UsageError for one that is named by halves or is not reached through https.
    """
    names = [f"{PREFIX}OIDC_{part}" for part in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")]
    issuer, client_id, client_secret = (environ.get(name, "") for name in names)
    if not (issuer or client_id or client_secret):
        return None
    address = urlsplit(issuer)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise UsageError(f"{names[0]} is no https address.", "Write https://host/realms/name.")
    if not client_id or not client_secret:
        raise UsageError("The OpenID Connect client is not whole.", f"Set {' and '.join(names)}.")
    return Provider(issuer, client_id, client_secret)


def begin(request: HttpRequest, provider: Provider, back: str) -> HttpResponse:
    """Return the way to the provider, which sends people back to the address `back`.

    Raises ReviewError when the provider does not answer.
    """
    client = _prepared(provider)
    return cast(HttpResponse, _asked(lambda: client.authorize_redirect(request, back)))


def finish(request: HttpRequest, provider: Provider) -> Identity:
    """Return who came back from the provider.

    Checked are state, nonce, signature, issuer, audience and times. Raises ReviewError when one
    is wrong, when the person gave up, or when the provider does not answer.
    """
    wanted = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }
    client = _prepared(provider)
    token = _asked(lambda: client.authorize_access_token(request, claims_options=wanted))
    claims = token.get("userinfo") or {}
    subject = str(claims.get("sub") or "")
    if not subject:
        raise _failure("no id token")
    # Only the word of the provider itself counts, and only as a real true.
    email = str(claims.get("email") or "") if claims.get("email_verified") is True else ""
    # The issuer is part of it: the same subject of another provider is somebody else.
    return Identity(f"{provider.issuer} {subject}", email, str(claims.get("name") or ""))


@cache
def _client(provider: Provider) -> Any:
    try:
        from authlib.integrations.django_client import OAuth
    except ImportError as error:
        raise ReviewError("OpenID Connect is not installed.", "Install karmavani[oidc].") from error
    return OAuth().register(
        "provider",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )


def _asked(ask: Any) -> Any:
    """Return what `ask` returns; everything that can go wrong on the way is one ReviewError."""
    from authlib.integrations.base_client import OAuthError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        return ask()
    except (OAuthError, JoseError, RequestException, RuntimeError, ValueError, KeyError) as error:
        raise _failure(type(error).__name__) from error


def _failure(why: str) -> ReviewError:
    return ReviewError(
        f"Signing in with your organisation did not work ({why}).", "Try again, from the beginning."
    )


def _prepared(provider: Provider) -> Any:
    """Return the client of a provider that was asked about itself, and is held to what we accept.

    Raises ReviewError when it does not answer or says that it is another issuer.
    """
    client = _client(provider)
    known = _asked(client.load_server_metadata)
    if known.get("issuer") != provider.issuer:
        raise _failure("another issuer")
    offered = known.get("id_token_signing_alg_values_supported") or ["RS256"]
    known["id_token_signing_alg_values_supported"] = [one for one in offered if one in _ALGORITHMS]
    return client
