"""The configuration that a site works with: that of its file, with its own memory and folders."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from pipeline.config import Config, read_config, usual_memory


def site_config(languages: tuple[str, ...] = ()) -> Config:
    """Return the configuration of the site, for drafts in `languages`.

    A file that names no translation memory leaves the site with one of its own, in its folder:
    what other sites or people of this machine approved is not mixed with it. Raises UsageError.
    """
    config = read_config(settings.SITE.config)
    memory = config.memory
    if memory.file == usual_memory():
        memory = replace(memory, file=settings.SITE.data / "memory.sqlite3")
    return replace(config, out=settings.SITE.work, languages=languages, memory=memory)
