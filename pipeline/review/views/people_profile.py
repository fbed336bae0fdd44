"""What people say about themselves: name, language of the pages, passphrase."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from courses.errors import ReviewError
from pipeline.review.store import people as store
from pipeline.review.views.people_invitations import NewPassphraseForm
from pipeline.review.views.session import person


class ProfileForm(forms.Form):
    """Name and language of the pages."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    interface = forms.ChoiceField(
        label=gettext_lazy("Language of these pages"), choices=settings.LANGUAGES
    )


class PassphraseForm(NewPassphraseForm):
    """The present passphrase and a new one."""

    field_order = ("old", "passphrase", "again")
    old = forms.CharField(
        label=gettext_lazy("Present passphrase"),
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    """Show what can be changed about oneself."""
    return _page(request)


def _page(
    request: HttpRequest, form: ProfileForm | None = None, secret: PassphraseForm | None = None
) -> HttpResponse:
    user = person(request)
    said = {"name": user.name, "interface": user.interface}
    shown = {
        "form": form or ProfileForm(initial=said),
        "secret": secret or PassphraseForm(auto_id="secret_%s"),
        "grants": user.grants.order_by("role", "language"),
    }
    status = 400 if form or secret else 200
    return render(request, "review/people/profile.html", shown, status=status)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Change name and language of the pages."""
    form = ProfileForm(request.POST)
    if form.is_valid():
        try:
            store.keep_profile(person(request), **form.cleaned_data)
        except ReviewError as error:
            form.add_error("name", str(error))
            return _page(request, form=form)
        translation.activate(person(request).interface)
        messages.success(request, _("Saved."))
        return redirect("review:profile")
    return _page(request, form=form)


@never_cache
@sensitive_post_parameters()
@require_POST
def passphrase(request: HttpRequest) -> HttpResponse:
    """Change one's own passphrase; this session goes on, all others end."""
    form = PassphraseForm(request.POST, auto_id="secret_%s")
    if form.is_valid():
        said, user = form.cleaned_data, person(request)
        try:
            store.change_passphrase(user, said["old"], said["passphrase"])
        except ReviewError as error:
            form.add_error(None, str(error))
            return _page(request, secret=form)
        update_session_auth_hash(request, user)
        messages.success(request, _("The passphrase was changed."))
        return redirect("review:profile")
    return _page(request, secret=form)


ADDRESSES: list[URLPattern] = [
    path("profile/", profile, name="profile"),
    path("profile/keep/", keep, name="keep_profile"),
    path("profile/passphrase/", passphrase, name="passphrase"),
]
