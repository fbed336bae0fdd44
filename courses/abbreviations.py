"""Full stops that do not end a sentence: titles, initials, "No. 5", "Rs. 1,87,500", "डॉ.".

For: one question, `ends_sentence`, asked by `courses.script` wherever ICU proposes an end. Not
for finding the ends. Our own lists: ICU's suppressions know six European languages only.
Entries are case folded and stand without their last full stop.
"""

from __future__ import annotations

import re
import unicodedata


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = _listed(
    "dr mr mrs ms smt shri sri sh km kum prof hon rev fr sr jr st adv er capt lt col maj gen brig"
    " sgt insp supdt pt pdt md m/s messrs dy addl asst jt"
)
"""Capitalised, never end a sentence while something follows; "10 km." is no title."""

ALWAYS = _listed(
    "e.g eg i.e ie viz vs v cf ca w.e.f w.r.t a.k.a c/o d/o s/o w/o approx pvt"
    # Devanagari
    " डॉ डा डाॅ प्रो पं स्व कु सु सुश्री श्री श्रीमती चि सौ मो मु एड इंजी ले कै उदा क्रि.वि"
    # Bengali and Assamese
    " ড ডা ডাঃ ডঃ প্রো প্ৰো অধ্যা মি মিসেস মো মোঃ শ্রী শ্ৰী"
    # Gurmukhi, Gujarati, Odia
    " ਡਾ ਪ੍ਰੋ ਸ ਸ੍ਰੀ ਸ਼੍ਰੀ ਸ੍ਰ ડૉ ડો પ્રો શ્રી સ્વ કુ ચિ ଡ ଡଃ ଡା ପ୍ରୋ ପ୍ରଫେ ଶ୍ରୀ ମି"
    # Tamil, Telugu, Kannada, Malayalam
    " டாக்டர் டாக் பேரா திரு திருமதி செல்வி ஸ்ரீ புரொஃப் ப்ரொஃப் எ.கா"
    " డా డాక్టర్ ప్రొ శ్రీ శ్రీమతి ఉదా ಡಾ ಪ್ರೊ ಪ್ರೋ ಶ್ರೀ ಶ್ರೀಮತಿ ಉದಾ ഡോ പ്രൊഫ ശ്രീ ശ്രീമതി അഡ്വ ഉദാ"
    # Santali, Urdu
    " ᱰᱨ ᱰᱚ ڈاکٹر پروفیسر"
)
"""Never end a sentence while something follows."""

BEFORE_NUMBER = _listed(
    "no nos sec secs s ss art arts cl cls sub-sec fig figs rs re inr vol vols ch p pp para paras"
    " r rr reg regs sch dt o.m om g.o go f.no ph tel ext pg sl sr.no s.no"
    " सं क्र रु रू नं पृ धा क्रं অনু ধারা নং টা রু ਨੰ ਰੁ નં રૂ ક્ર ନଂ ଟ ରୁ"
    " எண் ரூ ப பக் నం రూ సె పే ನಂ ರೂ ಕ್ರ ಸಂ ಪು നം രൂ പേ"
)
"""Do not end a sentence when a number follows: "No. 5", but "No. The answer is wrong."."""

BEFORE_NAME = _listed(
    "govt dept deptt ltd co inc corp assn dist distt tal teh jan feb mar apr jun jul aug"
    " sep sept oct nov dec a.m p.m ph.d m.sc b.sc m.tech b.tech estt encl ref"
)
"""Do not end a sentence unless a word follows that often starts one."""

STARTERS = _listed(
    "the this that these those it its he she they we you i a an in on at if when while after"
    " before but and so or then there here now for from with as to what who how why where which"
    " every each any all some no not our your their his her let please under by once also however"
    " therefore thus remember note next first second third finally today"
)
"""Words that often start an English sentence and are no name."""

LABELS = _listed(
    "section part plan class group schedule annexure appendix form option grade category type"
    " block column row vitamin table chapter clause article item list level phase unit team"
)
"""Words whose letter is a label, not an initial: "in Schedule A. Officers then ..."."""

