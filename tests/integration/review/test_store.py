"""The review database keeps what people wrote, whatever comes in or happens at once."""

from __future__ import annotations

import uuid

import pytest

from courses.errors import ConflictError, ForbiddenError, ReviewError
from pipeline.review.models import (
    AuditEntry,
    Line,
    LineState,
    Revision,
    TrackState,
    TranscriptState,
)
from pipeline.review.store import deciding, editing, intake, transcript
from pipeline.review.store.editing import Edit, StaleSave

from .conftest import HINDI, SOURCES, World, translations

NOTHING = ((), (), (), ())


def line_of(world: World, number: int) -> Line:
    return world.track.lines.select_related("sentence").order_by("sentence__position")[number]


def test_the_same_drafts_again_change_nothing(world: World, make_heard) -> None:
    before = list(world.track.lines.values_list("version", "text", "updated"))
    intake.keep_drafts(world.lesson, "hi", translations(make_heard(), HINDI, "hi"), NOTHING)
    assert list(world.track.lines.values_list("version", "text", "updated")) == before


def test_an_edit_is_kept_with_its_history_and_checked_anew(world: World) -> None:
    line = line_of(world, 1)
    saved, findings = editing.save_text(
        world.people["asha"], line.pk, Edit("शुल्क बीस रुपये है।", line.version)
    )
    assert (saved.state, saved.author_name) == (LineState.EDITED, "Asha")
    assert [one.check_id for one in findings] == ["numbers-differ"]
    assert [one.text for one in line.revisions.all()] == [HINDI[1], "शुल्क बीस रुपये है।"]
    world.track.refresh_from_db()
    assert world.track.errors == 1
    assert AuditEntry.objects.filter(what="edit", about=f"line:{line.pk}").count() == 1


def test_a_machine_never_replaces_what_a_person_wrote(world: World, make_heard) -> None:
    line = line_of(world, 0)
    editing.save_text(world.people["asha"], line.pk, Edit("प्रत्येक नागरिक सूचना माँगे।", line.version))
    other = tuple("दूसरा " + text for text in HINDI)
    intake.keep_drafts(world.lesson, "hi", translations(make_heard(), other, "hi"), NOTHING)
    assert line_of(world, 0).text == "प्रत्येक नागरिक सूचना माँगे।"
    assert line_of(world, 1).text == other[1]


def test_two_people_never_overwrite_each_other_silently(world: World) -> None:
    line = line_of(world, 0)
    editing.save_text(world.people["asha"], line.pk, Edit("आशा का पाठ।", line.version))
    with pytest.raises(StaleSave) as caught:
        editing.save_text(world.people["bharat"], line.pk, Edit("भरत का पाठ।", line.version))
    assert caught.value.line.text == "आशा का पाठ।"
    assert line_of(world, 0).text == "आशा का पाठ।"


def test_a_save_that_comes_twice_is_done_once(world: World) -> None:
    line, once = line_of(world, 0), uuid.uuid4()
    for _ in range(2):
        editing.save_text(world.people["asha"], line.pk, Edit("नया पाठ।", line.version, once))
    assert Revision.objects.filter(line=line).count() == 2


def test_nobody_approves_their_own_text(world: World) -> None:
    line = line_of(world, 0)
    line, _ = editing.save_text(world.people["asha"], line.pk, Edit("मेरा पाठ।", line.version))
    with pytest.raises(ForbiddenError):
        deciding.approve(world.people["asha"], line.pk, line.version)
    assert deciding.approve(world.people["bharat"], line.pk, line.version).verdict == "major"


def test_a_reviewer_of_another_language_may_not_write_or_approve(world: World) -> None:
    line = line_of(world, 0)
    with pytest.raises(ForbiddenError):
        editing.save_text(world.people["tamil"], line.pk, Edit("வணக்கம்.", line.version))
    with pytest.raises(ForbiddenError):
        deciding.approve(world.people["tamil"], line.pk, line.version)


def test_a_track_whose_lines_are_all_approved_is_reviewed_until_one_changes(world: World) -> None:
    for line in list(world.track.lines.all()):
        deciding.approve(world.people["asha"], line.pk, line.version)
    world.track.refresh_from_db()
    assert (world.track.state, world.track.approved) == (TrackState.REVIEWED, 4)
    line = line_of(world, 2)
    editing.save_text(world.people["bharat"], line.pk, Edit(line.text + " जी।", line.version))
    world.track.refresh_from_db()
    assert (world.track.state, world.track.approved) == (TrackState.IN_REVIEW, 3)


