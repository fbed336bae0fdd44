"""Filters for text in many languages: ``{% load languages %}``.

Every text in another language than the page's says so: ``lang="{{ code|bcp47 }}"
dir="{{ code|direction }}"``, for the right letters and for screen readers.
"""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from courses.languages import LANGUAGES, WRITINGS

SCRIPTS = {"Deva": "Devanagari", "Beng": "Bengali", "Arab": "Arabic"}

register = template.Library()


@register.filter
def language_name(code: str) -> str:
    """Return a target code's name in the page's language, and its script if not the usual one."""
    if code not in WRITINGS:
        return code
    name = _(LANGUAGES[code.partition("_")[0]].name)
    script = WRITINGS[code].script
    return f"{name} ({_(SCRIPTS.get(script, script))})" if "_" in code else name


@register.filter
def autonym(code: str) -> str:
    """Return a language's own name, in its own script."""
    return WRITINGS[code].autonym if code in WRITINGS else code


@register.filter
def bcp47(code: str) -> str:
    """Return the tag for a ``lang`` attribute."""
    return WRITINGS[code].bcp47 if code in WRITINGS else code


@register.filter
def direction(code: str) -> str:
    """Return ``ltr`` or ``rtl``, for a ``dir`` attribute."""
    return WRITINGS[code].direction if code in WRITINGS else "auto"
