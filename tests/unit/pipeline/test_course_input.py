"""What a contributor hands in, right and wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import CaptionsError, CourseError, MediaError, UsageError
from courses.nouns import Course, Lesson
from pipeline.course_input import _ID, MEDIA_SUFFIXES, make_slug, read_course

GOOD = """\
id = "rti-basics"
title = "आरटीआई RTI"
description = "What the Act says."
competencies = ["Rule of law"]

[[lessons]]
id = "the-act"
title = "The Act"
media = "media/act.mp4"
language = "English"
domain = "law-and-rights"

[[lessons]]
id = "noting"
title = "Noting"
media = "noting.wav"
language = "hi"
captions = "noting.srt"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "course/media").mkdir(parents=True)
    for name in ("media/act.mp4", "noting.wav", "noting.srt"):
        (tmp_path / "course" / name).write_bytes(b"x")
    (tmp_path / "course/course.toml").write_text(GOOD, encoding="utf-8")
    return tmp_path / "course"


def problems(folder: Path, *changes: tuple[str, str]) -> str:
    """Return what is said when each change, old text and new, is made to the good course."""
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "course.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        read_course(folder)
    return str(caught.value).replace(str(folder), "C")


def test_a_good_course_is_read_whole(folder: Path) -> None:
    expected = Course(
        id="rti-basics",
        title="आरटीआई RTI",
        description="What the Act says.",
        competencies=("Rule of law",),
        lessons=(
            Lesson(
                "the-act",
                "rti-basics",
                "The Act",
                folder / "media/act.mp4",
                "en",
                None,
                "law-and-rights",
            ),
            Lesson(
                "noting",
                "rti-basics",
                "Noting",
                folder / "noting.wav",
                "hi",
                folder / "noting.srt",
            ),
        ),
    )
    assert read_course(folder) == expected
    assert read_course(folder / "course.toml") == expected


def test_everything_wrong_is_told_at_once_with_file_line_and_key(folder: Path) -> None:
    said = problems(
        folder,
        ('id = "rti-basics"', 'id = "RTI Basics"'),
        ('title = "आरटीआई RTI"', 'titel = "x"'),
        ('["Rule of law"]', '"Rule of law"'),
        ('"media/act.mp4"', '"media/akt.mp4"'),
        ('"English"', '"hindii"'),
        ('id = "noting"', 'id = "the-act"'),
        ('title = "Noting"', 'title = " "'),
        ('"noting.wav"', '"noting.txt"'),
        ('captions = "noting.srt"', 'captions = "../noting.srt"'),
    )
    lines = said.splitlines()
    assert lines[0] == "C/course.toml: 10 problems:"
    assert [line.split(": ")[0].strip() for line in lines[1:]] == [
        "C/course.toml",
        *(f"C/course.toml:{number}" for number in (1, 2, 4, 9, 10, 14, 15, 16, 18)),
    ]
    for part in (
        "key 'title' is missing",
        "Perhaps 'rti-basics'?",
        "unknown key 'titel'. Did you mean 'title'?",
        "'competencies' must be a list of texts",
        "media 'media/akt.mp4' does not exist. Did you mean 'act.mp4'?",
        "Did you mean hi (Hindi)?",
        "id 'the-act' is taken by the lesson in line 7",
        "'lessons[2].title' is empty",
        ".txt is not supported; supported are mp4 mkv webm mov mp3 wav m4a ogg flac",
        "captions '../noting.srt' is outside the course folder",
    ):
        assert part in said


def test_a_domain_without_a_glossary_is_told_with_the_nearest_one(folder: Path) -> None:
    said = problems(folder, ('"law-and-rights"', '"law-and-right"'))
    assert said == (
        "C/course.toml:11: there is no glossary domain 'law-and-right'."
        " Did you mean 'law-and-rights'?"
    )


