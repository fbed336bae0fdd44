"""Who comes in, how, and what is refused: signing in, invitations, roles, profile, audit log."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.errors import ForbiddenError, ReviewError
from pipeline.review import audit
from pipeline.review.models import ApiToken, AuditEntry, Grant, Invitation, Role, User
from pipeline.review.store import invitations
from pipeline.review.store import people as store

from .conftest import PASSPHRASE

NEW = "quite another phrase 7"
SIGN_IN = {"username": "asha@example.org", "password": PASSPHRASE}

People = dict[str, Any]


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


# --- signing in ---------------------------------------------------------------------------------
def test_a_person_signs_in_by_address_in_any_case_and_it_is_written_down(people: People) -> None:
    client = Client()
    said = SIGN_IN | {"username": " Asha@Example.ORG "}
    answer = client.post("/login/", said, REMOTE_ADDR="203.0.113.9")
    assert (answer.status_code, answer["Location"]) == (302, "/queue/")
    entry = AuditEntry.objects.get(what="sign in")
    assert (entry.who, entry.address) == (people["asha"], "203.0.113.9")


def test_a_wrong_passphrase_and_an_unknown_address_read_the_same(people: People) -> None:
    pages = [
        text(Client().post("/login/", {"username": who, "password": "wrong"}))
        for who in ("asha@example.org", "nobody@example.org", "stranger@example.org")
    ]
    shown = {re.search(r'role="alert">(.*?)</div>', page, re.S)[1] for page in pages}  # type: ignore[index]
    assert len(shown) == 1


def test_five_failures_lock_the_address_out_and_say_until_when(people: People) -> None:
    client = Client()
    for name in ("asha@example.org", "ASHA@example.org", "Asha@example.org ", "asha@EXAMPLE.org"):
        assert (
            client.post("/login/", SIGN_IN | {"username": name, "password": "no"}).status_code
            == 400
        )
    client.post("/login/", SIGN_IN | {"password": "no"})
    answer = client.post("/login/", SIGN_IN)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    assert "Try again in 15 minutes." in text(answer)
    assert "_auth_user_id" not in client.session
    # Somebody else at the same desk, and the same person elsewhere, are not shut out.
    other = SIGN_IN | {"username": "bharat@example.org"}
    assert Client().post("/login/", other).status_code == 302
    assert Client().post("/login/", SIGN_IN, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_a_session_that_an_attacker_planted_is_not_the_one_signed_in(people: People) -> None:
    planted = Client()
    planted.get("/login/")
    session = planted.session
    session["planted"] = True
    session.save()
    victim = Client()
    victim.cookies["sessionid"] = session.session_key
    victim.post("/login/", SIGN_IN)
    assert victim.cookies["sessionid"].value != session.session_key
    attacker = Client()
    attacker.cookies["sessionid"] = session.session_key
    assert attacker.get("/profile/").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "///evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(people: People, elsewhere: str) -> None:
    answer = Client().post("/login/", SIGN_IN | {"next": elsewhere})
    assert answer["Location"] == "/queue/"


def test_signing_in_goes_on_to_the_page_that_was_asked_for(people: People) -> None:
    asked = Client().get("/audit/?what=invite")
    assert asked["Location"] == "/login/?next=/audit/%3Fwhat%3Dinvite"
    answer = Client().post("/login/", SIGN_IN | {"next": "/audit/?what=invite"})
    assert answer["Location"] == "/audit/?what=invite"


def test_a_script_that_is_signed_out_gets_401_and_no_page(people: People) -> None:
    answer = Client().get("/profile/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/json")


def test_logging_out_ends_the_session_and_takes_a_post(people: People) -> None:
    client = signed_in(people["asha"])
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get("/profile/").status_code == 302


def test_a_host_that_is_not_ours_is_refused_without_a_trace(people: People, caplog: Any) -> None:
    answer = Client().get("/login/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in text(answer)
    assert "Traceback" not in text(answer)


def test_an_address_comes_from_our_proxy_only_where_there_is_one(rf: Any, monkeypatch: Any) -> None:
    from dataclasses import replace

    from django.conf import settings

    from pipeline.review.middleware import client_address

    request = rf.get("/", headers={"X-Forwarded-For": "1.2.3.4, 203.0.113.9"})
    assert client_address(request) == "127.0.0.1"
    monkeypatch.setattr(settings, "SITE", replace(settings.SITE, https=True))
    assert client_address(request) == "203.0.113.9"
    assert client_address(rf.get("/", headers={"X-Forwarded-For": "<script>"})) is None


# --- invitations --------------------------------------------------------------------------------
def test_an_invited_person_chooses_a_passphrase_and_has_the_roles(people: People) -> None:
    admin = signed_in(people["administrator"])
    asked = {"email": "New@Example.org", "roles": ["publisher"], "languages": ["hi", "ks_Deva"]}
    page = text(admin.post("/people/invite/", asked))
    link = re.search(r'value="http://testserver(/invitation/[^"]+)"', page)
    assert link
    row = Invitation.objects.get()
    assert row.digest == hashlib.sha256(link[1].split("/")[2].encode()).hexdigest()
    client = Client()
    assert "new@example.org" in text(client.get(link[1]))
    answer = client.post(link[1], {"name": "नई समीक्षक", "passphrase": NEW, "again": NEW})
    assert answer.status_code == 302
    user = User.objects.get(email="new@example.org")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.password.startswith("argon2$argon2id$")
    assert sorted(user.grants.values_list("role", "language")) == [
        ("publisher", ""),
        ("translation-reviewer", "hi"),
        ("translation-reviewer", "ks_Deva"),
    ]
    assert Client().get(link[1]).status_code == 404
    late = Client().post(link[1], {"name": "X", "passphrase": NEW, "again": NEW})
    assert late.status_code == 404


def test_an_invitation_ends_after_seven_days_or_when_withdrawn(people: People) -> None:
    row, secret = invitations.invite(people["administrator"], "a@example.org", [("publisher", "")])
    assert row.expires - row.created == pytest.approx(timedelta(days=7), abs=timedelta(seconds=5))
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert Client().get(f"/invitation/{secret}/").status_code == 404
    row, secret = invitations.invite(people["administrator"], "a@example.org", [("publisher", "")])
    invitations.withdraw(people["administrator"], row.pk)
    assert Client().get(f"/invitation/{secret}/").status_code == 404


def test_a_new_invitation_makes_the_older_link_worthless(people: People) -> None:
    admin = people["administrator"]
    _, first = invitations.invite(admin, "a@example.org", [("administrator", "")])
    _, second = invitations.invite(admin, "a@example.org", [("publisher", "")])
    answer = invitations.Answer("A", NEW)
    with pytest.raises(Invitation.DoesNotExist):
        invitations.accept(first, answer)
    assert [g.role for g in invitations.accept(second, answer).grants.all()] == ["publisher"]


def test_links_of_somebody_who_was_shut_out_no_longer_let_anybody_in(people: People) -> None:
    store.grant(people["administrator"], people["asha"].pk, "administrator", "")
    asha = User.objects.get(pk=people["asha"].pk)
    _, secret = invitations.invite(asha, "friend@example.org", [("administrator", "")])
    store.deactivate(people["administrator"], asha.pk)
    with pytest.raises(Invitation.DoesNotExist):
        invitations.find(secret)


def test_a_link_for_somebody_known_renews_the_passphrase_and_lets_them_in_again(
    people: People,
) -> None:
    asha = people["asha"]
    old = signed_in(asha)
    store.deactivate(people["administrator"], asha.pk)
    _, secret = invitations.invite(people["administrator"], asha.email, [])
    page = Client().post(
        f"/invitation/{secret}/", {"name": "Asha", "passphrase": NEW, "again": NEW}
    )
    assert page.status_code == 302
    assert Client().post("/login/", SIGN_IN | {"password": NEW}).status_code == 302
    assert old.get("/profile/").status_code == 302, "a session of before came back to life"


@pytest.mark.parametrize(
    ("passphrase", "why"),
    [
        ("short", "at least 12"),
        ("q1w2e3r4t5y6", "common"),
        ("1234567890123", "numeric"),
        ("new@example.org", "similar"),
        ("x" * 257, "256"),
    ],
)
def test_a_weak_passphrase_is_refused_with_the_reason(
    people: People, passphrase: str, why: str
) -> None:
    _, secret = invitations.invite(people["administrator"], "new@example.org", [("publisher", "")])
    said = {"name": "New", "passphrase": passphrase, "again": passphrase}
    answer = Client().post(f"/invitation/{secret}/", said)
    assert answer.status_code == 400
    assert why in text(answer)
    assert not User.objects.filter(email="new@example.org").exists()


# --- roles --------------------------------------------------------------------------------------
def test_the_last_administrator_can_neither_go_nor_be_sent(people: People) -> None:
    admin = people["administrator"]
    row = admin.grants.get()
    with pytest.raises(ReviewError, match="administrator"):
        store.revoke(admin, admin.pk, row.pk)
    with pytest.raises(ReviewError, match="administrator"):
        store.deactivate(admin, admin.pk)
    page = signed_in(admin).post(f"/people/{admin.pk}/deactivate/", follow=True)
    assert "Make somebody else one first." in text(page)
    store.grant(admin, people["asha"].pk, "administrator", "")
    store.revoke(admin, admin.pk, row.pk)
    with pytest.raises(ForbiddenError):
        store.grant(User.objects.get(pk=admin.pk), people["bharat"].pk, "administrator", "")


def test_an_administrator_who_is_shut_out_does_not_count_as_one(people: People) -> None:
    admin = people["administrator"]
    Grant.objects.create(user=people["asha"], role=Role.ADMINISTRATOR)
    User.objects.filter(pk=people["asha"].pk).update(is_active=False)
    with pytest.raises(ReviewError):
        store.deactivate(admin, admin.pk)


def test_shutting_out_ends_sessions_and_keys_at_once(people: People) -> None:
    asha = people["asha"]
    browser = signed_in(asha)
    ApiToken.objects.create(user=asha, name="key", digest="0" * 64)
    assert browser.get("/profile/").status_code == 200
    store.deactivate(people["administrator"], asha.pk)
    assert browser.get("/profile/").status_code == 302
    assert ApiToken.objects.get().revoked is not None
    assert Client().post("/login/", SIGN_IN).status_code == 400


@pytest.mark.parametrize(
    ("role", "language"),
    [("translation-reviewer", ""), ("translation-reviewer", "xx"), ("king", ""), ("", "hi")],
)
def test_a_role_that_does_not_exist_is_not_given(people: People, role: str, language: str) -> None:
    with pytest.raises(ReviewError):
        store.grant(people["administrator"], people["asha"].pk, role, language)


def test_a_grant_of_another_person_cannot_be_taken_through_ones_own_page(people: People) -> None:
    other = people["tamil"].grants.get()
    answer = signed_in(people["administrator"]).post(
        f"/people/{people['asha'].pk}/revoke/{other.pk}/"
    )
    assert answer.status_code == 404
    assert Grant.objects.filter(pk=other.pk).exists()


# --- profile ------------------------------------------------------------------------------------
def test_a_new_passphrase_ends_all_other_sessions(people: People) -> None:
    here, there = signed_in(people["asha"]), signed_in(people["asha"])
    said = {"old": PASSPHRASE, "passphrase": NEW, "again": NEW}
    assert here.post("/profile/passphrase/", said | {"old": "wrong"}).status_code == 400
    assert here.post("/profile/passphrase/", said | {"again": NEW + "x"}).status_code == 400
    assert here.post("/profile/passphrase/", said).status_code == 302
    assert here.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302


def test_a_script_in_a_name_is_shown_as_text_everywhere(people: People) -> None:
    evil = "<script>alert(1)</script>"
    client = signed_in(people["administrator"])
    assert client.post("/profile/keep/", {"name": evil, "interface": "en"}).status_code == 302
    pk = people["administrator"].pk
    for address in ("/profile/", "/people/", f"/people/{pk}/", "/audit/"):
        page = text(client.get(address))
        assert "<script>alert" not in page, address
        assert "&lt;script&gt;" in page, address


@pytest.mark.parametrize(
    "name", ["a\u202eb", "a\u2066b", "a\0b", "\u200b", "a\ufeff", " ", "x" * 121]
)
def test_a_name_that_misleads_is_refused(people: People, name: str) -> None:
    with pytest.raises(ReviewError):
        store.keep_profile(people["asha"], name, "en")


def test_the_joiners_of_indic_names_are_kept() -> None:
    assert store.clean_name("  ക്‌ഷേമ   ശ്രീ  ") == "ക്‌ഷേമ ശ്രീ"


def test_the_language_of_the_pages_is_kept_for_the_person(people: People) -> None:
    client = signed_in(people["asha"])
    answer = client.post("/language/", {"language": "hi", "next": "/profile/"})
    assert answer["Location"] == "/profile/"
    assert '<html lang="hi"' in text(client.get("/profile/"))
    assert '<html lang="hi"' in text(
        signed_in(User.objects.get(pk=people["asha"].pk)).get("/profile/")
    )
    assert client.post("/language/", {"language": "xx"}).status_code == 400
    assert (
        client.post("/language/", {"language": "en", "next": "//evil.example"})["Location"] == "/"
    )


def test_who_is_not_signed_in_chooses_a_language_too(db: None) -> None:
    client = Client()
    client.post("/language/", {"language": "hi"})
    assert '<html lang="hi"' in text(client.get("/login/"))


# --- audit log ----------------------------------------------------------------------------------
def test_the_audit_log_is_filtered_and_paged(people: People, monkeypatch: Any) -> None:
    monkeypatch.setattr("pipeline.review.views.people_audit.PAGE", 2)
    for number in range(5):
        audit.record(people["asha"], "edit", f"line:{number}")
    audit.record(people["bharat"], "edit", "line:9")
    client = signed_in(people["administrator"])
    asked = {"who": people["asha"].pk, "what": "edit"}
    seen: list[str] = []
    page = text(client.get("/audit/", asked))
    while True:
        seen += re.findall(r"line:\d", page)
        older = re.search(r'href="\?([^"]+)" rel="next"', page)
        if not older:
            break
        page = text(client.get("/audit/?" + older[1].replace("&amp;", "&")))
    assert seen == ["line:4", "line:3", "line:2", "line:1", "line:0"]
    assert "line:9" in text(client.get("/audit/", {"about": "line:9"}))
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert "line:" not in text(client.get("/audit/", {"since": tomorrow}))
    assert client.get("/audit/", {"since": "never"}).status_code == 400


def test_the_exported_log_has_no_formula_in_it(people: People) -> None:
    names = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1")
    for name in names:
        people["asha"].name = name
        audit.record(people["asha"], "=cmd", "-line:1", note="=x")
    answer = signed_in(people["administrator"]).get("/audit/export/")
    written = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]
    assert [cell for cell in cells if cell.strip()[:1] in "=+-@＝" and cell] == []
    assert "'=1+1" in cells


# --- pages of errors ----------------------------------------------------------------------------
def test_an_error_of_ours_is_a_page_for_people_and_json_for_scripts(people: People) -> None:
    client = signed_in(people["asha"])
    page = client.get("/people/")
    assert page.status_code == 403
    assert "You may not manage people." in text(page)
    told = client.get("/people/", headers={"Accept": "application/json"})
    assert told.json()["error"] == "You may not manage people."


def test_a_failure_shows_no_trace(people: People, monkeypatch: Any) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret-detail")

    monkeypatch.setattr("pipeline.review.views.people_profile._page", fail)
    client = signed_in(people["asha"])
    client.raise_request_exception = False
    page = client.get("/profile/")
    assert page.status_code == 500
    assert "secret-detail" not in text(page)
    assert "karmavani" in text(page)


def test_an_address_where_nothing_is_has_a_page(people: People) -> None:
    page = signed_in(people["asha"]).get("/nothing/here/")
    assert page.status_code == 404
    assert "There is nothing at this address" in text(page)


def test_pages_of_a_signed_in_person_are_not_kept_by_others(people: People) -> None:
    page = signed_in(people["asha"]).get("/profile/")
    assert "private" in page["Cache-Control"]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
