"""What is typed after `karmavani backlog` is looked at before a database is asked."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.db import DataError, OperationalError

from courses.errors import StoreError
from pipeline import cli_backlog
from pipeline.cli_backlog import backlog


@pytest.mark.parametrize(
    "said",
    [
        ["retry", "99999999999999999999"],
        ["retry", "0"],
        ["add", "courses", "--learners", "2147483648"],
        ["add", "courses", "--minutes", "nan"],
        ["add", "courses", "--cost", "1e300"],
        ["budget", "--minutes", "nan"],
        ["budget", "--cost", "inf"],
        ["status", "--limit", "99999999999999999999"],
    ],
    ids=" ".join,
)
def test_a_number_that_no_database_takes_is_refused(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_backlog, "start", None)
    monkeypatch.setattr("pipeline.cli_backlog_control.start", None)
    found = CliRunner().invoke(backlog, said)
    assert found.exit_code == 2
    assert "Invalid value" in found.output


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OperationalError("gone"), "does not answer: gone"),
        (DataError("long"), "refuses this: long"),
    ],
)
def test_what_a_database_raises_is_told_as_an_outage_or_a_fault(
    error: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*said: object) -> None:
        raise error

    monkeypatch.setattr(cli_backlog, "start", fails)
    found = CliRunner().invoke(backlog, ["status"])
    assert isinstance(found.exception, StoreError)
    assert told in found.exception.message