def test_a_single_problem_is_one_line(folder: Path) -> None:
    assert problems(folder, ('language = "hi"', "language = 3")) == (
        "C/course.toml:17: key 'lessons[2].language' must be a text in quotes."
    )


@pytest.mark.parametrize(
    "wrong",
    ["../x", "..", "a/b", "/etc", "A", "-a", "a_b", "a" * 65, "a.b", "a b", "हिन्दी", "a\\\\b"],
)
def test_an_id_that_could_mean_something_to_a_file_system_is_refused(
    folder: Path, wrong: str
) -> None:
    assert "C/course.toml:7: id" in problems(folder, ('"the-act"', f'"{wrong}"'))


def test_media_outside_the_course_are_refused_however_they_are_named(folder: Path) -> None:
    outside = folder.parent / "outside.mp4"
    outside.write_bytes(b"x")
    (folder / "link.mp4").symlink_to(outside)
    (folder / "loop.mp4").symlink_to("loop.mp4")
    for name in ("../outside.mp4", str(outside), "media/../../outside.mp4", "link.mp4"):
        said = problems(folder, ('"media/act.mp4"', f'"{name}"'))
        assert "is outside the course folder" in said
    assert "C/course.toml:9: media" in problems(folder, ('"media/act.mp4"', '"loop.mp4"'))
    assert "C/course.toml:9: media" in problems(folder, ('"media/act.mp4"', '"a\\u0000.mp4"'))


@pytest.mark.parametrize("name", ["act.vtt", "act.en.srt"])
def test_captions_beside_the_media_are_refused_when_they_are_outside(
    folder: Path, name: str
) -> None:
    (folder.parent / "secret.txt").write_bytes(b"x")
    (folder / "media" / name).symlink_to(folder.parent / "secret.txt")
    with pytest.raises(CourseError, match=r"captions beside .* are outside the course folder"):
        read_course(folder)


def test_captions_beside_the_media_may_be_a_link_inside_the_course(folder: Path) -> None:
    (folder / "media/act.srt").symlink_to(folder / "noting.srt")
    assert read_course(folder).lessons[0].captions == folder / "media/act.srt"


def test_a_name_that_is_no_utf_8_is_a_media_error_that_can_be_printed(tmp_path: Path) -> None:
    media = tmp_path / "na\udcefve.mp4"
    media.write_bytes(b"x")
    with pytest.raises(MediaError, match="the name is not UTF-8") as caught:
        read_course(media)
    assert "na\\udcefve.mp4" in str(caught.value)
    assert str(caught.value).encode()


def test_a_name_that_is_too_long_is_a_media_error(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be opened"):
        read_course(tmp_path / ("a" * 300 + ".mp4"))


def test_a_media_name_that_leaves_no_room_for_captions_has_none(tmp_path: Path) -> None:
    media = tmp_path / ("a" * 250 + ".mp4")
    media.write_bytes(b"x")
    assert read_course(media).lessons[0].captions is None


def test_a_name_that_is_too_long_in_a_course_is_a_problem_of_its_line(folder: Path) -> None:
    said = problems(folder, ('"media/act.mp4"', f'"{"a" * 300}.mp4"'))
    assert said.startswith("C/course.toml:9: media 'aaa")


def test_a_folder_named_like_media_is_no_media(folder: Path) -> None:
    (folder / "folder.mp4").mkdir()
    assert "does not exist" in problems(folder, ('"media/act.mp4"', '"folder.mp4"'))


def test_missing_captions_and_captions_of_another_kind_are_named(folder: Path) -> None:
    assert "captions 'gone.vtt' does not exist" in problems(folder, ("noting.srt", "gone.vtt"))
    assert ".docx is not supported; supported are vtt srt" in problems(
        folder, ("noting.srt", "noting.docx")
    )
    assert "captions '': no ending is not supported" in problems(folder, ("noting.srt", ""))


def test_a_course_without_lessons_is_refused(folder: Path) -> None:
    lessons = GOOD[GOOD.index("[[lessons]]") :]
    assert "key 'lessons' is missing" in problems(folder, (lessons, ""))
    assert "C/course.toml:6: key 'lessons' is empty" in problems(folder, (lessons, "lessons = []"))
    assert "must be a list of tables" in problems(folder, (lessons, 'lessons = ["a.mp4"]'))


def test_a_syntax_error_and_a_wrong_encoding_name_the_file(folder: Path) -> None:
    assert "C/course.toml:1: is not valid TOML" in problems(folder, ('id = "rti-basics"', "id ="))
    (folder / "course.toml").write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(CourseError, match="is not UTF-8"):
        read_course(folder)


def test_a_folder_without_course_toml_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"has no course\.toml\. Write one"):
        read_course(tmp_path)


