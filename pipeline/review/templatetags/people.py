"""A filter for roles: ``{% load people %}``."""

from __future__ import annotations

from django import template

from pipeline.review.models import Role

register = template.Library()


@register.filter
def role_name(role: str) -> str:
    """Return the words for a role's code."""
    return str(Role(role).label) if role in Role.values else role
