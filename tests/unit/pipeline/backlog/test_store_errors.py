"""What a store's libraries raise becomes a sentence that says what to do."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from courses.errors import CaptionsError, MediaError, StoreError
from pipeline.backlog import storage, store_errors
from pipeline.backlog.addresses import Remote
from pipeline.backlog.store_errors import is_passing, tell, translated

PLACE = Remote("s3", "courses/a.mp4")


def test_every_name_is_one_that_the_libraries_have() -> None:
    exceptions = pytest.importorskip("botocore.exceptions")
    known = {*dir(exceptions), "FileExpired"}
    assert store_errors._BY_NAME.keys() <= known


def test_errors_of_the_network_say_where_to_look() -> None:
    exceptions = pytest.importorskip("botocore.exceptions")
    url = "https://user:secret@store.example"
    for error in (
        exceptions.EndpointConnectionError(endpoint_url=url),
        exceptions.ConnectTimeoutError(endpoint_url=url),
        exceptions.SSLError(endpoint_url=url, error="x"),
        exceptions.ClientError({"Error": {"Code": "Odd<b>", "Message": "secret"}}, "GetObject"),
    ):
        with pytest.raises(StoreError) as caught, translated(PLACE):
            raise error
        assert str(caught.value).startswith("s3://courses/a.mp4: ")
        assert "secret" not in str(caught.value)
        assert "<" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (FileNotFoundError("courses/a.mp4"), CaptionsError, "there is no such file"),
        (OSError(errno.ENAMETOOLONG, "x"), CaptionsError, "there is no such file"),
        (FileNotFoundError("The specified bucket does not exist"), StoreError, "no bucket"),
        (PermissionError("Access Denied"), StoreError, "access is denied"),
        (TimeoutError(), StoreError, "does not answer in time"),
        (OSError(errno.ENOSPC, "x"), StoreError, "the disk is full"),
        (OSError(errno.EREMOTEIO, "We encountered an internal error"), StoreError, "refuses it"),
    ],
)
def test_errors_of_the_system_are_told_apart(
    error: OSError, kind: type[Exception], said: str
) -> None:
    told = tell(error, PLACE, CaptionsError)
    assert type(told) is kind
    assert said in str(told)


def test_errors_of_this_machine_keep_its_own_words() -> None:
    told = tell(OSError(errno.EIO, "Input/output error"), Path("/srv/a.mp4"))
    assert str(told) == "/srv/a.mp4: cannot be used: Input/output error."
    assert isinstance(tell(FileNotFoundError(), Path("/srv/bucket/a.mp4")), MediaError)


def test_our_own_errors_and_those_of_programs_pass() -> None:
    for error in (MediaError("ours"), KeyError("a mistake")):
        with pytest.raises(type(error)), translated(PLACE):
            raise error


class Failing:
    """Fails so many times with one error."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error, self.times, self.calls = error, times, 0

    def __call__(self) -> None:
        self.calls += 1
        if self.calls <= self.times:
            raise self.error


@pytest.mark.parametrize(
    ("error", "times", "calls"),
    [
        (OSError(errno.EBUSY, "SlowDown"), 2, 3),
        (OSError(errno.EREMOTEIO, "InternalError"), 1, 2),
        (TimeoutError(), 9, 3),
        (PermissionError(errno.EACCES, "AccessDenied"), 9, 1),
        (FileNotFoundError(), 9, 1),
    ],
)
def test_only_what_passes_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, error: Exception, times: int, calls: int
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(storage.time, "sleep", slept.append)
    failing = Failing(error, times)
    if times < 3:
        storage._persist(failing)
    else:
        with pytest.raises(type(error)):
            storage._persist(failing)
    assert failing.calls == calls
    assert is_passing(error) == (calls > 1)
    assert slept == list(storage.PAUSES[: calls - 1])