@pytest.mark.parametrize("suffix", [*MEDIA_SUFFIXES, ".MP4"])
def test_a_bare_media_file_is_a_course_of_one_lesson(tmp_path: Path, suffix: str) -> None:
    media = tmp_path / f"Lecture 1{suffix}"
    media.write_bytes(b"x")
    lesson = Lesson("lecture-1", "lecture-1", "Lecture 1", media, "en")
    assert read_course(media) == Course("lecture-1", "Lecture 1", (lesson,))
    assert read_course(media, language="Hindi").lessons[0].language == "hi"


def test_a_bare_file_that_is_missing_or_no_media_is_a_media_error(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.mp4: there is no such file"):
        read_course(tmp_path / "gone.mp4")
    (tmp_path / "slides.pdf").write_bytes(b"x")
    with pytest.raises(MediaError, match=r"\.pdf is not supported"):
        read_course(tmp_path / "slides.pdf")


@pytest.mark.parametrize(
    ("beside", "used"),
    [
        (["a.srt"], "a.srt"),
        (["a.srt", "a.vtt"], "a.vtt"),
        (["a.en.srt"], "a.en.srt"),
        (["a.en.vtt", "a.srt"], "a.srt"),
        (["a.hi.vtt", "b.vtt", "a.txt"], None),
    ],
)
def test_captions_beside_the_media_are_used(
    tmp_path: Path, beside: list[str], used: str | None
) -> None:
    for name in ["a.mp4", *beside]:
        (tmp_path / name).write_bytes(b"x")
    found = read_course(tmp_path / "a.mp4").lessons[0].captions
    assert found == (tmp_path / used if used else None)


def test_captions_that_are_named_go_before_those_beside(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.vtt", "other.srt"):
        (tmp_path / name).write_bytes(b"x")
    course = read_course(tmp_path / "a.mp4", captions=tmp_path / "other.srt")
    assert course.lessons[0].captions == tmp_path / "other.srt"
    with pytest.raises(CaptionsError, match="no such captions file"):
        read_course(tmp_path / "a.mp4", captions=tmp_path / "gone.srt")
    with pytest.raises(CaptionsError, match=r"\.mp4 is not supported"):
        read_course(tmp_path / "a.mp4", captions=tmp_path / "a.mp4")


def test_one_captions_file_or_one_language_cannot_go_with_many_lessons(folder: Path) -> None:
    with pytest.raises(UsageError, match="One captions file is given for 2 lessons"):
        read_course(folder, captions=folder / "noting.srt")
    with pytest.raises(UsageError, match="A language is given for a whole course"):
        read_course(folder, language="en")


@given(st.text(max_size=100))
def test_a_slug_is_always_a_safe_id_and_the_same_each_time(text: str) -> None:
    assert _ID.fullmatch(make_slug(text))
    assert make_slug(text) == make_slug(text)


def test_names_in_other_scripts_get_slugs_that_differ() -> None:
    assert make_slug("पाठ एक") != make_slug("पाठ दो")
    assert make_slug("Module 2 – परिचय").startswith("module-2-")
    assert make_slug("Café") == "cafe"
