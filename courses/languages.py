"""The one table of languages: 22 scheduled languages of India and English.

For: every fact about a language that is not text processing (codes, names, tags of models,
scripts, digits, subtitle limits). Not for: which engine can do a language; engines say so.

A target code is a language code (`ks`: its first writing) or a language code with a script
(`ks_Deva`) where a language has two. `Writing.code` is the canonical spelling of both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache

from courses.errors import UsageError


@dataclass(frozen=True, slots=True)
class Profile:
    """Limits of subtitles in one language.

    width: of a line, in `unit`. lines: on screen at once. shortest, longest, gap: in ms.
    target_cps, hard_cps: reading speed in `unit` a second, wished and never exceeded.
    source: who published the figures, or that they are ours.
    """

    width: int
    lines: int
    shortest: int
    longest: int
    gap: int
    target_cps: float
    hard_cps: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Writing:
    """One way to write a language.

    code: target code, `ks` or `ks_Deva`. script: ISO 15924. bcp47: tag for files. flores: tag
    of FLORES-200, empty where it has none. in22: tag of IndicTrans2 and its IN22 benchmark.
    direction: `ltr` or `rtl`. digits: the native 0 to 9. latin_digits: whether running text
    usually has 0-9 instead. sentence_ends: the usual full stop first. autonym: its own name.
    """

    code: str
    script: str
    bcp47: str
    flores: str
    in22: str
    direction: str
    digits: str
    latin_digits: bool
    sentence_ends: tuple[str, ...]
    autonym: str


@dataclass(frozen=True, slots=True)
class Language:
    """One language; `name` as iGOT writes it, `map_key` its key in iGOT's `languageMapV1`."""

    code: str
    name: str
    map_key: str
    scripts: tuple[Writing, ...]
    profile: Profile

    @property
    def default(self) -> Writing:
        """Return the writing that the bare code stands for."""
        return self.scripts[0]


_UNIT = "grapheme clusters (Unicode 17)"


def _profile(target_cps: float, hard_cps: float, source: str) -> Profile:
    """Return the profile "course": 42 a line, 2 lines, 1-7 s, gap of 2 frames at 24 a second."""
    return Profile(42, 2, 1000, 7000, 83, target_cps, hard_cps, _UNIT, source)


_HINDI = _profile(
    17, 22, "Netflix Hindi Timed Text Style Guide (42 a line, 22 cps); target 17 cps is ours"
)
_ENGLISH = _profile(
    17, 20, "Netflix English Timed Text Style Guide (42 a line, 20 cps); target 17 cps is ours"
)
# No figure for these languages was found in a published guide, so the label says whose it is.
_INDIC = _profile(17, 22, "project default, after Netflix's figures for Hindi")
_RTL = _profile(17, 22, "project default; no published figure for this language is known to us")

# 42 clusters of these scripts are wider than a 16:9 player shows at the browsers' own cue size
# (5vh: 35.6 em), and wrap to a third line. So many fit 32 em; measured by us on shaped Noto Sans.
_WIDTHS = {"ml": 31, "ta": 34, "te": 40}

# Script -> direction, native digits, sentence ends with the usual full stop first.
_SCRIPTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "Arab": ("rtl", "۰۱۲۳۴۵۶۷۸۹", ("۔", "؟", "!", ".", "?")),
    "Beng": ("ltr", "০১২৩৪৫৬৭৮৯", ("।", "॥", "?", "!", ".")),
    "Deva": ("ltr", "०१२३४५६७८९", ("।", "॥", "?", "!", ".")),
    "Gujr": ("ltr", "૦૧૨૩૪૫૬૭૮૯", (".", "?", "!", "।", "॥")),
    "Guru": ("ltr", "੦੧੨੩੪੫੬੭੮੯", ("।", "॥", "?", "!", ".")),
    "Knda": ("ltr", "೦೧೨೩೪೫೬೭೮೯", (".", "?", "!", "।", "॥")),
    "Latn": ("ltr", "0123456789", (".", "?", "!")),
    "Mlym": ("ltr", "൦൧൨൩൪൫൬൭൮൯", (".", "?", "!", "।", "॥")),
    "Mtei": ("ltr", "꯰꯱꯲꯳꯴꯵꯶꯷꯸꯹", ("꯫", "?", "!", ".")),
    "Olck": ("ltr", "᱐᱑᱒᱓᱔᱕᱖᱗᱘᱙", ("᱾", "᱿", "?", "!", ".")),
    "Orya": ("ltr", "୦୧୨୩୪୫୬୭୮୯", ("।", "॥", "?", "!", ".")),
    "Taml": ("ltr", "௦௧௨௩௪௫௬௭௮௯", (".", "?", "!", "।", "॥")),
    "Telu": ("ltr", "౦౧౨౩౪౫౬౭౮౯", (".", "?", "!", "।", "॥")),
}

