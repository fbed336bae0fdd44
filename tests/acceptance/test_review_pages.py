"""Every page of the review site in a browser: accessible, strict, narrow, and deaf to scripts.

The site is full of texts that are scripts (hostile_site.py): whoever writes a page that shows one
as markup sees it here. A new address must be among the pages of hostile_site.py or in NO_PAGES.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .browsing import PASSPHRASE, Watch, chromium, write_video
from .hostile_site import BAD, EMAIL, SCRIPT
from .test_review_command import served

HERE = Path(__file__).parent
OPEN = ("login", "invitation", "invitation-none")
"""Pages that are for who is not signed in."""
MISSING = ("invitation-none", "not-found")
NO_PAGES = {
    "logout", "language", "uploads", "upload", "progress", "retry", "make_key", "revoke_key",
    "add_webhook", "remove_webhook", "withdraw_release", "release_zip", "release_file", "export",
    "grant", "revoke", "deactivate", "audit_export", "invite", "invite_again", "withdraw", "oidc",
    "oidc_back", "keep_profile", "passphrase", "transcript-approve", "bulk_judge", "bulk_finish",
    "judge_second_look", "propose_term", "decide_term", "backlog_live", "backlog_switch",
    "backlog_retry", "backlog_course",
}  # fmt: skip
"""Addresses that take a form, hand out a file or a part of a page; and all below edit/."""


@dataclass(frozen=True)
class HostileSite:
    """A served site: its address, and name -> path of its pages."""

    address: str
    pages: dict[str, str]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileSite]:
    """Serve the hostile site."""
    folder = tmp_path_factory.mktemp("hostile")
    write_video(folder / "one.mp4", 18)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KARMAVANI")}
    environment = {**kept, "KARMAVANI_MEMORY": str(folder / "memory.sqlite3")}
    made = subprocess.run(
        [sys.executable, HERE / "hostile_site.py", "site", folder / "one.mp4", PASSPHRASE],
        env=environment | {"PYTHONPATH": str(HERE.parents[1])},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert made.returncode == 0, made.stderr
    command = [str(Path(sys.executable).with_name("karmavani"))]
    with served(command, environment, folder, "--no-worker") as (_, port, _said):
        yield HostileSite(f"http://127.0.0.1:{port}", json.loads(made.stdout))


def visits(browser: Browser, site: HostileSite, **options: Any) -> Iterator[tuple[str, Watch]]:
    """Open every page, those for signed-in people as one who has every role."""
    stranger, meera = (Watch(browser, site.address, **options) for _ in range(2))
    meera.sign_in(EMAIL)
    if options.get("locale") == "hi":
        meera.page.locator("button[name=language][value=hi]").click()
    for name, path in site.pages.items():
        watch = stranger if name in OPEN else meera
        answer = watch.page.goto(path)
        assert answer
        assert answer.status == (404 if name in MISSING else 200), name
        if watch.page.locator("#editor").count():
            watch.page.wait_for_selector("#lines textarea")
        watch.page.wait_for_load_state("networkidle")
        yield name, watch
    stranger.context.close()
    meera.context.close()


def test_every_address_is_looked_at_here_or_is_no_page(site: HostileSite) -> None:
    from pipeline.review.urls import PAGES

    names = {one.name for one in PAGES if not str(one.pattern).startswith("edit/")}
    assert names - set(site.pages) == NO_PAGES


def _serious(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical on a page, and where."""
    # A colour that is just fading from light to dark has the contrast of neither.
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    return [
        f"{one['id']}: {node['target'][0]} {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "hi"])
def test_axe_finds_nothing_serious_on_any_page_light_or_dark(
    browser: Browser, site: HostileSite, language: str
) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    wrong: dict[str, list[str]] = {}
    for name, watch in visits(browser, site, locale=language):
        assert watch.page.locator("html").get_attribute("lang") == language, name
        watch.page.evaluate(axe)
        for scheme in ("light", "dark"):
            watch.page.emulate_media(color_scheme=scheme)
            if found := _serious(watch.page):
                wrong[f"{name} {scheme}"] = found
    assert wrong == {}


def test_no_page_runs_a_stored_script_breaks_the_policy_or_is_wider_than_a_telephone(
    browser: Browser, site: HostileSite
) -> None:
    wrong: dict[str, Any] = {}
    shown = 0
    for name, watch in visits(browser, site, viewport={"width": 360, "height": 740}):
        page = watch.page
        shown += BAD in page.locator("body").inner_text() or SCRIPT in page.title()
        injected = page.locator(".injected, main svg[onload], [onerror]").count()
        wide = page.evaluate(
            "Math.max(...['html', 'main'].map((one) => document.querySelector(one).scrollWidth))"
        )
        if (
            found := watch.settle()
            + [f"{injected} injected"] * (injected > 0)
            + ([f"{wide} px wide"] if wide > 360 else [])
        ):
            wrong[name] = found
    assert wrong == {}
    assert shown > 10, "the texts are on the pages, as texts"


_REACHABLE = """() => {
  const fields = "button, input, select, textarea, summary";
  const wanted = `a[href], ${fields}, [tabindex="0"], video[controls]`;
  const radios = new Set();
  const open = (one) => !one.closest("details:not([open])") || one.closest("summary");
  const usable = (one) => !one.disabled && one.tabIndex >= 0 && one.type !== "hidden";
  const isFirst = (one) => one.type !== "radio" || (!radios.has(one.name) && radios.add(one.name));
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  return [...document.querySelectorAll(wanted)]
    .filter((one) => usable(one) && shown(one) && open(one) && isFirst(one))
    .map((one, index) => { one.dataset.walk = index; return one.outerHTML.slice(0, 120); });
}"""
_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const key = one.dataset.walk ?? one.outerHTML.slice(0, 120);
  return { key, seen };
}"""


def _walk(page: Page, most: int) -> dict[str, bool] | None:
    """Press Tab until the focus comes round; returns key -> was seen, None where it is trapped.

    Fields of dates and the video have stops inside: it is enough that one of them is seen.
    """
    found: dict[str, bool] = {}
    before = first = None
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUSED)
        if at and at["key"] == first != before:
            return found
        before = at and at["key"]
        if at:
            first = first or before
            found[at["key"]] = found.get(at["key"], False) or at["seen"]
    return None


@pytest.mark.slow
def test_everything_can_be_reached_and_left_with_the_tab_key_and_is_seen_to_be_focused(
    browser: Browser, site: HostileSite
) -> None:
    wrong: dict[str, Any] = {}
    for name, watch in visits(browser, site):
        names = watch.page.evaluate(_REACHABLE)
        found = _walk(watch.page, 2 * len(names) + 30)
        if found is None:
            wrong[name] = "a trap"
            continue
        missed = [one for key, one in enumerate(names) if str(key) not in found]
        unseen = [
            names[int(key)] if key.isdigit() else key for key, seen in found.items() if not seen
        ]
        if missed or unseen:
            wrong[name] = {"missed": missed[:5], "unseen": unseen[:5]}
    assert wrong == {}


def test_the_backlog_renews_itself_and_leaves_focus_and_scrolling_as_they_are(
    browser: Browser, site: HostileSite
) -> None:
    watch = Watch(browser, site.address, viewport={"width": 360, "height": 740})
    watch.sign_in(EMAIL)
    watch.page.goto(site.pages["backlog"])
    region = watch.page.locator("#backlog-stages")
    region.focus()
    region.evaluate("(one) => { one.scrollLeft = 40; one.querySelector('td').className = 'old'; }")
    region.locator(".old").wait_for(state="detached")
    at = "[document.activeElement.id, document.querySelector('#backlog-stages').scrollLeft]"
    assert watch.page.evaluate(at) == ["backlog-stages", 40]
    assert watch.settle() == []
    watch.context.close()
