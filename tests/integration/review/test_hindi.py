"""The site in Hindi: the catalog is whole, compiled and right, and the pages speak it."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import polib
import pytest
from django.test import Client
from django.utils.translation import override
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
SITE = ROOT / "pipeline" / "review"
CATALOG = SITE / "locale" / "hi" / "LC_MESSAGES" / "django.po"
MAKER = ROOT / "docs" / "make_messages.py"
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
HOLE = re.compile(r"%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z%]")
DEVANAGARI = re.compile(r"[\u0900-\u097f]")


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """Give the next test English: a request leaves its language behind in the thread."""
    with override("en"):
        yield


@pytest.fixture(scope="module")
def catalog() -> polib.POFile:
    return polib.pofile(str(CATALOG))


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_messages", MAKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_python(path: Path) -> Iterator[str]:
    """Yield the texts that a module marks."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if name in MARKS and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def in_template(path: Path) -> Iterator[str]:
    """Yield the texts that a template marks, as Django itself would hand them to xgettext."""
    made = templatize(path.read_text(encoding="utf-8"), origin=path.name)
    for quoted in re.findall(r"gettext\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", made):
        yield ast.literal_eval(quoted)


def marked() -> set[str]:
    """Return every English text of the site that is marked for the catalogs."""
    modules = [path for path in SITE.rglob("*.py") if "migrations" not in path.parts]
    texts = {text for path in modules for text in in_python(path)}
    texts |= {text for path in SITE.rglob("*.html") for text in in_template(path)}
    return texts - {""}


def holes(text: str) -> list[str]:
    """Return the placeholders of a text, in order of the alphabet."""
    return sorted(HOLE.findall(text))


