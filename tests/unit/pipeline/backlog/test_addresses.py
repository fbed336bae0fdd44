"""Addresses come from strangers: what may be named, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.errors import UsageError
from pipeline.backlog.addresses import (
    Remote,
    check_endpoint,
    check_schemes,
    is_inside,
    join,
    place_of,
    split,
)
from pipeline.backlog.entries import Entry, entries_in


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/srv/courses/rti", Path("/srv/courses/rti")),
        ("rti/a b.mp4", Path("rti/a b.mp4")),
        ("file:///srv/a%20b.mp4", Path("/srv/a b.mp4")),
        ("file://localhost/srv/a.mp4", Path("/srv/a.mp4")),
        ("file:///srv/a?.mp4", Path("/srv/a?.mp4")),
        ("s3://bucket/rti/", Remote("s3", "bucket/rti")),
        ("s3://bucket/आरटीआई/पाठ १.mp4", Remote("s3", "bucket/आरटीआई/पाठ १.mp4")),
    ],
)
def test_a_path_and_an_address_are_taken_for_what_they_are(
    address: str, expected: Path | Remote
) -> None:
    assert place_of(address) == expected


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "neither a path nor an address"),
        ("a\0b", "neither a path nor an address"),
        ("s3://bucket/a\nb", "neither a path nor an address"),
        ("s3://", "is no address"),
        ("s3://bucket/../other", "is no address"),
        ("s3://bucket/./a", "is no address"),
        ("s3://bucket//a", "is no address"),
        ("s3://bucket/a\\b", "is no address"),
        ("s3://bucket/a.mp4?versionId=1", "is no address"),
        ("file://server/a.mp4", "no path of this machine"),
        ("file:///a%00b", "neither a path nor an address"),
        ("http://example.org/a.mp4", "Download the files first"),
        ("https://example.org/a.mp4", "Download the files first"),
        ("gs://bucket/a.mp4", "are not allowed"),
        ("simplecache::s3://bucket/a", "are not allowed"),
        ("zip://a.mp4::s3://bucket/a.zip", "are not allowed"),
        ("S3://bucket/a", "are not allowed"),
    ],
)
def test_an_address_that_could_mean_more_is_refused(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        place_of(address)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://store.example",
        "http://127.0.0.1:9000/",
        "https://[::1]:9000",
        "http://s3:65535",
    ],
)
def test_the_address_of_a_server_may_be(url: str) -> None:
    check_endpoint(url)


@pytest.mark.parametrize(
    "url",
    ["store", "ftp://store", "https://", "https://me:secret@store", "http://a b", "http://a:65536"],
)
def test_the_address_of_a_server_must_not_be(url: str) -> None:
    with pytest.raises(UsageError, match="malformed") as caught:
        check_endpoint(url)
    assert "secret" not in str(caught.value)


def test_an_address_longer_than_the_database_holds_is_refused() -> None:
    with pytest.raises(UsageError, match="has 1009 characters; 1000 may be"):
        place_of("s3://b/" + "k" * 1002)


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(UsageError, match="holds a name or a password") as caught:
        place_of("s3://AKIA:secret@bucket/a.mp4")
    assert "secret" not in str(caught.value)
    assert "AKIA" not in str(caught.value)


def test_an_operator_may_add_a_scheme_but_never_the_web() -> None:
    check_schemes(("file", "s3", "gs"))
    assert place_of("gs://bucket/a", ("file", "gs")) == Remote("gs", "bucket/a")
    with pytest.raises(UsageError, match="https:// cannot be allowed"):
        check_schemes(("file", "https"))


@given(st.lists(st.text("abc.-_ é०", min_size=1, max_size=5), min_size=1, max_size=4))
def test_what_was_joined_is_split_again(parts: list[str]) -> None:
    if not all(is_inside(part) for part in parts):
        return
    address = join("s3://bucket", "/".join(parts))
    assert split(address) == (join("s3://bucket", "/".join(parts[:-1])).rstrip("/"), parts[-1])
    assert str(place_of(address)) == address


@given(st.text(max_size=20))
def test_no_name_that_is_inside_leads_out(name: str) -> None:
    if is_inside(name):
        root = Path("/srv/cache")
        assert Path(root / name).resolve().is_relative_to(root)


def test_names_of_a_store_that_lead_out_of_the_folder_are_left_out() -> None:
    names = [
        ("bucket/rti/a.mp4", "file"),
        ("bucket/rti/media", "directory"),
        ("bucket/rti/", "file"),
        ("bucket/rti/..", "directory"),
        ("bucket/rti/..\\evil", "file"),
        ("bucket/rti/a\nb", "file"),
        ("bucket/rti/deep/er.mp4", "file"),
        ("other/a.mp4", "file"),
    ]
    found = [{"name": name, "type": kind, "size": 7} for name, kind in names]
    assert list(entries_in(Remote("s3", "bucket/rti"), found)) == [
        Entry("a.mp4", False, 7),
        Entry("media", True),
    ]
