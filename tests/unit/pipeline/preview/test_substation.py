"""What is drawn: text stays text, whatever stands in a cue."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import ModelError
from courses.nouns import Cue
from pipeline.model_rows import MODELS_FOLDER
from pipeline.preview.fonts import Face, Place, Shelf
from pipeline.preview.substation import Picture, write

OWN = MODELS_FOLDER / "fonts"


def shelf(code: str, folder: Path = OWN) -> Shelf:
    return Shelf([Place(lambda: folder)], code)


def events(*lines: str, code: str = "sat") -> list[str]:
    text, _ = write([Cue("1", (), 0, 1500, lines)], Picture(1280, 720, code), shelf(code))
    return text.partition("[Events]\n")[2].splitlines()[1:]


def drawn(event: str) -> str:
    return event.split(",", 9)[9]


def test_a_cue_becomes_one_event_with_its_times_and_lines() -> None:
    (event,) = events("ᱡᱚᱦᱟᱨ", "ᱥᱟᱱᱛᱟᱲᱤ")
    assert event.startswith("Dialogue: 0,0:00:00.00,0:00:01.50,Cue,,0,0,0,,")
    assert drawn(event).count(r"\N") == 1
    assert drawn(event).count(r"{\fnNoto Sans Ol Chiki\fs49.0}") == 2


@pytest.mark.parametrize("hostile", [r"{\p1}", r"{\fs200}", r"{\move(0,0,9,9)}", r"\{", "{", "}"])
def test_no_tag_of_a_cue_is_a_tag_of_the_drawing(hostile: str) -> None:
    assert tags_in(drawn(events_of_any(hostile))) == [r"\fnAny\fs43.2"]


@pytest.mark.parametrize("hostile", [r"a\Nb", r"a\nb", r"a\hb"])
def test_no_mark_of_a_cue_breaks_a_line(hostile: str) -> None:
    assert "\\\u2060" + hostile[2:] in drawn(events_of_any(hostile))


@given(st.text(alphabet=r"{}\pNnhfs0123 a", min_size=1, max_size=20))
def test_any_mix_of_marks_makes_one_tag_our_own(text: str) -> None:
    if text.strip():
        assert len(tags_in(drawn(events_of_any(text)))) == 1


def test_a_line_begins_with_the_direction_of_its_language() -> None:
    assert drawn(events("ᱡᱚᱦᱟᱨ")[0]).startswith("\u200e{")
    assert drawn(events_of_any("x", code="ur")).startswith("\u200f{")


def test_letters_without_a_font_are_named_with_the_way_to_get_one() -> None:
    with pytest.raises(ModelError, match=r"अ \(U\+0905\).*Hindi.*karmavani models fetch fonts"):
        events("अ", code="hi")


def test_joiners_and_marks_of_direction_need_no_font() -> None:
    assert events("ᱡᱚᱦᱟᱨ\u200d \u2068ᱟ\u2069")


def test_spaces_stay_in_the_font_of_the_language() -> None:
    runs = shelf("mni").runs("ꯃꯤ ꯃꯤ")
    assert [run.face.family for run in runs] == ["Noto Sans MeeteiMayek"]


def test_each_letter_gets_a_font_that_has_it() -> None:
    runs = shelf("sat").runs("ᱡᱚ ꯃꯤ")
    assert [(run.text, run.face.family) for run in runs] == [
        ("ᱡᱚ ", "Noto Sans Ol Chiki"),
        ("ꯃꯤ", "Noto Sans MeeteiMayek"),
    ]


def test_a_damaged_font_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "NotoSansOlChiki-Regular.ttf").write_bytes(b"no font")
    with pytest.raises(ModelError):
        shelf("sat", tmp_path).runs("ᱡᱚ")


ALL = Face(Path("any.ttf"), "Any", 1.2, frozenset(range(0x2100)))


class _Any(Shelf):
    """A shelf whose one face has all letters that are asked for here."""

    def __init__(self, code: str) -> None:
        super().__init__([], code)
        self._faces = [ALL]


def events_of_any(line: str, code: str = "hi") -> str:
    text, _ = write([Cue("1", (), 0, 1500, (line,))], Picture(1280, 720, code), _Any(code))
    return text.splitlines()[-1]


def tags_in(text: str) -> list[str]:
    """Return the override blocks as libass finds them: an escaped brace opens none."""
    found, at = [], 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in ("{", "}"):
            at += 2
        elif text[at] == "{":
            end = text.index("}", at)
            found.append(text[at + 1 : end])
            at = end + 1
        else:
            at += 1
    return found
