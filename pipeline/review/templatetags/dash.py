"""Filters for numbers of the queue and the dashboards: ``{% load dash %}``."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def minutes(milliseconds: int) -> int:
    """Return whole minutes, one at least where there is anything at all."""
    return max(1, round(milliseconds / 60_000)) if milliseconds else 0
