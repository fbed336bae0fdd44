"""All addresses of the site; each file of views has its own list of them, ``ADDRESSES``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from pipeline.review.api.calls import api
from pipeline.review.views import (
    backlog,
    courses,
    dashboards,
    editor,
    editor_lines,
    editor_media,
    editor_tools,
    hand_in,
    lesson,
    matrix,
    operations,
    people,
    people_audit,
    people_invitations,
    people_oidc,
    people_profile,
    programs,
    publishing,
    queue,
    rest,
    roundtrip,
    second_looks,
    session,
    terms,
    transcript,
    upload,
)

PAGES: list[URLPattern | URLResolver] = [
    *session.ADDRESSES,
    *courses.ADDRESSES,
    *hand_in.ADDRESSES,
    *upload.ADDRESSES,
    *operations.ADDRESSES,
    *backlog.ADDRESSES,
    *programs.ADDRESSES,
    *publishing.ADDRESSES,
    *roundtrip.ADDRESSES,
    *people.ADDRESSES,
    *people_audit.ADDRESSES,
    *people_invitations.ADDRESSES,
    *people_oidc.ADDRESSES,
    *people_profile.ADDRESSES,
    *transcript.ADDRESSES,
    *queue.ADDRESSES,
    *matrix.ADDRESSES,
    *dashboards.ADDRESSES,
    *rest.ADDRESSES,
    *second_looks.ADDRESSES,
    *terms.ADDRESSES,
    *lesson.ADDRESSES,
    *editor_lines.ADDRESSES,
    *editor_media.ADDRESSES,
    *editor_tools.ADDRESSES,
    *editor.ADDRESSES,  # last: a language stands where other pages have a word
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include((PAGES, "review"))),
]

handler400 = "pipeline.review.views.problems.bad_request"
handler403 = "pipeline.review.views.problems.forbidden"
handler404 = "pipeline.review.views.problems.not_found"
handler500 = "pipeline.review.views.problems.failed"
