"""Every address of the site, asked by everybody: who may, who may not, who is sent to sign in.

Three tests need no row: nobody sees a page without signing in, no page takes a form from elsewhere,
and no call of the API is answered without a key. What each person may is in the table.

How to add yours: put a Row into ROWS under the name of its address (its ``name=`` in `path`).
`may` says who gets `ok`; all others who are signed in get `no` (403, or 404 where not even the
existence is told); who is not signed in, or is shut out, gets `anonymous`. `args` makes the parts
of the address, and rows that it needs, from the World of conftest. An address with several methods
has several rows, in a tuple. Each request is rolled back. An address without a row fails
`test_every_address_has_a_row`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from pipeline.backlog.models import BacklogCourse, Run
from pipeline.package_folder import MANIFEST
from pipeline.review.models import Job, SecondLook
from pipeline.review.store import (
    bulk,
    comments,
    deciding,
    editing,
    proposals,
    publishing,
    tokens,
    uploads,
    webhooks,
)
from pipeline.review.store.roundtrip import FORMATS
from pipeline.review.store.tokens import Scope
from pipeline.review.store.uploads import Announced

from .conftest import PASSPHRASE, World

SIGNED_IN = frozenset(
    [
        "contributor",
        "listener",
        "asha",
        "bharat",
        "tamil",
        "terminologist",
        "publisher",
        "administrator",
        "stranger",
    ]
)
ADMINISTRATOR = frozenset({"administrator"})
NOBODY = frozenset[str]()
ROLES = SIGNED_IN - {"stranger"}
HINDI = frozenset({"asha", "bharat"})
BHARAT = frozenset({"bharat"})  # what is found is in a text of Asha's
OUTSIDE = ("anonymous", "deactivated")
NOT_HINDI = frozenset({"stranger", "tamil"})  # the course's only track is Hindi
SEES_HINDI = SIGNED_IN - NOT_HINDI
STRANGER = frozenset({"stranger"})
PUBLISHER, LISTENER = frozenset({"publisher"}), frozenset({"listener"})
JSON = "application/json"

Args = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """What one address answers to whom."""

    may: frozenset[str]
    method: str = "GET"
    args: Args = lambda world: {}
    data: dict[str, Any] | Args = field(default_factory=dict)
    ok: int = 200
    no: int = 403
    anonymous: int = 302
    content_type: str = ""  # empty: a form
    hidden: frozenset[str] = NOBODY  # who is told that nothing is there

    def expected(self, who: str) -> int:
        if who in OUTSIDE:
            return self.anonymous
        if who in self.hidden:
            return 404
        return self.ok if who in self.may else self.no

    def send(self, client: Client, address: str, world: World) -> Any:
        data = self.data(world) if callable(self.data) else self.data
        if self.method == "GET":
            return client.get(address, data)
        kind = {"content_type": self.content_type} if self.content_type else {}
        return getattr(client, self.method.lower())(address, data, **kind)


def asks(hidden: frozenset[str], args: Args, **data: Any) -> Row:
    """Return the row of a call of the editor that reads."""
    return Row(SIGNED_IN - hidden, args=args, data=data, anonymous=401, hidden=hidden)


def tells(may: frozenset[str], args: Args, data: dict[str, Any] | Args, hidden: Any) -> Row:
    """Return the row of a call of the editor that changes something."""
    return Row(may, "POST", args, data, anonymous=401, content_type=JSON, hidden=hidden)


def _stranger(world: World) -> dict[str, Any]:
    return {"pk": world.people["stranger"].pk}


def _a_grant(world: World) -> dict[str, Any]:
    grant = world.people["tamil"].grants.get()
    return {"pk": grant.user_id, "grant_pk": grant.pk}


def _secret(world: World) -> dict[str, Any]:
    from pipeline.review.store import invitations

    made = invitations.invite(world.people["administrator"], "new@example.org", [("publisher", "")])
    return {"secret": made[1]}


def _an_invitation(world: World) -> dict[str, Any]:
    from pipeline.review.models import Invitation

    _secret(world)
    return {"pk": Invitation.objects.get().pk}


def _course(world: World) -> dict[str, Any]:
    return {"course": "rti"}


def _lesson(world: World) -> dict[str, Any]:
    return {"course": "rti", "lesson": "one"}


def _place(world: World) -> dict[str, Any]:
    return {"course": "rti", "lesson": "one", "language": "hi"}


def _exported(world: World) -> dict[str, Any]:
    return _place(world) | {"form": FORMATS[0]}


def _track(world: World) -> dict[str, Any]:
    return {"track": world.track.pk}


def _lesson_key(world: World) -> dict[str, Any]:
    return {"lesson": world.lesson.pk}


def _second_line(world: World) -> Any:
    return world.track.lines.order_by("sentence__position")[1]


def _line(world: World) -> dict[str, Any]:
    return {"line": _second_line(world).pk}


def _sentence(world: World) -> dict[str, Any]:
    return {"sentence": world.lesson.sentences.order_by("position")[1].pk}


def _finding(world: World) -> dict[str, Any]:
    line = _second_line(world)
    edit = editing.Edit("शुल्क बीस रुपये है।", line.version)
    return {"finding": editing.save_text(world.people["asha"], line.pk, edit)[1][0].pk}


def _comment(world: World) -> dict[str, Any]:
    line = _second_line(world)
    return {"comment": comments.say(world.people["asha"], line.pk, "Is it ten?", []).pk}


def _chosen(world: World) -> dict[str, Any]:
    line = _second_line(world)
    return {"find": "दस", "replace": "10", "lines": {line.pk: line.version}}


def _failed_job(world: World) -> dict[str, Any]:
    return {"key": Job.objects.create(kind="transcribe", state="failed").pk}


def _backlog_run(world: World) -> dict[str, Any]:
    made = Run.objects.create(host="desk", pid=1, executor="processes", out="/out")
    return {"key": made.pk}


def _backlog_course(world: World) -> dict[str, Any]:
    BacklogCourse.objects.create(slug="rti", title="RTI", source="/data/rti")
    return {"slug": "rti"}


def _upload(world: World) -> dict[str, Any]:
    file = Announced("one.vtt", 10)
    return {"key": uploads.begin(world.people["contributor"], file).pk}


def _release(world: World) -> dict[str, Any]:
    for line in list(world.track.lines.all()):
        deciding.approve(world.people["asha"], line.pk, line.version)
    return {"key": publishing.publish(world.people["publisher"], world.track.pk, "").pk}


def _file(world: World) -> dict[str, Any]:
    return _release(world) | {"name": MANIFEST}


def _key(world: World) -> dict[str, Any]:
    return {"key": tokens.make(world.people["asha"], "a program", [next(iter(Scope))])[0].pk}


def _hook(world: World) -> dict[str, Any]:
    made = webhooks.add(world.people["asha"], "https://example.org/", [next(iter(webhooks.Event))])
    return {"key": made.pk}


def _sample(world: World) -> dict[str, Any]:
    return {"key": bulk.draw(world.people["asha"], world.track.pk, 10).pk}


def _all_right(world: World) -> dict[str, Any]:
    return {f"line-{line.pk}": "yes" for line in world.track.lines.all()}


def _look(world: World) -> dict[str, Any]:
    line = _second_line(world)
    asha = world.people["asha"]
    line = deciding.approve(asha, line.pk, line.version)
    return {"key": SecondLook.objects.create(line=line, version=line.version, first=asha).pk}


def _proposal(world: World) -> dict[str, Any]:
    wanted = proposals.Wanted("fee", "शुल्क", "hi")
    return {"key": proposals.propose(world.people["asha"], wanted).pk}


_PROPOSERS = HINDI | {"tamil", "listener", "terminologist"}
_TERM = {"source": "fee", "target": "शुल्क", "language": "hi"}
_ASHA, _CONTRIBUTOR = frozenset({"asha"}), frozenset({"contributor"})
_SAVE = {"text": "शुल्क 10 रुपये है।", "version": 1, "request": str(uuid.UUID(int=7))}
_SINCE = "2026-01-01T00:00:00+00:00"
_NEW = {"passphrase": "quite another phrase 7", "again": "quite another phrase 7"}

ROWS: dict[str, Row | tuple[Row, ...]] = {
    # --- signing in, oneself ---
    "login": (
        Row(SIGNED_IN, ok=302, anonymous=200),
        Row(SIGNED_IN, "POST", data={"username": "x@example.org"}, ok=302, anonymous=400),
    ),
    "logout": Row(SIGNED_IN, "POST", ok=302),
    "language": Row(SIGNED_IN, "POST", data={"language": "hi"}, ok=302, anonymous=302),
    "profile": Row(SIGNED_IN),
    "keep_profile": Row(SIGNED_IN, "POST", data={"name": "A", "interface": "hi"}, ok=302),
    "passphrase": Row(SIGNED_IN, "POST", data={"old": PASSPHRASE, **_NEW}, ok=302),
    "oidc": Row(NOBODY, no=404, anonymous=404),  # there is none here
    "oidc_back": Row(NOBODY, no=404, anonymous=404),
    # --- people ---
    "people": Row(ADMINISTRATOR),
    "one_person": Row(ADMINISTRATOR, args=_stranger),
    "grant": Row(ADMINISTRATOR, "POST", _stranger, {"role": "publisher"}, ok=302),
    "revoke": Row(ADMINISTRATOR, "POST", _a_grant, ok=302),
    "deactivate": Row(ADMINISTRATOR, "POST", _stranger, ok=302),
    "invite": Row(ADMINISTRATOR, "POST", data={"email": "n@example.org", "roles": "publisher"}),
    "invite_again": Row(ADMINISTRATOR, "POST", _stranger),
    "withdraw": Row(ADMINISTRATOR, "POST", _an_invitation, ok=302),
    "invitation": (
        Row(SIGNED_IN, args=_secret, anonymous=200),
        Row(SIGNED_IN, "POST", _secret, {"name": "New", **_NEW}, ok=302, anonymous=302),
    ),
    # --- courses ---
    "home": Row(SIGNED_IN),
    "course": Row(ROLES, args=_course, no=404),
    "progress": Row(ROLES, args=_course, no=404),
    "hand_in": Row(frozenset({"contributor"})),
    "operations": Row(ADMINISTRATOR),
    "retry": Row(ADMINISTRATOR, "POST", _failed_job, ok=302),
    "backlog": Row(ADMINISTRATOR),
    "backlog_live": Row(ADMINISTRATOR),
    "backlog_switch": Row(ADMINISTRATOR, "POST", data={"to": "pause"}, ok=302),
    "backlog_retry": Row(ADMINISTRATOR, "POST", data={"error": "MediaError"}, ok=302),
    "backlog_run": Row(ADMINISTRATOR, args=_backlog_run),
    "backlog_course": Row(ADMINISTRATOR, "POST", _backlog_course, {"to": "pause"}, ok=302),
    "publish": (
        Row(SEES_HINDI, args=_place, hidden=NOT_HINDI),
        # Nothing is approved yet, so who may is told what stands against it.
        Row(PUBLISHER, "POST", _place, ok=400, hidden=NOT_HINDI),
    ),
    "export": Row(HINDI | PUBLISHER, args=_exported, hidden=NOT_HINDI),
    "import": (
        Row(HINDI, args=_place, hidden=NOT_HINDI),
        Row(HINDI, "POST", _place, ok=400, hidden=NOT_HINDI),
    ),
    "release": Row(SEES_HINDI, args=_release, no=404),
    "release_zip": Row(SEES_HINDI, args=_release, no=404),
    "release_file": Row(SEES_HINDI, args=_file, no=404),
    "withdraw_release": Row(
        PUBLISHER, "POST", _release, {"reason": "A mistake."}, ok=302, hidden=NOT_HINDI
    ),
    "uploads": Row(
        _CONTRIBUTOR, "POST", data={"name": "a.vtt", "size": 10}, ok=201, content_type=JSON
    ),
    "upload": (
        Row(_CONTRIBUTOR, args=_upload),
        Row(_CONTRIBUTOR, "DELETE", _upload),
    ),
    # --- what waits, figures ---
    "queue": Row(ROLES),
    "lesson": Row(ROLES, args=_lesson, no=404),
    "matrix": Row(ROLES),
    "dashboards": Row(ROLES),
    "findings": Row(ROLES),
    "effort": Row(ROLES),
    "agreement": Row(ROLES),
    # --- samples, second looks, terms ---
    "bulk": (
        Row(HINDI, args=_place, hidden=NOT_HINDI),
        Row(HINDI, "POST", _place, {"rate": "10"}, ok=302, hidden=NOT_HINDI),
    ),
    "bulk_judge": Row(_ASHA, "POST", _sample, _all_right, no=404),
    "bulk_finish": Row(_ASHA, "POST", _sample, _all_right, ok=302, no=404),
    "second_look": Row(HINDI | {"tamil"}),
    "judge_second_look": Row(
        frozenset({"bharat"}), "POST", _look, {"agreed": "yes"}, ok=302, hidden=NOT_HINDI
    ),
    "terms": (
        Row(_PROPOSERS),
        Row(HINDI | {"terminologist"}, "POST", data=_TERM, ok=302),
    ),
    "propose_term": tells(
        _PROPOSERS - {"tamil"},
        lambda world: {},
        lambda world: _TERM | _line(world),
        frozenset({"tamil"}),
    ),
    "decide_term": Row(
        frozenset({"terminologist"}),
        "POST",
        _proposal,
        {"answer": "decline", "note": "No."},
        ok=302,
    ),
    # --- programs ---
    "programs": Row(SIGNED_IN),
    "make_key": Row(
        SIGNED_IN, "POST", data={"name": "A", "scopes": str(next(iter(Scope)))}, ok=201
    ),
    "revoke_key": Row(_ASHA, "POST", _key, ok=302, no=404),
    "add_webhook": Row(
        SIGNED_IN,
        "POST",
        data={"url": "https://example.org/", "events": str(next(iter(webhooks.Event)))},
        ok=201,
    ),
    "remove_webhook": Row(_ASHA, "POST", _hook, ok=302, no=404),
    # --- the transcript ---
    "transcript": Row(ROLES, args=_lesson, no=404),
    "transcript-approve": Row(LISTENER, "POST", _lesson, ok=302, hidden=STRANGER),
    "transcript-sentences": asks(STRANGER, _lesson_key),
    "transcript-news": asks(STRANGER, _lesson_key, since=_SINCE),
    "transcript-save": tells(
        LISTENER, _sentence, {"text": "The fee is 10 rupees.", "version": 1}, STRANGER
    ),
    "transcript-history": asks(STRANGER, _sentence),
    # --- the editor ---
    "editor": Row(SEES_HINDI, args=_place, hidden=NOT_HINDI),
    "editor-lines": asks(NOT_HINDI, _track),
    "editor-news": asks(NOT_HINDI, _track, since=_SINCE),
    "editor-cues": asks(NOT_HINDI, _track),
    "editor-people": asks(NOT_HINDI, _track),
    "editor-history": asks(NOT_HINDI, _line),
    "editor-comments": asks(NOT_HINDI, _line),
    "editor-save": tells(HINDI, _line, _SAVE, NOT_HINDI),
    "editor-approve": tells(HINDI, _line, {"version": 1}, NOT_HINDI),
    "editor-return": tells(HINDI, _line, {"version": 1, "reason": "style"}, NOT_HINDI),
    "editor-restore": tells(HINDI, _line, {"version": 1, "revision": 1}, NOT_HINDI),
    "editor-waive": tells(BHARAT, _finding, {"reason": "The fee was raised."}, NOT_HINDI),
    "editor-layout": tells(SEES_HINDI, _line, {}, NOT_HINDI),
    "editor-set-cues": tells(HINDI, _line, {"version": 1, "cues": []}, NOT_HINDI),
    "editor-find": tells(SEES_HINDI, _track, {"find": "दस"}, NOT_HINDI),
    "editor-replace": tells(HINDI, _track, _chosen, NOT_HINDI),
    # A replacement of nobody: who may edit is told that there is none.
    "editor-undo-replace": replace(tells(HINDI, _track, {"batch": 9}, NOT_HINDI), ok=400),
    "editor-peaks": asks(STRANGER, _lesson_key),
    "editor-say": tells(SEES_HINDI, _line, {"text": "Is it ten?"}, NOT_HINDI),
    "editor-seen": tells(SEES_HINDI, _line, {}, NOT_HINDI),
    "editor-settle": tells(SEES_HINDI, _comment, {"settled": True}, NOT_HINDI),
    "editor-work": tells(SEES_HINDI, _track, {"seconds": 5}, NOT_HINDI),
    "editor-media": Row(NOBODY, args=_lesson_key, no=404),  # the file is not there
    "audit": Row(ADMINISTRATOR),
    "audit_export": Row(ADMINISTRATOR),
}

OPEN = frozenset({"login", "language", "invitation", "oidc", "oidc_back"})
"""What nobody needs to be signed in for."""

ELSEWHERE: frozenset[str] = frozenset()
"""Names of addresses that have a table of their own, as operations of the API with keys."""


def rows() -> Iterator[tuple[str, Row]]:
    for name, said in ROWS.items():
        for row in said if isinstance(said, tuple) else (said,):
            yield name, row


def addresses(found: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """Yield the name of every address below a list of patterns, with its name space."""
    for one in found:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from addresses(one.url_patterns, inner)
        else:
            assert one.name, f"{one.pattern} has no name"
            yield f"{space}{one.name}"


def dummies() -> Iterator[tuple[str, str]]:
    """Yield name and some address of every page and call, its parts made up."""
    from pipeline.review.urls import urlpatterns

    values = {"IntConverter": 1, "UUIDConverter": uuid.UUID(int=1)}

    def walk(found: list[Any], space: str, parts: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for one in found:
            known = parts | {
                name: values.get(type(kind).__name__, "hi")
                for name, kind in one.pattern.converters.items()
            }
            if isinstance(one, URLResolver):
                inner = f"{space}{one.namespace}:" if one.namespace else space
                yield from walk(one.url_patterns, inner, known)
            else:
                name = f"{space}{one.name}"
                yield name, reverse(name, kwargs=known)

    yield from walk(urlpatterns, "", {})


def clients(world: World) -> Iterator[tuple[str, Client]]:
    """Yield everybody with a browser in which they are signed in, refused ones first."""
    yield "anonymous", Client()
    gone = Client()
    user = type(world.people["asha"]).objects.create_user("gone@example.org", "Gone")
    gone.force_login(user)
    user.is_active = False
    user.save()
    yield "deactivated", gone
    for who in sorted(SIGNED_IN):
        client = Client()
        client.force_login(world.people[who])
        yield who, client


def all_addresses() -> list[str]:
    from pipeline.review.urls import PAGES

    return list(addresses(PAGES))


def test_every_address_has_a_row() -> None:
    found = {name for name in all_addresses() if name not in ELSEWHERE}
    assert sorted(found - set(ROWS)) == []
    assert sorted(set(ROWS) - found) == []


@pytest.mark.parametrize(
    ("name", "row"), [pytest.param(*one, id=f"{one[1].method} {one[0]}") for one in rows()]
)
def test_an_address_answers_everybody_as_the_table_says(
    name: str, row: Row, world: World, site: Any
) -> None:
    address = reverse(f"review:{name}", kwargs=row.args(world))
    got = {}
    for who, client in clients(world):
        with transaction.atomic():
            answer = row.send(client, address, world)
            got[who] = answer.status_code
            if answer.streaming:
                b"".join(answer.streaming_content)  # a file is open until all of it is sent
            transaction.set_rollback(True)
    assert got == {who: row.expected(who) for who in got}


def test_no_page_is_seen_without_signing_in(db: None) -> None:
    pages = [(n.removeprefix("review:"), a) for n, a in dummies() if n.startswith("review:")]
    assert len(pages) > 20
    wrong = {}
    for name, address in pages:
        got = [Client().get(address), Client().post(address)]
        sent = [a.status_code == 302 and a["Location"].startswith("/login/?next=") for a in got]
        codes = [401 if led else a.status_code for a, led in zip(got, sent, strict=True)]
        if name not in OPEN and (set(codes) - {401, 405} or codes == [405, 405]):
            wrong[name] = codes
    assert wrong == {}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_page_takes_what_another_site_sends(people: dict[str, Any], method: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["administrator"])
    wrong = {}
    for name, address in dummies():
        if name.startswith("review:"):
            answer = getattr(client, method)(address)
            if answer.status_code != 403:
                wrong[name] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_no_call_of_the_api_is_answered_without_a_key(people: dict[str, Any], method: str) -> None:
    """A session is no key: else any site could send calls with the cookie of who visits it."""
    client = Client()
    client.force_login(people["administrator"])
    public = {"api:openapi-json", "api:api-root"}
    calls = [(n, a) for n, a in dummies() if n.startswith("api:") and n not in public]
    assert calls
    answers = {name: getattr(client, method)(address).status_code for name, address in calls}
    assert {name: code for name, code in answers.items() if code not in (401, 405)} == {}
