"""How to start Ray on this machine, or to join a cluster, quietly and with clear errors.

Gets the module `ray` from `on_ray`, the only file that imports it.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from courses.errors import EngineError, UsageError

STORE = 200 << 20  # bytes of Ray's shared memory: calls and results are small
REACH = 10.0  # seconds that a cluster may take to answer
_QUIET = {"log_to_driver": False, "logging_level": "ERROR"}
_LOOPBACK = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"  # "0": Ray listens to this machine alone
_TRIES = "RAY_gcs_server_port_wait_time_s"


def set_quiet(address: str) -> None:
    """Set what Ray reads when it is imported."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # what later Rays do
    if address == "ray" or urlsplit(address).hostname in ("127.0.0.1", "localhost"):
        os.environ[_LOOPBACK] = "0"
    else:
        os.environ.pop(_LOOPBACK, None)


def start_local(ray: Any, cpus: int) -> None:
    """Start Ray for this machine alone. Raises EngineError when it does not start."""
    try:
        with _left_as_found():
            ray.init(
                address="local",
                num_cpus=cpus,
                include_dashboard=False,
                object_store_memory=STORE,
                **_QUIET,
            )
    except Exception as problem:
        raise EngineError(
            f"Ray does not start on this machine: {_last_line(problem)}",
            "Run with --on processes, or see the newest folder in /tmp/ray.",
        ) from problem
    _hush(ray)


def join(ray: Any, address: str) -> None:
    """Join the cluster at "ray://HOST:PORT", the port of its head or of its client server.

    As a part of the cluster where the port allows it: calls then go from machine to machine
    without passing through a server. Raises UsageError when that cannot be done.
    """
    host, port = _host_and_port(address)
    _refuse_silence(host, port)
    with _left_as_found():
        try:
            with _setting(_TRIES, "1"):
                ray.init(f"{host}:{port}", **_QUIET)
        except Exception as problem:
            if "Method not found" not in str(_first(problem)):
                raise _refusal(address, problem) from problem
            _join_as_client(ray, address)
    _hush(ray)


def _join_as_client(ray: Any, address: str) -> None:
    """Join through the client server, whose port it is: this machine may be anywhere."""
    try:
        ray.init(address, **_QUIET)
    except ImportError as problem:
        raise UsageError(
            f"{address} is a client server, and for that grpcio is not installed.",
            "pip install 'ray[client]', or give the port of the cluster's head on a machine of it.",
        ) from problem
    except Exception as problem:
        raise _refusal(address, problem) from problem


def _refusal(address: str, problem: BaseException) -> UsageError:
    said = str(_first(problem))
    if "InvalidAuthToken" in said:
        return UsageError(
            f"The Ray cluster at {address} wants a token.",
            "Set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN_PATH to a file with the cluster's token.",
        )
    return UsageError(
        f"The Ray cluster at {address} cannot be joined: {_last_line(problem)}",
        "Run this on a machine of the cluster, with the same versions of Ray and Python.",
    )


def _host_and_port(address: str) -> tuple[str, int]:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not address.startswith("ray://") or not host or not port:
        raise UsageError(
            f"{address!r} is no place to run on.",
            'Say "ray" for this machine, or ray://HOST:PORT for a cluster.',
        )
    return host, port


def _refuse_silence(host: str, port: int) -> None:
    """Raise UsageError at once where nobody listens: Ray itself would try for minutes."""
    try:
        socket.create_connection((host, port), timeout=REACH).close()
    except OSError as problem:
        raise UsageError(
            f"Nothing answers at {host}:{port}: {problem.strerror or problem}.",
            "Start Ray there (ray start --head), or correct the address.",
        ) from problem


def _first(problem: BaseException) -> BaseException:
    """Return what began it: Ray wraps one exception in another."""
    while problem.__cause__ is not None:
        problem = problem.__cause__
    return problem


def _last_line(problem: BaseException) -> str:
    lines = str(problem).strip().splitlines() or [type(problem).__name__]
    return lines[-1]


def _hush(ray: Any) -> None:
    """Keep Ray from printing, on standard output, that a worker died: outcomes say it."""
    ray._private.worker.print_to_stdstream = lambda *_said, **_how: None


@contextmanager
def _setting(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


@contextmanager
def _left_as_found() -> Iterator[None]:
    """Give back the answer to SIGTERM that Ray replaces."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
