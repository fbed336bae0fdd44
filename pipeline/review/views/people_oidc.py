"""Signing in with an organisation's OpenID Connect provider; nothing where none is set."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from pipeline.review import oidc
from pipeline.review.audit import record
from pipeline.review.store.invitations import recognise
from pipeline.review.views.people_invitations import BACKEND
from pipeline.review.views.session import onwards, safe_next

_NEXT = "oidc_next"


def _provider() -> oidc.Provider:
    provider: oidc.Provider | None = settings.OIDC
    if provider is None:
        raise Http404
    return provider


@login_not_required
@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Send the person to the provider."""
    provider = _provider()
    request.session[_NEXT] = safe_next(request, "/")
    back = request.build_absolute_uri(reverse("review:oidc_back"))
    return oidc.begin(request, provider, back)


@login_not_required
@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Sign in who came back from the provider."""
    user = recognise(oidc.finish(request, _provider()))
    wanted = request.session.pop(_NEXT, "/")
    auth.logout(request)
    auth.login(request, user, backend=BACKEND)
    record(user, "sign in", user, by="OpenID Connect")
    return redirect(onwards(wanted, user))


ADDRESSES: list[URLPattern] = [
    path("oidc/", begin, name="oidc"),
    path("oidc/back/", back, name="oidc_back"),
]
