"""A proposed wording holds nowhere until a terminologist accepts it; then it holds everywhere."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from courses.errors import ConflictError, ForbiddenError, ReviewError
from glossaries.lint import lint
from pipeline.review import worker
from pipeline.review.models import AuditEntry, Job, JobState, Line, TermProposal, User
from pipeline.review.site import Site
from pipeline.review.store import deciding, proposals
from pipeline.review.store.proposals import Wanted

from .conftest import World

BACKEND = "django.contrib.auth.backends.ModelBackend"
FEE = Wanted("fee", "फ़ीस", "hi")


@pytest.fixture
def row(world: World, site: Site) -> TermProposal:
    line = line_of(world, 1)
    return proposals.propose(world.people["asha"], Wanted("fee", "फ़ीस", "hi", "Usual.", line.pk))


def line_of(world: World, number: int) -> Line:
    return world.track.lines.order_by("sentence__position")[number]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_an_accepted_term_is_in_the_sites_glossary_and_lines_are_checked_anew(
    world: World, site: Site, row: TermProposal
) -> None:
    assert not line_of(world, 1).findings.exists()
    terminologist = world.people["terminologist"]
    proposals.decide(terminologist, row.pk, True, "As the department says it.")
    proposals.jobs.add_terms(row.pk, terminologist)
    written = (site.glossaries / "proposals.tsv").read_text(encoding="utf-8").splitlines()
    cells = dict(zip(written[0].split("\t"), written[1].split("\t"), strict=False))
    assert (cells["en"], cells["hi"], cells["reviewed"]) == ("fee", "फ़ीस", "hi")
    assert cells["note"] == (
        "hi: proposed by Asha, accepted by Terminologist, As the department says it."
    )
    assert [one.message for one in lint([site.glossaries]).faults if one.severity == "error"] == []
    assert worker.work_once()
    job = Job.objects.get()
    assert (job.state, job.message) == (JobState.DONE, "1 lines")
    line = line_of(world, 1)
    assert [one["target"] for one in line.terms] == ["फ़ीस"]
    assert [one.check_id for one in line.findings.all()] == ["term-not-used"]
    assert line.text == "शुल्क दस रुपये है।"
    world.track.refresh_from_db()
    assert (world.track.warnings, world.track.violated) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_accepting_queues_the_check(world: World, site: Site, row: TermProposal) -> None:
    proposals.decide(world.people["terminologist"], row.pk, True)
    assert Job.objects.get().payload == {"proposal": row.pk}


def test_drafting_uses_accepted_terms_over_the_departments(
    world: World, site: Site, row: TermProposal, tmp_path
) -> None:
    own = tmp_path / "department"
    own.mkdir()
    proposals.decide(world.people["terminologist"], row.pk, True)
    text = (site.glossaries / "proposals.tsv").read_text(encoding="utf-8")
    (own / "proposals.tsv").write_text(
        text.replace("फ़ीस", "दर").replace("\tfee\t", "\tfee\t"), encoding="utf-8"
    )
    with site.config.open("a", encoding="utf-8") as config:
        config.write(f'[glossaries]\nfolder = "{own}"\n[translator]\nengine = "echo"\n')
    job = Job(kind="draft", lesson=world.lesson, payload={"languages": ["hi"]})
    with worker._tools(job, world.lesson) as (kit, _targets, _summary):
        found = kit.terms.finder("hi", None)("The fee is ten rupees.")
    assert [hit.term.target for hit in found] == ["फ़ीस"]
    found = proposals.terms_of_site().finder("hi", None)("The fee is ten rupees.")
    assert [hit.term.target for hit in found] == ["फ़ीस"]
    (site.glossaries / "proposals.tsv").unlink()
    found = proposals.terms_of_site().finder("hi", None)("The fee is ten rupees.")
    assert [hit.term.target for hit in found] == ["दर"]


def test_a_term_of_a_lessons_domain_goes_into_that_file(world: World, site: Site) -> None:
    world.lesson.domain = "law-and-rights"
    world.lesson.save()
    wanted = Wanted("citizen of note", "विशिष्ट नागरिक", "hi", line=line_of(world, 0).pk)
    row = proposals.propose(world.people["asha"], wanted)
    proposals.decide(world.people["terminologist"], row.pk, True)
    assert [path.name for path in site.glossaries.glob("*.tsv")] == ["law-and-rights.tsv"]


def test_a_domain_that_is_no_name_of_a_file_is_not_made_one(world: World, site: Site) -> None:
    world.lesson.domain = "../secret"
    world.lesson.save()
    row = proposals.propose(
        world.people["asha"], Wanted("fee", "फ़ीस", "hi", line=line_of(world, 0).pk)
    )
    assert proposals.domain_of(row) == "proposals"


def test_a_later_decision_replaces_an_earlier_one(world: World, site: Site) -> None:
    terminologist = world.people["terminologist"]
    for wording in ("फ़ीस", "शुल्क"):
        row = proposals.propose(world.people["asha"], Wanted("fee", wording, "hi"))
        proposals.decide(terminologist, row.pk, True)
    row = proposals.propose(world.people["tamil"], Wanted("fee", "கட்டணம்", "ta"))
    proposals.decide(terminologist, row.pk, True)
    (entry,) = [one for one in proposals.terms_of_site().entries if one.source == "fee"]
    assert (entry.targets["hi"].text, entry.targets["ta"].text) == ("शुल्क", "கட்டணம்")


def test_an_official_wording_gives_way_only_for_a_reason(world: World, site: Site) -> None:
    terminologist = world.people["terminologist"]
    known = next(
        one
        for one in proposals.terms_of_site().entries
        if one.targets.get("hi") and one.targets["hi"].status == "official"
    )
    row = proposals.propose(world.people["asha"], Wanted(known.source, "दूसरा शब्द", "hi"))
    with pytest.raises(ReviewError, match="official"):
        proposals.decide(terminologist, row.pk, True)
    assert proposals.decide(terminologist, row.pk, True, "The act was amended.").accepted


def test_a_proposal_is_decided_once_and_declined_with_a_note(
    world: World, site: Site, row: TermProposal
) -> None:
    with pytest.raises(ForbiddenError):
        proposals.decide(world.people["asha"], row.pk, True)
    with pytest.raises(ReviewError, match="declined"):
        proposals.decide(world.people["terminologist"], row.pk, False)
    proposals.decide(world.people["terminologist"], row.pk, False, "शुल्क is the term.")
    with pytest.raises(ConflictError):
        proposals.decide(world.people["terminologist"], row.pk, True)
    assert not site.glossaries.exists()
    assert AuditEntry.objects.filter(what="decline term").exists()


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("", "फ़ीस", "hi"),
        ("fee", "", "hi"),
        ("fee", "a|b", "hi"),
        ("fee", "கட்டணம்", "hi"),
        ("fee", "फ\u202eीस", "hi"),
        ("fee", "फ" * 201, "hi"),
        ("fee", "फ़ीस", "xx"),
        ("fee", "fee", "en"),
        ("fеe", "फ़ीस", "hi"),  # a Cyrillic letter
    ],
)
def test_what_no_glossary_could_hold_is_refused(
    source: str, target: str, language: str, world: World, site: Site
) -> None:
    with pytest.raises(ReviewError):
        proposals.propose(world.people["terminologist"], Wanted(source, target, language))
    assert not TermProposal.objects.exists()


def test_who_may_not_see_a_line_proposes_nothing_about_it(world: World, site: Site) -> None:
    with pytest.raises(Line.DoesNotExist):
        proposals.propose(
            world.people["tamil"], Wanted("fee", "फ़ीस", "hi", line=line_of(world, 1).pk)
        )
    with pytest.raises(ForbiddenError):
        proposals.propose(world.people["tamil"], FEE)
    with pytest.raises(ForbiddenError):
        proposals.propose(world.people["contributor"], FEE)


def test_the_same_proposal_twice_is_one(world: World, site: Site) -> None:
    first = proposals.propose(world.people["asha"], FEE)
    assert proposals.propose(world.people["bharat"], FEE).pk == first.pk


def test_a_script_proposes_and_a_terminologist_decides_on_the_page(
    world: World, site: Site
) -> None:
    asha = client_of(world.people["asha"])
    said = {"source": "fee", "target": "<b>फ़ीस", "language": "hi", "line": line_of(world, 1).pk}
    answer = asha.post(
        reverse("review:propose_term"), json.dumps(said), content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    page = client_of(world.people["terminologist"]).get(reverse("review:terms")).content.decode()
    assert "&lt;b&gt;फ़ीस" in page
    assert "<b>फ़ीस" not in page
    decide = reverse("review:decide_term", args=[answer.json()["id"]])
    terminologist = client_of(world.people["terminologist"])
    assert terminologist.post(decide, {"answer": "perhaps"}).status_code == 400
    assert asha.post(decide, {"answer": "accept"}).status_code == 403
    assert terminologist.post(decide, {"answer": "decline", "note": "No."}).status_code == 302
    declined = terminologist.get(reverse("review:terms"), {"state": "declined"})
    assert "No." in declined.content.decode()


def test_a_form_proposes_a_term(world: World, site: Site) -> None:
    asha = client_of(world.people["asha"])
    form = {"source": "fee", "target": "फ़ीस", "language": "hi", "note": "=1+1"}
    assert asha.post(reverse("review:terms"), form).status_code == 302
    sheet = asha.get(reverse("review:terms"), {"as": "csv"})
    assert "'=1+1" in b"".join(sheet.streaming_content).decode("utf-8-sig")
    assert (
        "फ़ीस" not in client_of(world.people["tamil"]).get(reverse("review:terms")).content.decode()
    )


def test_a_waived_term_stays_waived(world: World, site: Site, row: TermProposal) -> None:
    from pipeline.review.store import term_changes

    proposals.decide(world.people["terminologist"], row.pk, True)
    assert term_changes.follow(row.pk) == 1
    deciding.waive(world.people["bharat"], line_of(world, 1).findings.get().pk, "A quotation.")
    assert term_changes.follow(row.pk) == 0
    assert line_of(world, 1).findings.get().waived_reason == "A quotation."
