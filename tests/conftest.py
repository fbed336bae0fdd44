"""What holds for all tests: the review database is a real file, as on a real site."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Put SQLite's test database on the disk: one in memory locks whole tables for threads."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        place = tmp_path_factory.mktemp("review") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(place)
