"""Reads what a contributor hands in: a folder with course.toml, or one bare media file.

Everything that can be known without opening the media is checked here, and all problems are
told at once with file, line and key. Whether a file really is sound or video is for
transcription.media to say; whether captions are captions is for transcription.captions.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from courses.errors import CaptionsError, CourseError, MediaError, UsageError
from courses.languages import find_language
from courses.nouns import Course, Lesson
from glossaries.layers import all_domains
from pipeline.course_folder import COURSE_FILE, Folder, is_dir, is_file
from pipeline.toml_file import Key, KeyPath, TomlFile, nearest

MEDIA_SUFFIXES = (".mp4", ".mkv", ".webm", ".mov", ".mp3", ".wav", ".m4a", ".ogg", ".flac")
CAPTIONS_SUFFIXES = (".vtt", ".srt")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_ID_RULE = "1 to 64 of a-z, 0-9 and -, not beginning with -"
_COURSE_KEYS = (
    Key("id", "text", required=True),
    Key("title", "text", required=True),
    Key("description", "text"),
    Key("competencies", "texts"),
    Key("lessons", "tables", required=True),
)
_LESSON_KEYS = (
    Key("id", "text", required=True),
    Key("title", "text", required=True),
    Key("media", "text", required=True),
    Key("language", "text", required=True),
    Key("captions", "text"),
    Key("domain", "text"),
)


def read_course(
    path: Path,
    captions: Path | None = None,
    language: str | None = None,
    glossaries: Path | None = None,
) -> Course:
    """Return the course at `path`: a folder, its course.toml, or one media file.

    captions: captions file of the one lesson, in its spoken language. Without it, a captions
    file beside the media is used: same stem, ``.vtt`` or ``.srt``, or ``.en.vtt`` and so on.
    language: spoken language of a bare media file, English by default. glossaries: a folder of
    term files, whose domains lessons may name beside the built-in ones.
    Raises CourseError, MediaError, CaptionsError, UsageError.
    """
    folder: Folder | None = None
    if is_dir(path) or path.name == COURSE_FILE:
        if language:
            raise UsageError(
                "A language is given for a whole course.",
                f"{COURSE_FILE} says the language of each lesson; --language is for one file.",
            )
        folder = Folder(path if is_dir(path) else path.parent)
        course = _read_folder(folder, glossaries)
    else:
        course = _read_media(path, language or "en")
    return _with_captions(course, captions, folder)


def read_course_in(folder: Folder, glossaries: Path | None = None) -> Course:
    """Return the course in a folder of any kind, as `read_course` does. Raises CourseError."""
    return _with_captions(_read_folder(folder, glossaries), None, folder)


def read_media_in(folder: Folder, name: str, language: str = "en") -> Course:
    """Return one bare media file of a folder of any kind as a course, as `read_course` does.

    Raises MediaError, UsageError.
    """
    return _with_captions(_course_of(folder.path(name), language), None, folder)


def make_slug(text: str) -> str:
    """Return a safe id for any text, the same each time: ``lecture-1`` for "Lecture 1".

    Where letters were lost (other scripts), 8 hex digits of a hash keep ids apart.
    """
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(letter for letter in plain if letter.isascii())
    slug = re.sub(r"[^a-z0-9]+", "-", kept.lower()).strip("-")
    lost = any(letter.isalnum() and not letter.isascii() for letter in plain)
    if slug and not lost and len(slug) <= 64:
        return slug
    digest = hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()[:8]
    return f"{slug[:55].strip('-') or 'lesson'}-{digest}"


def _read_media(path: Path, language: str) -> Course:
    _check_name(path)
    if not path.exists():
        raise MediaError(f"{path}: there is no such file or folder.")
    return _course_of(path, language)


def _course_of(path: Path, language: str) -> Course:
    code = find_language(language).code
    if path.suffix.lower() not in MEDIA_SUFFIXES:
        raise MediaError(f"{path}: {_bad_suffix(path, MEDIA_SUFFIXES)}.")
    slug = make_slug(path.stem)
    lesson = Lesson(slug, slug, path.stem, path, code)
    return Course(slug, path.stem, (lesson,))


def _check_name(path: Path) -> None:
    """Raise MediaError for a name that cannot be stored, printed or opened."""
    try:
        str(path).encode()
        path.exists()
    except UnicodeEncodeError:
        shown = str(path).encode(errors="backslashreplace").decode()
        raise MediaError(f"{shown}: the name is not UTF-8.", "Rename it.") from None
    except OSError as error:
        raise MediaError(f"{path}: cannot be opened: {error.strerror}.") from None


def _read_folder(folder: Folder, glossaries: Path | None) -> Course:
    toml = folder.course_file()
    data = toml.data
    toml.check(data, (), _COURSE_KEYS)
    _check_id(toml, (), data.get("id"))
    tables = [table for table in _list(data.get("lessons")) if isinstance(table, dict)]
    if data.get("lessons") == []:
        toml.add(("lessons",), "key 'lessons' is empty: a course has at least one lesson.")
    known = all_domains(glossaries)
    for index, table in enumerate(tables):
        _check_lesson(toml, table, ("lessons", index), folder)
        _check_domain(toml, table, ("lessons", index), known)
    _check_twins(toml, tables)
    toml.raise_problems()
    return Course(
        id=data["id"],
        title=data["title"],
        lessons=tuple(_lesson(table, data["id"], folder) for table in tables),
        description=data.get("description", ""),
        competencies=tuple(data.get("competencies", ())),
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _lesson(table: dict[str, Any], course_id: str, folder: Folder) -> Lesson:
    return Lesson(
        id=table["id"],
        course_id=course_id,
        title=table["title"],
        media=folder.path(table["media"]),
        language=find_language(table["language"]).code,
        captions=folder.path(table["captions"]) if "captions" in table else None,
        domain=table.get("domain"),
    )


def _check_lesson(toml: TomlFile, table: dict[str, Any], path: KeyPath, folder: Folder) -> None:
    toml.check(table, path, _LESSON_KEYS)
    _check_id(toml, path, table.get("id"))
    for key, suffixes in (("media", MEDIA_SUFFIXES), ("captions", CAPTIONS_SUFFIXES)):
        if problem := _file_problem(folder, key, table.get(key), suffixes):
            toml.add((*path, key), problem)
    if isinstance(code := table.get("language"), str) and code.strip():
        try:
            find_language(code)
        except UsageError as error:
            toml.add((*path, "language"), str(error))


def _check_domain(
    toml: TomlFile, table: dict[str, Any], path: KeyPath, known: Sequence[str]
) -> None:
    if isinstance(domain := table.get("domain"), str) and domain not in known:
        advice = nearest(domain, known) or f" Known domains: {', '.join(known)}."
        toml.add((*path, "domain"), f"there is no glossary domain {domain!r}.{advice}")


def _check_id(toml: TomlFile, path: KeyPath, value: object) -> None:
    """Ids become folder names, so nothing that means something to a file system gets through."""
    if isinstance(value, str) and value.strip() and not _ID.fullmatch(value):
        toml.add((*path, "id"), f"id {value!r} must be {_ID_RULE}. Perhaps {make_slug(value)!r}?")


def _check_twins(toml: TomlFile, tables: list[dict[str, Any]]) -> None:
    first: dict[str, int] = {}
    for index, table in enumerate(tables):
        if isinstance(name := table.get("id"), str) and first.setdefault(name, index) != index:
            line = toml.line(("lessons", first[name], "id"))
            toml.add(
                ("lessons", index, "id"), f"id {name!r} is taken by the lesson in line {line}."
            )


def _file_problem(folder: Folder, key: str, value: object, suffixes: tuple[str, ...]) -> str:
    """Return what keeps `value` from naming a file of the right kind inside the course folder."""
    if not isinstance(value, str) or (key == "media" and not value.strip()):
        return ""
    file = folder.path(value)
    if not folder.holds(file):
        return f"{key} {value!r} is outside the course folder."
    if file.suffix.lower() not in suffixes:
        return f"{key} {value!r}: {_bad_suffix(file, suffixes)}."
    if not folder.has(file):
        names = folder.names_beside(file)
        there = [name for name in names if Path(name).suffix.lower() in suffixes]
        return f"{key} {value!r} does not exist.{nearest(file.name, there)}"
    return ""


def _bad_suffix(file: Path, suffixes: tuple[str, ...]) -> str:
    known = " ".join(suffix[1:] for suffix in suffixes)
    return f"{file.suffix or 'no ending'} is not supported; supported are {known}"


def _with_captions(course: Course, captions: Path | None, folder: Folder | None) -> Course:
    """Return `course` with the captions that were named, or that lie beside its media.

    `folder` is that of the course, None for one bare media file.
    """
    if captions is None:
        lessons = tuple(_beside(lesson, folder) for lesson in course.lessons)
        return replace(course, lessons=lessons)
    if len(course.lessons) != 1:
        raise UsageError(
            f"One captions file is given for {len(course.lessons)} lessons.",
            f'Name the captions of each lesson in {COURSE_FILE}: captions = "...".',
        )
    if captions.suffix.lower() not in CAPTIONS_SUFFIXES:
        raise CaptionsError(f"{captions}: {_bad_suffix(captions, CAPTIONS_SUFFIXES)}.")
    if not is_file(captions):
        raise CaptionsError(f"{captions}: there is no such captions file.")
    return replace(course, lessons=(replace(course.lessons[0], captions=captions),))


def _beside(lesson: Lesson, folder: Folder | None) -> Lesson:
    if lesson.captions:
        return lesson
    for ending in ("", f".{lesson.language}"):
        for suffix in CAPTIONS_SUFFIXES:
            file = lesson.media.with_name(f"{lesson.media.stem}{ending}{suffix}")
            if not (folder.has(file) if folder else is_file(file)):
                continue
            if folder and not folder.holds(file):
                raise CourseError(
                    f"{file}: captions beside the media of {lesson.id!r} are outside the course "
                    "folder.",
                    "Copy them into the folder, or remove the link.",
                )
            return replace(lesson, captions=file)
    return lesson
