"""The page on which a contributor hands in a course."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from courses.errors import KarmavaniError
from courses.languages import LANGUAGES
from glossaries.layers import all_domains
from pipeline.course_input import CAPTIONS_SUFFIXES, MEDIA_SUFFIXES
from pipeline.prepare import abilities
from pipeline.review.permissions import Action, require
from pipeline.review.site_config import site_config
from pipeline.review.store.handing_in import Submission, hand_in
from pipeline.review.store.uploads import ARCHIVE, MOST_BYTES
from pipeline.review.views.session import person


@lru_cache(maxsize=1)
def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen: spoken languages, targets and glossary domains."""
    config = site_config()
    able = abilities(config)
    domains = all_domains(config.glossaries.folder)
    return {
        "spoken": [
            (code, language.name) for code, language in LANGUAGES.items() if code in able.reads
        ],
        "targets": [
            (code, language.name) for code, language in LANGUAGES.items() if code in able.writes
        ],
        "domains": [("", "–"), *((name, name.replace("-", " ")) for name in domains)],
    }


class HandInForm(forms.Form):
    """What a contributor says of a course; the files were uploaded before."""

    title = forms.CharField(
        label=gettext_lazy("Title of the course"), max_length=300, required=False
    )
    description = forms.CharField(
        label=gettext_lazy("What it is about"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    ministry = forms.CharField(
        label=gettext_lazy("Ministry or state"), max_length=200, required=False
    )
    partner = forms.CharField(label=gettext_lazy("Partner"), max_length=200, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Spoken language"), initial="en")
    domain = forms.ChoiceField(label=gettext_lazy("Glossary domain"), required=False)
    targets = forms.MultipleChoiceField(
        label=gettext_lazy("Translate into"), widget=forms.CheckboxSelectMultiple
    )
    uploads = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {
            kind: [(code, _(name)) for code, name in found] for kind, found in choices().items()
        }
        self.fields["language"].choices = known["spoken"]  # type: ignore[attr-defined]
        self.fields["domain"].choices = known["domains"]  # type: ignore[attr-defined]
        self.fields["targets"].choices = known["targets"]  # type: ignore[attr-defined]

    def clean_uploads(self) -> tuple[uuid.UUID, ...]:
        """Return the ids of the uploads, or raise ValidationError."""
        try:
            found = tuple(uuid.UUID(key) for key in self.cleaned_data["uploads"].split())
        except ValueError as error:
            raise forms.ValidationError(_("The list of files is damaged.")) from error
        if not found:
            raise forms.ValidationError(_("Choose at least one file."))
        return found

    def submission(self) -> Submission:
        """Return what was said, as the store takes it."""
        said = dict(self.cleaned_data)
        said["targets"] = tuple(said["targets"])
        return Submission(**said)


@require_http_methods(["GET", "POST"])
def hand_in_page(request: HttpRequest) -> HttpResponse:
    """Show the form, or take the course and go to its page."""
    user = person(request)
    require(user, Action.HAND_IN)
    form = HandInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            course = hand_in(user, form.submission())
        except KarmavaniError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The course is in; its work has begun."))
            return redirect("review:course", course.slug)
    shown = {
        "form": form,
        "accept": ",".join((*MEDIA_SUFFIXES, *CAPTIONS_SUFFIXES, ARCHIVE)),
        "most": MOST_BYTES,
        "texts": _texts(),
    }
    return render(request, "review/hand_in.html", shown, status=400 if form.is_bound else 200)


def _texts() -> dict[str, str]:
    """Return what the page's script says, in the person's language."""
    return {
        "waiting": _("waiting"),
        "done": _("done"),
        "lost": _("The connection was lost; going on as soon as it is back."),
        "failed": _("Failed: "),
        "drop": _("Remove"),
        "leave": _("Files are still being sent."),
    }


ADDRESSES: list[URLPattern] = [path("hand-in/", hand_in_page, name="hand_in")]
