"""Tools and data that hold our exchange files against the standards; none is a dependency.

translate-toolkit is under the GPL: it is never imported, only run as a process of its own. The
schemas of OASIS lie in a package of Debian's; they are read where they are and never copied into
the repository. What is missing skips on a laptop and fails in CI. To fetch both::

    bash tests/integration/fetch_second_opinions.sh
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

BUILD = Path(__file__).resolve().parents[2] / "build"
TOOLKIT = BUILD / "toolkit" / "bin" / "python"
SCHEMAS = BUILD / "schemas" / "usr/share/php/Symfony/Component/Translation/Resources/schemas"


def needed(path: Path) -> Path:
    """Return `path`, or skip; fail in CI, where everything must be."""
    if not path.exists():
        advice = f"{path} is missing: bash tests/integration/fetch_second_opinions.sh"
        if os.environ.get("CI"):
            pytest.fail(advice)
        pytest.skip(advice)
    return path


class _Beside(etree.Resolver):
    """Finds the schema of xml:lang and xml:space beside the others; fetches nothing."""

    def resolve(self, url: str, pubid: str, context: Any) -> Any:
        return self.resolve_filename(str(SCHEMAS / Path(url).name), context)


def schema(name: str) -> Any:
    """Return a schema of OASIS, ready to validate."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Beside())
    return etree.XMLSchema(etree.parse(str(needed(SCHEMAS / name)), parser))
