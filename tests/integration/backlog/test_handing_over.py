"""What changes in a course reaches the reviewers' site, whatever stage it is in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.backlog.messages import Handed
from pipeline.backlog.nouns import Stage, State
from pipeline.executors import HereExecutor, Outcome
from tests.integration.backlog.bench import Bench
from tests.integration.backlog.conftest import ObjectStore
from tests.integration.backlog.courses_of import make_course, write_captions, write_media
from tests.integration.backlog.test_far_course import upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def course(bench: Bench) -> Path:
    """Return the folder of a course that the reviewers have, in Hindi and Tamil."""
    place = make_course(bench.folder, lessons=2)
    bench.add(place, review=True)
    bench.run()
    assert bench.states()["review done"] == 4
    return place


def edit(course: Path, before: str, after: str) -> None:
    toml = course / "course.toml"
    assert before in toml.read_text()
    toml.write_text(toml.read_text().replace(before, after, 1))


def on_site(slug: str = "l1") -> Any:
    from pipeline.review.models import Lesson

    return Lesson.objects.select_related("course").get(slug=slug)


def test_other_titles_media_and_captions_reach_the_site(bench: Bench, course: Path) -> None:
    before = bytes(on_site().peaks)
    (course / "l1.wav").rename(course / "m.wav")
    (course / "l1.srt").rename(course / "m.srt")
    write_media(course / "m.wav", 20, seed=3)
    edit(course, '"l1.wav"', '"m.wav"\ncaptions = "m.srt"')
    edit(course, "Lesson 1", "Asking for information")
    edit(course, "Course rti", "The right to information")
    bench.add(course)
    bench.run()
    lesson = on_site()
    assert (lesson.course.title, lesson.title) == (
        "The right to information",
        "Asking for information",
    )
    assert (lesson.media, lesson.captions) == (str(course / "m.wav"), str(course / "m.srt"))
    assert len(lesson.peaks) == 200
    assert len(before) == 120


def test_media_under_another_name_are_found_by_the_site_at_once(bench: Bench, course: Path) -> None:
    """Nothing that follows from reading is another, so no later stage would tell the site."""
    (course / "l1.wav").rename(course / "m.wav")
    (course / "l1.srt").rename(course / "m.srt")
    edit(course, '"l1.wav"', '"m.wav"')
    bench.refresh(dry_run=True)
    assert on_site().media == str(course / "l1.wav")
    bench.refresh()
    assert (on_site().media, on_site().captions) == (str(course / "m.wav"), str(course / "m.srt"))


def test_what_the_site_knew_otherwise_is_brought_up_to_date_with_the_drafts(
    bench: Bench, course: Path
) -> None:
    from pipeline.backlog.models import Item
    from pipeline.review.models import Lesson

    Lesson.objects.filter(slug="l1").update(title="As it was handed in", media="/gone.wav")
    Item.objects.filter(stage=Stage.REVIEW, language="hi").update(state=State.READY)
    bench.run()
    assert (on_site().title, on_site().media) == ("Lesson 1", str(course / "l1.wav"))


def test_other_sound_under_the_same_words_has_another_speech_bar(
    bench: Bench, course: Path
) -> None:
    before, other = bytes(on_site().peaks), bytes(on_site("l2").peaks)
    loud = course / "l1.wav"
    sound = bytearray(loud.read_bytes())
    sound[20_000:60_000] = bytes(40_000)
    loud.write_bytes(bytes(sound))
    bench.add(course)
    bench.run()
    after = bytes(on_site().peaks)
    assert len(after) == len(before)
    assert after != before
    assert bytes(on_site("l2").peaks) == other
    assert ("rti l1 hi translate", State.DONE, "0 sentences") in bench.heard.closed


def test_a_touched_file_leaves_the_speech_bar(bench: Bench, course: Path) -> None:
    import os

    os.utime(course / "l1.wav", ns=(1, 1))
    bench.add(course)
    bench.run()
    assert [work for work, _, _ in bench.heard.closed] == ["rti l1 read"]
    assert len(on_site().peaks) == 120


def test_other_captions_reach_the_site_and_what_people_wrote_stays(
    bench: Bench, course: Path
) -> None:
    from pipeline.review.models import Line, LineState

    kept = Line.objects.filter(track__lesson=on_site(), track__language="hi").first()
    assert kept is not None
    Line.objects.filter(pk=kept.pk).update(text="मेरा", state=LineState.EDITED)
    told = [kept.sentence.text, "The fee is twenty rupees.", "Nobody need say why."]
    write_captions(course / "l1.srt", told)
    bench.add(course)
    bench.run()
    sentences = on_site().sentences.filter(retired=False).order_by("position")
    assert [one.text for one in sentences] == told
    kept.refresh_from_db()
    assert (kept.text, kept.state) == ("मेरा", LineState.EDITED)


class Removing(HereExecutor):
    """Takes the lesson l1 out of the backlog while it is handed over."""

    def collect(self, timeout: float, report: Any) -> list[Outcome]:
        from pipeline.backlog.models import BacklogLesson

        found = super().collect(timeout, report)
        if any(isinstance(one.value, Handed) for one in found):
            BacklogLesson.objects.filter(slug="l1").delete()
        return found


def test_a_lesson_that_leaves_while_it_is_handed_over_ends_no_run(bench: Bench) -> None:
    from pipeline.review.models import Line

    bench.add(make_course(bench.folder, lessons=2), review=True)
    bench.run(Removing)
    assert bench.states()["review done"] == 2
    assert set(Line.objects.values_list("track__lesson__slug", flat=True)) == {"l2"}


def test_media_in_a_store_are_refused_for_a_course_that_reviewers_have(
    bench: Bench, course: Path, s3: ObjectStore
) -> None:
    bench.config = replace(bench.config, cache=bench.folder / "cache")
    (problem,) = bench.add(upload(s3, course)).problems
    assert "reviewers need the media on the site's own machine" in problem
