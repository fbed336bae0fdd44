"""How long a server that is busy or failing is waited for."""

from __future__ import annotations

import pytest

from translators.retry import seconds_asked

NOON = 1_792_584_000.0  # Wed, 21 Oct 2026 12:00:00 GMT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Wed, 21 Oct 2026 12:00:30 GMT", 30.0),
        ("Wed, 21 Oct 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1e9", None),
        ("nan", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert seconds_asked(header, NOON) == seconds
