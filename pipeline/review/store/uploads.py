"""Files come in piece by piece, and go on where a lost connection left them.

What is on the disk counts: `received` never says more than is written and flushed. A piece that
comes twice, or out of place, changes nothing. Files wait in the site's uploads folder under their
id, never under the name that a browser gave them.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePath

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.errors import ConflictError, ReviewError, StoreError
from pipeline.course_input import CAPTIONS_SUFFIXES, MEDIA_SUFFIXES
from pipeline.review.models import Upload, User
from pipeline.review.permissions import Action, require

ARCHIVE = ".zip"
SUFFIXES = (*MEDIA_SUFFIXES, *CAPTIONS_SUFFIXES, ARCHIVE)
MOST_BYTES = 4 << 30
"""Of one file: two hours of video in good quality."""
MOST_CAPTIONS = 32 << 20
"""Of a captions file; its reader takes no more."""
MOST_OPEN = 20
"""Unfinished files of one person."""
MOST_WAITING = 1000
"""Files of one person that are not handed in, finished or not."""
KEPT = timedelta(days=3)
"""How long an upload that nobody goes on with, or hands in, is kept."""
SPARE = 1 << 30
"""Bytes of the disk that uploads leave free."""

_ODD = re.compile(
    '[\0-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff/\\\\:*?"<>|]'
)


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that a browser is about to send; `sha256` in hex, empty where it does not say."""

    name: str
    size: int
    sha256: str = ""


def check_name(name: str) -> str:
    """Return a file name as it is kept, without a path; raises ReviewError for a bad one."""
    plain = PurePath(name.replace("\\", "/")).name.strip()
    if not plain or plain.startswith(".") or _ODD.search(name) or len(plain.encode()) > 200:
        raise ReviewError(
            _(
                "A file name must not be empty, hold a path or invisible characters, or begin with"
                " a dot."
            ),
            _("Rename the file."),
        )
    if PurePath(plain).suffix.lower() not in SUFFIXES:
        raise ReviewError(
            _("%(plain)s is of a type that is not taken.") % {"plain": plain},
            _("Taken are: %(suffixes)s.") % {"suffixes": ", ".join(SUFFIXES)},
        )
    return plain


def path_of(upload: Upload) -> Path:
    """Return where the bytes of an upload are."""
    return Path(settings.SITE.uploads) / str(upload.pk)


@transaction.atomic
def begin(user: User, file: Announced) -> Upload:
    """Return a new upload, or the person's unfinished one of the same file to go on with.

    Raises ForbiddenError, ReviewError for a bad name, type or size, or when the disk is full.
    """
    require(user, Action.HAND_IN)
    name = check_name(file.name)
    most = MOST_CAPTIONS if PurePath(name).suffix.lower() in CAPTIONS_SUFFIXES else MOST_BYTES
    if not 0 < file.size <= most:
        raise ReviewError(
            _("%(name)s has %(size)s bytes; taken are 1 to %(most)s.")
            % {"name": name, "size": f"{file.size:,}", "most": f"{most:,}"}
        )
    if file.sha256 and not re.fullmatch("[0-9a-f]{64}", file.sha256):
        raise ReviewError(_("The file's sha256 is none."))
    mine = Upload.objects.select_for_update(of=("self",), no_key=True).filter(
        owner=user, finished=None
    )
    if known := mine.filter(name=name, size=file.size, sha256=file.sha256).first():
        return known
    if mine.count() >= MOST_OPEN:
        raise ReviewError(
            _("You have %(open)s unfinished uploads.") % {"open": MOST_OPEN},
            _("Finish or drop some."),
        )
    if user.uploads.count() >= MOST_WAITING:
        raise ReviewError(
            _("You have %(waiting)s uploads.") % {"waiting": MOST_WAITING},
            _("Hand them in, or drop some."),
        )
    _check_room(file.size)
    return Upload.objects.create(owner=user, name=name, size=file.size, sha256=file.sha256)


