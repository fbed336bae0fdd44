"""What stands before the first element is told, and nothing after it is looked at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from courses.xml_prolog import Prolog, read_prolog


@pytest.mark.parametrize(
    ("text", "prolog"),
    [
        ("<a/>", Prolog("a")),
        ("<?xml version='1.0'?><!-- b --><x:a xmlns:x='u'>", Prolog("a")),
        ("<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'><a/>", Prolog("a", True)),
        ("<!DOCTYPE a [<!ELEMENT a ANY>]><a/>", Prolog("a", True, True)),
        ("<!DOCTYPE a [<!ENTITY e 'x'><!ENTITY f 'y'>]><a/>", Prolog("", True, True, "e")),
        ("<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///x'> %p;]><a/>", Prolog("", True, True, "p")),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_entities_are_told(text: str, prolog: Prolog, encoding: str) -> None:
    assert read_prolog([text.encode(encoding)]) == prolog
    assert read_prolog(bytes([byte]) for byte in text.encode(encoding)) == prolog


def test_no_more_is_taken_than_the_first_element_needs() -> None:
    def blocks() -> Iterator[bytes]:
        yield b"<!-- --><a "
        yield b"b='c'>"
        raise AssertionError("asked for more")

    assert read_prolog(blocks()).root == "a"


@pytest.mark.parametrize("data", [b"", b"no xml", b"<", b"<!-- -->", b"\0\0", b"<?xml version='9"])
def test_what_is_no_xml_is_refused_with_the_reason(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"line 1|no element|well-formed|XML"):
        read_prolog([data])
