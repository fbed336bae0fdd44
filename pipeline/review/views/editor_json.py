"""What the endpoints of the editors share: who asks, what was sent, and answers in JSON.

A page that is open for hours must be able to tell a session that ended from anything else, so
these endpoints answer 401 where a page would lead to the sign-in.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from pydantic import BaseModel, ConfigDict, ValidationError

from courses.errors import ConflictError, ForbiddenError, KarmavaniError
from pipeline.review.models import Lesson, Line, Track, User
from pipeline.review.permissions import visible_courses, visible_tracks
from pipeline.review.store.editing import StaleSave
from pipeline.review.views.editor_rows import row_of
from pipeline.review.views.session import person

MOST_BYTES = 1 << 20
"""Of what one call may send."""

View = Callable[..., HttpResponse]


class Body(BaseModel):
    """What a call sends; anything else in it is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


Sent = TypeVar("Sent", bound=Body)


def answers(method: str) -> Callable[[View], View]:
    """Make a view an endpoint: one method, a signed-in person, errors as JSON."""

    def decorate(view: View) -> View:
        @login_not_required
        @never_cache
        @require_http_methods([method])
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if not _is_asking(request):
                return refuse(401, _("You are signed out."))
            try:
                return view(request, *args, **named)
            except StaleSave as error:
                return _conflict(person(request), error)
            except (KarmavaniError, ObjectDoesNotExist, ValidationError) as error:
                return _answer(error)

        return answered

    return decorate


def _is_asking(request: HttpRequest) -> bool:
    """Return whether the person that the page was made for is the one who is signed in."""
    meant = request.headers.get("X-Person", "")
    return request.user.is_authenticated and meant in ("", str(request.user.pk))


def refuse(status: int, message: str, advice: str = "", **more: Any) -> JsonResponse:
    """Return an error: `message` says what is wrong, `advice` what to do next."""
    return JsonResponse({"error": message, "advice": advice, **more}, status=status)


def _answer(error: Exception) -> JsonResponse:
    if isinstance(error, ObjectDoesNotExist):
        return refuse(404, _("There is nothing here, or nothing that you may see."))
    if isinstance(error, ValidationError):
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        return refuse(400, f"{where}: {error.errors()[0]['msg']}")
    assert isinstance(error, KarmavaniError)
    if isinstance(error, ForbiddenError):
        return refuse(403, error.message, error.advice)
    return refuse(409 if isinstance(error, ConflictError) else 400, error.message, error.advice)


def _conflict(user: User, error: StaleSave) -> JsonResponse:
    return refuse(409, error.message, error.advice, row=row_of(error.line, user))


def sent(request: HttpRequest, kind: type[Sent]) -> Sent:
    """Return what the call sent; raises ValidationError."""
    if len(request.body) > MOST_BYTES:
        raise KarmavaniError("That is too much at once.", "Send less.")
    try:
        return kind.model_validate_json(request.body or b"{}")
    except RecursionError as error:  # brackets in brackets without end
        raise KarmavaniError("That cannot be read.") from error


def track_of(request: HttpRequest, pk: int) -> Track:
    """Return a track that the person may see; raises Track.DoesNotExist."""
    return visible_tracks(person(request)).select_related("lesson__course").get(pk=pk)


def line_of(request: HttpRequest, pk: int) -> Line:
    """Return a line that the person may see; raises Line.DoesNotExist."""
    lines = Line.objects.filter(track__in=visible_tracks(person(request)))
    return lines.select_related("track__lesson__course", "sentence").get(pk=pk)


def visible_line(request: HttpRequest, pk: int) -> int:
    """Return the key of a line that the person may see; raises Line.DoesNotExist."""
    seen = Line.objects.filter(track__in=visible_tracks(person(request)), pk=pk)
    return seen.values_list("pk", flat=True).get()


def lesson_of(request: HttpRequest, pk: int) -> Lesson:
    """Return a lesson that the person may see; raises Lesson.DoesNotExist."""
    lessons = Lesson.objects.filter(course__in=visible_courses(person(request)))
    return lessons.select_related("course").get(pk=pk)


def said(**facts: Any) -> HttpResponse:
    """Return facts as JSON, texts as they are: Indic text as escapes is six times as long."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), default=str)
    return HttpResponse(text.encode("utf-8", "surrogatepass"), content_type="application/json")
