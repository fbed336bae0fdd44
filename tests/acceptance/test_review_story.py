"""The whole story of a course on the review site, in a browser, as its people live it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .browsing import (
    PASSPHRASE,
    SENTENCES,
    Watch,
    captions,
    chromium,
    create_administrator,
    translating,
    write_video,
)
from .test_review_command import served

HINDI = list(SENTENCES.values())
MENDED = [f"{text[:-1]}, यही नियम है।" for text in HINDI[:3]]
INVITED = {
    "Chitra": "Contributor",
    "Lata": "Transcript reviewer",
    "Asha": "Hindi",
    "Bharat": "Hindi",
    "Priya": "Publisher",
}
CONFIG = """\
[translator]
engine = "chat"
model = "by-heart"
url = "{address}"
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the system's Chromium."""
    with chromium() as found:
        yield found


def invite(administrator: Page, email: str, *boxes: str) -> str:
    """Invite somebody as an administrator; returns the link to hand over."""
    administrator.goto("/people/")
    administrator.get_by_label("E-mail address").fill(email)
    for box in boxes:
        administrator.get_by_label(box, exact=True).check()
    administrator.get_by_role("button", name="Make the link").click()
    return administrator.get_by_label("Link", exact=True).input_value()


def accept(person: Page, link: str, name: str) -> None:
    """Follow a link, and choose a name and a passphrase."""
    person.goto(link)
    person.get_by_label("Your name").fill(name)
    person.get_by_label("New passphrase").fill(PASSPHRASE)
    person.get_by_label("The same again").fill(PASSPHRASE)
    person.get_by_role("button", name="Begin").click()
    expect(person.get_by_text("Welcome.")).to_be_visible()


def hand_in(contributor: Page, folder: Path) -> None:
    """Upload a video with its captions and send the form."""
    write_video(folder / "asking.mp4", 18)
    (folder / "asking.srt").write_text(captions(), encoding="utf-8")
    contributor.get_by_role("link", name="Hand in", exact=True).click()
    contributor.set_input_files("#files", [folder / "asking.mp4", folder / "asking.srt"])
    expect(contributor.locator("#sent li", has_text="done")).to_have_count(2)
    contributor.get_by_label("Title of the course").fill("Asking for information")
    contributor.get_by_label("Ministry or state").fill("DoPT")
    contributor.get_by_label("Hindi", exact=True).check()
    contributor.get_by_role("button", name="Hand in").click()


def watch_it_being_drafted(contributor: Page, may_answer: threading.Event) -> None:
    """See the work go on without loading the page again, from waiting to lines to review."""
    job = contributor.locator("#progress tbody tr", has_text="translating")
    expect(job.get_by_text("running")).to_be_visible()
    expect(job.get_by_role("progressbar")).to_be_visible()
    expect(contributor.locator("#grid")).not_to_contain_text("0/6")
    may_answer.set()
    expect(job.get_by_text("done")).to_be_visible()
    expect(contributor.locator("#grid")).to_contain_text("0/6")


def approve_transcript(listener: Page, course: str) -> None:
    """Approve what was heard, from the course's page."""
    listener.goto(course)
    listener.locator("#grid a[href$='/transcript/']").click()
    expect(listener.locator("#lines > li")).to_have_count(len(SENTENCES))
    listener.get_by_role("button", name="Approve the transcript").click()
    expect(listener.locator(".badge.good", has_text="Lata")).to_be_visible()


def review_by_keyboard(reviewer: Page) -> None:
    """Mend the texts of the first three lines and approve the rest, with keys alone."""
    keys, rows = reviewer.keyboard, reviewer.locator("#lines > li")
    expect(rows.first.locator("textarea")).to_have_value(HINDI[0])
    for number, text in enumerate(MENDED):
        keys.press("Enter")
        expect(rows.nth(number).locator("textarea")).to_be_focused()
        keys.press("Control+a")
        keys.insert_text(text)
        keys.press("Control+Enter")
        expect(rows.nth(number + 1).locator("textarea")).to_be_focused()
        keys.press("Escape")
    approve_with_keys(reviewer, range(3, len(HINDI)))
    expect(reviewer.locator("#lines > li.is-edited")).to_have_count(3)


def approve_with_keys(reviewer: Page, numbers: Iterable[int]) -> None:
    """Approve the lines that open one after the other, the first of them being open."""
    for number in numbers:
        row = reviewer.locator("#lines > li").nth(number)
        expect(row.locator("textarea")).to_be_visible()
        reviewer.keyboard.press("a")
        expect(row).to_have_class(re.compile("is-approved"))
    expect(reviewer.locator("#status")).to_have_text("Saved")


def cannot_approve_own_text(reviewer: Page) -> None:
    """Be told by the page, and refused by the server, when approving a text of one's own."""
    row = reviewer.locator("#lines > li").first
    row.click()
    expect(row.get_by_text("You wrote this text: somebody else has to approve it.")).to_be_visible()
    expect(row.get_by_role("button", name="Approve, next")).to_be_disabled()
    reviewer.locator("main").focus()
    told = reviewer.evaluate(_APPROVE_ANYHOW, row.get_attribute("data-id"))
    assert told["status"] == 403, told
    assert "somebody else" in json.dumps(told)


_APPROVE_ANYHOW = """async (line) => {
  const { root } = JSON.parse(document.getElementById("editor-config").textContent);
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  const body = JSON.stringify({ version: 2 });
  const more = { "Content-Type": "application/json", Accept: "application/json" };
  const address = `${root}lines/${line}/approve`;
  const answer = await fetch(address, { method: "POST", body, headers: { ...headers, ...more } });
  return { status: answer.status, ...(await answer.json()) };
}"""


