"""What the configuration says to a remote engine."""

from __future__ import annotations

from pipeline.config import Config
from pipeline.config_tables import TranslatorConfig
from pipeline.prepare import find_translator, remote, shared_out
from translators.base import Remote


def test_a_remote_engine_is_told_everything_that_is_set() -> None:
    wanted = TranslatorConfig("chat", "a-model", "https://example.org/v1", 8, 90, 0)
    expected = Remote("https://example.org/v1", "a-model", 8, 90.0, 0.0)
    assert remote(Config(translator=wanted), 1) == expected


def test_the_name_of_the_built_in_model_is_told_to_no_server() -> None:
    assert remote(Config(translator=TranslatorConfig("bhashini")), 1).model == ""


def test_workers_share_the_calls_of_a_minute() -> None:
    wanted = Config(translator=TranslatorConfig("bhashini", calls_per_minute=30), jobs=4)
    assert find_translator(wanted).options.remote.interval == 8.0
    assert find_translator(wanted, workers=1).options.remote.interval == 2.0


def test_they_are_shared_among_the_workers_of_a_cluster_not_the_cores_of_this_machine() -> None:
    wanted = Config(translator=TranslatorConfig("bhashini", calls_per_minute=30), jobs=4)
    one = find_translator(wanted, workers=1)
    assert shared_out(one, 64).options.remote.interval == 128.0
    assert [shared_out(one, workers) for workers in (0, 1)] == [one, one]


def test_an_engine_without_a_limit_is_the_same_for_any_number_of_workers() -> None:
    one = find_translator(Config(translator=TranslatorConfig("echo", calls_per_minute=0)))
    assert shared_out(one, 64) is one
