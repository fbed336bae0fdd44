"""An error of the database is told as what it is: it is away, or it refuses what we ask."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.db.utils import ProgrammingError

from courses.errors import StoreError
from pipeline.backlog.patience import in_words


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_a_database_that_is_away_does_not_answer(kind: type[Exception]) -> None:
    told = in_words(kind("server closed\n the connection"))
    assert told.message == "The backlog's database does not answer: server closed the connection."


@pytest.mark.parametrize("kind", [DataError, IntegrityError, ProgrammingError, DatabaseError])
def test_a_fault_of_ours_is_no_outage(kind: type[Exception]) -> None:
    told = in_words(kind("value too long"))
    assert told.message == "The backlog's database refuses this: value too long."
    assert "report it" in told.advice


def test_an_error_that_says_what_to_do_stays_as_it_is() -> None:
    error = StoreError("The disk is full.")
    assert in_words(error) is error
