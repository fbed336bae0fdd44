"""Django's name for this package."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The review site as a Django app."""

    name = "pipeline.review"
    label = "review"
    verbose_name = "karmavani review"
    default_auto_field = "django.db.models.BigAutoField"
