"""Find and replace, comments, and the times of subtitles."""

from __future__ import annotations

import json
import math
import struct
import wave
from pathlib import Path

import pytest
from django.test import Client

from courses.errors import ForbiddenError, ReviewError
from pipeline.review.models import Line, LineFinding, Mention, Revision, TrackState
from pipeline.review.store import comments, cueing, deciding, editing, peaks, replacing, retiming
from pipeline.review.store.cueing import Wish
from pipeline.review.store.editing import Edit, StaleSave
from pipeline.review.store.replacing import Query

from .conftest import HINDI, World


def line_of(world: World, number: int) -> Line:
    lines = world.track.lines.select_related("sentence", "track__lesson")
    return lines.order_by("sentence__position")[number]


# --- find and replace ---------------------------------------------------------------------------
def spans(text: str, query: Query, language: str = "hi") -> list[str]:
    return [text[a:b] for (a, b), _ in replacing.hits(text, query, language)]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("ज़मीन और जमीन", Query("जमीन"), ["ज़मीन", "जमीन"]),  # with a nukta or without
        ("ज़मीन और जमीन", Query("जमीन", exact=True), ["जमीन"]),
        ("अंक १० और 10", Query("10"), ["१०", "10"]),
        ("कलाकार और कला", Query("कला", whole=True), ["कला"]),
        ("कलाकार और कला", Query("कला"), ["कला", "कला"]),
        ("की और कि", Query("क"), []),  # the letter of a syllable is not torn from its vowel
        ("धारा 4 और धारा 19", Query(r"धारा \d+", regex=True), ["धारा 4", "धारा 19"]),
        ("RTI और rti", Query("rti"), ["RTI", "rti"]),
        ("क्षमा", Query("क्", regex=True), []),
    ],
)
def test_what_is_found_is_whole_letters(text: str, query: Query, found: list[str]) -> None:
    assert spans(text, query) == found


def test_a_conjunct_of_tamil_is_not_cut() -> None:
    assert spans("லக்ஷ்மி", Query("க்", regex=True), "ta") == []


@pytest.mark.parametrize("pattern", ["(", "[", "(?P<a", "\\"])
def test_a_pattern_that_is_none_is_refused(world: World, pattern: str) -> None:
    with pytest.raises(ReviewError, match="no pattern"):
        replacing.find(world.track, Query(pattern, regex=True))


def test_a_pattern_that_runs_wild_is_stopped(world: World) -> None:
    line = line_of(world, 0)
    Line.objects.filter(pk=line.pk).update(text="a" * 400 + "!")
    with pytest.raises(ReviewError, match="too long"):
        replacing.find(world.track, Query("(a|aa)+$", regex=True))


def test_only_chosen_lines_are_replaced_and_all_come_back(world: World) -> None:
    asha, query = world.people["asha"], Query("है", "है जी")
    found = replacing.find(world.track, query)
    assert [one.before for one in found] == list(HINDI)
    assert found[0].after == "हर नागरिक सूचना माँग सकता है जी।"
    chosen = {one.line: one.version for one in found[:2]}
    done = replacing.replace(asha, world.track, query, chosen)
    assert len(done.changed) == 2
    texts = list(world.track.lines.values_list("text", flat=True))
    assert texts == ["हर नागरिक सूचना माँग सकता है जी।", "शुल्क दस रुपये है जी।", *HINDI[2:]]
    assert Revision.objects.filter(origin="replace").count() == 2
    replacing.undo(asha, world.track, done.batch)
    assert list(world.track.lines.values_list("text", flat=True)) == list(HINDI)


def test_a_line_that_changed_since_is_left_by_replace_and_by_undo(world: World) -> None:
    asha, bharat, query = world.people["asha"], world.people["bharat"], Query("है", "है जी")
    chosen = {one.line: one.version for one in replacing.find(world.track, query)}
    first, second = line_of(world, 0), line_of(world, 1)
    editing.save_text(bharat, first.pk, Edit("यह भरत का है।", 1))
    done = replacing.replace(asha, world.track, query, chosen)
    assert done.left == [first.pk]
    editing.save_text(bharat, second.pk, Edit("शुल्क दस रुपये हैं।", 2))
    assert replacing.undo(asha, world.track, done.batch).left == [second.pk]
    assert line_of(world, 1).text == "शुल्क दस रुपये हैं।"


def test_nobody_undoes_the_replacement_of_another(world: World) -> None:
    query = Query("शुल्क", "फ़ीस")
    chosen = {one.line: one.version for one in replacing.find(world.track, query)}
    done = replacing.replace(world.people["asha"], world.track, query, chosen)
    with pytest.raises(ReviewError):
        replacing.undo(world.people["bharat"], world.track, done.batch)
    with pytest.raises(ForbiddenError):
        replacing.replace(world.people["tamil"], world.track, query, chosen)


def test_a_replacement_may_name_what_the_pattern_found(world: World) -> None:
    query = Query(r"(\d+) दिनों", r"दिनों \1", regex=True)
    assert [one.after for one in replacing.find(world.track, query)] == [
        "लोक प्राधिकरण दिनों 30 के भीतर उत्तर देता है।"
    ]


# --- comments -----------------------------------------------------------------------------------
def test_a_comment_calls_only_people_who_may_see_the_line(world: World) -> None:
    people = world.people
    called = [people[name].pk for name in ("bharat", "tamil", "stranger", "asha")]
    comments.say(people["asha"], line_of(world, 0).pk, "@Bharat ठीक है?", called)
    assert [one.user.name for one in Mention.objects.all()] == ["Bharat"]
    assert comments.see(people["bharat"], line_of(world, 0).pk) == 1
    assert comments.see(people["bharat"], line_of(world, 0).pk) == 0