def publish(publisher: Page, course: str, note: str, version: int) -> None:
    """Publish the Hindi of the lesson, from the course's page."""
    publisher.goto(course)
    publisher.locator("#grid a[href$='/hi/publish/']").click()
    publisher.locator("#note").fill(note)
    publisher.get_by_role("button", name=f"Publish as version {version}").click()
    expect(publisher.get_by_role("heading", name=f"version {version}")).to_be_visible()


def open_release(contributor: Page, course: str, version: int) -> None:
    """Find a published version from the course's page."""
    contributor.goto(course)
    link = contributor.locator("#grid a[href$='/hi/publish/']")
    expect(link).to_have_text(f"v{version}")
    link.click()
    contributor.get_by_role("table").get_by_role("link", name=str(version), exact=True).click()
    expect(contributor.get_by_role("heading", name=f"version {version}")).to_be_visible()


def package_is_as_its_manifest_says(contributor: Page) -> None:
    """Download the package, hold every file against its hash, and see who approved what."""
    with contributor.expect_download() as waited:
        contributor.get_by_role("link", name="Download the package").click()
    data = Path(waited.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    assert {name: hashlib.sha256(text).hexdigest() for name, text in files.items()} == manifest[
        "files"
    ]
    vtt = next(text for name, text in files.items() if name.endswith(".vtt")).decode()
    for text in (*MENDED, *HINDI[3:]):
        assert text in vtt.replace("\n", " ")
    people = [(line["author"], line["approved_by"]) for line in manifest["review"]["lines"]]
    assert [who for who in people if who[0] == "Asha"] == [("Asha", "Bharat")] * 3
    assert {approver for _, approver in people[3:]} == {"Asha"}
    assert manifest["review"]["published_by"] == "Priya"
    assert manifest["label"] == "AI-translated, human-approved"


def wait_in_page(page: Page, condition: str, value: str = "") -> None:
    """Wait until a condition on `value` holds; Playwright's own wait needs eval: forbidden here."""
    page.evaluate(
        f"""async (value) => {{
          for (let n = 0; n < 600; n += 1) {{
            if ({condition}) return;
            await new Promise((done) => setTimeout(done, 50));
          }}
          throw new Error("it never came");
        }}""",
        value,
    )


def subtitles_play(contributor: Page) -> None:
    """Play the video; the subtitles of the place where it is must be the active ones."""
    track = "document.querySelector('video').textTracks[0]"
    wait_in_page(contributor, f"{track}.mode === 'showing' && {track}.cues?.length >= 6")
    contributor.evaluate(
        "async () => { const video = document.querySelector('video'); video.muted = true;"
        " video.currentTime = 3.3; await video.play(); video.pause(); }"
    )
    shown = f"{track}.activeCues[0]?.text.replace('\\n', ' ').includes(value)"
    wait_in_page(contributor, shown, MENDED[1])
    assert contributor.evaluate("document.querySelector('video').currentTime") > 3


def withdraw(publisher: Page) -> None:
    """Withdraw the version that is shown, for a reason."""
    publisher.get_by_text("Withdraw this version").click()
    publisher.get_by_label("Reason").fill("The second line is wrong.")
    publisher.get_by_role("button", name="Withdraw").click()
    expect(publisher.get_by_text("Withdrawn by Priya: The second line is wrong.")).to_be_visible()


@pytest.fixture
def people(
    browser: Browser, command: list[str], environment: dict[str, str], tmp_path: Path
) -> Iterator[tuple[dict[str, Watch], threading.Event]]:
    """Serve a site, and return those who were invited to it, each in a browser of their own."""
    del environment["KARMAVANI_OFFLINE"]  # the translations come from a server on this machine
    create_administrator(command, environment, tmp_path, "meera@example.org")
    with translating() as (address, may_answer):
        (tmp_path / "site.toml").write_text(CONFIG.format(address=address))
        with served([*command, "--config", "site.toml"], environment, tmp_path) as (_, port, _said):
            site = f"http://127.0.0.1:{port}"
            watched = {"Meera": Watch(browser, site)}
            watched["Meera"].sign_in("meera@example.org")
            for name, box in INVITED.items():
                link = invite(watched["Meera"].page, f"{name.lower()}@example.org", box)
                watched[name] = Watch(browser, site)
                accept(watched[name].page, link, name)
            yield watched, may_answer


def test_a_course_goes_from_hand_in_to_a_package_that_plays_is_withdrawn_and_issued_again(
    people: tuple[dict[str, Watch], threading.Event], tmp_path: Path
) -> None:
    watched, may_answer = people
    chitra, lata, asha, bharat, priya = (watched[name].page for name in INVITED)
    hand_in(chitra, tmp_path)
    course = chitra.url
    watch_it_being_drafted(chitra, may_answer)
    approve_transcript(lata, course)

    asha.goto(f"{course}asking/hi/")
    review_by_keyboard(asha)
    cannot_approve_own_text(asha)
    bharat.goto(f"{course}asking/hi/")
    approve_with_keys(bharat, range(3))

    publish(priya, course, "", 1)
    open_release(chitra, course, 1)
    package_is_as_its_manifest_says(chitra)
    subtitles_play(chitra)

    withdraw(priya)
    address = chitra.url
    chitra.reload()
    expect(chitra.get_by_text("The second line is wrong.")).to_be_visible()
    expect(chitra.locator("video")).to_have_count(0)
    assert chitra.request.get(f"{address}package.zip").status == 404
    publish(priya, course, "The second line was looked at again.", 2)
    open_release(chitra, course, 2)
    expect(chitra.get_by_text("The second line was looked at again.")).to_be_visible()
    subtitles_play(chitra)
    assert {name: one.settle() for name, one in watched.items()} == {name: [] for name in watched}
