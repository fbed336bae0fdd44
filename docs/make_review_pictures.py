"""Makes docs/pictures/review-*.png: a review site with the sample course, seen in Chromium.

Run it from the root of the repository after a change of the pages, and look at every picture:
``.venv/bin/python docs/make_review_pictures.py``. It needs Chromium and, for smaller files,
Pillow. The texts are in docs/pictures/review-sentences.tsv: written by people, but for two wrong
drafts (a section of law, a governance term) that show what findings look like.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
SAMPLE = ROOT / "samples/rti-basics"
PASSPHRASE = "four words of river sand"
SIZE = {"width": 1280, "height": 800}
LANGUAGES = ("hi", "ur")
PEOPLE = {
    "Chitra Rao": [("contributor", "")],
    "Lata Menon": [("transcript-reviewer", "")],
    "Asha Verma": [("translation-reviewer", "hi")],
    "Bharat Joshi": [("translation-reviewer", "hi")],
    "Salma Khan": [("translation-reviewer", "ur")],
    "Tara Bose": [("terminologist", "")],
    "Priya Singh": [("publisher", "")],
    "Meera Nair": [("administrator", "")],
}
TERMS = {
    "hi": {"public authority": "लोक प्राधिकरण", "Right to Information": "सूचना का अधिकार"},
    "ur": {},
}


def sentences() -> list[dict[str, str]]:
    """Return the rows of review-sentences.tsv."""
    text = (PICTURES / "review-sentences.tsv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


# --- the site, filled in a process of its own: no browser lives beside Django's database ----------


def configure_site(site: Path) -> None:
    """Start Django for a site."""
    from pipeline.review.configure import configure
    from pipeline.review.site import Site, make_secret_key

    settings = Site(data=site)
    make_secret_key(settings)
    configure(settings)


def fill() -> None:
    """Make people and the sample course, in the middle of its review."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    people = {name: _person(name, roles) for name, roles in PEOPLE.items()}
    row = _course(people)
    _work(people, row)


def _person(name: str, roles: list[tuple[str, str]]) -> Any:
    from pipeline.review.models import Grant, User

    email = f"{name.split()[0].lower()}@example.org"
    user = User.objects.create_user(email, name, PASSPHRASE)
    for role, language in roles:
        Grant.objects.create(user=user, role=role, language=language)
    return user


def _heard(lesson: Any) -> Any:
    from courses.nouns import Segment, Signature, Transcript, Word, segment_ids
    from pipeline.transcribing import Heard

    rows = sentences()
    segments = []
    for index, key in enumerate(segment_ids(lesson.id, [row["en"] for row in rows])):
        start, end, text = int(rows[index]["start"]), int(rows[index]["end"]), rows[index]["en"]
        parts = text.split()
        step = (end - start) // len(parts)
        words = tuple(
            Word(part, start + step * n, start + step * (n + 1), 0.55 if part == "Section" else 0.9)
            for n, part in enumerate(parts)
        )
        segments.append(Segment(key, lesson.id, index, start, end, text, words, 0.9))
    made_by = Signature("faster-whisper", "whisper-base")
    return Heard(lesson, Transcript((), "en", 202_803, made_by), tuple(segments))


def _course(people: dict[str, Any]) -> Any:
    from pipeline.course_input import read_course
    from pipeline.review.models import Job
    from pipeline.review.store import intake, peaks, transcript

    course = read_course(SAMPLE)
    row = intake.keep_course(course, people["Chitra Rao"])
    row.ministry, row.partner = "Personnel and Training", "ISTM"
    row.save()
    first, second = row.lessons.all()
    for lesson, noun in zip((first, second), course.lessons, strict=True):
        intake.keep_transcript(lesson, _heard(noun))
        peaks.keep_peaks(lesson)
    transcript.approve_transcript(people["Lata Menon"], first.pk)
    first.refresh_from_db()
    for language in LANGUAGES:
        _drafts(first, language)
    _published(people, second)
    job = {"course": row, "lesson": second, "by": people["Chitra Rao"]}
    Job.objects.create(kind="transcribe", state="done", message="11 sentences", **job)
    Job.objects.create(
        kind="draft", state="running", stage="Tamil", fraction=0.4, payload={}, **job
    )
    return row


