"""Pages of what went wrong: no traces, no secrets, what happened and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def problem(request: HttpRequest, status: int, message: str = "", advice: str = "") -> HttpResponse:
    """Return the page of an error; without a message, the usual words for its status."""
    title, usual = _words(status)
    told = {"status": status, "title": title, "message": message or usual, "advice": advice}
    return render(request, "review/problem.html", told, status=status)


def _words(status: int) -> tuple[str, str]:
    return {
        400: (_("This cannot be done"), _("The site did not understand what was sent.")),
        403: (_("Not allowed"), _("You may not see or do this.")),
        404: (_("Not found"), _("There is nothing at this address, or nothing that you may see.")),
        405: (_("Not a page"), _("This address takes what a form sends; it is no page.")),
        409: (_("Changed meanwhile"), _("Somebody else was faster. Load the page again.")),
        429: (_("Too many attempts"), _("Wait a while and try again.")),
    }.get(status, (_("Something went wrong"), _("The site failed; it was written to its log.")))


def words(status: int) -> str:
    """Return the usual words for an error, for a script."""
    return _words(status)[1]


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what could not be understood, a wrong host name among it: without asking anything."""
    page = render_to_string(
        "review/failure.html", {"title": _words(400)[0], "text": _words(400)[1]}
    )
    return HttpResponse(page, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what may not be done."""
    return problem(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address where nothing is."""
    return problem(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when we failed: a page that needs neither the database nor a signed-in person."""
    page = render_to_string(
        "review/failure.html", {"title": _words(500)[0], "text": _words(500)[1]}
    )
    return HttpResponse(page, status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or from one that was open too long."""
    message = _("The page was open too long, or your browser keeps no cookies.")
    return problem(request, 403, message, _("Go back, load the page again and repeat it."))
