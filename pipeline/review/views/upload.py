"""Files come in, piece by piece: JSON for the script of the hand-in page, and for nobody else."""

from __future__ import annotations

import json
import uuid

from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from courses.errors import ReviewError
from pipeline.review.models import Upload
from pipeline.review.store import uploads
from pipeline.review.store.uploads import Announced
from pipeline.review.views.session import person

PIECE = 4 << 20
"""Bytes of one piece: a few seconds on a slow line."""


def _told(upload: Upload, status: int = 200) -> JsonResponse:
    facts = {
        "id": str(upload.pk),
        "name": upload.name,
        "size": upload.size,
        "received": upload.received,
        "finished": upload.finished is not None,
        "piece": PIECE,
    }
    return JsonResponse(facts, status=status)


@require_POST
def begin(request: HttpRequest) -> JsonResponse:
    """Take the announcement of a file: JSON with name, size and, if known, sha256."""
    try:
        said = json.loads(request.body)
        file = Announced(str(said["name"]), int(said["size"]), str(said.get("sha256", "")))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ReviewError(_("The announcement of a file names it and its size.")) from error
    return _told(uploads.begin(person(request), file), 201)


@require_http_methods(["GET", "PUT", "DELETE"])
def upload(request: HttpRequest, key: uuid.UUID) -> JsonResponse:
    """Say where an upload stands, take a piece at the byte of ``Upload-Offset``, or drop it."""
    user = person(request)
    if request.method == "DELETE":
        uploads.drop(user, key)
        return JsonResponse({})
    if request.method == "GET":
        return _told(uploads.look(user, key))
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 19):
        raise ReviewError(_("The piece does not say at which byte it begins."))
    return _told(uploads.receive(user, key, int(offset), request.body))


ADDRESSES: list[URLPattern] = [
    path("uploads/", begin, name="uploads"),
    path("uploads/<uuid:key>/", upload, name="upload"),
]
