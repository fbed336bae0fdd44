"""Starts Django for one site, in this process; call it before anything of `review` is imported."""

from __future__ import annotations

import os

from courses.errors import StoreError
from pipeline.review.site import Site


def configure(site: Site) -> None:
    """Set the environment for `site` and load Django's apps.

    Calling it again in one process does nothing: a process serves one site. Raises UsageError
    for a wrong database address, StoreError when its driver is missing.
    """
    os.environ.update(site.environment())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.review.settings")
    import django
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured

    try:
        if not apps.ready:
            django.setup()
    except ImproperlyConfigured as error:
        advice = "For PostgreSQL, install karmavani[postgres]."
        raise StoreError(f"The review database cannot be used: {error}.", advice) from error
