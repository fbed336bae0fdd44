"""Which workers a cluster gets: as many as fit, GPUs for those who need them, nobody starved."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.executors.placing import Place, Resources, plan, takes, usual_needs

GPU_NODE, PLAIN_NODE = Resources(8, 1), Resources(4)
NEEDS = {"speech": Resources(2, 0.5), "text": Resources(2, 0.5), "": Resources(1)}


def test_without_gpus_one_kind_of_worker_does_everything() -> None:
    assert usual_needs({"a": PLAIN_NODE}, threads=2) == {"": Resources(2)}


def test_with_gpus_each_takes_one_worker_that_hears_and_one_that_translates() -> None:
    needs = usual_needs({"a": PLAIN_NODE, "b": GPU_NODE}, threads=2)
    places = plan({"a": PLAIN_NODE, "b": GPU_NODE}, needs, Counter(), None)
    assert [place for place in places if place.kind] == [Place("b", "speech"), Place("b", "text")]
    assert Counter(place.node for place in places if not place.kind) == {"a": 4, "b": 4}


def test_plain_workers_fill_machines_evenly() -> None:
    places = plan({"a": Resources(4), "b": Resources(4)}, {"": Resources(2)}, Counter(), 2)
    assert {place.node for place in places} == {"a", "b"}


def test_workers_that_are_there_count_towards_the_limit() -> None:
    assert len(plan({"a": PLAIN_NODE}, {"": Resources(1)}, Counter({"": 3}), 5)) == 2
    assert plan({"a": PLAIN_NODE}, {"": Resources(1)}, Counter({"": 5}), 5) == []


def test_memory_is_a_limit_like_any_other() -> None:
    node = Resources(16, 0, 10e9)
    assert len(plan({"a": node}, {"": Resources(1, 0, 4e9)}, Counter(), None)) == 2


def test_the_kind_with_fewer_workers_gets_the_next_one() -> None:
    free = {"a": Resources(2, 0.5)}
    assert plan(free, NEEDS, Counter({"speech": 2, "text": 1}), None)[0].kind == "text"


def test_a_kind_without_workers_goes_to_those_for_everything_else() -> None:
    assert takes("speech", {"speech", ""}, NEEDS) == {"speech"}
    assert takes("speech", {""}, {"": Resources(1)}) == {""}
    assert takes("", {"speech", "text"}, NEEDS) == {"speech", "text"}


def test_what_wants_a_gpu_never_goes_where_there_is_none() -> None:
    assert takes("text", {""}, NEEDS) == set()
    assert takes("text", {"", "speech"}, NEEDS) == {"speech"}


AMOUNTS = st.builds(
    Resources, st.integers(0, 9), st.sampled_from([0, 0.25, 0.5, 1, 2]), st.integers(0, 9)
)
WANTED = st.builds(
    Resources, st.integers(1, 4), st.sampled_from([0, 0.25, 1 / 3, 0.5, 1]), st.integers(0, 4)
)


@given(
    st.dictionaries(st.sampled_from("abc"), AMOUNTS),
    st.dictionaries(st.sampled_from(["speech", "text", ""]), WANTED, min_size=1),
    st.none() | st.integers(0, 12),
)
def test_no_machine_is_ever_filled_beyond_what_it_has(
    free: dict[str, Resources], needs: dict[str, Resources], limit: int | None
) -> None:
    places = plan(free, needs, Counter(), limit)
    assert limit is None or len(places) <= limit
    for place in places:
        free[place.node] -= needs[place.kind]
    about_nothing = Resources(-1e-6, -1e-6, -1e-6)
    assert all(left.has(about_nothing) for left in free.values())
    if limit is None:
        assert not any(left.has(need) for left in free.values() for need in needs.values())