def _drafts(lesson: Any, language: str, right: bool = False) -> Any:
    from courses.nouns import Hit, Signature, Term, TermStatus, Translation, TranslationStatus
    from pipeline.review.store import intake

    made, hits = [], []
    sources = lesson.sentences.order_by("position").values_list("key", flat=True)
    for key, row in zip(sources, sentences(), strict=True):
        text = row[language]
        if right:
            text = _mended(text)
        draft, by = TranslationStatus.DRAFT, Signature("starter", "starter", "1")
        made.append(Translation(key, language, text, draft, "machine:starter", by, confidence=0.8))
        places = {term: row["en"].lower().find(term.lower()) for term in TERMS[language]}
        hits.append(
            tuple(
                Hit(
                    Term(term, TERMS[language][term], language, status=TermStatus.REVIEWED),
                    at,
                    at + len(term),
                )
                for term, at in places.items()
                if at >= 0
            )
        )
    return intake.keep_drafts(lesson, language, made, tuple(hits))


def _published(people: dict[str, Any], lesson: Any) -> None:
    from pipeline.review.store import deciding, publishing, transcript

    transcript.approve_transcript(people["Lata Menon"], lesson.pk)
    lesson.refresh_from_db()
    track = _drafts(lesson, "hi", right=True)
    for line in list(track.lines.all()):
        line.findings.update(waived_by=people["Asha Verma"], waived_reason="Right as it is.")
        deciding.approve(people["Asha Verma"], line.pk, line.version)
    publishing.publish(people["Priya Singh"], track.pk, "")


def _work(people: dict[str, Any], row: Any) -> None:
    from pipeline.review.models import Track
    from pipeline.review.store import comments, deciding, editing

    asha, bharat = people["Asha Verma"], people["Bharat Joshi"]
    lesson = row.lessons.first()
    for language, who in (("hi", asha), ("ur", people["Salma Khan"])):
        track = Track.objects.get(lesson=lesson, language=language)
        lines = list(track.lines.order_by("sentence__position"))
        for line in lines[:3]:
            line.findings.filter(severity="error").update(waived_by=who, waived_reason="Right.")
            deciding.approve(who, line.pk, line.version)
        if language == "hi":
            text = lines[3].text.replace("पा सकते", "प्राप्त कर सकते")
            editing.save_text(bharat, lines[3].pk, editing.Edit(text, lines[3].version))
            comments.say(bharat, lines[3].pk, "@Asha Verma is this how we say it?", [asha.pk])
            deciding.give_back(bharat, lines[7].pk, lines[7].version, "too-long", "Shorten it.")


def finish() -> None:
    """Mend what is wrong in the Hindi of the first lesson, approve all and publish it."""
    from pipeline.review.models import Track, User
    from pipeline.review.store import deciding, editing, publishing

    by_name = {user.name: user for user in User.objects.all()}
    asha, bharat = by_name["Asha Verma"], by_name["Bharat Joshi"]
    track = Track.objects.get(lesson__slug="right-to-information", language="hi")
    for line in list(track.lines.exclude(state="approved")):
        if (text := _mended(line.text)) != line.text:
            line, _ = editing.save_text(bharat, line.pk, editing.Edit(text, line.version))
        line.findings.update(waived_by=asha, waived_reason="Right as it is.")
        deciding.approve(asha, line.pk, line.version)
    publishing.publish(by_name["Priya Singh"], track.pk, "")


def _mended(text: str) -> str:
    return text.replace("धारा 8", "धारा 5").replace("सरकारी निकाय", "लोक प्राधिकरण")


# --- the pictures ---------------------------------------------------------------------------------


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a site on a free port; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("karmavani")), "review", "serve", "--no-worker"]
    more = ["--data", str(site), "--port", str(port)]
    process = subprocess.Popen([*command, *more], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "The review site is at" in line:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=60)


def signed_in(browser: Browser, site: str, name: str) -> Page:
    """Return a page of a person."""
    page = browser.new_context(base_url=site, viewport=SIZE, locale="en").new_page()
    page.goto("/login/")
    page.fill("[name=username]", f"{name.split()[0].lower()}@example.org")
    page.fill("[name=password]", PASSPHRASE)
    page.click("main button.primary")
    page.wait_for_load_state("networkidle")
    return page


def keep(page: Page, name: str) -> None:
    """Write what a page shows as docs/pictures/review-NAME.png, in 128 colours."""
    data = page.screenshot(animations="disabled", caret="hide")
    file = PICTURES / f"review-{name}.png"
    try:
        from PIL import Image
    except ImportError:
        file.write_bytes(data)
    else:
        picture = Image.open(io.BytesIO(data)).convert("RGB")
        picture.quantize(128, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1000} kB")