# Marathi and Konkani are written in Devanagari but end a sentence with a point.
_POINT_IN_DEVANAGARI = frozenset({"mr", "kok"})
# Digits: native where CLDR 48 makes them the locale's default (a test asks ICU), Latin elsewhere:
# the Union's official form is 0-9 (Constitution of India, article 343). CLDR gives Manipuri in
# Meetei Mayek no rule and falls back to 0-9.
_NATIVE_DIGITS = frozenset(
    {"as_Beng", "bn_Beng", "ks_Arab", "mni_Beng", "mr_Deva", "ne_Deva", "sa_Deva"}
    | {"sat_Olck", "sd_Arab", "ur_Arab"}
)
# Sindhi in Arabic script takes the Arabic forms of 4 to 6, Urdu and Kashmiri the Persian ones.
_SINDHI_DIGITS = "٠١٢٣٤٥٦٧٨٩"

# code, name, default first: script, FLORES-200 tag, IN22 tag, autonym. FLORES-200 has no Bodo,
# Dogri, Konkani, Meetei Mayek or Devanagari Sindhi. Mind: NLLB-200's own vocabulary calls
# Santali `sat_Beng` although its text is Ol Chiki.
_TABLE: tuple[tuple[str, str, tuple[tuple[str, str, str, str], ...]], ...] = (
    ("as", "Assamese", (("Beng", "asm_Beng", "asm_Beng", "অসমীয়া"),)),
    ("bn", "Bengali", (("Beng", "ben_Beng", "ben_Beng", "বাংলা"),)),
    ("brx", "Bodo", (("Deva", "", "brx_Deva", "बड़ो"),)),
    ("doi", "Dogri", (("Deva", "", "doi_Deva", "डोगरी"),)),
    ("gu", "Gujarati", (("Gujr", "guj_Gujr", "guj_Gujr", "ગુજરાતી"),)),
    ("hi", "Hindi", (("Deva", "hin_Deva", "hin_Deva", "हिन्दी"),)),
    ("kn", "Kannada", (("Knda", "kan_Knda", "kan_Knda", "ಕನ್ನಡ"),)),
    (
        "ks",
        "Kashmiri",
        (("Arab", "kas_Arab", "kas_Arab", "کٲشُر"), ("Deva", "kas_Deva", "kas_Deva", "कॉशुर")),
    ),
    ("kok", "Konkani", (("Deva", "", "gom_Deva", "कोंकणी"),)),
    ("mai", "Maithili", (("Deva", "mai_Deva", "mai_Deva", "मैथिली"),)),
    ("ml", "Malayalam", (("Mlym", "mal_Mlym", "mal_Mlym", "മലയാളം"),)),
    (
        "mni",
        "Manipuri",
        (("Mtei", "", "mni_Mtei", "ꯃꯤꯇꯩꯂꯣꯟ"), ("Beng", "mni_Beng", "mni_Beng", "মৈতৈলোন্")),
    ),
    ("mr", "Marathi", (("Deva", "mar_Deva", "mar_Deva", "मराठी"),)),
    ("ne", "Nepali", (("Deva", "npi_Deva", "npi_Deva", "नेपाली"),)),
    ("or", "Odia", (("Orya", "ory_Orya", "ory_Orya", "ଓଡ଼ିଆ"),)),
    ("pa", "Punjabi", (("Guru", "pan_Guru", "pan_Guru", "ਪੰਜਾਬੀ"),)),
    ("sa", "Sanskrit", (("Deva", "san_Deva", "san_Deva", "संस्कृतम्"),)),
    ("sat", "Santali", (("Olck", "sat_Olck", "sat_Olck", "ᱥᱟᱱᱛᱟᱲᱤ"),)),
    (
        "sd",
        "Sindhi",
        (("Arab", "snd_Arab", "snd_Arab", "سنڌي"), ("Deva", "", "snd_Deva", "सिन्धी")),
    ),
    ("ta", "Tamil", (("Taml", "tam_Taml", "tam_Taml", "தமிழ்"),)),
    ("te", "Telugu", (("Telu", "tel_Telu", "tel_Telu", "తెలుగు"),)),
    ("ur", "Urdu", (("Arab", "urd_Arab", "urd_Arab", "اردو"),)),
    ("en", "English", (("Latn", "eng_Latn", "eng_Latn", "English"),)),
)

# Written with more scripts than our table has, so its tag always names the script.
_ALWAYS_TAGGED = frozenset({"sat"})


