"""What several tables share: rows that are only ever added."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models


class AppendedRows(models.QuerySet[Any]):
    """Rows of history: many at once are neither changed nor deleted either."""

    def update(self, **kwargs: Any) -> int:
        """Refuse: raises ValueError."""
        raise ValueError("History is added to, never changed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        """Refuse: raises ValueError."""
        raise ValueError("History is added to, never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: raises ValueError."""
        raise ValueError("History is never deleted.")

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Add rows; raises ValueError where it would change rows that are there."""
        if kwargs.get("update_conflicts"):
            raise ValueError("History is added to, never changed.")
        return super().bulk_create(objs, *args, **kwargs)


class Appended(models.Model):
    """A row that is written once: history and audit. Changing or deleting one is refused."""

    objects: ClassVar[models.Manager[Self]] = models.Manager.from_queryset(AppendedRows)()

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
