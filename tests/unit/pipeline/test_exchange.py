"""A package goes out and comes back: every sentence is unchanged, changed or refused, and why."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from courses.errors import PartialFailure, StoreError, UsageError
from courses.nouns import (
    Course,
    Finding,
    Hit,
    Lesson,
    Segment,
    Severity,
    Signature,
    Suggestion,
    Term,
    TermStatus,
    Translation,
    TranslationStatus,
)
from pipeline import exchange_segments, reviewed
from pipeline.cli_exchange import exchange as commands
from pipeline.exchange import current, export
from pipeline.exchange_import import Report, Wish, take_in
from pipeline.package_folder import contents_of, write_package

SOURCES = ("The RTI Act gives a right.", "The officer replies in 30 days.", "There is no fee.")
TARGETS = ("सूचना का अधिकार अधिनियम एक अधिकार देता है।", "अधिकारी 30 दिन में उत्तर देता है।", "")
RTI = Term("RTI Act", "सूचना का अधिकार अधिनियम", "hi", status=TermStatus.OFFICIAL, id="rti-act")
SEGMENTS = [
    Segment(f"{n}" * 16, "first", n, 1000 * n, 1000 * n + 900, text)
    for n, text in enumerate(SOURCES)
]
BY = Wish("A. Reviewer")


def put(folder: Path, inputs: str, files: dict[str, str], facts: dict[str, Any]) -> Path | None:
    """Write a package of texts."""
    return write_package(folder, contents_of(inputs, files, facts))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return make(tmp_path / "out" / "rti" / "first" / "hi")


def make(folder: Path, segments: list[Segment] = SEGMENTS) -> Path:
    """Write a package of three sentences: one with an official term, one plain, one hole."""
    lesson = Lesson("first", "rti", "The first", Path("first.mp4"), "en")
    statuses = [TranslationStatus.DRAFT, TranslationStatus.DRAFT, TranslationStatus.HOLE]
    found = Suggestion("An officer replies.", "अधिकारी उत्तर देता है।", 80, "dopt")
    drafts = [
        Translation(s.id, "hi", text, status, "machine:x", Signature("x"), suggestion=old)
        for s, text, status, old in zip(
            segments, TARGETS, statuses, (None, found, None), strict=True
        )
    ]
    hits = [(Hit(RTI, 4, 11),), (), ()]
    finding = Finding("hole", Severity.ERROR, "Nothing here.", segments[2].id, "hi", 2000, 2900)
    about = (Course("rti", "RTI", (lesson,)), lesson, "hi")
    text = exchange_segments.write(about, segments, drafts, hits, [(finding, None)])
    put(folder, "inputs", {exchange_segments.FILE: text}, {})
    return folder


def sent(package: Path, form: str = "xliff2") -> Path:
    return export(package, form, package.parent / f"sent-{form}")


def returned(package: Path, *changes: tuple[str, str], form: str = "xliff2") -> Path:
    """Return the exported file with each (old, new) replaced once."""
    path = sent(package, form)
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    back = path.with_name("returned")
    back.write_text(text, encoding="utf-8")
    return back


def verdicts(report: Report) -> list[str]:
    return [str(judgement.verdict) for judgement in report.judgements]


def test_the_texts_of_a_package_are_read_as_they_were_written(package: Path) -> None:
    texts = exchange_segments.read(package)
    assert [sentence.segment for sentence in texts.sentences] == SEGMENTS
    assert tuple(sentence.text for sentence in texts.sentences) == TARGETS
    assert texts.sentences[0].hits == (Hit(RTI, 4, 11),)
    assert texts.sentences[1].suggestion is not None
    assert texts.sentences[2].findings[0].check == "hole"


@pytest.mark.parametrize("form", ["xliff2", "xliff1", "docx"])
def test_a_file_that_nobody_touched_changes_nothing(package: Path, form: str) -> None:
    report = take_in(package, sent(package, form), BY)
    assert verdicts(report) == ["unchanged"] * 3
    assert not report.written
    assert not report.place.exists()


@pytest.mark.parametrize("form", ["xliff2", "xliff1"])
def test_a_changed_sentence_is_kept_under_the_name_and_importing_twice_changes_nothing(
    package: Path, form: str
) -> None:
    back = returned(package, ("अधिकारी 30 दिन", "अफ़सर 30 दिन"), form=form)
    report = take_in(package, back, BY)
    assert verdicts(report) == ["unchanged", "changed", "unchanged"]
    [kept] = reviewed.read(report.place).values()
    assert (kept.text, kept.author) == ("अफ़सर 30 दिन में उत्तर देता है।", "A. Reviewer")
    assert (kept.status, kept.source) == (TranslationStatus.EDITED, SOURCES[1])
    before = report.place.read_bytes()
    again = take_in(package, back, BY)
    assert (verdicts(again), again.written) == (["unchanged"] * 3, False)
    assert report.place.read_bytes() == before
    assert current(package)[0].sentences[1].text == kept.text


def test_a_draft_that_was_found_good_is_approved(package: Path) -> None:
    back = returned(package, ('state="initial" subState="karmavani:draft"', 'state="final"'))
    report = take_in(package, back, BY)
    assert verdicts(report) == ["approved", "unchanged", "unchanged"]
    [kept] = reviewed.read(report.place).values()
    assert (kept.text, kept.status) == (TARGETS[0], TranslationStatus.APPROVED)


@pytest.mark.parametrize(
    ("old", "new", "verdict", "said"),
    [
        ('id="1111111111111111"', 'id="other"', "refused", "Its id was changed"),
        ('"start">1000<', '"start">1001<', "refused", "start was changed from 1000 to 1001"),
        ("in 30 days", "in 40 days", "refused", "Its source was changed"),
        (TARGETS[0], "यह कानून एक अधिकार देता है।", "refused", "--waive rti-act"),
        (TARGETS[1], "আধিকারিক 30 দিনে উত্তর দেন।", "refused", "another script: Beng"),
        (TARGETS[1], "The officer replies in 30 days.", "refused", "script Latn"),
        (f"<target>{TARGETS[1]}</target>", "<target></target>", "refused", "would be a hole"),
        (TARGETS[1], "अधिकारी \u202eउत्तर\u202c देता है।", "refused", "U+202E"),
        (TARGETS[1], 'क<cp hex="0000"/>', "refused", "U+0000"),
        (TARGETS[1], "क " * 5001, "refused", "longer than 5000"),
        (TARGETS[1], 'अधिकारी<ph id="1"/>', "refused", "which the source lacks"),
        (TARGETS[1], "अधिकारी 40 दिन में उत्तर देता है।", "changed", "numbers-differ"),
    ],
)
def test_what_may_not_be_changed_is_refused_with_its_reason(
    package: Path, old: str, new: str, verdict: str, said: str
) -> None:
    report = take_in(package, returned(package, (old, new)), BY)
    told = [j for j in report.judgements if said in " ".join((*j.reasons, *j.remarks))]
    assert [str(judgement.verdict) for judgement in told] == [verdict]
    assert report.written == (verdict == "changed")


FORMS = ("xliff2", "xliff1", "docx")
ID, START = "1" * 16, "00:00:01.000 – "


def edited(path: Path, old: str, new: str) -> Path:
    """Return a file that went out with `old` replaced, once, by hand; in the text of a .docx."""
    back = path.with_name("edited")
    if path.name != "sent-docx":
        text = path.read_text(encoding="utf-8")
        assert old in text
        back.write_text(text.replace(old, new, 1), encoding="utf-8")
        return back
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(back, "w") as archive:
        for name in whole.namelist():
            part = whole.read(name)
            if name == "word/document.xml":
                assert old in part.decode()
                part = part.decode().replace(old, new, 1).encode()
            archive.writestr(name, part)
    return back


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"docx": f">{ID}<", "": f'id="{ID}"'}, {"docx": ">9<", "": 'id="9"'}, "id was changed"),
        (
            {"docx": START, "": ">1000<"},
            {"docx": START.replace("1", "7"), "": ">7000<"},
            "start was",
        ),
        ({"": "in 30 days"}, {"": "in 40 days"}, "source was changed"),
        ({"": TARGETS[0]}, {"": "यह कानून एक अधिकार देता है।"}, "locked term 'RTI Act'"),
        ({"": TARGETS[1]}, {"": "அதிகாரி 30 நாட்களில் பதிலளிக்கிறார்."}, "another script: Taml"),
    ],
)
def test_every_form_refuses_a_changed_id_time_source_and_locked_term(
    package: Path, form: str, old: dict[str, str], new: dict[str, str], said: str
) -> None:
    back = edited(sent(package, form), old.get(form, old[""]), new.get(form, new[""]))
    report = take_in(package, back, BY)
    assert said in " ".join(reason for one in report.judgements for reason in one.reasons)
    assert not report.written


@pytest.mark.parametrize("form", FORMS)
def test_every_form_tells_a_sentence_that_changed_since(
    package: Path, form: str, tmp_path: Path
) -> None:
    back = edited(sent(package, form), "अधिकारी 30", "अफ़सर 30")
    newer = [SEGMENTS[0], Segment("f" * 16, "first", 1, 1000, 1900, "He replies."), SEGMENTS[2]]
    report = take_in(make(tmp_path / "new" / "rti" / "first" / "hi", newer), back, BY)
    assert "it changed since the file was exported" in report.judgements[1].reasons[0]
    assert not report.written


def test_units_that_are_missing_moved_or_unknown_are_refused(package: Path) -> None:
    text = sent(package).read_text(encoding="utf-8")
    units = text[text.index("  <unit") : text.index(" </file>")].split("  </unit>\n")[:3]
    first, second, _ = [unit + "  </unit>\n" for unit in units]
    back = package.parent / "back"
    back.write_text(text.replace(first + second, second + first), encoding="utf-8")
    moved = take_in(package, back, BY).judgements[1]
    assert (moved.id, moved.verdict) == ("0" * 16, "refused")
    assert "another place" in moved.reasons[0]
    back.write_text(text.replace(second, ""), encoding="utf-8")
    missing = take_in(package, back, BY).judgements[-1]
    assert (missing.id, missing.verdict) == ("1" * 16, "refused")


def test_nothing_is_kept_while_one_sentence_is_refused_unless_told_to_skip(package: Path) -> None:
    back = returned(package, ("अधिकारी 30", "अफ़सर 30"), (TARGETS[0], "यह कानून एक अधिकार देता है।"))
    report = take_in(package, back, BY)
    assert verdicts(report) == ["refused", "changed", "unchanged"]
    assert not report.place.exists()
    assert not list(report.place.parent.glob(".*.lock"))
    assert take_in(package, back, Wish("A. R", skip=True)).written
    assert list(reviewed.read(report.place)) == ["1" * 16]


def test_a_reviewer_may_let_a_term_go(package: Path) -> None:
    back = returned(package, (TARGETS[0], "यह कानून एक अधिकार देता है।"))
    report = take_in(package, back, Wish("A. R", waived=("rti-act",)))
    assert (verdicts(report)[0], report.written) == ("changed", True)


def test_only_looking_keeps_nothing(package: Path) -> None:
    back = returned(package, ("अधिकारी 30", "अफ़सर 30"))
    report = take_in(package, back, Wish("A. R", look_only=True))
    assert verdicts(report)[1] == "changed"
    assert not report.place.exists()


def test_two_people_never_overwrite_each_other_in_silence(package: Path) -> None:
    first = returned(package, ("अधिकारी 30", "अफ़सर 30")).rename(package.parent / "first")
    second = returned(package, ("अधिकारी 30", "पदाधिकारी 30"))
    take_in(package, first, Wish("A. One"))
    report = take_in(package, second, Wish("B. Two"))
    assert "A. One changed it since" in report.judgements[1].reasons[0]
    assert [kept.author for kept in reviewed.read(report.place).values()] == ["A. One"]


def test_a_sentence_that_changed_since_the_export_is_stale(package: Path, tmp_path: Path) -> None:
    back = returned(package, ("अधिकारी 30", "अफ़सर 30"))
    newer = [SEGMENTS[0], Segment("f" * 16, "first", 1, 1000, 1900, "He replies."), SEGMENTS[2]]
    other = make(tmp_path / "new" / "rti" / "first" / "hi", newer)
    report = take_in(other, back, BY)
    assert verdicts(report) == ["unchanged", "refused", "unchanged", "refused"]
    assert "it changed since the file was exported" in report.judgements[1].reasons[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('trgLang="hi"', 'trgLang="ta"', "target 'ta'"),
        ('<file id="first"', '<file id="second"', "lesson 'second'"),
        ('type="course">rti<', 'type="course">other<', "course 'other'"),
    ],
)
def test_a_file_of_another_lesson_or_language_is_refused(
    package: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        take_in(package, returned(package, (old, new)), BY)


@pytest.mark.parametrize("name", ["", "  ", "machine:x", "memory:dopt", "A\0B"])
def test_a_text_needs_a_person_who_answers_for_it(package: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no person's name"):
        take_in(package, sent(package), Wish(name))


def test_an_export_never_replaces_a_file_that_may_hold_work(package: Path) -> None:
    path = sent(package)
    assert sent(package) == path
    path.write_text("somebody's work")
    with pytest.raises(UsageError, match="is there already"):
        sent(package)
    with pytest.raises(UsageError, match="inside the package"):
        export(package, "xliff2", package / "a.xlf")


def test_what_is_no_package_or_was_changed_is_refused(package: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no package"):
        export(tmp_path, "xliff2", tmp_path / "a.xlf")
    (package / exchange_segments.FILE).write_text("{}")
    with pytest.raises(StoreError, match="is not what was written"):
        sent(package)


@pytest.mark.parametrize("data", [b"", b"hello", b"\0\0", b"%PDF-1.7"])
def test_what_is_none_of_the_formats_is_refused(package: Path, data: bytes) -> None:
    path = package.parent / "odd"
    path.write_bytes(data)
    with pytest.raises(UsageError, match="neither XLIFF nor"):
        take_in(package, path, BY)


def test_the_command_takes_the_rest_and_ends_with_partial_failure(package: Path) -> None:
    back = returned(package, ("अधिकारी 30", "अफ़सर 30"), (TARGETS[0], "यह कानून एक अधिकार देता है।"))
    arguments = ["import", str(back), str(package), "--by", "A. R"]
    done = CliRunner().invoke(commands, arguments)
    assert isinstance(done.exception, UsageError)
    done = CliRunner().invoke(commands, [*arguments, "--skip"])
    assert isinstance(done.exception, PartialFailure)
    assert "1 unchanged, 1 changed, 0 approved, 1 refused" in done.output
    assert "run `karmavani localise` again" in done.output
    assert str(done.exception) == "1 sentence was refused; the rest was taken."


def test_a_dry_run_says_what_would_be(package: Path) -> None:
    back = returned(package, ("अधिकारी 30", "अफ़सर 30"), (TARGETS[0], "यह कानून एक अधिकार देता है।"))
    arguments = ["import", str(back), str(package), "--by", "A. R", "--dry-run"]
    done = CliRunner().invoke(commands, arguments)
    assert "1 sentence would be refused, so nothing would be taken." in str(done.exception)
    done = CliRunner().invoke(commands, [*arguments, "--skip"])
    assert str(done.exception) == "1 sentence would be refused; the rest would be taken."
    assert not list(package.parent.glob(".*.lock"))


def test_an_import_tells_every_sentence_as_data(package: Path) -> None:
    arguments = ["import", str(sent(package)), str(package), "--by", "A. R", "--json"]
    told = json.loads(CliRunner().invoke(commands, arguments).output)
    assert [unit["verdict"] for unit in told["units"]] == ["unchanged"] * 3
    assert told["counts"]["refused"] == 0
