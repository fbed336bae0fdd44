"""The editor in a real browser: by keyboard, against others, offline and back, in Latin letters."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.integration.review.conftest import (  # noqa: F401 # fixtures
    HINDI,
    hashed,
    make_heard,
    people,
    world,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]
TEXT = "textarea.field"


@pytest.fixture(scope="session", autouse=True)
def _threads() -> None:
    """Let Django be used beside playwright's event loop: each keeps to itself."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page_of(browser, live_server, world) -> Iterator[Callable[..., object]]:  # noqa: F811
    """Return a function that opens the editor as somebody, and fails on errors of the script."""
    from django.test import Client

    contexts, wrong = [], []

    def opened(name: str, path: str = "/c/rti/one/hi/") -> object:
        client = Client()
        client.force_login(world.people[name], "django.contrib.auth.backends.ModelBackend")
        context = browser.new_context()
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(live_server.url + path)
        page.wait_for_selector("li.seg.open")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def text_of(world, number: int) -> str:  # noqa: F811
    lines = world.track.lines.order_by("sentence__position")
    return lines.values_list("text", flat=True)[number]


def saved(page: object, read: Callable[[], object], expected: object) -> None:
    """Wait until the server has `expected`, then until the page says so.

    The page alone cannot tell: "Saved" still stands there while the next change is on its way.
    """
    for _ in range(200):
        if read() == expected:
            break
        page.wait_for_timeout(50)
    assert read() == expected
    page.wait_for_selector("#status:text-is('Saved')")


def write(page: object, text: str) -> None:
    """Go into the open line and write another text, by keyboard alone."""
    page.keyboard.press("e")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def test_three_lines_are_done_without_a_mouse(page_of, world) -> None:  # noqa: F811
    page = page_of("asha")
    page.keyboard.press("a")  # approve the first
    page.wait_for_selector("li.seg.open:has-text('The fee is ten rupees')")
    write(page, "शुल्क 10 रुपये है।")
    page.keyboard.press("Control+Enter")  # save, and on into the third
    page.wait_for_selector("li.seg.open:has-text('within 30 days')")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.press("2")  # the second reason
    page.keyboard.press("Enter")
    lines = world.track.lines.order_by("sentence__position")
    states = [
        ("approved", HINDI[0], ""),
        ("edited", "शुल्क 10 रुपये है।", ""),
        ("returned", HINDI[2], "term"),
    ]
    saved(page, lambda: list(lines.all().values_list("state", "text", "reason"))[:3], states)


def test_a_conflict_shows_both_texts_and_loses_neither(page_of, world) -> None:  # noqa: F811
    from pipeline.review.store import editing
    from pipeline.review.store.editing import Edit

    page = page_of("asha")
    write(page, "आशा का पाठ।")
    first = world.track.lines.order_by("sentence__position")[0]
    editing.save_text(world.people["bharat"], first.pk, Edit("भरत का पाठ।", first.version))
    page.keyboard.press("Control+S")
    page.wait_for_selector("dialog#conflict[open]")
    assert page.inner_text("#conflict-theirs") == "भरत का पाठ।"
    assert page.inner_text("#conflict-yours") == "आशा का पाठ।"
    assert text_of(world, 0) == "भरत का पाठ।"
    page.fill("#conflict-text", "आशा और भरत का पाठ।")
    page.click("#keep-combined")
    saved(page, lambda: text_of(world, 0), "आशा और भरत का पाठ।")
    assert page.input_value(TEXT) == "आशा और भरत का पाठ।"


def test_what_is_typed_offline_survives_a_reload_and_is_sent(page_of, world) -> None:  # noqa: F811
    from playwright.sync_api import expect

    page = page_of("asha")
    page.route("**/edit/**", lambda route: route.abort())
    write(page, "बिना लाइन का पाठ।")
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_selector("#status:has-text('Offline')")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("दूसरा पाठ।")
    page.unroute("**/edit/**")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.wait_for_selector("li.seg.open")
    # The first was on its way, so it is sent; the second was being typed, so it is shown again.
    expect(page.locator(TEXT)).to_have_value("दूसरा पाठ।")
    page.keyboard.press("Control+S")
    both = ("बिना लाइन का पाठ।", "दूसरा पाठ।")
    saved(page, lambda: (text_of(world, 0), text_of(world, 1)), both)
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('.track.')).length") == 0


def test_what_was_typed_when_the_browser_crashed_is_there_again(page_of, world) -> None:  # noqa: F811
    from playwright.sync_api import Error, expect

    page = page_of("asha")
    page.keyboard.press("e")
    page.keyboard.press("Control+A")
    page.keyboard.type("टूटने से पहले")
    with pytest.raises(Error):
        page.goto("chrome://crash", timeout=3000)
    again = page.context.new_page()
    again.goto(page.url.partition("#")[0])
    expect(again.locator(TEXT)).to_have_value("टूटने से पहले")
    again.keyboard.press("Control+S")
    saved(again, lambda: text_of(world, 0), "टूटने से पहले")


def test_a_session_that_ended_keeps_the_text(page_of, world) -> None:  # noqa: F811
    page = page_of("asha")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    write(page, "पाठ रहता है।")
    page.keyboard.press("Control+S")
    page.wait_for_selector("#status a[href='/login/']")
    assert text_of(world, 0) == HINDI[0]
    page.context.add_cookies(cookies)  # signed in again in another tab
    saved(page, lambda: text_of(world, 0), "पाठ रहता है।")