def test_a_comment_is_settled_and_opened_again(world: World) -> None:
    comment = comments.say(world.people["publisher"], line_of(world, 0).pk, "Which fee?")
    comments.settle(world.people["asha"], comment.pk)
    comment.refresh_from_db()
    assert comment.resolved_by == world.people["asha"]
    comments.settle(world.people["asha"], comment.pk, settled=False)
    comment.refresh_from_db()
    assert comment.resolved_by is None


def test_who_does_not_see_a_line_says_nothing_about_it(world: World) -> None:
    with pytest.raises(Line.DoesNotExist):
        comments.say(world.people["tamil"], line_of(world, 0).pk, "x")
    with pytest.raises(ReviewError):
        comments.say(world.people["asha"], line_of(world, 0).pk, " \n ")


# --- cues ---------------------------------------------------------------------------------------
def parts(line: Line) -> list[Wish]:
    """Return the line's text in two cues within its own time."""
    words = line.text.split()
    start = line.sentence.start
    return [
        Wish(start, start + 1500, " ".join(words[:4])),
        Wish(start + 1600, start + 4000, " ".join(words[4:])),
    ]


def test_cues_that_a_person_set_are_shown_until_the_text_changes(world: World) -> None:
    asha, line = world.people["asha"], line_of(world, 2)
    line, own = retiming.set_layout(asha, line.pk, 1, parts(line))
    assert [(cue.start, cue.end) for cue in own] == [(10000, 11500), (11600, 14000)]
    everything = cueing.shown(world.track)
    assert [cue for cue in everything if cue.segment_ids == own[0].segment_ids] == own
    line, _ = editing.save_text(asha, line.pk, Edit("लोक प्राधिकरण 30 दिनों में उत्तर देता है।", 2))
    assert line.layout == []


def test_cues_lose_no_word(world: World) -> None:
    line = line_of(world, 2)
    wishes = [parts(line)[0]]
    with pytest.raises(ReviewError, match="words"):
        retiming.set_layout(world.people["asha"], line.pk, 1, wishes)


@pytest.mark.parametrize(
    ("start", "end"), [(9000, 6000), (4000, 14000), (12000, 16000), (12000, 12000), (-5, 14000)]
)
def test_cues_that_no_player_could_show_are_refused(world: World, start: int, end: int) -> None:
    line = line_of(world, 2)
    with pytest.raises(ReviewError):
        retiming.set_layout(world.people["asha"], line.pk, 1, [Wish(start, end, line.text)])
    assert line_of(world, 2).layout == []


def test_cues_are_set_on_the_version_that_was_seen(world: World) -> None:
    line = line_of(world, 2)
    with pytest.raises(StaleSave):
        retiming.set_layout(world.people["asha"], line.pk, 7, parts(line))
    with pytest.raises(ForbiddenError):
        retiming.set_layout(world.people["publisher"], line.pk, 1, parts(line))


def test_moving_a_cue_keeps_the_approval_and_lets_a_published_track_be_issued_again(world) -> None:
    for line in list(world.track.lines.all()):
        deciding.approve(world.people["asha"], line.pk, line.version)
    world.track.state = TrackState.PUBLISHED
    world.track.save(update_fields=["state"])
    line = line_of(world, 2)
    line, _ = retiming.set_layout(world.people["bharat"], line.pk, 2, parts(line))
    assert line.state == "approved"
    world.track.refresh_from_db()
    assert world.track.state == TrackState.REVIEWED


def test_findings_of_the_layout_follow_the_cues(world: World) -> None:
    line = line_of(world, 2)
    fast = [Wish(10000, 11000, line.text)]
    retiming.set_layout(world.people["asha"], line.pk, 1, fast)
    found = LineFinding.objects.filter(line=line, check_id="cue-too-fast")
    assert found.count() == 1
    retiming.set_layout(world.people["asha"], line.pk, 2, [])
    assert found.count() == 0


def test_a_set_line_end_is_kept(world: World) -> None:
    line = line_of(world, 2)
    first, rest = " ".join(line.text.split()[:3]), " ".join(line.text.split()[3:])
    _, own = retiming.set_layout(
        world.people["asha"], line.pk, 1, [Wish(10000, 14000, f"{first}\n{rest}")]
    )
    assert own[0].lines == (first, rest)


def test_the_cues_of_a_track_come_by_line(client: Client, world: World) -> None:
    user = world.people["asha"]
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    told = client.get(f"/edit/tracks/{world.track.pk}/cues").json()["cues"]
    assert told[str(line_of(world, 0).pk)][0]["lines"] == [HINDI[0]]
    body = json.dumps({"version": 1, "cues": [{"start": 0, "end": 3000, "text": HINDI[0]}]})
    path = f"/edit/lines/{line_of(world, 0).pk}/cues"
    answer = client.post(path, body, content_type="application/json").json()
    assert (answer["row"]["set"], answer["cues"][0]["end"]) == (True, 3000)


# --- loudness -----------------------------------------------------------------------------------
def test_loudness_is_read_once_ten_times_a_second(world: World, tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    tone = [0] * 8000 + [int(16000 * math.sin(n / 3)) for n in range(8000)]
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(struct.pack("<16000h", *tone))
    world.lesson.media = str(path)
    found = peaks.keep_peaks(world.lesson)
    assert len(found) == 10
    assert max(found[:4]) == 0
    assert min(found[6:]) > 150
    path.unlink()
    world.lesson.refresh_from_db()
    assert peaks.keep_peaks(world.lesson) == found


def test_media_that_cannot_be_read_has_no_loudness(world: World) -> None:
    assert peaks.keep_peaks(world.lesson) == b""
