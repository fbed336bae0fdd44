"""Fills a review site in which every text that a person can write is a script; run as a command.

``python hostile_site.py FOLDER VIDEO`` prints the address of every page, by its name, as JSON. A
process of its own: a browser's event loop and Django's database do not live in one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

SCRIPT = "<script>alert(1)</script>"
BAD = f"{SCRIPT}<img src=x onerror=alert(2) class=injected>\"'><b class=injected>{{{{7*7}}}}"
EMAIL = "meera@example.org"
ROLES = (
    ("contributor", ""),
    ("transcript-reviewer", ""),
    ("terminologist", ""),
    ("publisher", ""),
    ("administrator", ""),
    *(("translation-reviewer", code) for code in ("hi", "ur", "ta", "bn")),
)
SENTENCES = tuple(f"Sentence {number} is {BAD}." for number in range(1, 13))


def _person(email: str, name: str, passphrase: str) -> Any:
    from pipeline.review.models import Grant, User

    user = User.objects.create_user(email, name, passphrase)
    for role, language in ROLES:
        Grant.objects.create(user=user, role=role, language=language)
    return user


def _course(user: Any, video: Path) -> Any:
    from courses import nouns
    from courses.nouns import Segment, Signature, Transcript, Word, segment_ids
    from pipeline.review.store import intake
    from pipeline.transcribing import Heard

    lessons = tuple(
        nouns.Lesson(key, "course", f"{key} {BAD}", video, "en") for key in ("one", "two")
    )
    row = intake.keep_course(nouns.Course("course", f"Course {BAD}", lessons, BAD), user)
    row.ministry, row.partner = f"Ministry {BAD}", f"Partner {BAD}"
    row.save()
    for lesson in lessons:
        segments = []
        for index, key in enumerate(segment_ids(lesson.id, SENTENCES)):
            start = 1500 * index
            words = (Word(SENTENCES[index], start, start + 1400, 0.4 if index % 3 else 0.9),)
            segments.append(
                Segment(key, lesson.id, index, start, start + 1400, SENTENCES[index], words, 0.5)
            )
        made_by = Signature("faster-whisper", "whisper-base")
        heard = Heard(lesson, Transcript((), "en", 18_000, made_by), tuple(segments))
        intake.keep_transcript(row.lessons.get(slug=lesson.id), heard)
    return row


def _drafts(lesson: Any, language: str, text: str) -> Any:
    from courses.nouns import Hit, Signature, Suggestion, Term, Translation, TranslationStatus
    from pipeline.review.store import intake

    made_by = Signature("starter", "starter", "1")
    suggestion = Suggestion(f"Old {BAD}", f"{text} {BAD}", 87, f"Org {BAD}", BAD, f"Old {BAD}")
    found = [
        Translation(
            key,
            language,
            f"{text} {number}।",
            TranslationStatus.DRAFT,
            "machine:starter",
            made_by,
            suggestion=suggestion,
        )
        for number, key in enumerate(lesson.sentences.values_list("key", flat=True), 1)
    ]
    term = Term("Sentence", f"{text}", language, note=f"Note {BAD}")
    return intake.keep_drafts(lesson, language, found, tuple((Hit(term, 0, 8),) for _ in found))


def _work_on(track: Any, meera: Any, bharat: Any) -> None:
    """Leave a line in every state, with everything that people can say about it."""
    from pipeline.review.store import comments, deciding, editing, proposals

    lines = list(track.lines.order_by("sentence__position"))
    lines[0].findings.update(waived_by=meera, waived_reason=f"Right {BAD}")
    deciding.approve(bharat, lines[0].pk, lines[0].version)
    editing.save_text(meera, lines[1].pk, editing.Edit(f"वाक्य {BAD}", lines[1].version))
    editing.save_text(bharat, lines[2].pk, editing.Edit(f"वाक्य दो {BAD}", lines[2].version))
    deciding.give_back(bharat, lines[3].pk, lines[3].version, "term", f"Returned {BAD}")
    comments.say(bharat, lines[0].pk, f"@Meera {BAD}", [meera.pk])
    proposals.propose(bharat, proposals.Wanted(f"fee {BAD}", f"शुल्क {BAD}", "hi", f"Why {BAD}"))


def _publish(track: Any, meera: Any, bharat: Any) -> list[int]:
    """Publish a track twice and withdraw the first."""
    from pipeline.review.store import deciding, publishing

    track.findings.update(waived_by=bharat, waived_reason=f"Right {BAD}")
    for line in list(track.lines.all()):
        deciding.approve(bharat, line.pk, line.version)
    first = publishing.publish(meera, track.pk, "")
    publishing.withdraw(meera, first.pk, f"Withdrawn {BAD}")
    return [first.pk, publishing.publish(meera, track.pk, f"Again {BAD}").pk]


def _around(meera: Any, row: Any) -> str:
    """Add what stands beside courses; returns the secret of an open invitation."""
    from pipeline.review.models import Job
    from pipeline.review.store import invitations, tokens, webhooks
    from pipeline.review.store.tokens import Scope

    lesson = row.lessons.first()
    for state in ("done", "failed", "running"):
        Job.objects.create(
            kind="draft", course=row, lesson=lesson, state=state, message=BAD, stage=BAD
        )
    tokens.make(meera, f"Program {BAD}", [next(iter(Scope))])
    webhooks.add(meera, "https://example.org/?x='%3Cb%3E", [next(iter(webhooks.Event))])
    return invitations.invite(meera, "new@example.org", [("publisher", "")])[1]


def _backlog() -> int:
    """Add a course to the backlog that failed, and a run that is alive; returns its row."""
    from datetime import timedelta

    from django.utils import timezone

    from pipeline.backlog.models import BacklogCourse, BacklogLesson, Control, Item, Run
    from pipeline.backlog.nouns import Figures, Lane, Stage, State, Work
    from pipeline.backlog.reporting import Tally, report
    from pipeline.backlog.watching import figures_data

    course = BacklogCourse.objects.create(
        slug="course", title=f"Course {BAD}", source=BAD, languages=["hi"], minutes=9.0, cost=9.0
    )
    lesson = BacklogLesson.objects.create(
        course=course, slug="one", title=f"Lesson {BAD}", language="en", media=BAD
    )
    said = {"error": "MediaError", "reason": f"Reason {BAD}", "finished": timezone.now()}
    for stage, state in ((0, State.READY), (1, State.FAILED), (2, State.FAILED)):
        more = said if state is State.FAILED else {}
        Item.objects.create(course=course, lesson=lesson, stage=stage, state=state, **more)
    Control.objects.update_or_create(pk=1, defaults={"minutes": 100.0, "cost": 10.0})
    work = Work(1, "course", "one", Stage.TRANSLATE, "hi", Lane.NORMAL, 1, 1, 1)
    figures = Figures(
        {(Stage.READ, State.DONE): 7}, ((work, 0.5),), 2, 60.0, 90.0, cost=1.0, peak=1 << 30
    )
    data = figures_data(figures, {1: BAD}) | {"resting": ["translate"]}
    later = timezone.now() + timedelta(days=1)
    where = {"host": f"Host {BAD}", "pid": 1, "executor": BAD, "workers": 2, "out": BAD}
    row = Run.objects.create(**where, figures=data, beat=later)
    row.report = report(row, figures, Tally())
    row.save()
    return row.pk


def fill(video: Path, passphrase: str) -> dict[str, str]:
    """Fill the site and return name -> address of its pages."""
    from django.urls import reverse

    from pipeline.review.store import transcript

    meera = _person(EMAIL, f"Meera {SCRIPT}", passphrase)
    bharat = _person("bharat@example.org", f"Bharat {BAD}", passphrase)
    row = _course(meera, video)
    lesson = row.lessons.get(slug="one")
    transcript.approve_transcript(bharat, lesson.pk)
    lesson.refresh_from_db()
    hindi, _urdu, _tamil, bengali = (
        _drafts(lesson, *one)
        for one in (("hi", "वाक्य"), ("ur", "جملہ"), ("ta", "வாக்கியம்"), ("bn", "বাক্য"))
    )
    _work_on(hindi, meera, bharat)
    withdrawn, held = _publish(bengali, meera, bharat)
    secret, run = _around(meera, row), _backlog()
    _drafts(row.lessons.get(slug="two"), "hi", "वाक्य")
    pages = {
        name: reverse(f"review:{name}", kwargs=parts) for name, parts in _pages(bharat.pk).items()
    }
    return pages | {
        "editor-urdu": reverse("review:editor", args=["course", "one", "ur"]),
        "publish-again": reverse("review:publish", args=["course", "one", "bn"]),
        "release": reverse("review:release", args=[held]),
        "backlog_run": reverse("review:backlog_run", args=[run]),
        "release-withdrawn": reverse("review:release", args=[withdrawn]),
        "invitation": reverse("review:invitation", args=[secret]),
        "invitation-none": reverse("review:invitation", args=["x" * 43]),
        "not-found": "/nowhere/",
    }


def _pages(somebody: int) -> dict[str, dict[str, Any]]:
    """Return the pages that need nothing but a course; name -> parts of the address."""
    plain = ("home", "hand_in", "operations", "programs", "people", "audit", "profile", "login")
    operators = ("backlog",)
    figures = ("queue", "matrix", "dashboards", "findings", "effort", "agreement", "terms")
    place = {"course": "course", "lesson": "one", "language": "hi"}
    return {
        **{name: {} for name in (*plain, *operators, *figures, "second_look")},
        "course": {"course": "course"},
        "lesson": {"course": "course", "lesson": "one"},
        "transcript": {"course": "course", "lesson": "two"},
        **dict.fromkeys(("editor", "publish", "import"), place),
        "bulk": place | {"language": "ta"},
        "one_person": {"pk": somebody},
    }


if __name__ == "__main__":
    from pipeline.review.configure import configure
    from pipeline.review.site import Site, make_secret_key

    site = Site(data=Path(sys.argv[1]))
    make_secret_key(site)
    configure(site)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps(fill(Path(sys.argv[2]), sys.argv[3])))
