"""The editor's own scripts without a browser: typing in Latin letters, measures, differences."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from courses.script import count, width

NODE = shutil.which("node")
SCRIPTS = Path(__file__).parents[3] / "pipeline/review/static/review/editor"
pytestmark = pytest.mark.skipif(NODE is None, reason="no node here")

WORDS = {
    ("hi", "Deva"): "namaste नमस्ते bhaarat भारत sarakaar सरकार shikShaa शिक्षा kaaryaalay कार्यालय "
    "adhikaarii अधिकारी suuchanaa सूचना hindii हिन्दी laRakaa लड़का paRhaaii पढ़ाई mangal मंगल "
    "RRiShi ऋषि kRipayaa कृपया jnaan ज्ञान zaruurii ज़रूरी haa~ हाँ prashna प्रश्न svaasthya स्वास्थ्य "
    "ghaRii घड़ी hiMdii हिंदी duHkh दुःख RTI RTI 2005 2005",
    ("mr", "Deva"): "mahaaraaShTra महाराष्ट्र shaaLaa शाळा maahitii माहिती",
    ("sa", "Deva"): "bhagavaan भगवान् saMskRitam संस्कृतम्",
    ("bn", "Beng"): "baaMlaa বাংলা bhaarat ভারত dhanyabaad ধন্যবাদ shikShaa শিক্ষা samay সময় "
    "bidyaalay বিদ্যালয় naagarik নাগরিক banga বঙ্গ",
    ("as", "Beng"): "asamiiyaa অসমীয়া bhaarat ভাৰত",
    ("pa", "Guru"): "panjaab ਪੰਜਾਬ bhaarat ਭਾਰਤ namaste ਨਮਸਤੇ sikkhiaa ਸਿੱਖਿਆ prashaasan ਪ੍ਰਸ਼ਾਸਨ "
    "paRhaaii ਪੜ੍ਹਾਈ sarakaar ਸਰਕਾਰ",
    ("gu", "Gujr"): "gujaraat ગુજરાત namaste નમસ્તે shaaLaa શાળા maahitii માહિતી shikShaN શિક્ષણ",
    ("or", "Orya"): "oRishaa ଓଡ଼ିଶା bhaarat ଭାରତ namaskaar ନମସ୍କାର shikShaa ଶିକ୍ଷା satya ସତ୍ୟ",
    ("ta", "Taml"): "tamizh தமிழ் vaNakkam வணக்கம் nanRi நன்றி arasu அரசு kalvi கல்வி paLLi பள்ளி "
    "intiyaa இந்தியா sangam சங்கம் pErunthu பேருந்து uuzhiyar ஊழியர்",
    ("te", "Telu"): "telugu తెలుగు namastE నమస్తే prabhutvam ప్రభుత్వం vidya విద్య samaachaaram సమాచారం "
    "aandhra ఆంధ్ర paaThashaala పాఠశాల",
    ("kn", "Knda"): "kannaDa ಕನ್ನಡ karnaaTaka ಕರ್ನಾಟಕ sarkaara ಸರ್ಕಾರ shikShaNa ಶಿಕ್ಷಣ maahiti ಮಾಹಿತಿ "
    "bengaLuuru ಬೆಂಗಳೂರು",
    (
        "ml",
        "Mlym",
    ): "malayaaLam മലയാളം kEraLam കേരളം avan അവൻ sarkkaar സർക്കാർ vidyaabhyaasam വിദ്യാഭ്യാസം "
    "njaan ഞാൻ namaskaaram നമസ്കാരം njangaL ഞങ്ങൾ",
    ("ur", "Arab"): "salaam سلام paakistaan پاکستان kitaab کتاب shukriya شکریہ Khidmat خدمت hai ہے "
    "haiN ہیں meN میں ko کو kaa کا urduu اردو zindagii زندگی sarkaar سرکار log لوگ qaanuun قانون "
    "Haq حق ma'luumaat معلومات 'avaam عوام aur اور ek ایک aisaa ایسا bachcha بچہ mulaazim ملازم "
    "aaii آئی",
}


def run(script: str, **given: object) -> object:
    """Run a module that imports from SCRIPTS with `given` as constants; returns what it prints."""
    constants = "".join(f"const {name} = {json.dumps(value)};" for name, value in given.items())
    done = subprocess.run(
        [str(NODE), "--no-warnings", "--input-type=module", "-"],
        input=script.replace("HERE", SCRIPTS.as_uri()).replace("GIVEN", constants),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("writing", WORDS, ids="_".join)
def test_words_in_latin_letters_become_right_words(writing: tuple[str, str]) -> None:
    words = WORDS[writing].split()
    typed = words[::2]
    found = run(
        'import { toScript } from "HERE/letters_to.js";GIVEN'
        "console.log(JSON.stringify(typed.map((word) => toScript(word, ...writing))))",
        typed=typed,
        writing=writing,
    )
    assert dict(zip(typed, found, strict=True)) == dict(zip(typed, words[1::2], strict=True))


def test_all_that_can_be_typed_is_in_the_script_alone() -> None:
    """No place of a block that has no letter is ever written, whatever is typed."""
    import unicodedata

    found = run(
        'import { CONSONANTS, SCRIPTS, VOWELS } from "HERE/letters.js";'
        'import { toScript } from "HERE/letters_to.js";'
        "const words = Object.keys(CONSONANTS).flatMap((c) => Object.keys(VOWELS).flatMap("
        "(v) => [c + v, v + c, `a${c}k${v}`, `a${c}${c}${v}`]));"
        "const of = (s) => words.map((w) => [s, w, toScript(w, '', s)]);"
        "const all = Object.keys(SCRIPTS).flatMap(of);"
        "console.log(JSON.stringify(all))"
    )
    assert isinstance(found, list)
    missing = {
        (script, word)
        for script, word, text in found
        for char in text
        if unicodedata.category(char) == "Cn" and "~" not in word
    }
    assert missing == set()


TEXTS = [
    "हिन्दी में कार्य",
    "ಸ್ತ್ರೀ ಶಕ್ತಿ",
    "லக்ஷ்மி",
    "പ്രധാനമന്ത്രി",
    "এক\u200d্ষ",
    "abc \u2068RTI\u2069",
    "کٲشُر 2005",
]


def test_clusters_are_counted_as_the_server_counts_them() -> None:
    found = run(
        'import { graphemes, width } from "HERE/measure.js";GIVEN'
        "console.log(JSON.stringify(texts.map((text) => [graphemes(text).length, width(text)])))",
        texts=TEXTS,
    )
    assert found == [[count(text), width(text)] for text in TEXTS]


def test_a_text_is_broken_into_lines_that_fit() -> None:
    profile = {"width": 12, "lines": 2}
    found = run(
        'import { provisional, wrap } from "HERE/measure.js";GIVEN'
        "const cues = provisional(text, profile, 1000, 5000);"
        "console.log(JSON.stringify([wrap(text, profile), cues]))",
        text="हर नागरिक सूचना माँग सकता है और पाता है।",
        profile=profile,
    )
    lines, cues = found
    assert " ".join(lines) == "हर नागरिक सूचना माँग सकता है और पाता है।"
    assert all(width(line) <= 12 for line in lines)
    assert [line for cue in cues for line in cue["lines"]] == lines
    assert (cues[0]["start"], cues[-1]["end"]) == (1000, 5000)


def test_differences_are_whole_words() -> None:
    found = run(
        "globalThis.document = { getElementById: () => ({ textContent: '{\"words\":{}}' }) };"
        'const { differences, pieces } = await import("HERE/diff.js");GIVEN'
        "console.log(JSON.stringify([differences(before, after), pieces(before)]))",
        before="शुल्क दस रुपये है।",
        after="शुल्क बीस रुपये है।",
    )
    assert found[0] == [["same", "शुल्क "], ["gone", "दस"], ["new", "बीस"], ["same", " रुपये है।"]]
    assert "".join(found[1]) == "शुल्क दस रुपये है।"
