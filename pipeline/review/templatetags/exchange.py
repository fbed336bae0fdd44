"""Names of the files that a language goes out as."""

from __future__ import annotations

from django import template

NAMES = {"xliff2": "XLIFF 2.1", "xliff1": "XLIFF 1.2", "docx": "Word (.docx)"}
register = template.Library()


@register.filter
def format_name(form: str) -> str:
    """Return what people call a format of `pipeline.exchange`; its code where there is no name."""
    return NAMES.get(form, form)