def _check_room(size: int) -> None:
    folder = Path(settings.SITE.uploads)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise StoreError(f"Uploads cannot be kept: {error.strerror}.") from error
    if free - _promised() - size < SPARE:
        raise ReviewError(_("The server has no room for this file."), _("Tell an administrator."))


def _promised() -> int:
    """Return how many bytes of announced files are still to come, from everybody."""
    sums = Upload.objects.filter(finished=None).aggregate(size=Sum("size"), there=Sum("received"))
    return (sums["size"] or 0) - (sums["there"] or 0)


def receive(user: User, key: uuid.UUID, offset: int, piece: bytes) -> Upload:
    """Append a piece that begins at byte `offset`, and return the upload.

    A piece that is there already is not written again. Raises ConflictError when it begins
    elsewhere than where the upload stands, ReviewError when it is too long or its sum is wrong.
    """
    with transaction.atomic():
        upload = _received(user, key, offset, piece)
    if upload.finished or upload.received < upload.size:
        return upload
    # Outside of a transaction: summing gigabytes takes seconds in which others want to save.
    whole = _is_whole(upload)
    with transaction.atomic():
        upload = _ended(user, key, whole)
    if not whole:  # told after the transaction: that the file begins again is kept
        raise ReviewError(_("The file was damaged on its way."), _("Send it again."))
    return upload


def _received(user: User, key: uuid.UUID, offset: int, piece: bytes) -> Upload:
    """Return the upload with the piece in it."""
    upload = mine(user, key)
    end = offset + len(piece)
    if end <= upload.received:
        return upload
    if offset != upload.received:
        raise ConflictError(
            _("The upload stands at byte %(received)s.") % {"received": upload.received},
            _("Go on from there."),
        )
    if end > upload.size:
        raise ReviewError(
            _("The file was announced with %(size)s bytes.") % {"size": f"{upload.size:,}"}
        )
    _write(path_of(upload), offset, piece)
    upload.received = end
    upload.save(update_fields=["received"])
    return upload


def _ended(user: User, key: uuid.UUID, whole: bool) -> Upload:
    """Return an upload whose bytes are all there, finished, or begun anew where they are wrong."""
    upload = mine(user, key)
    if upload.finished or upload.received < upload.size:
        return upload  # the same last piece came twice at once
    if whole:
        upload.finished = timezone.now()
    else:
        path_of(upload).unlink(missing_ok=True)
        upload.received = 0
    upload.save(update_fields=["received", "finished"])
    return upload


def mine(user: User, key: uuid.UUID) -> Upload:
    """Return the locked upload of a person; raises Upload.DoesNotExist for anybody else's."""
    require(user, Action.HAND_IN)
    return Upload.objects.select_for_update(of=("self",), no_key=True).get(pk=key, owner=user)


def _write(path: Path, offset: int, piece: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.truncate(offset)  # what a killed server wrote and never counted
            file.seek(offset)
            file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"The piece could not be written: {error.strerror}.") from error


def _is_whole(upload: Upload) -> bool:
    """Return whether the bytes have the sum that was announced, if any was."""
    if not upload.sha256:
        return True
    try:
        with path_of(upload).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == upload.sha256
    except FileNotFoundError:
        return False  # dropped meanwhile, or found damaged by another request


@transaction.atomic
def drop(user: User, key: uuid.UUID) -> None:
    """Forget an upload and its bytes."""
    upload = mine(user, key)
    path_of(upload).unlink(missing_ok=True)
    upload.delete()


def sweep() -> int:
    """Forget uploads that nobody went on with; returns how many. The worker calls it."""
    old = list(Upload.objects.filter(course=None, created__lt=timezone.now() - KEPT))
    for upload in old:
        path_of(upload).unlink(missing_ok=True)
        upload.delete()
    return len(old)


def look(user: User, key: uuid.UUID) -> Upload:
    """Return a person's upload as it stands; raises Upload.DoesNotExist for anybody else's."""
    require(user, Action.HAND_IN)
    return Upload.objects.get(pk=key, owner=user)