_LETTER_NAMES = _listed(
    # the names of A to Z as initials are written; those that are also words are below
    "ए बी डी ई एफ़ एफ एच जे एल एम एन ओ क्यू आर एस टी यू वी डब्ल्यू डब्लू एक्स वाई ज़ेड"
    " এ বি সি ডি ই এফ জি এইচ আই জে কে এল এম এন ও পি কিউ আর এস টি ইউ ভি ডব্লিউ এক্স ওয়াই জেড"
    " ਏ ਬੀ ਡੀ ਈ ਐਫ ਐੱਫ ਐਚ ਐੱਚ ਆਈ ਜੇ ਕੇ ਐਲ ਐੱਲ ਐਮ ਐੱਮ ਐਨ ਐੱਨ ਓ ਕਿਊ ਆਰ ਐਸ ਐੱਸ ਟੀ ਯੂ ਵੀ ਐਕਸ ਵਾਈ"
    " એ બી સી ડી ઈ એફ એચ આઈ જે કે એલ એમ એન ઓ ક્યુ આર એસ ટી યુ વી ડબલ્યુ એક્સ વાય ઝેડ"
    " ଏ ବି ସି ଡି ଇ ଏଫ୍ ଏଫ ଜି ଏଚ୍ ଏଚ ଆଇ ଜେ କେ ଏଲ୍ ଏଲ ଏମ୍ ଏମ ଏନ୍ ଏନ ଓ ପି ଆର୍ ଆର ଏସ୍ ଏସ ଟି ୟୁ ଭି"
    " எஃப் எப் எச் எல் எம் என் கியூ ஆர் எஸ் யூ டபிள்யூ எக்ஸ் ஒய் இசட் ஐ ஜே ஓ வி"
    " ఎఫ్ ఎచ్ హెచ్ ఎల్ ఎమ్ ఎం ఎన్ క్యూ ఆర్ ఎస్ యు డబ్ల్యు ఎక్స్ వై జెడ్"
    " ಎಫ್ ಎಚ್ ಹೆಚ್ ಎಲ್ ಎಂ ಎಮ್ ಎನ್ ಕ್ಯೂ ಆರ್ ಎಸ್ ಯು ಡಬ್ಲ್ಯೂ ಎಕ್ಸ್ ವೈ"
    " എഫ് എച്ച് എൽ എം എൻ ക്യൂ ആർ എസ് യു ഡബ്ല്യു എക്സ് വൈ"
    " اے بی سی ڈی ای ایف جی ایچ جے ایل ایم این او پی کیو آر ایس ٹی یو وی ڈبلیو ایکس وائی"
)
_AMBIGUOUS_NAMES = _listed("जी आई पी सी के ਜੀ ਸੀ ਪੀ જી પી آئی کے")

_LOOK_AHEAD = 80  # characters; only the first word that follows is looked at
_OPENERS = "([{\"'“‘«¿\u2066\u2067\u2068"
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
# Tamil, Telugu, Kannada, Malayalam: an initial may carry a vowel sign (மு. க. ஸ்டாலின்), and
# sentences hardly end in a word of one cluster; Hindi sentences do (है. था.).
_DRAVIDIAN = ("TAMIL", "TELUGU", "KANNADA", "MALAYALAM")


def _is_one_cluster(stem: str) -> bool:
    """Return whether `stem` is one letter, with marks allowed in the Dravidian scripts."""
    bare = [ch for ch in stem if not unicodedata.category(ch).startswith("M")]
    if len(bare) != 1 or unicodedata.category(bare[0]) != "Lo":
        return False
    return len(stem) == 1 or unicodedata.name(bare[0], "").startswith(_DRAVIDIAN)


def _is_initial(stem: str) -> bool:
    """Return whether `stem`, in a script without case, can be the initial of a name."""
    last = re.split(r"[.۔]", stem)[-1]
    return last in _LETTER_NAMES or _is_one_cluster(last)


def _is_initial_token(token: str) -> bool:
    stem = token[:-1]
    known = _is_initial(stem) or stem in _AMBIGUOUS_NAMES
    return token.endswith((".", "۔")) and bool(stem) and known


def _latin_initial_ends(stem: str, previous: str, following: str) -> bool:
    """Return whether "A." ends the sentence: a label, or a pronoun, or a new sentence follows."""
    if previous.casefold() in LABELS or following.casefold() in STARTERS:
        return True
    return stem == "I" and previous.islower()


def _uncased_ends(stem: str, previous: str, following: str) -> bool:
    """Return whether a stem in a script without case ends the sentence."""
    if _is_initial(stem) or "." in stem.strip("."):
        return False
    in_a_row = _is_initial_token(previous) or _is_initial_token(following)
    return not (stem in _AMBIGUOUS_NAMES and in_a_row)


def _stem_ends(stem: str, previous: str, following: str) -> bool:
    folded = stem.casefold()
    if folded in ALWAYS or (folded in TITLES and stem[0].isupper()):
        return False
    if folded in BEFORE_NUMBER and following[:1].isdecimal():
        return False
    named = folded in BEFORE_NAME and (stem[0].isupper() or "." in stem)
    if named or (stem.isascii() and _INITIALS.fullmatch(stem)):
        return following.rstrip(",;:!?").casefold() in STARTERS
    if len(stem) == 1 and stem.isupper():
        return _latin_initial_ends(stem, previous, following)
    return stem.isascii() or _uncased_ends(stem, previous, following)


def ends_sentence(before: str, after: str) -> bool:
    """Return whether a sentence really ends between `before` and `after`.

    `before` is the text from the start of the sentence, `after` the rest of the line; spaces at
    the seam tell "ई.पू." from two sentences. True when nothing follows.
    """
    tokens, rest = before.rsplit(maxsplit=2), after[:_LOOK_AHEAD].split(maxsplit=1)
    if not tokens or not rest or not tokens[-1].endswith((".", "۔")):
        return True
    token = tokens[-1].lstrip(_OPENERS)
    previous = tokens[-2].lstrip(_OPENERS) if len(tokens) > 1 else ""
    if token.endswith(".") and not (before[-1].isspace() or after[0].isspace()):
        return False
    if len(tokens) == 1 and len(token) <= 4 and token[:-1].isdecimal():
        return False  # the number of a list item: "1. Apply online."
    if token.endswith("۔") and not _is_initial_token(token):
        return True
    return _stem_ends(token[:-1], previous, rest[0].lstrip(_OPENERS))
