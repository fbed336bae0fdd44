"""The translation memory: what enters it, who sees it, and which match is the best."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from courses.errors import StoreError, UsageError
from translators import memory_index
from translators.memory import COMMON, Memory, Query, Unit

ASK = "Every citizen may ask for information."


def unit(source: str, target: str = "उत्तर", **fields: Any) -> Unit:
    plain = {"organisation": "dopt", "approved_by": "A. R", "approved": "2026-01-01T00:00:00Z"}
    return Unit("en", fields.pop("to", "hi"), source, target, **{**plain, **fields})


def query(text: str, *beside: str, to: str = "hi") -> Query:
    return Query(text, "en", to, *beside)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "memory.sqlite3"


@pytest.fixture
def memory(path: Path) -> Memory:
    return Memory(path, "dopt", create=True)


def percents(memory: Memory, text: str, *beside: str) -> list[tuple[int, str]]:
    return [(m.percent, m.unit.target) for m in memory.find(query(text, *beside))]


def test_the_same_text_is_100_whatever_its_spelling(memory: Memory) -> None:
    memory.add([unit("Reply  within ३० Days.", "एक")])
    assert percents(memory, "reply within 30 days.") == [(100, "एक")]


def test_the_same_text_between_the_same_sentences_is_101_and_comes_first(memory: Memory) -> None:
    memory.add(
        [
            unit("Yes.", "हाँ", previous="Is it?", following="Go on."),
            unit("Yes.", "जी", approved="2026-02-01T00:00:00Z"),
        ]
    )
    assert percents(memory, "Yes.", "is it?", "Go on.") == [(101, "हाँ"), (100, "जी")]
    assert percents(memory, "Yes.", "Is it?", "Stop.") == [(100, "जी"), (100, "हाँ")]
    assert percents(memory, "Yes.") == [(100, "जी"), (100, "हाँ")]


def test_the_beginning_and_the_end_of_a_lesson_are_a_context(memory: Memory) -> None:
    memory.add([unit("Welcome.", "स्वागत", previous="", following="Sit.")])
    assert percents(memory, "Welcome.", "", "Sit.") == [(101, "स्वागत")]


def test_a_fuzzy_match_is_below_100_and_tells_the_numbers_that_differ(memory: Memory) -> None:
    memory.add([unit("Reply within 30 days.", "30 दिन")])
    [found] = memory.find(query("Reply within 45 days."))
    assert (found.percent, found.numbers) == (95, (("30",), ("45",)))


def test_punctuation_alone_makes_a_match_that_is_not_exact(memory: Memory) -> None:
    memory.add([unit("It is so.")])
    assert [percent for percent, _ in percents(memory, "It is so?")] == [99]


def test_fuzzy_matches_are_sorted_by_percent(memory: Memory) -> None:
    memory.add([unit("one two three four five six", "6"), unit("one two three four five", "5")])
    assert percents(memory, "one two three four x") == [(80, "5")]
    assert percents(memory, "one two three four five seven") == [(83, "6"), (83, "5")]


def test_another_language_pair_is_another_memory(memory: Memory) -> None:
    memory.add([unit(ASK, to="ta")])
    assert memory.find(query(ASK)) == []
    assert memory.find(query("Every citizen can ask for information.")) == []


# Organisations.


def test_an_organisation_never_sees_the_private_text_of_another(path: Path, memory: Memory) -> None:
    memory.add([unit(ASK, "निजी")])
    other = Memory(path, "isro")
    assert other.find(query(ASK)) == []
    assert other.find(query("Every citizen can ask for information.")) == []
    assert list(other.units()) == []
    assert other.counts() == []


def test_shared_and_common_text_is_seen_and_ones_own_comes_first(
    path: Path, memory: Memory
) -> None:
    late = "2026-09-01T00:00:00Z"
    memory.add([unit(ASK, "उनका", approved=late), unit(ASK, "सबका", organisation=COMMON)])
    memory.add([unit(ASK, "अपना", organisation="isro")])
    alone, sharing = Memory(path, "isro"), Memory(path, "isro", share=("dopt",))
    assert percents(alone, ASK) == [(100, "अपना"), (100, "सबका")]
    assert percents(sharing, ASK) == [(100, "अपना"), (100, "उनका"), (100, "सबका")]


def test_many_private_sentences_of_others_do_not_hide_ones_own(path: Path, memory: Memory) -> None:
    # More than are looked at in one look-up, all of them nearer than the one that may be seen.
    memory.add(unit(f"Slide {n} of the course.", str(n)) for n in range(1500))
    memory.add([unit("Slide 7 of the day.", "अपना", organisation="isro")])
    assert percents(Memory(path, "isro"), "Slide 1 of the course.") == [(75, "अपना")]


# What enters.


def test_what_is_there_is_not_added_twice_and_a_contradiction_is_kept_and_told(
    memory: Memory,
) -> None:
    first = memory.add([unit(ASK, "एक"), unit(ASK, "एक", approved_by="B")])
    assert (first.new, first.same, first.contradicting) == (1, 1, 0)
    second = memory.add([unit(ASK, "दो", approved="2026-02-01T00:00:00Z"), unit(ASK, "एक")])
    assert (second.new, second.same, second.contradicting) == (0, 1, 1)
    assert [one.target for one in second.contradictions] == ["दो"]
    assert percents(memory, ASK) == [(100, "दो"), (100, "एक")]


def test_the_same_sentence_elsewhere_or_of_another_organisation_contradicts_nothing(
    memory: Memory,
) -> None:
    memory.add([unit(ASK, "एक")])
    added = memory.add(
        [unit(ASK, "दो", previous="", following=""), unit(ASK, "तीन", organisation="isro")]
    )
    assert (added.new, added.contradicting) == (2, 0)


@pytest.mark.parametrize("fields", [{"approved_by": " "}, {"target": " "}])
def test_nothing_enters_that_nobody_approved_or_that_is_empty(
    memory: Memory, fields: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="somebody who approved it"):
        memory.add([unit("Fine."), unit(ASK, **fields)])
    assert list(memory.units()) == []


def test_units_come_back_as_they_were(memory: Memory) -> None:
    put = [
        unit("A\u200d\u00a0b ", "क़\n", course="c", lesson="l", previous="", following=None),
        unit("Two.", "दो"),
    ]
    memory.add(put)
    assert list(memory.units()) == put
    assert list(memory.units("ta")) == []


# The index.


def test_an_addition_is_found_by_a_memory_that_was_open_before(path: Path, memory: Memory) -> None:
    reader = Memory(path, "dopt")
    assert reader.find(query("Every citizen can ask for information.")) == []
    memory.add([unit(ASK)])
    assert len(reader.find(query("Every citizen can ask for information."))) == 1


def test_blocks_fill_up_and_go_on(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_index, "BLOCK", 4)
    for start in range(0, 30, 3):
        memory.add(unit(f"word{n} is the number here", str(n)) for n in range(start, start + 3))
    sizes = [
        len(rows) // 24
        for (rows,) in sqlite3.connect(memory.path).execute("SELECT rows FROM sketches")
    ]
    assert sizes == [4, 4, 4, 4, 4, 4, 4, 2]
    for number in range(30):
        found = memory.find(query(f"word{number} is the numbers here"), limit=1)
        assert found[0].unit.target == str(number)


def test_sketches_that_are_held_are_bounded(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_index, "HELD", 100)
    texts = [" ".join(f"w{number}" for number in range(length)) for length in range(4, 12)]
    memory.add(unit(text, text) for text in texts)
    for text in texts:
        assert memory.find(query(text + "!"), limit=1)[0].unit.target == text
    sizes = [held.size for held in memory._index._held.values()]
    assert sum(sizes) == memory._index._bytes <= 100


# The file.


def test_a_memory_that_is_not_there_is_not_made_by_looking(path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used"):
        Memory(path, "dopt")
    assert not path.exists()


def test_another_file_is_refused_and_left_alone(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE mine (x)")
    other.commit()
    with pytest.raises(UsageError, match="is not a translation memory"):
        Memory(path, "dopt", create=True)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]


def test_a_damaged_file_says_how_to_go_on(path: Path) -> None:
    path.write_bytes(b"this is no database" * 500)
    with pytest.raises(StoreError, match=r"is damaged.*backup"):
        Memory(path, "dopt")


def test_who_must_wait_for_another_process_is_told_so(path: Path, memory: Memory) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    memory._db.execute("PRAGMA busy_timeout = 0")
    with pytest.raises(StoreError, match=r"Another process is writing .* Wait for it"):
        memory.add([unit(ASK)])
    other.execute("ROLLBACK")
    assert memory.add([unit(ASK)]).new == 1


def test_an_addition_that_fails_half_way_leaves_nothing(memory: Memory) -> None:
    def units() -> Any:
        yield unit(ASK)
        raise UsageError("the file ends here")

    with pytest.raises(UsageError):
        memory.add(units())
    assert list(memory.units()) == []
    assert memory.find(query("Every citizen can ask for information.")) == []


def test_a_reader_sees_every_addition_of_another_while_it_looks_up(
    path: Path, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_index, "BLOCK", 3)
    reader = Memory(path, "dopt")
    for number in range(11):
        memory.add([unit(f"word{number} is the number here", str(number))])
        for known in range(number + 1):
            [found] = reader.find(query(f"word{known} is the numbers here"), limit=1)
            assert found.unit.target == str(known)


def test_a_file_that_a_killed_process_left_empty_is_a_memory_without_units(path: Path) -> None:
    path.touch()
    assert Memory(path, "dopt").find(query(ASK)) == []


def test_words_in_capitals_tell_sentences_apart_that_are_else_the_same(memory: Memory) -> None:
    memory.add([unit("Ask us about it.", "हमसे"), unit("Ask the US about IT.", "अमेरिका")])
    assert percents(memory, "Ask US about it.")[0] == (99, "हमसे")
    assert percents(memory, "ask us about it.") == [(100, "हमसे"), (80, "अमेरिका")]
    assert percents(memory, "ASK US ABOUT IT.")[0] == (100, "हमसे")
    assert memory.own(query("Ask US about it.")) == []
    memory.add([unit("Ask US about it.", "सही", approved="2020-01-01T00:00:00Z")])
    assert percents(memory, "Ask US about it.")[:2] == [(100, "सही"), (99, "हमसे")]


# What is taken out.

NEAR = "Every citizen can ask for information."


def test_what_is_taken_out_is_found_no_more_and_may_come_again(memory: Memory) -> None:
    wrong, right = unit(ASK, "गलत"), unit(ASK, "सही", previous="", following="")
    memory.add([wrong, right, unit("Another sentence.")])
    assert memory.remove(memory.own(query(ASK))[1:]) == 1
    assert memory.own(query(ASK)) == [right]
    assert percents(memory, NEAR) == [(83, "सही")]
    assert memory.remove([right, right, wrong]) == 1
    assert percents(memory, ASK) == percents(memory, NEAR) == []
    kept = sqlite3.connect(memory.path).execute("SELECT words FROM sources").fetchall()
    assert kept == [("another sentence",)]
    memory.add([wrong])
    assert percents(memory, NEAR) == [(83, "गलत")]


def test_only_the_organisations_own_units_can_be_taken_out(path: Path, memory: Memory) -> None:
    mine, shared = unit(ASK, "एक"), unit(ASK, "सबका", organisation=COMMON)
    memory.add([mine, shared])
    other = Memory(path, "isro", share=("dopt",))
    assert other.own(query(ASK)) == []
    assert other.remove([mine, shared]) == 0
    assert memory.remove([mine, shared]) == 1
    assert percents(other, NEAR) == [(83, "सबका")]


def test_a_removal_that_fails_half_way_takes_nothing_out(memory: Memory) -> None:
    memory.add([unit(ASK)])

    def units() -> Any:
        yield unit(ASK)
        raise UsageError("the list ends here")

    with pytest.raises(UsageError):
        memory.remove(units())
    assert len(percents(memory, ASK)) == len(percents(memory, NEAR)) == 1


def test_a_reader_sees_what_others_take_out_and_put_in_again(
    path: Path, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_index, "BLOCK", 3)
    reader = Memory(path, "dopt")
    there: set[int] = set()

    def found() -> set[int]:
        asked = {n: reader.find(query(f"word{n} is the numbers here"), 1) for n in range(12)}
        return {n for n, matches in asked.items() if matches and matches[0].unit.target == str(n)}

    # As many go as come: the blocks have the same sizes and other sentences in them.
    for gone, come in [((), range(8)), ((0, 4), (8, 9)), ((9,), (0,)), (range(9), ()), ((), (5,))]:
        memory.remove(unit(f"word{n} is the number here", str(n)) for n in gone)
        memory.add(unit(f"word{n} is the number here", str(n)) for n in come)
        there = (there - set(gone)) | set(come)
        assert found() == there
