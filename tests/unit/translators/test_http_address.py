"""Which addresses may be called, and how a key is kept out of sight."""

from __future__ import annotations

import pickle

import pytest

from courses.errors import UsageError
from translators.http import Reply, Secret, check_address, is_loopback, read_json


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/v1",
        "http://localhost:8000/v1",
        "http://127.0.0.1",
        "http://127.8.9.1:1",
        "http://[::1]:11434/v1",
    ],
)
def test_https_anywhere_and_http_on_this_machine_may_be_called(url: str) -> None:
    assert check_address(url, "it").geturl() == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://example.org",
        "http://0.0.0.0:8000",
        "http://localhost.example.org",
        "http://169.254.169.254/latest",
        "http://2130706433/",
        "https:///v1",
        "https://user@example.org",
        "https://[::1",
        "ftp://localhost",
    ],
)
def test_nothing_else_may_be_called(url: str) -> None:
    with pytest.raises(UsageError, match=r"^it "):
        check_address(url, "it")


def test_only_this_machine_is_loopback() -> None:
    assert is_loopback("localhost")
    assert not is_loopback("localhost.localdomain")


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret("sk-1234")
    assert secret.reveal() == "sk-1234"
    assert "1234" not in f"{secret} {secret!r} {[secret]} {Reply(401, body=b'sk-1234')}"
    with pytest.raises(TypeError, match="not sent to another process"):
        pickle.dumps(secret)


def test_json_that_is_nested_too_deep_is_refused_like_any_other_that_is_wrong() -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        read_json("[" * 100_000)
