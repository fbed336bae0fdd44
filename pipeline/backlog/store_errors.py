"""What an object store's libraries raise, in our words: what is wrong and what to do next.

They are told apart by their names, so that nothing of botocore is loaded for local files. A
message of theirs is passed on only where it is known to hold no secret.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from courses.errors import KarmavaniError, MediaError, StoreError
from pipeline.backlog.addresses import Remote

PASSING = (errno.EREMOTEIO, errno.EBUSY, errno.ECONNRESET, errno.EPIPE, errno.EIO)
_CREDENTIALS = (
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, where the workers run."
)
_REACH = "Check the network, and the address of the server: AWS_ENDPOINT_URL or s3_endpoint."
_BY_NAME = {  # of botocore's classes
    "NoCredentialsError": ("there are no credentials for it", _CREDENTIALS),
    "PartialCredentialsError": ("its credentials are not complete", _CREDENTIALS),
    "CredentialRetrievalError": ("its credentials cannot be had", _CREDENTIALS),
    "TokenRetrievalError": ("its credentials cannot be had", _CREDENTIALS),
    "UnauthorizedSSOTokenError": ("its credentials ran out", "Log in again: aws sso login."),
    "ProfileNotFound": ("AWS_PROFILE names a profile that is not there", _CREDENTIALS),
    "EndpointConnectionError": ("the server cannot be reached", _REACH),
    "ConnectTimeoutError": ("the server does not answer in time", _REACH),
    "ReadTimeoutError": ("the server does not answer in time", _REACH),
    "ConnectionClosedError": ("the server broke the connection", _REACH),
    "SSLError": ("the server's certificate is not trusted", "Set AWS_CA_BUNDLE to its issuer's."),
    "ProxyConnectionError": ("the proxy cannot be reached", "Check HTTPS_PROXY."),
    "ParamValidationError": ("no object can have this address", "Look at its bucket and length."),
    "NoRegionError": ("no region is named", "Set AWS_DEFAULT_REGION."),
    "FileExpired": ("it changed while it was read", "It is fetched again the next time."),
}
_ODD = "Try the same with a tool of the store's own, as `aws s3 ls`."
_DENIED = "Ask its owner for the right to read and list it, and to write where results go."


@contextmanager
def translated(place: Path | Remote, missing: type[KarmavaniError] = MediaError) -> Iterator[None]:
    """Turn what is raised within into `missing` (there is no such file) or a StoreError."""
    try:
        yield
    except KarmavaniError:
        raise
    except _raised() as error:
        raise tell(error, place, missing) from error


def tell(
    error: BaseException, place: Path | Remote, missing: type[KarmavaniError] = MediaError
) -> KarmavaniError:
    """Return what people are told of an error of `place`."""
    name = type(error).__name__
    if name in _BY_NAME:
        said, advice = _BY_NAME[name]
        return StoreError(f"{place}: {said}.", advice)
    no_such = isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError)
    if no_such or getattr(error, "errno", None) in (errno.ENAMETOOLONG, errno.ELOOP):
        if isinstance(place, Remote) and "bucket" in str(error).lower():
            bucket = place.path.split("/")[0]
            return StoreError(
                f"{place}: there is no bucket {bucket!r}.", "Check its name, and s3_endpoint."
            )
        return missing(f"{place}: there is no such file.")
    if isinstance(error, PermissionError):
        return StoreError(f"{place}: access is denied.{_code(error)}", _DENIED)
    if isinstance(error, TimeoutError):
        return StoreError(f"{place}: the server does not answer in time.", _REACH)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(f"{place}: the disk is full.", "Free some space, then run it again.")
    if isinstance(error, OSError) and not isinstance(place, Remote):
        return StoreError(f"{place}: cannot be used: {error.strerror or error}.")
    return StoreError(f"{place}: the store refuses it ({name}{_code(error)}).", _ODD)


def is_passing(error: BaseException) -> bool:
    """Return whether the same request may go well a moment later."""
    if isinstance(error, PermissionError | FileNotFoundError | NotADirectoryError):
        return False
    name = type(error).__name__
    if name in _BY_NAME:
        return _BY_NAME[name][1] is _REACH
    return isinstance(error, TimeoutError) or getattr(error, "errno", 0) in PASSING


def _code(error: BaseException) -> str:
    """Return the store's own short code for an error, as `` AccessDenied``."""
    response = getattr(error.__cause__ or error, "response", None)
    code = response.get("Error", {}).get("Code", "") if isinstance(response, dict) else ""
    return f" {code}" if code and str(code).isalnum() else ""


def _raised() -> tuple[type[BaseException], ...]:
    """Return the classes of errors that the libraries at work raise; only those that are loaded."""
    found: list[type[BaseException]] = [OSError]
    for module, names in (
        ("botocore.exceptions", ("BotoCoreError", "ClientError")),
        ("aiohttp", ("ClientError",)),
    ):
        loaded = sys.modules.get(module)
        found += [getattr(loaded, name) for name in names if loaded]
    return tuple(found)
