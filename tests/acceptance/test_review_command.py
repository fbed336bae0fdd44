"""`karmavani review` as a person types it: from an empty folder to a page, and a clean end."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .conftest import Karmavani

DEPLOYED = {"KARMAVANI_REVIEW_HTTPS": "1", "KARMAVANI_REVIEW_HOSTS": "review.example.org"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@contextmanager
def served(
    command: list[str], environment: dict[str, str], folder: Path, *more: str
) -> Iterator[tuple[subprocess.Popen[str], int, list[str]]]:
    """Serve a site in `folder/site`; yields the process, its port and what it said so far."""
    port = free_port()
    started = subprocess.Popen(
        [
            *command,
            "review",
            "serve",
            "--data",
            "site",
            "--port",
            str(port),
            "--workers",
            "1",
            *more,
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=folder,
    )
    said: list[str] = []
    try:
        assert started.stderr is not None
        for line in started.stderr:
            said.append(line)
            if "The review site is at" in line:
                break
        yield started, port, said
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
        started.communicate(timeout=60)


def children(pid: int) -> list[int]:
    """Return the processes that a process started (Linux)."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


def wait_until_gone(pids: list[int]) -> bool:
    for _ in range(300):
        if all(gone(pid) for pid in pids):
            return True
        time.sleep(0.1)
    return False


def test_a_site_is_served_from_nothing_and_ctrl_c_ends_all_of_it(
    command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    with served(command, environment, tmp_path) as (process, port, said):
        assert "create-admin you@example.org --data site" in "".join(said)
        status, page = get(port, "/login/")
        assert status == 200
        style = re.search(r'href="(/static/review/site\.css)"', page)
        assert style
        assert get(port, style[1])[0] == 200
        below = children(process.pid)
        assert len(below) == 2, "a web server and a background worker"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert wait_until_gone(below)
    key = tmp_path / "site/secret-key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "site").stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_server_that_is_killed_leaves_no_process_behind(
    command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    with served(command, environment, tmp_path) as (process, _, _said):
        below = children(process.pid)  # the worker may not even be there yet
        process.kill()
        process.wait(timeout=30)
        assert wait_until_gone(below)


def test_a_port_that_is_taken_is_said_before_anything_starts(karmavani: Karmavani) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = karmavani("review", "serve", "--data", "site", "--port", port)
    assert done.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened on" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_administrator_gets_a_link_of_which_only_the_hash_is_kept(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    asked = ("review", "create-admin", "Asha@Example.org", "--data", "site", "--link")
    done = karmavani(*asked, "--site", "https://review.example.org/")
    assert done.returncode == 0, done.stderr
    link = re.fullmatch(r"https://review\.example\.org/invitation/([\w-]{43})/\n", done.stdout)
    assert link
    with sqlite3.connect(tmp_path / "site/review.sqlite3") as database:
        (row,) = database.execute("SELECT email, roles, digest FROM review_invitation")
    assert row[:2] == ("asha@example.org", '[["administrator", ""]]')
    assert link[1] not in (tmp_path / "site/review.sqlite3").read_bytes().decode("latin-1")


def test_the_first_administrator_can_be_made_by_answering_questions(
    command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    asked = [*command, "review", "create-admin", "asha@example.org", "--data", "site"]

    def answer(text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            asked,
            input=text,
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
            start_new_session=True,  # without a terminal, hidden answers come from standard input
            timeout=300,
        )

    weak = answer("Asha Verma\nshort\nshort\n")
    assert weak.returncode == 10
    assert "at least 12 characters" in weak.stderr
    phrase = "quite a long phrase 7"
    done = answer(f"Asha Verma\n{phrase}\n{phrase}\n")
    assert done.returncode == 0, done.stderr
    assert "asha@example.org is an administrator" in done.stderr
    again = answer(f"Asha Verma\n{phrase}\n{phrase}\n")
    assert again.returncode == 10
    assert "known already" in again.stderr
    assert phrase not in done.stderr + done.stdout


def test_the_documented_deployment_is_clean(
    karmavani: Karmavani, environment: dict[str, str], tmp_path: Path
) -> None:
    done = karmavani("review", "check", "--data", "site")
    assert done.returncode == 10
    assert "security.W012" in done.stderr
    environment.update(DEPLOYED)
    done = karmavani("review", "check", "--data", "site")
    assert (done.returncode, done.stdout) == (0, "Nothing is wrong.\n"), done.stderr
    # Django's own command agrees, in the environment that the site's processes get.
    own = {"DJANGO_SETTINGS_MODULE": "pipeline.review.settings"}
    own["KARMAVANI_REVIEW_DATA"] = str(tmp_path / "site")
    django = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment | own,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert django.returncode == 0, django.stderr


def test_the_option_goes_before_the_environment_and_that_before_the_file(
    karmavani: Karmavani, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "site.toml").write_text('[review]\ndata = "of-file"\n')
    assert karmavani("--config", "site.toml", "review", "migrate").returncode == 0
    assert (tmp_path / "of-file/review.sqlite3").exists()
    environment["KARMAVANI_REVIEW_DATA"] = "of-environment"
    assert karmavani("--config", "site.toml", "review", "migrate").returncode == 0
    assert (tmp_path / "of-environment/review.sqlite3").exists()
    assert karmavani("review", "migrate", "--data", "of-option").returncode == 0
    assert (tmp_path / "of-option/review.sqlite3").exists()


def test_a_settings_file_that_merely_lies_there_cannot_move_the_database(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    (tmp_path / "karmavani.toml").write_text('[review]\ndatabase = "postgresql://evil/x"\n')
    done = karmavani("review", "migrate")
    assert done.returncode == 2
    assert "'review.database' counts only in a file that you name" in done.stderr


@pytest.mark.parametrize(
    ("variables", "code", "words"),
    [
        ({"KARMAVANI_REVIEW_DATABASE": "mysql://x/y"}, 2, "no database address"),
        ({"KARMAVANI_REVIEW_DATA": "/proc/nowhere"}, 8, "cannot be used"),
        ({"KARMAVANI_REVIEW_DATABASE": "postgresql://u:p@127.0.0.1:1/x"}, 8, "cannot be used"),
    ],
)
def test_a_site_that_cannot_be_made_is_one_message(
    karmavani: Karmavani,
    environment: dict[str, str],
    variables: dict[str, str],
    code: int,
    words: str,
) -> None:
    environment.update(variables)
    done = karmavani("review", "migrate")
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert ":p@" not in done.stderr


def test_a_host_name_that_is_not_the_sites_is_refused(
    command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    with served(command, environment, tmp_path, "--no-worker") as (process, port, _):
        assert len(children(process.pid)) == 1
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/login/", headers={"Host": "evil.example"})
        answer = connection.getresponse()
        assert answer.status == 400
        assert "evil.example" not in answer.read().decode()
        connection.close()
