"""The tree of errors: exit codes, messages, and the way across processes."""

from __future__ import annotations

import pickle

import pytest

from courses import errors
from courses.errors import CaptionsError, KarmavaniError, MediaError

TREE = [
    one
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, KarmavaniError)
]


@pytest.mark.parametrize("kind", TREE)
def test_message_and_advice_survive_pickling(kind: type[KarmavaniError]) -> None:
    back = pickle.loads(pickle.dumps(kind("lesson.mp4 is empty.", "Export it again.")))
    assert type(back) is kind
    assert (back.message, back.advice) == ("lesson.mp4 is empty.", "Export it again.")
    assert str(back) == "lesson.mp4 is empty. Export it again."


def test_without_advice_the_message_stands_alone() -> None:
    assert str(MediaError("lesson.mp4 is empty.")) == "lesson.mp4 is empty."


def test_exit_codes_are_those_drawn_at_the_top_of_the_file() -> None:
    assert {kind.__name__: kind.exit_code for kind in TREE} == {
        "KarmavaniError": 1,
        "UsageError": 2,
        "CourseError": 3,
        "MediaError": 4,
        "CaptionsError": 4,
        "LanguageError": 5,
        "ModelError": 6,
        "EngineError": 7,
        "StoreError": 8,
        "ReviewError": 10,
        "ForbiddenError": 10,
        "ConflictError": 10,
        "PartialFailure": 9,
    }


def test_every_error_is_caught_as_one() -> None:
    with pytest.raises(KarmavaniError):
        raise CaptionsError("no cues")
