"""The people of the site: who may do what, for administrators."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from courses.errors import ReviewError
from courses.languages import WRITINGS
from pipeline.review.models import AuditEntry, Grant, Invitation, Role, User
from pipeline.review.permissions import Action, require
from pipeline.review.store import people as store
from pipeline.review.templatetags.languages import language_name
from pipeline.review.views.session import person

RECENT = 20  # entries of the audit log on a person's page

PLAIN_ROLES = [(role, label) for role, label in Role.choices if role != Role.TRANSLATION_REVIEWER]


def language_choices() -> list[tuple[str, str]]:
    """Return the target codes with their names in the page's language."""
    return [(code, language_name(code)) for code in WRITINGS]


class InvitationForm(forms.Form):
    """An address to invite, with the roles that it shall have."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        choices=PLAIN_ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Translation reviewer of"),
        choices=language_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def wanted(self) -> store.Roles:
        """Return the roles of a valid form as the store takes them."""
        reviewer = str(Role.TRANSLATION_REVIEWER)
        return [(role, "") for role in self.cleaned_data["roles"]] + [
            (reviewer, code) for code in self.cleaned_data["languages"]
        ]


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Show everybody with their roles, and the open invitations."""
    return people_page(request, InvitationForm(auto_id="invite_%s"))


def people_page(request: HttpRequest, form: InvitationForm, status: int = 200) -> HttpResponse:
    """Return the page of people with an invitation form as it was filled in."""
    require(person(request), Action.MANAGE_PEOPLE)
    grants = Prefetch("grants", Grant.objects.order_by("role", "language"))
    everybody = User.objects.prefetch_related(grants).order_by("-is_active", "name", "pk")
    waiting = Invitation.objects.filter(used=None, expires__gt=timezone.now())
    shown = {
        "people": everybody,
        "invitations": waiting.select_related("by").order_by("-created"),
        "form": form,
    }
    return render(request, "review/people/people.html", shown, status=status)


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person: roles, and what they did last."""
    require(person(request), Action.MANAGE_PEOPLE)
    found = User.objects.get(pk=pk)
    shown = {
        "found": found,
        "grants": found.grants.select_related("by").order_by("role", "language"),
        "recent": AuditEntry.objects.filter(who=found).order_by("-pk")[:RECENT],
        "roles": Role.choices,
        "languages": language_choices(),
    }
    return render(request, "review/people/one.html", shown)


@require_POST
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a role."""
    role, language = request.POST.get("role", ""), request.POST.get("language", "")
    store.grant(person(request), pk, role, language)
    messages.success(request, _("The role was given."))
    return redirect("review:one_person", pk)


@require_POST
def revoke(request: HttpRequest, pk: int, grant_pk: int) -> HttpResponse:
    """Take a role from a person."""
    try:
        store.revoke(person(request), pk, grant_pk)
        messages.success(request, _("The role was taken away."))
    except ReviewError as error:
        _tell_unless_forbidden(request, error)
    return redirect("review:one_person", pk)


@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut a person out."""
    try:
        store.deactivate(person(request), pk)
        messages.success(request, _("They are shut out; what they did stays."))
    except ReviewError as error:
        _tell_unless_forbidden(request, error)
    return redirect("review:one_person", pk)


def _tell_unless_forbidden(request: HttpRequest, error: ReviewError) -> None:
    require(person(request), Action.MANAGE_PEOPLE)
    messages.error(request, str(error))


ADDRESSES: list[URLPattern] = [
    path("people/", people, name="people"),
    path("people/<int:pk>/", one, name="one_person"),
    path("people/<int:pk>/grant/", grant, name="grant"),
    path("people/<int:pk>/revoke/<int:grant_pk>/", revoke, name="revoke"),
    path("people/<int:pk>/deactivate/", deactivate, name="deactivate"),
]
