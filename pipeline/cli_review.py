"""The commands `karmavani review serve | add | create-admin | check | migrate | worker`: thin.

The only module outside `pipeline.review` that knows it; nothing of it is imported before a command
runs. Attached to the command line by pipeline.cli.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.review.site import Site


def _data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    kind = click.Path(path_type=Path, file_okay=False)
    return click.option("--data", type=kind, help="Folder of the site; review.data.")(command)


@click.group()
def review() -> None:
    """Run the site where people correct, approve and publish translations.

    \b
    Examples:
      karmavani review serve
      karmavani review create-admin asha@example.org
    """


@review.command()
@_data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--no-worker", is_flag=True, help="Start no background worker for drafting.")
@click.pass_obj
def serve(
    config: Config, data: Path | None, host: str, port: int, workers: int, no_worker: bool
) -> None:
    """Serve the review site until Ctrl-C, with web processes and one background worker.

    The first start makes the folder, the database and a secret. For other people than yourself
    put a proxy with https in front: docs/review.md.

    \b
    Examples:
      karmavani review serve
      karmavani review serve --data /srv/karmavani --port 8080 --workers 4
    """
    site = site_of(config, data)
    from pipeline.review.serving import Listening, get_ready, has_administrator, serve

    get_ready(site)
    if not has_administrator():
        _tell(f"Nobody can sign in yet:  {_next_command(site)}")
    worker = [] if no_worker else [sys.executable, "-m", "pipeline.cli", "review", "worker"]
    serve(Listening(host, port, workers), worker, _tell)


@review.command()
@click.argument("course", type=click.Path(path_type=Path))
@click.option("--to", metavar="LANGS", required=True, help="Codes, as hi,ta,bn; or: all.")
@click.option("--contributor", metavar="EMAIL", help="Whose course it is; nobody's.")
@_data_option
@click.pass_obj
def add(config: Config, course: Path, to: str, contributor: str | None, data: Path | None) -> None:
    """Hand in COURSE, a folder with course.toml or one media file, from this machine.

    Its files stay where they are. The site's worker transcribes and drafts it; handing it in again
    queues only what is new.

    \b
    Examples:
      karmavani review add samples/rti-basics --to hi,ta,bn
    """
    from pipeline.course_input import read_course
    from pipeline.prepare import abilities
    from pipeline.targets import choose_targets

    found = read_course(course, glossaries=config.glossaries.folder)
    codes = tuple(code for code in to.split(",") if code.strip())
    targets = choose_targets(replace(config, languages=codes), found, abilities(config))
    site = site_of(config, data)
    from pipeline.review.serving import get_ready

    get_ready(site)
    from pipeline.review.store.handing_in import add_from_disk

    count = add_from_disk(found, targets.by_lesson, contributor)
    _tell(f"{count} lessons are queued; the site's worker takes them up.")


@review.command("create-admin")
@click.argument("email")
@_data_option
@click.option("--link", is_flag=True, help="Print an invitation link and ask nothing.")
@click.option("--site", "address", metavar="URL", help="How people reach the site, for --link.")
@click.pass_obj
def create_admin(
    config: Config, email: str, data: Path | None, link: bool, address: str | None
) -> None:
    """Make EMAIL an administrator, who invites everybody else.

    Asks for name and passphrase. With --link it prints a link instead, which works once, for
    seven days; for somebody who is known already it renews the passphrase.

    \b
    Examples:
      karmavani review create-admin asha@example.org
      karmavani review create-admin asha@example.org --link --site https://review.example.org
    """
    site = site_of(config, data)
    from pipeline.review.serving import get_ready

    get_ready(site)
    if link:
        click.echo(_link(site, email, address))
        return
    from pipeline.review.store.people import create_administrator

    name = click.prompt("Name", err=True)
    passphrase = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    user = create_administrator(email, name, passphrase)
    _tell(f"{user.email} is an administrator and can sign in.")


@review.command()
@_data_option
@click.pass_obj
def check(config: Config, data: Path | None) -> None:
    """Say whether the site is set up as one for other people should be.

    Runs Django's checks of deployments: https, cookies, headers, the secret.

    \b
    Examples:
      karmavani review check
      KARMAVANI_REVIEW_HTTPS=1 KARMAVANI_REVIEW_HOSTS=review.example.org karmavani review check
    """
    site = site_of(config, data)
    from pipeline.review.serving import check

    check(site)
    click.echo("Nothing is wrong.")


@review.command()
@_data_option
@click.pass_obj
def migrate(config: Config, data: Path | None) -> None:
    """Bring the database to this version; `serve` does it too.

    \b
    Examples:
      karmavani review migrate --data /srv/karmavani
    """
    site = site_of(config, data)
    from pipeline.review.serving import get_ready

    get_ready(site)
    click.echo("The database is of this version.")


@review.command()
@_data_option
@click.pass_obj
def worker(config: Config, data: Path | None) -> None:
    """Transcribe and draft what was handed in, until Ctrl-C; one a site.

    `serve` starts one itself. Use this where web server and worker are started one by one.

    \b
    Examples:
      karmavani review worker --data /srv/karmavani
    """
    site = site_of(config, data)
    from pipeline.review.serving import get_ready, work

    get_ready(site)
    work()


def site_of(config: Config, data: Path | None, environ: Mapping[str, str] = os.environ) -> Site:
    """Return the site: the option before the environment, before the file, before defaults."""
    from pipeline.review.site import DEFAULT_DATA, LOCAL, PREFIX, Site, read_site

    said = config.review
    file = Site(
        data=Path(said.data) if said.data else DEFAULT_DATA,
        database=said.database,
        hosts=tuple(said.hosts) or LOCAL,
        https=said.https,
        config=config.file,
    )
    given = {key: value for key, value in environ.items() if key.startswith(PREFIX) and value}
    site = read_site(file.environment() | given)
    return replace(site, data=data) if data else site


def _link(site: Site, email: str, address: str | None) -> str:
    from django.urls import reverse

    from pipeline.review.store.invitations import invite_administrator

    usual = f"https://{site.hosts[0]}" if site.https else "http://127.0.0.1:8000"
    _, secret = invite_administrator(email)
    return f"{(address or usual).rstrip('/')}{reverse('review:invitation', args=[secret])}"


def _next_command(site: Site) -> str:
    from pipeline.review.site import DEFAULT_DATA

    usual = site.data.resolve() == DEFAULT_DATA.resolve()
    return "karmavani review create-admin you@example.org" + (
        "" if usual else f" --data {site.data}"
    )


def _tell(text: str) -> None:
    click.echo(text, err=True)