def test_a_line_with_an_open_error_is_not_approved_until_it_is_waived(world: World) -> None:
    line, found = editing.save_text(
        world.people["asha"], line_of(world, 1).pk, Edit("शुल्क 20 रुपये है।", 1)
    )
    with pytest.raises(ReviewError, match="error"):
        deciding.approve(world.people["bharat"], line.pk, line.version)
    deciding.waive(world.people["bharat"], found[0].pk, "The fee was raised.")
    assert deciding.approve(world.people["bharat"], line.pk, line.version).state == "approved"


def test_a_changed_sentence_makes_only_its_own_lines_stale(world: World) -> None:
    for line in list(world.track.lines.all()):
        deciding.approve(world.people["asha"], line.pk, line.version)
    row = world.lesson.sentences.order_by("position")[1]
    transcript.save_sentence(world.people["listener"], row.pk, "The fee is 20 rupees.", row.version)
    states = list(world.track.lines.values_list("state", flat=True))
    assert states == ["approved", "stale", "approved", "approved"]
    stale = line_of(world, 1)
    assert (stale.text, stale.suggestion["target"]) == (HINDI[1], HINDI[1])
    with pytest.raises(ReviewError, match="source sentence changed"):
        deciding.approve(world.people["asha"], stale.pk, stale.version)


def test_two_listeners_never_overwrite_each_other_silently(world: World) -> None:
    row = world.lesson.sentences.order_by("position")[1]
    transcript.save_sentence(world.people["listener"], row.pk, "The fee is 11 rupees.", row.version)
    with pytest.raises(ConflictError):
        transcript.save_sentence(world.people["listener"], row.pk, "Nothing.", row.version)


def test_no_line_is_approved_before_the_transcript(world: World) -> None:
    world.lesson.transcript = TranscriptState.IN_REVIEW
    world.lesson.save()
    line = line_of(world, 0)
    with pytest.raises(ReviewError, match="transcript"):
        deciding.approve(world.people["asha"], line.pk, line.version)
    transcript.waive_transcript(world.people["listener"], world.lesson.pk, "The speaker's script.")
    assert deciding.approve(world.people["asha"], line.pk, line.version).state == "approved"


def test_history_and_audit_are_never_changed(world: World) -> None:
    with pytest.raises(ValueError, match="history"):
        line_of(world, 0).revisions.get().save()
    with pytest.raises(ValueError, match="history"):
        AuditEntry.objects.first().delete()


def test_a_text_with_hidden_characters_is_refused(world: World) -> None:
    line = line_of(world, 0)
    with pytest.raises(ReviewError, match=r"U\+202E"):
        editing.save_text(world.people["asha"], line.pk, Edit("abc\u202edef", line.version))


def test_a_sentence_that_is_new_gets_the_old_text_as_a_suggestion(world: World, make_heard) -> None:
    line = line_of(world, 1)
    editing.save_text(world.people["asha"], line.pk, Edit("शुल्क 10 रुपये मात्र है।", line.version))
    world.lesson.transcript = TranscriptState.IN_REVIEW
    world.lesson.save()
    changed = (SOURCES[0], "The fee is always ten rupees.", *SOURCES[2:])
    heard = make_heard(changed)
    world.lesson.heard = {}
    world.lesson.save()
    intake.keep_transcript(world.lesson, heard)
    drafts = (HINDI[0], "शुल्क सदा दस रुपये है।", *HINDI[2:])
    intake.keep_drafts(world.lesson, "hi", translations(heard, drafts, "hi"), NOTHING)
    rows = world.track.lines.filter(sentence__retired=False).order_by("sentence__position")
    assert [row.state for row in rows] == ["draft", "stale", "draft", "draft"]
    assert rows[1].suggestion["target"] == "शुल्क 10 रुपये मात्र है।"


def test_a_returned_line_is_approved_only_after_it_was_written_or_saved_anew(world: World) -> None:
    people, line = world.people, line_of(world, 0)
    line = deciding.give_back(people["asha"], line.pk, line.version, "meaning")
    with pytest.raises(ReviewError, match="returned"):
        deciding.approve(people["bharat"], line.pk, line.version)
    line, _ = editing.save_text(people["bharat"], line.pk, Edit(line.text, line.version))
    with pytest.raises(ForbiddenError):
        deciding.approve(people["bharat"], line.pk, line.version)
    assert deciding.approve(people["asha"], line.pk, line.version).state == LineState.APPROVED
