"""What the configuration says to a remote engine."""

from __future__ import annotations

from pipeline.config import Config
from pipeline.config_tables import TranslatorConfig
from pipeline.prepare import remote
from translators.base import Remote


def test_a_remote_engine_is_told_everything_that_is_set() -> None:
    wanted = TranslatorConfig("chat", "a-model", "https://example.org/v1", 8, 90, 0)
    expected = Remote("https://example.org/v1", "a-model", 8, 90.0, 0.0)
    assert remote(Config(translator=wanted)) == expected


def test_the_name_of_the_built_in_model_is_told_to_no_server() -> None:
    assert remote(Config(translator=TranslatorConfig("bhashini"))).model == ""


def test_workers_share_the_calls_of_a_minute() -> None:
    wanted = TranslatorConfig("bhashini", calls_per_minute=30)
    assert remote(Config(translator=wanted, jobs=4)).interval == 8.0
