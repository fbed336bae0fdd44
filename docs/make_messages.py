"""Brings the Hindi catalog of the review site up to date: ``python docs/make_messages.py``.

Three steps: write `pipeline/review/words_of_data.py` from the tables whose English is shown on the
site, let Django collect every marked text into the catalog (needs GNU gettext), compile it. Texts
that are new come in without Hindi: write it in the catalog, and run this again. A test fails while
one is missing. Not for other languages of the site: that would be a folder beside ``hi``.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "pipeline" / "review"
CATALOG = SITE / "locale" / "hi" / "LC_MESSAGES" / "django.po"
DATA = SITE / "words_of_data.py"
HEAD = '''"""English of other parts' tables that the site shows, marked for the catalogs.

Written by `python docs/make_messages.py`; do not edit. Nothing imports it: what is shown is looked
up by the English text itself, as in ``gettext(kind.summary)``.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext_lazy

WORDS = (
'''
# Django's own Hindi lacks these, or has them in words that nobody would write.
_DJANGO = (
    *("This field is required.", "Enter a valid email address.", "Enter a valid date."),
    *("Enter a whole number.", "Enter a list of values.", "Enter a valid value."),
    "Select a valid choice. %(value)s is not one of the available choices.",
    "Select a valid choice. That choice is not one of the available choices.",
    "Null characters are not allowed.",
    *("This password is too common.", "This password is entirely numeric."),
    "The password is too similar to the %(verbose_name)s.",
    *("September", "November", "December"),
)
_DJANGO_PLURALS = (
    (
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    (
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
    ),
)


def render() -> str:
    """Return the text of `words_of_data.py`."""
    lines = [f"    gettext_noop({_quoted(text)}),\n" for text in dict.fromkeys(_texts())]
    for one, many in _DJANGO_PLURALS:
        lines += [
            "    ngettext_lazy(\n",
            f"        {_quoted(one)},\n",
            f"        {_quoted(many)},\n",
        ]
        lines += ['        "n",\n', "    ),\n"]
    return HEAD + "".join(lines) + ")\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _texts() -> Iterable[str]:
    from courses.findings import TABLE
    from courses.languages import LANGUAGES
    from courses.nouns import Severity
    from glossaries.layers import all_domains
    from pipeline.exchange_import import Verdict
    from pipeline.review.permissions import Action
    from pipeline.review.templatetags.languages import SCRIPTS

    yield from (kind.summary for kind in TABLE.values())
    yield from (language.name for language in LANGUAGES.values())
    yield from SCRIPTS.values()
    yield from (*Severity, *Verdict, *Action)
    yield from (name.replace("-", " ") for name in all_domains(None))
    yield from _DJANGO


def collect() -> None:
    """Let Django put every marked text of the site into the catalog; needs GNU gettext."""
    from django.core.management import call_command

    with contextlib.chdir(SITE):
        call_command(
            "makemessages",
            locale=["hi"],
            no_wrap=True,
            no_obsolete=True,
            add_location="file",
            verbosity=0,
        )
    text = CATALOG.read_text(encoding="utf-8")
    CATALOG.write_text(re.sub(r'"POT-Creation-Date: .*\n', "", text), encoding="utf-8")


def main() -> None:
    """Do all of it, and say what is left to translate."""
    DATA.write_text(render(), encoding="utf-8")
    collect()
    catalog = polib.pofile(str(CATALOG), wrapwidth=0)
    for guess in catalog.fuzzy_entries():  # Hindi of another text that looks alike
        guess.flags.remove("fuzzy")
        guess.previous_msgid = guess.previous_msgid_plural = None
        guess.msgstr, guess.msgstr_plural = "", dict.fromkeys(guess.msgstr_plural, "")
    catalog.save()
    catalog.save_as_mofile(str(CATALOG.with_suffix(".mo")))
    missing = [entry.msgid for entry in catalog.untranslated_entries()]
    sys.exit("\n".join(("These texts have no Hindi:", *missing)) if missing else None)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pipeline.review.settings")
    import django

    django.setup()
    main()
