"""What surrounds every request: who is asking, from where, in which language, and what went wrong.

Every address asks for a signed-in person unless its view says `login_not_required`; the API, below
``/api/``, has keys of its own. An error of ours becomes a page, or JSON for a script, in one place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from courses.errors import ConflictError, ForbiddenError, KarmavaniError, ReviewError, UsageError
from pipeline.review import audit
from pipeline.review.views.problems import problem, words

MOST_BYTES = 17 << 20
"""Of any request: 16 MiB of a file, and what a form says around it."""

Answer = Callable[[HttpRequest], HttpResponseBase]

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (ForbiddenError, 403),
    (ConflictError, 409),
    (ReviewError, 400),
    (UsageError, 400),
)
_NO_VALUES = (DataError, OverflowError, UnicodeEncodeError)
"""What databases say to numbers and letters that no column holds, SQLite to fewer of them."""


def client_address(request: HttpRequest) -> str | None:
    """Return the address that the request came from, None where there is none (a socket).

    Behind the proxy of an https site it is the last name of X-Forwarded-For, which our proxy
    wrote; what stands before it was written by the client, who may write anything.
    """
    address: str = request.META.get("REMOTE_ADDR", "")
    if settings.SITE.https:
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    return _plain(address)


def _plain(address: str) -> str | None:
    from ipaddress import ip_address

    try:
        return str(ip_address(address))
    except ValueError:
        return None


def attempted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return who tries to sign in, as we keep addresses: failures are counted by it."""
    said = (credentials or {}).get("username") or request.POST.get("username") or ""
    return str(said).strip().lower()[:254]


def wants_json(request: HttpRequest) -> bool:
    """Return whether a script is asking, which can do nothing with a page."""
    accepts = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or (
        "application/json" in accepts and "text/html" not in accepts
    )


class Bounded:
    """Refuses a request that is longer than anything we take, before a byte of it is read.

    Django limits what it keeps in memory, but writes files of a form to the disk without limit.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer `request`."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if len(length) > 18 or not length.isdecimal() or int(length) > MOST_BYTES:
            return HttpResponse("Too long.", status=413, content_type="text/plain")
        return self.answer(request)


class Client:
    """Tells the audit log where the request came from, and speaks the person's language."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer `request`."""
        before = audit.address.set(client_address(request))
        try:
            if request.user.is_authenticated:
                translation.activate(request.user.interface)
                request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.answer(request)
            # What a signed-in person sees is nobody else's, not even on the same computer.
            if not response.has_header("Cache-Control") and request.user.is_authenticated:
                response["Cache-Control"] = "private, no-cache"
            return response
        finally:
            audit.address.reset(before)


class SignIn(LoginRequiredMiddleware):
    """Sends whoever is not signed in to the page for it; a script gets 401 instead."""

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Return an answer, or None where the view may go on."""
        if request.path.startswith("/api/"):
            return None
        return super().process_view(request, view, args, kwargs)

    def handle_no_permission(self, request: HttpRequest, view: Any) -> Any:
        """Return the way to sign in."""
        if wants_json(request) or request.headers.get("HX-Request"):
            response = JsonResponse({"error": _("You are signed out. Sign in again.")}, status=401)
            if request.headers.get("HX-Request"):
                response["HX-Redirect"] = str(self.get_login_url(view))
            return response
        return super().handle_no_permission(request, view)


class Problems:
    """Turns our errors and missing rows into answers that say what is wrong and what to do."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer `request`."""
        response = self.answer(request)
        if response.status_code == 405 and not wants_json(request):
            page = problem(request, 405)
            page["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return an answer for an error that we know, None for all others."""
        if isinstance(error, ObjectDoesNotExist):
            return self._tell(request, 404, "", "")
        for kind, status in _STATUS:
            if isinstance(error, kind) and isinstance(error, KarmavaniError):
                return self._tell(request, status, error.message, error.advice)
        if isinstance(error, _NO_VALUES):
            advice = _("It is too long, or has characters that no text has.")
            return self._tell(request, 400, _("This cannot be stored."), advice)
        return None

    def _tell(self, request: HttpRequest, status: int, message: str, advice: str) -> HttpResponse:
        if wants_json(request):
            return JsonResponse(
                {"error": message or words(status), "advice": advice}, status=status
            )
        return problem(request, status, message, advice)