def _make_writing(code: str, row: tuple[str, str, str, str], first: bool, alone: bool) -> Writing:
    """Return one writing of a table row; its tag names the script where there is a choice."""
    script, flores, in22, autonym = row
    direction, digits, ends = _SCRIPTS[script]
    if code in _POINT_IN_DEVANAGARI:
        ends = (".", "?", "!", "।", "॥")
    if (code, script) == ("sd", "Arab"):
        ends = (".", "؟", "!", "۔", "?")  # so do 98 in 100 Sindhi sentences of FLORES-200 dev
    return Writing(
        code=code if first else f"{code}_{script}",
        script=script,
        bcp47=code if alone and code not in _ALWAYS_TAGGED else f"{code}-{script}",
        flores=flores,
        in22=in22,
        direction=direction,
        digits=_SINDHI_DIGITS if (code, script) == ("sd", "Arab") else digits,
        latin_digits=f"{code}_{script}" not in _NATIVE_DIGITS,
        sentence_ends=ends,
        autonym=autonym,
    )


def _make_language(code: str, name: str, rows: tuple[tuple[str, str, str, str], ...]) -> Language:
    writings = tuple(_make_writing(code, row, row is rows[0], len(rows) == 1) for row in rows)
    own = {"en": _ENGLISH, "hi": _HINDI}
    own |= {wide: replace(_INDIC, width=width) for wide, width in _WIDTHS.items()}
    profile = own.get(code, _RTL if writings[0].direction == "rtl" else _INDIC)
    return Language(code, name, name.lower(), writings, profile)


LANGUAGES: dict[str, Language] = {row[0]: _make_language(*row) for row in _TABLE}
"""Our code -> language, the 22 in alphabetical order of code, then English."""

CODES: tuple[str, ...] = tuple(LANGUAGES)
"""All language codes, without scripts."""

WRITINGS: dict[str, Writing] = {
    writing.code: writing for language in LANGUAGES.values() for writing in language.scripts
}
"""Target code -> writing."""

# Older codes and names, other codes in use at Sunbird, Bhashini and IndicTrans2, ISO 639-2/3.
_ALIASES: dict[str, str] = {
    "asm": "as", "assami": "as", "ben": "bn", "bangla": "bn", "boro": "brx", "bd": "brx",
    "dgo": "doi", "guj": "gu", "hin": "hi", "kan": "kn", "kas": "ks", "koshur": "ks",
    "gom": "kok", "knn": "kok", "goan konkani": "kok", "mal": "ml", "man": "mni",
    "meitei": "mni", "meetei": "mni", "meiteilon": "mni", "mar": "mr", "nep": "ne", "npi": "ne",
    "od": "or", "ori": "or", "ory": "or", "oriya": "or", "pan": "pa", "panjabi": "pa",
    "san": "sa", "santhali": "sat", "snd": "sd", "tam": "ta", "tel": "te", "urd": "ur",
    "eng": "en",
}  # fmt: skip
# Codes that are another language in ISO 639-1 and that Indian lists are known to confuse.
_FALSE_FRIENDS = {
    "ka": "is Georgian; Kannada is kn",
    "ma": "is no language code; Marathi is mr, Malayalam ml, Manipuri mni, Maithili mai",
    "ko": "is Korean; Konkani is kok",
    "si": "is Sinhala; Sindhi is sd",
    "br": "is Breton; Bodo is brx",
    "gj": "is no language code; Gujarati is gu",
}


@lru_cache
def _known_names() -> dict[str, str]:
    """Return everything a person may type, folded to lower case -> our code."""
    names = {language.map_key: code for code, language in LANGUAGES.items()}
    return names | _ALIASES | {code: code for code in CODES}


def _unknown(code: str, folded: str) -> UsageError:
    """Return the error for a code that is none of ours, with the nearest one that is."""
    if folded in _FALSE_FRIENDS:
        return UsageError(f"Language code {code!r} {_FALSE_FRIENDS[folded]}.")
    names = _known_names()
    near = get_close_matches(folded, names, n=1, cutoff=0.5)
    hint = f"Did you mean {names[near[0]]} ({LANGUAGES[names[near[0]]].name})? " if near else ""
    return UsageError(f"Unknown language {code!r}.", f"{hint}Known codes: {', '.join(CODES)}.")


@lru_cache  # every check of every sentence asks
def find_writing(code: str) -> Writing:
    """Return the writing that `code` asks for: `hi`, `ks_Deva`, `hi-IN`, `Hindi`, `gom`.

    Case does not matter; `-` and `_` are one; the region IN is ignored. Raises UsageError, with
    the nearest known code, for an unknown language or a script the language does not have.
    """
    folded = code.strip().lower().replace("_", "-").removesuffix("-in")
    base, _, script = folded.partition("-")
    names = _known_names()
    if base not in names:
        raise _unknown(code, folded)
    language = LANGUAGES[names[base]]
    for writing in language.scripts:
        if script in ("", writing.script.lower()):
            return writing
    known = ", ".join(writing.script for writing in language.scripts)
    raise UsageError(f"{language.name} has no script {script.title()!r} here.", f"It has {known}.")


@lru_cache
def find_language(code: str) -> Language:
    """Return the language that `code` names, in any spelling that `find_writing` understands.

    Raises UsageError with the nearest known code.
    """
    return LANGUAGES[find_writing(code).code.partition("_")[0]]