def editor(page: Page, address: str, line: int) -> None:
    """Open an editor at a line, the video at its beginning."""
    page.goto(address)
    page.locator("#lines textarea").wait_for()
    row = page.locator("#lines > li").nth(line)
    row.locator(".n").click()
    row.locator("textarea").wait_for()
    page.locator("#media").evaluate(
        "(media, time) => new Promise((done) => { media.onseeked = done;"
        " media.currentTime = time; })",
        int(sentences()[line]["start"]) / 1000 + 1,
    )
    page.wait_for_load_state("networkidle")


def of_contributor(page: Page) -> None:
    """Hand-in while a file is on its way, and the course's page."""
    media = SAMPLE / "media"
    page.goto("/hand-in/")
    page.set_input_files("#files", media / "right-to-information.mp4")
    page.locator("#sent li", has_text="done").wait_for()
    page.route("**/uploads/*/", lambda route: None)  # as on a line that has just stopped
    page.set_input_files("#files", media / "noting-and-drafting.mp4")
    page.locator("#sent li").nth(1).wait_for()
    page.get_by_label("Title of the course").fill("RTI basics")
    page.get_by_label("Ministry or state").fill("Personnel and Training")
    for language in ("Hindi", "Urdu", "Tamil"):
        page.get_by_label(language, exact=True).check()
    page.evaluate("scrollTo(0, 0)")
    keep(page, "hand-in")
    page.on("dialog", lambda dialog: dialog.accept())  # a file is still on its way
    page.goto("/c/rti-basics/")
    page.locator("#progress tbody tr").first.wait_for()
    keep(page, "course")


def of_listener(page: Page) -> None:
    """The transcript."""
    editor(page, "/c/rti-basics/right-to-information/transcript/", 8)
    keep(page, "transcript")


def of_hindi(page: Page) -> None:
    """The queue and the editor of Hindi."""
    page.goto("/queue/")
    keep(page, "queue")
    editor(page, "/c/rti-basics/right-to-information/hi/", 8)
    keep(page, "editor-hi")


def of_urdu(page: Page) -> None:
    """The editor of Urdu, from right to left."""
    editor(page, "/c/rti-basics/right-to-information/ur/", 4)
    keep(page, "editor-ur")


def of_publisher(page: Page) -> None:
    """Coverage, and what stands against publishing."""
    page.goto("/coverage/")
    keep(page, "coverage")
    page.goto("/c/rti-basics/right-to-information/hi/publish/")
    keep(page, "publish")


def of_release(page: Page) -> None:
    """A release that plays."""
    page.goto("/releases/2/")
    page.wait_for_load_state("networkidle")
    page.evaluate(
        "() => new Promise((done) => { const video = document.querySelector('video');"
        " video.onseeked = done; video.currentTime = 13; })"
    )
    page.wait_for_timeout(3000)  # the browser's own sign of waiting fades
    keep(page, "release")


def of_administrator(page: Page) -> None:
    """People."""
    page.goto("/people/")
    keep(page, "people")


SEEN: dict[str, Callable[[Page], None]] = {
    "Chitra Rao": of_contributor,
    "Lata Menon": of_listener,
    "Asha Verma": of_hindi,
    "Salma Khan": of_urdu,
    "Priya Singh": of_publisher,
    "Meera Nair": of_administrator,
}


def main() -> None:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder, "site")
        fill_site(site, "--fill")
        found = shutil.which("chromium") or shutil.which("google-chrome")
        switches = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=found, args=switches)
        with served(site) as address:
            for name, see in SEEN.items():
                see(signed_in(browser, address, name))
            fill_site(site, "--finish")
            of_release(signed_in(browser, address, "Priya Singh"))
        browser.close()


def fill_site(site: Path, step: str) -> None:
    """Do a step of filling the site in a process of its own, with a memory of its own."""
    memory = str(site.with_name("memory.sqlite3"))
    environment = {**os.environ, "KARMAVANI_MEMORY": memory, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, __file__, step, str(site)]
    subprocess.run(command, check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    if sys.argv[1:2] in (["--fill"], ["--finish"]):
        configure_site(Path(sys.argv[2]))
        {"--fill": fill, "--finish": finish}[sys.argv[1]]()
    else:
        main()
