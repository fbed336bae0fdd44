"""Invitations: made by an administrator, accepted by who holds the link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from courses.errors import ReviewError
from pipeline.review.models import Invitation, User
from pipeline.review.permissions import Action, require
from pipeline.review.store import invitations as store
from pipeline.review.views.people import InvitationForm, people_page
from pipeline.review.views.session import onwards, person

BACKEND = "django.contrib.auth.backends.ModelBackend"
_NEW = {"autocomplete": "new-password"}


class NewPassphraseForm(forms.Form):
    """A new passphrase, typed twice."""

    passphrase = forms.CharField(
        label=gettext_lazy("New passphrase"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW),
    )
    again = forms.CharField(
        label=gettext_lazy("The same again"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two passphrases that are not the same."""
        said = super().clean() or {}
        if said.get("passphrase") != said.get("again") and "again" in said:
            self.add_error("again", _("The two are not the same."))
        return said


class AcceptForm(NewPassphraseForm):
    """What an invited person fills in."""

    field_order = ("name", "passphrase", "again")
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        help_text=gettext_lazy("As your colleagues shall see it beside your work."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


@never_cache
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Make a link for an address and show it, this one time."""
    require(person(request), Action.MANAGE_PEOPLE)
    form = InvitationForm(request.POST, auto_id="invite_%s")
    if form.is_valid():
        try:
            row, secret = store.invite(person(request), form.cleaned_data["email"], form.wanted())
            return _link_page(request, row, secret)
        except ReviewError as error:
            form.add_error(None, str(error))
    return people_page(request, form, status=400)


@never_cache
@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link that renews the passphrase of a person."""
    require(person(request), Action.MANAGE_PEOPLE)
    user = User.objects.get(pk=pk)
    row, secret = store.invite(person(request), user.email, [], user.name)
    return _link_page(request, row, secret)


def _link_page(request: HttpRequest, row: Invitation, secret: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("review:invitation", args=[secret]))
    shown = {"invitation": row, "link": link, "sent": _send(row, link)}
    return render(request, "review/people/link.html", shown)


def _send(row: Invitation, link: str) -> bool:
    """Return whether the link went out by e-mail; only where a mail server was named."""
    if not settings.EMAIL_HOST:
        return False
    text = _("You are invited to karmavani, where translations are reviewed. Open this link:")
    until = _("It works once, for seven days.")
    body = f"{text}\n\n{link}\n\n{until}\n"
    return bool(send_mail(_("Your invitation"), body, None, [row.email], fail_silently=True))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an open link worthless."""
    store.withdraw(person(request), pk)
    messages.success(request, _("The invitation was withdrawn."))
    return redirect("review:people")


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Let the invited person in, who chooses a name and a passphrase."""
    try:
        row = store.find(secret)
    except Invitation.DoesNotExist:
        return render(request, "review/people/no_invitation.html", status=404)
    known = User.objects.filter(email=row.email).first()
    form = AcceptForm(request.POST or None, initial={"name": known.name if known else row.name})
    if request.method == "POST" and form.is_valid():
        answer = store.Answer(form.cleaned_data["name"], form.cleaned_data["passphrase"])
        try:
            return _welcome(request, store.accept(secret, answer))
        except ReviewError as error:
            form.add_error(None, str(error))
    shown = {"form": form, "email": row.email}
    return render(
        request, "review/people/invitation.html", shown, status=400 if form.is_bound else 200
    )


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    auth.logout(request)  # whoever was signed in at this computer is not the invited person
    auth.login(request, user, backend=BACKEND)
    messages.success(request, _("Welcome."))
    return redirect(onwards("/", user))


ADDRESSES: list[URLPattern] = [
    path("people/invite/", invite, name="invite"),
    path("people/<int:pk>/invite/", invite_again, name="invite_again"),
    path("people/invitations/<int:pk>/withdraw/", withdraw, name="withdraw"),
    path("invitation/<str:secret>/", invitation, name="invitation"),
]
