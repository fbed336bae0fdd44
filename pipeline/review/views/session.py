"""Signing in and out, and who is signed in."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django import forms
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.review.audit import record
from pipeline.review.models import User
from pipeline.review.permissions import Action, may
from pipeline.review.store import people
from pipeline.review.views.problems import problem

COOKIE_YEAR = 365 * 86_400  # seconds
_WAITS = (Action.APPROVE, Action.APPROVE_TRANSCRIPT, Action.DECIDE_TERM, Action.PUBLISH)


def person(request: HttpRequest) -> User:
    """Return the signed-in person; only for views that ask for one, which is the rule."""
    return cast(User, request.user)


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Return the address of ours that the request names in ``next``, else `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith("/") else otherwise


def onwards(wanted: str, user: User) -> str:
    """Return where to go after signing in: what was asked for, or where the person's day begins."""
    waits = any(may(user, action) for action in _WAITS)
    return reverse("review:queue") if wanted == "/" and waits else wanted


class SignInForm(AuthenticationForm):
    """E-mail address and passphrase."""

    username = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Passphrase"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {  # noqa: RUF012 # as Django's own form has it
        "invalid_login": _("The e-mail address or the passphrase is not right."),
        "inactive": _("The e-mail address or the passphrase is not right."),
    }

    def clean_username(self) -> str:
        """Return the address as we keep it, so that failures of one person are counted together."""
        return str(self.cleaned_data["username"]).strip().lower()


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Sign a person in: a new session begins, whatever cookie came with the request."""
    if request.user.is_authenticated:
        return redirect(onwards(safe_next(request, "/"), person(request)))
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        auth.login(request, user)
        record(user, "sign in", user)
        return redirect(onwards(safe_next(request, "/"), user))
    shown = {"form": form, "next": safe_next(request, ""), "oidc": settings.OIDC}
    status = 400 if form.is_bound else 200
    return render(request, "review/people/login.html", shown, status=status)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    record(person(request), "sign out", person(request))
    auth.logout(request)
    return redirect("review:login")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Show these pages in another language, kept for the person and for this browser."""
    code = request.POST.get("language", "")
    back = redirect(safe_next(request, "/"))
    if code not in dict(settings.LANGUAGES):
        return problem(request, 400)
    if request.user.is_authenticated:
        people.keep_interface(person(request), code)
    translation.activate(code)
    back.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=COOKIE_YEAR,
        samesite="Lax",
        secure=settings.SITE.https,
        httponly=True,
    )
    return back


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: object = None
) -> HttpResponse:
    """Answer somebody who failed too often; django-axes calls it (AXES_LOCKOUT_CALLABLE)."""
    wait = timedelta(hours=settings.AXES_COOLOFF_TIME)
    minutes = int(wait.total_seconds() // 60)
    message = translation.gettext(
        "Signing in failed too often, so nobody can sign in with this address from here now."
    )
    advice = translation.gettext("Try again in %(minutes)d minutes.") % {"minutes": minutes}
    page = problem(request, 429, message, advice)
    page["Retry-After"] = str(int(wait.total_seconds()))
    return page


ADDRESSES: list[URLPattern] = [
    path("login/", login, name="login"),
    path("logout/", logout, name="logout"),
    path("language/", language, name="language"),
]