def test_latin_letters_become_devanagari_and_backspace_brings_them_back(page_of, world) -> None:  # noqa: F811
    page = page_of("asha")
    page.keyboard.press("t")
    page.keyboard.press("e")
    page.keyboard.press("Control+A")
    page.keyboard.type("namaste bhaarat ")
    assert page.input_value(TEXT) == "नमस्ते भारत "
    page.keyboard.press("Backspace")
    assert page.input_value(TEXT) == "नमस्ते bhaarat"
    page.keyboard.type(" sarakaar|")
    assert page.input_value(TEXT) == "नमस्ते भारत सरकार।"


def test_a_subtitle_is_split_at_the_cursor_and_reset_by_keys(page_of, world) -> None:  # noqa: F811
    third = world.track.lines.order_by("sentence__position")[2]
    page = page_of("asha", f"/c/rti/one/hi/#line-{third.pk}")
    page.wait_for_selector(".cue-span")
    page.keyboard.press("e")
    for _ in range(24):
        page.keyboard.press("ArrowLeft")  # the cursor was at the end
    page.keyboard.press("Alt+Enter")
    page.wait_for_selector(".cue-span >> nth=1")
    page.wait_for_selector("#cue-note:text-is('set by hand')")
    third.refresh_from_db()
    assert " ".join(line for cue in third.layout for line in cue["lines"]) == third.text
    assert [cue["start"] < cue["end"] for cue in third.layout] == [True, True]
    page.keyboard.press("Alt+Shift+KeyM")
    page.wait_for_selector("#cue-note:text-is('')", state="attached")
    third.refresh_from_db()
    assert third.layout == []


def test_words_are_replaced_over_the_lesson_and_come_back(page_of, world) -> None:  # noqa: F811
    page = page_of("asha")
    page.keyboard.press("/")
    page.keyboard.insert_text("शुल्क")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("फ़ीस")
    page.keyboard.press("Enter")
    page.wait_for_selector("#matches ins:text-is('फ़ीस')")
    page.click("#do-replace")
    page.wait_for_selector("#undo-replace:visible")
    assert text_of(world, 1) == HINDI[1].replace("शुल्क", "फ़ीस")
    page.click("#undo-replace")
    page.wait_for_selector("#undo-replace", state="hidden")
    assert text_of(world, 1) == HINDI[1]


def test_another_persons_change_appears_without_a_reload(page_of, world) -> None:  # noqa: F811
    from pipeline.review.store import editing
    from pipeline.review.store.editing import Edit

    page = page_of("asha")
    third = world.track.lines.order_by("sentence__position")[2]
    editing.save_text(world.people["bharat"], third.pk, Edit("30 दिनों में उत्तर।", third.version))
    page.wait_for_selector(f"#line-{third.pk}:has-text('30 दिनों में उत्तर।')", timeout=15_000)


def test_markup_in_a_text_is_shown_as_text(page_of, world) -> None:  # noqa: F811
    from pipeline.review.store import comments, editing
    from pipeline.review.store.editing import Edit

    nasty = "<img src=x onerror=\"document.title='hit'\"><b>मोटा</b>"
    first = world.track.lines.order_by("sentence__position")[0]
    editing.save_text(world.people["bharat"], first.pk, Edit(nasty, first.version))
    comments.say(world.people["bharat"], first.pk, nasty)
    page = page_of("asha", f"/c/rti/one/hi/#line-{first.pk}")
    page.wait_for_selector("article.remark")
    assert page.locator("#lines img, #lines b, .remark img").count() == 0
    page.keyboard.press("ArrowDown")
    assert nasty in page.inner_text(f"#line-{first.pk}")
    assert "hit" not in page.title()


def test_the_transcript_is_corrected_with_one_key_and_approved(page_of, world) -> None:  # noqa: F811
    from pipeline.review.models import TranscriptState
    from pipeline.review.store import transcript

    row = world.lesson.sentences.order_by("position")[1]
    world.lesson.transcript = TranscriptState.IN_REVIEW
    world.lesson.save()
    slip = "Write to the our tea eye cell."
    transcript.save_sentence(world.people["listener"], row.pk, slip, row.version)
    page = page_of("listener", f"/c/rti/one/transcript/#line-{row.pk}")
    page.wait_for_selector(".finding .fix")
    page.keyboard.press("f")
    said = world.lesson.sentences.filter(pk=row.pk).values_list("text", flat=True)
    saved(page, lambda: list(said.all()), ["Write to the RTI cell."])
    page.click("text=Approve the transcript")
    page.wait_for_selector(".badge.good:has-text('approved')")
    world.lesson.refresh_from_db()
    assert world.lesson.transcript == TranscriptState.APPROVED


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen(page_of, width: int) -> None:
    page = page_of("asha")
    page.set_viewport_size({"width": width, "height": 760})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    field = page.locator(TEXT).bounding_box()
    assert field is not None
    assert field["x"] + field["width"] <= width


def test_the_keys_are_shown_and_single_letters_can_be_turned_off(page_of, world) -> None:  # noqa: F811
    page = page_of("asha")
    page.keyboard.press("?")
    page.wait_for_selector("dialog#help[open] th:has-text('Next line to do')")
    page.uncheck("#single")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("Alt+ArrowDown")
    assert page.locator("li.seg.open .n").inner_text() == "2"
    assert world.track.lines.filter(state="approved").count() == 0
