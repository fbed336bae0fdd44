from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.synthetic_backlog import (
    DAMAGES,
    RATE,
    Spoken,
    Wanted,
    make,
    read_made,
    write_sound,
)
from courses.errors import MediaError
from pipeline.course_input import read_course
from transcription.media import probe

SPOKEN = [
    Spoken(f"Sentence {n}.", np.full(RATE * (1 + n % 3), 0.01 * n, np.float32)) for n in range(12)
]
WANTED = Wanted(7, (3, 6), heard=0.3, corrupt=0.3, a_course=3, forms=(".wav",), seed=3)


def test_courses_can_be_read_and_say_the_same_as_the_list(tmp_path: Path) -> None:
    made = make(tmp_path, WANTED, SPOKEN)
    assert read_made(tmp_path) == made
    courses = [read_course(folder) for folder in sorted(tmp_path.glob("course-*"))]
    assert [len(course.lessons) for course in courses] == [3, 3, 1]
    lessons = [lesson for course in courses for lesson in course.lessons]
    assert [lesson.captions is None for lesson in lessons] == [one.heard for one in made]
    assert sum(one.heard for one in made) == 2
    assert sum(bool(one.damage) for one in made) == 2


def test_damaged_media_is_no_media_and_the_rest_is(tmp_path: Path) -> None:
    for one in make(tmp_path, WANTED, SPOKEN):
        media = tmp_path / one.course / one.media
        if one.damage:
            with pytest.raises(MediaError):
                probe(media)
        else:
            assert probe(media).duration == pytest.approx(one.duration, abs=5)


def test_every_damage_of_an_mp4_is_seen_at_its_head(tmp_path: Path) -> None:
    wanted = replace(WANTED, lessons=12, corrupt=1.0, forms=(".m4a",))
    made = make(tmp_path, wanted, SPOKEN)
    assert {one.damage for one in made} == set(DAMAGES)
    for one in made:
        with pytest.raises(MediaError):
            probe(tmp_path / one.course / one.media)


def test_the_same_seed_gives_the_same_lessons_and_no_two_are_alike(tmp_path: Path) -> None:
    made = make(tmp_path / "one", WANTED, SPOKEN)
    assert make(tmp_path / "two", WANTED, SPOKEN) == made
    assert len({one.texts for one in made}) == len(made)
    other = make(tmp_path / "three", replace(WANTED, seed=4), SPOKEN)
    assert [one.texts for one in other] != [one.texts for one in made]


def test_sound_is_written_whole(tmp_path: Path) -> None:
    write_sound(tmp_path / "a.wav", np.zeros(RATE * 2, np.float32))
    assert probe(tmp_path / "a.wav").duration == 2000
