"""The driver: courses go in, packages come out, whatever fails on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from courses.errors import EngineError, StoreError, UsageError
from pipeline.backlog.nouns import Ended, Stage, State
from pipeline.executors import HereExecutor, Outcome
from tests.integration.backlog.bench import Bench
from tests.integration.backlog.courses_of import SENTENCES, make_course, write_captions, write_media

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_course_becomes_packages(bench: Bench) -> None:
    bench.add(make_course(bench.folder))
    report = bench.run()
    assert list(bench.packages()) == ["rti/l1/hi", "rti/l1/ta", "rti/l2/hi", "rti/l2/ta"]
    assert bench.states() == {
        "read done": 2,
        "transcribe done": 2,
        "translate done": 4,
        "package done": 4,
    }
    assert report["throughput"]["items"] == 12


def test_what_localise_did_is_not_done_again(bench: Bench) -> None:
    from pipeline.course_input import read_course
    from pipeline.prepare import abilities, prepare
    from pipeline.progress import QuietReporter
    from pipeline.run import localise
    from pipeline.targets import choose_targets

    place = make_course(bench.folder)
    course = read_course(place)
    with prepare(bench.config, course, QuietReporter()) as kit:
        localise(course, choose_targets(bench.config, course, abilities(bench.config)), kit)
    before = bench.packages()
    bench.add(place)
    bench.run()
    assert bench.packages() == before
    assert ("rti l1 hi package", State.DONE, "up to date") in bench.heard.closed
    assert ("rti l1 hi translate", State.DONE, "0 sentences") in bench.heard.closed


def test_adding_again_and_running_again_does_nothing(bench: Bench) -> None:
    place = make_course(bench.folder)
    bench.add(place)
    bench.run()
    arrived = bench.add(place)
    assert (arrived.added.courses, arrived.added.items, arrived.added.changed) == (0, 0, [])
    assert bench.run()["throughput"]["items"] == 0


def test_a_new_language_is_added_to_what_is_there(bench: Bench) -> None:
    place = make_course(bench.folder, lessons=1)
    bench.add(place)
    bench.run()
    bench.config = replace(bench.config, languages=("bn",))
    assert bench.add(place).added.items == 2
    bench.run()
    assert list(bench.packages()) == ["rti/l1/bn", "rti/l1/hi", "rti/l1/ta"]


def test_media_that_are_none_are_dead_letters_with_their_reason(bench: Bench) -> None:
    from pipeline.backlog import control

    place = make_course(bench.folder, lessons=3)
    (place / "l2.wav").write_text("no sound at all")
    bench.add(place)
    bench.run()
    assert len(bench.packages()) == 4
    (letter,) = control.failures()
    assert (letter.lesson.slug, letter.error, letter.attempts) == ("l2", "MediaError", 1)
    assert "l2.wav" in letter.reason
    write_media(place / "l2.wav", 12)
    assert control.retry([letter.pk]) == 1
    bench.run()
    assert len(bench.packages()) == 6


def test_a_course_that_cannot_be_read_ends_no_other(bench: Bench) -> None:
    make_course(bench.folder / "all", "good", 1)
    bad = make_course(bench.folder / "all", "bad", 1)
    (bad / "course.toml").write_text("id = 3")
    arrived = bench.add(bench.folder / "all")
    assert (arrived.read, len(arrived.problems)) == (1, 1)
    assert "bad" in arrived.problems[0]


def test_a_lesson_that_no_engine_can_hear_is_a_dead_letter(bench: Bench) -> None:
    from pipeline.backlog import control

    place = make_course(bench.folder, lessons=2)
    (place / "l2.srt").unlink()
    toml = (place / "course.toml").read_text()
    (place / "course.toml").write_text(toml[::-1].replace('"ne"', '"at"', 1)[::-1])
    arrived = bench.add(place)
    assert arrived.refused == 1
    bench.run()
    assert sorted(bench.packages()) == ["rti/l1/hi", "rti/l1/ta"]
    assert {letter.error for letter in control.failures()} == {"LanguageError"}


class Dying(HereExecutor):
    """Loses the first calls of each kind, as when workers are killed."""

    deaths = 2

    def collect(self, timeout: float, report: Any) -> list[Outcome]:
        found = super().collect(timeout, report)
        if found and Dying.deaths:
            Dying.deaths -= 1
            error = EngineError("The worker process died.")
            return [Outcome(one.item, error=error, lost=True) for one in found]
        return found


def test_a_dead_worker_costs_its_item_one_try(bench: Bench) -> None:
    from pipeline.backlog.models import Item

    Dying.deaths = 2
    bench.add(make_course(bench.folder, lessons=1))
    bench.run(Dying)
    assert len(bench.packages()) == 2
    assert Item.objects.get(stage=Stage.READ).attempts == 3


class Busy(HereExecutor):
    """Fails every call in one stage, as a server that is down."""

    def collect(self, timeout: float, report: Any) -> list[Outcome]:
        found = super().collect(timeout, report)
        return [
            replace(one, value=None, error=EngineError("The server is down."))
            if type(one.value).__name__ == "Drafted"
            else one
            for one in found
        ]


def test_what_fails_again_and_again_is_a_dead_letter_after_its_tries(bench: Bench) -> None:
    from pipeline.backlog import control

    bench.config = replace(bench.config, backlog=replace(bench.config.backlog, attempts=2))
    bench.add(make_course(bench.folder, lessons=1))
    report = bench.run(Busy)
    letters = list(control.failures())
    assert sorted((one.language, one.attempts) for one in letters) == [("hi", 2), ("ta", 2)]
    (failure,) = report["failures"]
    assert failure["reason"] == "The server is down."
    named = " ".join(str(example["item"]) for example in failure["examples"])
    assert {str(one.pk) for one in letters} == set(named.split())
    assert failure["retry"] == f"karmavani backlog retry {named}"


def test_ctrl_c_gives_everything_back(bench: Bench) -> None:
    class Interrupted(HereExecutor):
        def collect(self, timeout: float, report: Any) -> list[Outcome]:
            raise KeyboardInterrupt

    bench.add(make_course(bench.folder, lessons=1))
    with pytest.raises(KeyboardInterrupt):
        bench.run(Interrupted)
    assert bench.states()["read ready"] == 1
    bench.run()
    assert len(bench.packages()) == 2


def test_a_full_disk_is_waited_for_and_nothing_is_lost(bench: Bench) -> None:
    from pipeline.backlog import patience
    from pipeline.work import WorkStore

    bench.add(make_course(bench.folder, lessons=1))
    bench.patch.setattr(patience, "takes_files", lambda folder: False)
    fails = [StoreError("No space left on the disk."), StoreError("No space left on the disk.")]
    really = WorkStore.save_drafts

    def full(self: WorkStore, *said: Any) -> None:
        if fails:
            raise fails.pop()
        really(self, *said)

    bench.patch.setattr(WorkStore, "save_drafts", full)
    bench.run()
    assert len(bench.packages()) == 2
    assert any("No space left" in line for line in bench.heard.said)
    assert "Going on." in bench.heard.said


def test_a_package_that_cannot_be_written_ends_no_other(bench: Bench) -> None:
    from pipeline import packaging
    from pipeline.backlog import control

    bench.config = replace(bench.config, backlog=replace(bench.config.backlog, attempts=2))
    bench.add(make_course(bench.folder, lessons=2))
    really = packaging.hand_out

    def refused(built: Any, folder: Path) -> Any:
        if "l1" in folder.parts:
            raise StoreError("The package cannot be written: permission denied.")
        return really(built, folder)

    bench.patch.setattr(packaging, "hand_out", refused)
    bench.run()
    assert list(bench.packages()) == ["rti/l2/hi", "rti/l2/ta"]
    letters = list(control.failures())
    assert {(one.lesson.slug, one.error) for one in letters} == {("l1", "StoreError")}


def test_half_a_character_fails_its_item_alone(bench: Bench) -> None:
    from pipeline.backlog import control
    from translators.base import Draft
    from translators.echo import Echo

    really = Echo.translate

    def broken(self: Echo, batch: Any, source: str, target: str) -> list[Draft]:
        made = really(self, batch, source, target)
        return [replace(one, text="\ud800") for one in made] if target == "ta" else made

    bench.patch.setattr(Echo, "translate", broken)
    bench.add(make_course(bench.folder, lessons=1))
    bench.run()
    assert list(bench.packages()) == ["rti/l1/hi"]
    assert {one.language for one in control.failures()} == {"ta"}


def test_a_disk_that_stays_full_ends_the_run_and_keeps_the_queue(bench: Bench) -> None:
    from pipeline.backlog import patience
    from pipeline.work import WorkStore

    def full(self: WorkStore, *said: Any) -> None:
        raise StoreError("No space left on the disk.")

    bench.add(make_course(bench.folder, lessons=1))
    with bench.patch.context() as patch:
        patch.setattr(patience, "takes_files", lambda folder: False)
        patch.setattr(WorkStore, "save_drafts", full)
        with pytest.raises(StoreError, match="No space left"):
            bench.run()
    assert "translate running" not in bench.states()
    bench.run()
    assert len(bench.packages()) == 2


def test_results_in_another_folder_are_refused(bench: Bench) -> None:
    bench.add(make_course(bench.folder, lessons=1))
    bench.run()
    bench.config = replace(bench.config, out=bench.folder / "elsewhere")
    with pytest.raises(UsageError, match="The results of this backlog are in"):
        bench.run()


def test_a_run_of_another_machine_is_not_disturbed(bench: Bench) -> None:
    from pipeline.backlog.models import Run

    Run.objects.create(host="another", pid=1, executor="processes", out="")
    with pytest.raises(StoreError, match=r"another \(process 1\) is working on this backlog"):
        bench.run()


def test_a_paused_backlog_waits_until_somebody_lets_it_go_on(bench: Bench) -> None:
    from pipeline.backlog import control

    bench.add(make_course(bench.folder, lessons=1))
    control.pause()
    looks = []
    really = control.is_paused

    def looked() -> bool:
        looks.append(len(bench.packages()))
        if len(looks) == 2:
            control.resume()
        return really()

    bench.patch.setattr(control, "is_paused", looked)
    bench.run()
    assert looks == [0, 0]
    assert len(bench.packages()) == 2


def test_a_budget_over_all_courses_ends_the_run_and_keeps_the_rest(bench: Bench) -> None:
    from pipeline.backlog import control

    bench.add(make_course(bench.folder, lessons=3))
    bench.patch.setattr("pipeline.backlog.running.LOOK", 0.0)
    control.set_budget(minutes=1e-9, cost=None)
    bench.run()
    first = sum(n for state, n in bench.states().items() if state.endswith("done"))
    control.set_budget(minutes=0, cost=None)
    bench.run()
    assert first < 18
    assert len(bench.packages()) == 6


def test_a_course_that_was_moved_is_followed(bench: Bench) -> None:
    place = make_course(bench.folder, lessons=1)
    bench.add(place)
    bench.run()
    moved = place.rename(bench.folder / "moved")
    assert bench.add(moved).problems == []
    bench.run()
    assert bench.states() == {
        "read done": 1,
        "transcribe done": 1,
        "translate done": 2,
        "package done": 2,
    }


def test_a_wrong_language_is_told_once(bench: Bench) -> None:
    make_course(bench.folder / "all", "a", 1)
    make_course(bench.folder / "all", "b", 1)
    bench.config = replace(bench.config, languages=("xx",))
    with pytest.raises(UsageError, match="'xx'"):
        bench.add(bench.folder / "all")
    bench.config = replace(bench.config, languages=())
    with pytest.raises(UsageError, match="No target language"):
        bench.add(bench.folder / "all")


def test_a_course_or_a_language_is_taken_out_and_its_packages_stay(bench: Bench) -> None:
    from pipeline.backlog import control

    bench.add(make_course(bench.folder, lessons=1))
    bench.run()
    with pytest.raises(UsageError, match="It is made in hi, ta"):
        control.remove("rti", ["bn"])
    assert control.remove("rti", ["ta"]) == 2
    assert bench.refresh().facts["again"] == []
    assert bench.states()["package done"] == 1
    assert control.remove("rti") == 4
    assert bench.states() == {}
    assert list(bench.packages()) == ["rti/l1/hi", "rti/l1/ta"]


def test_a_course_that_is_paused_takes_up_nothing_that_comes_back(bench: Bench) -> None:
    from pipeline.backlog import control, queue

    bench.add(make_course(bench.folder, lessons=2))
    first, second = queue.take(2)
    control.pause("rti")
    queue.finish(first, Ended(State.LATER, error="EngineError", reason="busy"))
    queue.give_back([second])
    assert (queue.wake_due(), queue.take(5)) == (0, [])
    control.resume("rti")
    assert len(queue.take(5)) == 2


class Changing(HereExecutor):
    """Writes other captions, so many times, when a lesson has just been read."""

    captions = Path()
    left = 0

    def collect(self, timeout: float, report: Any) -> list[Outcome]:
        found = super().collect(timeout, report)
        if found and type(found[0].value).__name__ == "Read" and Changing.left:
            write_captions(Changing.captions, [f"Quite another text, {Changing.left}."])
            Changing.left -= 1
        return found


def test_a_lesson_that_changes_between_reading_and_hearing_is_read_again(bench: Bench) -> None:
    from pipeline.backlog import control

    place = make_course(bench.folder, lessons=1)
    Changing.captions, Changing.left = place / "l1.srt", 2
    bench.add(place)
    bench.run(Changing)
    assert not control.failures().exists()
    assert "Quite another text, 1" in (bench.folder / "out/rti/l1/hi/l1.hi.vtt").read_text()
    texts = {path.read_text() for path in (bench.folder / "out").glob("*/*/*/*.vtt")}
    assert not any("the fee is ten rupees" in text for text in texts)


def test_a_lesson_that_changes_all_the_time_is_a_dead_letter_in_the_end(bench: Bench) -> None:
    from pipeline.backlog import control

    place = make_course(bench.folder, lessons=1)
    Changing.captions, Changing.left = place / "l1.srt", 1000
    bench.add(place)
    bench.run(Changing)
    (letter,) = control.failures()
    assert (letter.stage, letter.error) == (Stage.TRANSCRIBE, "MediaError")
    assert "has changed since it was read" in letter.reason
    assert Changing.left == 1000 - 4
    Changing.left = 0
    control.retry([letter.pk])
    bench.run(Changing)
    assert not control.failures().exists()
    assert len(bench.packages()) == 2


def test_what_is_no_text_in_a_reason_is_kept_as_text(bench: Bench) -> None:
    from pipeline.backlog import control

    class Strange(HereExecutor):
        def collect(self, timeout: float, report: Any) -> list[Outcome]:
            error = UsageError("bad\udcff\0name")
            return [
                replace(one, value=None, error=error) for one in super().collect(timeout, report)
            ]

    bench.add(make_course(bench.folder, lessons=1))
    bench.run(Strange)
    assert [one.reason for one in control.failures()] == ["bad\\udcffname"]


def test_adding_again_leaves_what_is_not_said_as_it_was(bench: Bench) -> None:
    from pipeline.backlog.models import BacklogCourse

    place = make_course(bench.folder, lessons=1)
    bench.add(place, lane="urgent", learners=7, minutes=5.0)
    bench.add(place)
    row = BacklogCourse.objects.get()
    assert (row.lane, row.learners, row.minutes) == (0, 7, 5.0)
    bench.add(place, minutes=0.0)
    row.refresh_from_db()
    assert row.minutes is None


def test_another_title_of_the_course_is_in_its_packages(bench: Bench) -> None:
    place = make_course(bench.folder, lessons=1)
    bench.add(place)
    bench.run()
    toml = (place / "course.toml").read_text()
    (place / "course.toml").write_text(toml.replace("Course rti", "The right to information"))
    assert bench.refresh().courses == ["rti: changed: title"]
    bench.run()
    titles = {one["course"]["title"] for one in bench.packages().values()}
    assert titles == {"The right to information"}


def test_a_work_store_that_was_deleted_is_filled_again(bench: Bench) -> None:
    """The queue says that drafts are done; a package that misses them has them made again."""
    from pipeline.backlog.models import Item

    bench.add(make_course(bench.folder, lessons=1))
    bench.run()
    for place in (bench.folder / "out" / ".karmavani").glob("work-*"):
        place.unlink()
    Item.objects.filter(stage=Stage.PACKAGE, language="hi").update(state=State.READY)
    manifest = bench.folder / "out" / "rti" / "l1" / "hi" / "manifest.json"
    manifest.unlink()
    bench.run()
    assert set(bench.states()) == {"read done", "transcribe done", "translate done", "package done"}
    assert manifest.is_file()


# --- what changed -------------------------------------------------------------------------------


def test_nothing_has_changed_after_a_run(bench: Bench) -> None:
    bench.add(make_course(bench.folder))
    bench.run()
    assert bench.refresh().facts["again"] == []
    assert bench.refresh().in_words == "Nothing has changed."


def test_a_changed_sentence_redoes_its_lesson_and_translates_that_sentence(bench: Bench) -> None:
    place = make_course(bench.folder)
    bench.add(place)
    bench.run()
    before = bench.packages()
    told = [*SENTENCES]
    told[1] = "the fee is twenty rupees."
    write_captions(place / "l1.srt", [f"In part 1, {text}" for text in told])
    found = bench.refresh()
    assert found.courses == ["rti l1: changed: files"]
    bench.run()
    assert ("rti l1 hi translate", State.DONE, "1 sentences") in bench.heard.closed
    after = bench.packages()
    assert [name for name in after if after[name] != before[name]] == ["rti/l1/hi", "rti/l1/ta"]


def test_a_dry_run_lists_and_changes_nothing(bench: Bench) -> None:
    from pipeline.backlog.models import BacklogLesson, Item

    place = make_course(bench.folder)
    bench.add(place)
    bench.run()
    rows = list(Item.objects.values()), list(BacklogLesson.objects.values())
    write_media(place / "l1.wav", 16)
    found = bench.refresh(dry_run=True)
    assert found.courses == ["rti l1: changed: files"]
    assert (list(Item.objects.values()), list(BacklogLesson.objects.values())) == rows


def test_a_file_that_was_only_touched_is_read_again_and_no_more(bench: Bench) -> None:
    import os

    place = make_course(bench.folder, lessons=1)
    bench.add(place)
    bench.run()
    os.utime(place / "l1.wav", ns=(1, 1))
    bench.refresh()
    bench.run()
    assert [work for work, _, _ in bench.heard.closed] == ["rti l1 read"]


def test_another_title_is_in_the_packages_and_nothing_is_translated_again(bench: Bench) -> None:
    place = make_course(bench.folder, lessons=1)
    bench.add(place)
    bench.run()
    toml = (place / "course.toml").read_text()
    (place / "course.toml").write_text(toml.replace("Lesson 1", "Asking"))
    assert bench.refresh().courses == ["rti l1: changed: title"]
    bench.run()
    assert {one["lesson"]["title"] for one in bench.packages().values()} == {"Asking"}
    assert ("rti l1 hi translate", State.DONE, "0 sentences") in bench.heard.closed


def test_a_changed_term_redoes_only_sentences_that_hold_it(bench: Bench) -> None:
    own = bench.folder / "own"
    bench.config = replace(bench.config, glossaries=replace(bench.config.glossaries, folder=own))
    own.mkdir()
    columns = {"id": "rupee", "en": "rupees", "pos": "noun", "kind": "translate", "scope": "any"}
    write = lambda word: (own / "own.tsv").write_text(  # noqa: E731
        _tsv(columns | {"definition": "Money.", "source": "Own", "hi": word}), encoding="utf-8"
    )
    write("रुपये")
    bench.add(make_course(bench.folder, lessons=1))
    bench.run()
    write("रुपए")
    found = bench.refresh()
    assert [item[:4] for item in found.items] == [("rti", "l1", "hi", "translate")]
    bench.run()
    assert ("rti l1 hi translate", State.DONE, "1 sentences") in bench.heard.closed
    assert ("rti l1 ta translate", State.DONE, "1 sentences") not in bench.heard.closed


def _tsv(cells: dict[str, str]) -> str:
    from glossaries.tsv import COLUMNS

    names = [*COLUMNS, "hi"]
    return "\t".join(names) + "\n" + "\t".join(cells.get(name, "") for name in names) + "\n"


def test_another_engine_redoes_drafts_and_not_transcripts(bench: Bench) -> None:
    bench.add(make_course(bench.folder, lessons=1))
    bench.run()
    from translators.echo import Echo

    made = Echo.__init__

    def other(self: Echo, options: Any) -> None:
        made(self, options)
        self.signature = replace(self.signature, revision="2")

    bench.patch.setattr(Echo, "__init__", other)
    from pipeline import engines

    engines._translators.clear()
    found = bench.refresh()
    assert [item[2:4] for item in found.items] == [("hi", "translate"), ("ta", "translate")]
    bench.run()
    signatures = bench.packages()["rti/l1/hi"]["signatures"]["translation"]
    assert all(one.startswith("engine:echo|revision:2") for one in signatures)
    engines._translators.clear()


def test_a_package_that_was_changed_by_hand_is_left_as_it_is(bench: Bench) -> None:
    bench.add(make_course(bench.folder, lessons=1))
    bench.run()
    file = bench.folder / "out/rti/l1/hi/l1.hi.srt"
    file.write_text("by hand")
    assert bench.refresh().facts["again"] == []
    bench.run()
    assert file.read_text() == "by hand"


def test_captions_that_were_mended_are_read_anew_by_a_retry(bench: Bench) -> None:
    from pipeline.backlog import control

    place = make_course(bench.folder, lessons=1)
    (place / "l1.srt").write_text("these are no captions")
    bench.add(place)
    bench.run()
    assert [one.error for one in control.failures()] == ["CaptionsError"]
    write_captions(place / "l1.srt", ["Now it is a sentence."])
    assert control.retry() == 1
    bench.run()
    assert len(bench.packages()) == 2


def test_a_package_that_is_gone_is_made_again(bench: Bench) -> None:
    import shutil

    bench.add(make_course(bench.folder, lessons=1))
    bench.run()
    shutil.rmtree(bench.folder / "out" / "rti" / "l1" / "ta")
    assert [item[2:4] for item in bench.refresh().items] == [("ta", "package")]
    bench.run()
    assert list(bench.packages()) == ["rti/l1/hi", "rti/l1/ta"]


def test_a_lesson_that_left_the_course_leaves_the_backlog(bench: Bench) -> None:
    place = make_course(bench.folder, lessons=2)
    bench.add(place)
    bench.run()
    toml = (place / "course.toml").read_text()
    (place / "course.toml").write_text(toml[: toml.rindex("[[lessons]]")])
    assert bench.refresh().courses == ["rti l2: is in the course no more"]
    assert bench.states()["package done"] == 2


# --- handing over -------------------------------------------------------------------------------


def test_drafts_are_handed_to_the_reviewers(bench: Bench) -> None:
    from pipeline.review.models import Lesson, Line

    bench.add(make_course(bench.folder, lessons=2), review=True)
    bench.run()
    assert bench.states()["review done"] == 4
    lesson = Lesson.objects.get(slug="l1")
    assert (lesson.course.slug, lesson.sentences.count()) == ("rti", 3)
    assert len(lesson.peaks) == 120
    line = Line.objects.filter(track__lesson=lesson, track__language="hi").first()
    assert line is not None
    assert line.text.startswith("[hi] In part 1, every citizen")
