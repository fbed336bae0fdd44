"""From which language to which something is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pairing:
    """Source and target, by our codes."""

    source: str
    target: str