def hindi_of(entry: polib.POEntry) -> list[str]:
    """Return the Hindi of an entry, both forms where it counts."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_marked_text_is_in_the_catalog_and_nothing_else_is(catalog: polib.POFile) -> None:
    texts = marked()
    assert len(texts) > 500  # the search itself finds what is there
    assert texts == {entry.msgid for entry in catalog if not entry.obsolete}, "run: make messages"


def test_every_text_has_hindi_and_none_is_a_guess(catalog: polib.POFile) -> None:
    assert [entry.msgid for entry in catalog.untranslated_entries()] == []
    assert [entry.msgid for entry in catalog.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalog.obsolete_entries()] == []


def test_hindi_is_written_in_devanagari(catalog: polib.POFile) -> None:
    bare = [e.msgid for e in catalog for text in hindi_of(e) if not DEVANAGARI.search(text)]
    assert bare == []


def test_hindi_has_the_same_placeholders(catalog: polib.POFile) -> None:
    wrong = [
        entry.msgid
        for entry in catalog
        if "python-format" in entry.flags or "%(" in entry.msgid
        for text in hindi_of(entry)
        if holes(text) != holes(entry.msgid_plural or entry.msgid)
    ]
    assert wrong == []


def test_sentences_end_in_hindi_as_they_do_in_english(catalog: polib.POFile) -> None:
    ends = {".": "।", "?": "?", "…": "…", ":": ":"}
    wrong = [
        (entry.msgid, text)
        for entry in catalog
        for text in hindi_of(entry)
        for end, danda in ends.items()
        if entry.msgid.endswith(end) and not text.endswith(danda)
    ]
    assert wrong == []


def test_the_compiled_catalog_is_made_from_the_text(catalog: polib.POFile) -> None:
    assert CATALOG.with_suffix(".mo").read_bytes() == catalog.to_binary(), "run: make messages"


def test_hindi_counts_nought_and_one_alike(catalog: polib.POFile) -> None:
    assert catalog.metadata["Plural-Forms"] == "nplurals=2; plural=(n > 1);"


def test_words_of_other_tables_are_collected(maker: ModuleType) -> None:
    assert (SITE / "words_of_data.py").read_text(encoding="utf-8") == maker.render()


def test_scripts_of_the_pages_hold_no_text_for_people() -> None:
    # What they say is handed over by Python; a word in quotes with a space would be a sentence.
    sentence = re.compile(r"""(?<![=\w])(["'])([A-Z][a-z]+ [a-z]+ [^"']*)\1""")
    scripts = [path for path in SITE.rglob("*.js") if not path.name.endswith(".min.js")]
    found = [(path.name, hit[1]) for path in scripts for hit in sentence.findall(path.read_text())]
    assert found == []


@pytest.fixture
def hindi(client: Client, world: Any, site: object) -> Client:
    """Return a browser that asks for Hindi."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "hi"
    return client


def words_of(page: str) -> list[str]:
    """Return what a page shows and reads aloud, piece by piece."""
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page)
    read = re.findall(r'(?:aria-label|placeholder|title|data-copied)="([^"]*)"', page)
    return [" ".join(piece.split()) for piece in re.split(r"<[^>]*>", page)] + read


PAGES = (
    ("asha", "/"),
    ("asha", "/queue/"),
    ("asha", "/coverage/"),
    ("asha", "/terms/"),
    ("asha", "/profile/"),
    ("asha", "/programs/"),
    ("asha", "/dashboards/"),
    ("asha", "/dashboards/findings/"),
    ("asha", "/dashboards/effort/"),
    ("asha", "/dashboards/agreement/"),
    ("asha", "/second-looks/"),
    ("asha", "/c/rti/"),
    ("asha", "/c/rti/one/"),
    ("asha", "/c/rti/one/hi/"),
    ("asha", "/c/rti/one/hi/rest/"),
    ("asha", "/c/rti/one/hi/import/"),
    ("publisher", "/c/rti/one/hi/publish/"),
    ("listener", "/c/rti/one/transcript/"),
    ("contributor", "/hand-in/"),
    ("administrator", "/people/"),
    ("administrator", "/operations/"),
    ("administrator", "/operations/backlog/"),
    ("administrator", "/audit/"),
)


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_a_page_in_hindi_has_no_english_of_the_catalog(
    hindi: Client, world: Any, catalog: polib.POFile, who: str, address: str
) -> None:
    from pipeline.review.store import people

    people.keep_interface(world.people[who], "hi")
    hindi.force_login(world.people[who], backend="django.contrib.auth.backends.ModelBackend")
    answer = hindi.get(address)
    page = answer.content.decode()
    english = {entry.msgid for entry in catalog if "%" not in entry.msgid}
    left = {piece for piece in words_of(page) if piece in english} - {"English"}
    assert answer.status_code == 200
    assert '<html lang="hi"' in page
    assert DEVANAGARI.search(page)
    # People of the tests are called after their roles, and file formats keep their names.
    assert left - {str(one.name) for one in world.people.values()} == set()


@pytest.mark.usefixtures("world")
def test_signing_in_is_in_hindi_for_a_browser_that_asks_for_it(hindi: Client) -> None:
    page = hindi.get("/login/").content.decode()
    assert '<html lang="hi"' in page
    assert "साइन इन करें" in page


def test_a_refusal_of_the_store_is_in_the_language_of_the_person(world: Any) -> None:
    from courses.errors import ForbiddenError
    from pipeline.review.permissions import Action, require

    with override("hi"), pytest.raises(ForbiddenError, match="अनुमति नहीं है: लोगों का प्रबंधन"):
        require(world.people["asha"], Action.MANAGE_PEOPLE)


def test_the_button_of_a_repair_is_in_hindi_and_does_the_same() -> None:
    from courses.findings import RepairKind
    from pipeline.review.views.editor_words import REPAIRS, worded

    kind = RepairKind.DIGITS.value
    repair = {"kind": kind, "label": "Write all numbers in 0-9", "text": "30"}
    assert worded(repair) == repair
    assert set(REPAIRS) == set(RepairKind)
    with override("hi"):
        said = worded(repair)
    assert said == {**repair, "label": "सभी संख्याएँ एक ही लिपि में लिखें"}


def test_languages_have_hindi_names() -> None:
    from pipeline.review.templatetags.languages import language_name

    with override("hi"):
        assert language_name("ta") == "तमिल"
        assert language_name("ks_Deva") == "कश्मीरी (देवनागरी)"
