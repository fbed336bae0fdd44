"""The Django app of the backlog."""

from __future__ import annotations

from django.apps import AppConfig


class BacklogConfig(AppConfig):
    """Names the app, for Django."""

    name = "pipeline.backlog"
    label = "backlog"
    default_auto_field = "django.db.models.BigAutoField"
