"""A person's keys for programs, and the addresses that are told of events."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from pipeline.review.store import tokens, webhooks
from pipeline.review.views.session import person


@never_cache
@require_GET
def programs(request: HttpRequest) -> HttpResponse:
    """List the person's keys and addresses."""
    return _page(request)


def _page(request: HttpRequest, secret: str = "", status: int = 200) -> HttpResponse:
    user = person(request)
    shown = {
        "keys": user.tokens.filter(revoked=None).order_by("-created"),
        "hooks": user.webhooks.filter(active=True).order_by("-created"),
        "scopes": list(tokens.Scope),
        "events": list(webhooks.Event),
        "secret": secret,
    }
    return render(request, "review/programs.html", shown, status=status)


@never_cache
@require_POST
def make_key(request: HttpRequest) -> HttpResponse:
    """Make a key and show its secret, this once."""
    said = request.POST
    _row, secret = tokens.make(person(request), said.get("name", ""), said.getlist("scopes"))
    return _page(request, secret, 201)


@require_POST
def revoke_key(request: HttpRequest, key: int) -> HttpResponse:
    """End a key."""
    tokens.revoke(person(request), key)
    messages.success(request, _("The key holds no more."))
    return redirect("review:programs")


@never_cache
@require_POST
def add_webhook(request: HttpRequest) -> HttpResponse:
    """Add an address and show the secret that signs its messages, this once."""
    said = request.POST
    row = webhooks.add(person(request), said.get("url", "").strip(), said.getlist("events"))
    return _page(request, row.secret, 201)


@require_POST
def remove_webhook(request: HttpRequest, key: int) -> HttpResponse:
    """End an address."""
    webhooks.remove(person(request), key)
    messages.success(request, _("Nothing is sent there any more."))
    return redirect("review:programs")


ADDRESSES: list[URLPattern] = [
    path("programs/", programs, name="programs"),
    path("programs/keys/", make_key, name="make_key"),
    path("programs/keys/<int:key>/revoke/", revoke_key, name="revoke_key"),
    path("programs/webhooks/", add_webhook, name="add_webhook"),
    path("programs/webhooks/<int:key>/remove/", remove_webhook, name="remove_webhook"),
]
