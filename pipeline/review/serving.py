"""Runs a review site: its folder and database made ready, web processes, one background worker.

The processes are children in sessions of their own, so that Ctrl-C reaches this process alone,
which ends them in order. What they serve is in the environment (`review.configure`).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import FrameType

from courses.errors import EngineError, ReviewError, StoreError, UsageError
from pipeline.review.configure import configure
from pipeline.review.site import Site, make_secret_key

THREADS = 8  # of one web process: a thread waits for the database most of the time
PATIENCE = 20.0  # seconds to start, and to finish requests at the end
PAUSE = 0.5  # seconds between two looks at the processes
RESTARTS = 5  # of a worker that ends by itself, before giving up

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the site listens, and with how many web processes."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2

    @property
    def address(self) -> str:
        """Return the address as a person types it; a site that listens everywhere is here too."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{host}:{self.port}/"


def get_ready(site: Site) -> None:
    """Make the folder, the secret and the tables of `site`, as far as they are not there.

    Raises StoreError when the folder or the database cannot be used.
    """
    make_secret_key(site)
    configure(site)
    from django.core.management import call_command
    from django.db import DatabaseError, connections

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        said = str(error).strip()
        advice = "docs/review.md says how to set it up."
        raise StoreError(f"The review database cannot be used: {said}.", advice) from error
    finally:
        connections.close_all()


def has_administrator() -> bool:
    """Return whether anybody can manage people; call `get_ready` first."""
    from pipeline.review.models import Grant, Role

    return Grant.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True).exists()


def check(site: Site) -> None:
    """Raise ReviewError with everything that Django finds wrong with `site` as a deployment."""
    make_secret_key(site)
    configure(site)
    from django.core.checks import WARNING, run_checks
    from django.core.checks.registry import registry

    tags = [tag for tag in registry.tags_available(deployment_checks=True) if tag != "database"]
    found = run_checks(tags=tags, include_deployment_checks=True)
    serious = [f"  {one.id}: {one.msg.splitlines()[0]}" for one in found if one.level >= WARNING]
    if serious:
        raise ReviewError(
            "This is no deployment for other people yet:\n" + "\n".join(serious) + "\n",
            "docs/review.md says how to set one up, behind a proxy with https.",
        )


def work() -> None:
    """Run the background worker until it is told to stop; call `get_ready` first."""
    from pipeline.review.worker import main

    main()


def serve(listening: Listening, worker: Sequence[str], say: Say) -> None:
    """Serve until Ctrl-C or SIGTERM; `worker` is the command of the worker, empty for none.

    Raises UsageError when the port is taken, EngineError when a process does not stay alive.
    """
    _refuse_taken_port(listening)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    family = _Family()
    try:
        web = family.start(_web_command(listening))
        _wait_until_open(listening, web)
        say(f"The review site is at {listening.address}  Ctrl-C ends it.")
        _watch(family, web, worker)
    except KeyboardInterrupt:
        say("Ending.")
    finally:
        family.end()


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _web_command(listening: Listening) -> list[str]:
    host = f"[{listening.host}]" if ":" in listening.host else listening.host
    options = {
        "--bind": f"{host}:{listening.port}",
        "--workers": str(listening.workers),
        "--worker-class": "gthread",
        "--threads": str(THREADS),
        "--graceful-timeout": str(int(PATIENCE) - 5),
        "--timeout": "60",
        "--log-level": "warning",
    }
    said = [part for pair in options.items() for part in pair]
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--no-control-socket",
        *said,
        "pipeline.review.wsgi:application",
    ]


def _refuse_taken_port(listening: Listening) -> None:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listening.host, listening.port))
        except OSError as error:
            raise UsageError(
                f"{listening.host}:{listening.port} cannot be listened on: {error.strerror}.",
                "Choose another --port, or end what uses it.",
            ) from error


def _wait_until_open(listening: Listening, web: subprocess.Popen[bytes]) -> None:
    """Return when the site takes connections; raises EngineError when it does not."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listening.host, listening.host)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and web.poll() is None:
        try:
            socket.create_connection((host, listening.port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise EngineError("The web server did not start.", "What it said stands above.")


def _watch(family: _Family, web: subprocess.Popen[bytes], worker: Sequence[str]) -> None:
    """Keep a worker running for as long as the web server runs."""
    working = family.start(worker) if worker else None
    restarts = 0
    while web.poll() is None:
        if working is not None and working.poll() is not None:
            restarts += 1
            if restarts > RESTARTS:
                raise EngineError("The background worker ends again and again.", "See above.")
            working = family.start(worker)
        time.sleep(PAUSE)
    raise EngineError("The web server ended.", "What it said stands above.")


@dataclass(slots=True)
class _Family:
    """The processes that were started, ended together."""

    members: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a process that dies with this one, even where this one is killed."""
        dying = partial(_die_with, os.getpid())
        started = subprocess.Popen(command, start_new_session=True, preexec_fn=dying)
        self.members.append(started)
        return started

    def end(self) -> None:
        """Ask all to end, wait, and kill what is left."""
        for one in self.members:
            one.terminate()
        until = time.monotonic() + PATIENCE
        for one in self.members:
            try:
                one.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


def _die_with(parent: int) -> None:
    """Have the kernel send SIGTERM when `parent` dies (Linux, prctl(2)); elsewhere nothing."""
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)
