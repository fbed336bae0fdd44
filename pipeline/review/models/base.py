"""What several tables share: rows that are only ever added."""

from __future__ import annotations

from typing import Any

from django.db import models


class Appended(models.Model):
    """A row that is written once: history and audit. Changing or deleting one is refused."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; raises ValueError when it is there already."""
        if self.pk is not None and not kwargs.get("force_insert"):
            raise ValueError(f"{type(self).__name__} is history: rows are added, never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: raises ValueError."""
        raise ValueError(f"{type(self).__name__} is history: rows are never deleted.")
