"""Whether a "not" of the source can still be seen in the translation.

A draft that turns a sentence round is the worst that a small model does, and numbers and terms do
not show it. Only a search for the marks of negation, so it says "look", never "wrong": languages
have other ways to say no ("incomplete"), and a mark may belong to another clause.
"""

from __future__ import annotations

import re

# "No. 5" is a number, and "not only" takes nothing back.
_ENGLISH = re.compile(
    r"\b(?:not(?! only)|never|no(?!\.)|nor|none|nobody|nothing|neither|cannot|without)\b|n['’]t\b",
    re.IGNORECASE,
)
_BREAKS = re.compile("[\\s—–-]+")
_EDGES = "।॥۔.,;:!?…\"'“”‘’()[]–—-\u2068\u2069"

# Code -> marks: `x` a word of its own, `x-` the beginning of a word, `-x` its end, `-x-` anywhere.
_MARKS: dict[str, str] = {
    "as": "নাই নহয় নহয় বিনা নক- নহ- নে- নো- না- নি- নপ- নথ- নল- নজ- নব-",
    "bn": "না নয় নয় নেই নি নাই নন ছাড়া ছাড়া বিনা -নি -না -ছাড়া- -ছাড়া-",
    "gu": "નહીં નહિ નહી નથી ન ના વિના વગર -નહ-",
    "hi": "नहीं नहि नही न ना मत बिना बगैर बग़ैर",
    "kn": "-ಇಲ್ಲ- -ಿಲ್ಲ- -ಅಲ್ಲ- -ವಲ್ಲ- -ಬೇಡ- -ಬಾರದ- -ಕೂಡದ- -ಲ್ಲದ- -ಿಸದ- -ಡದೆ- -ಾರದ- -ದಿರ- -ಲಾಗದ-",
    "ml": "-ഇല്ല- -ില്ല- -ല്ല -ല്ലാ- -അല്ല- -രുത്- -വേണ്ട- -ാതെ- -ാത്ത-",
    "mr": "न ना नको नका विना -शिवाय- -नाही- -नये- -नका- -नसे- -नसत- -नसल- -नसा- -नव्ह- -विना",
    "ne": "न बिना विना -ैन- -होइन- -हुन्न- -इन्न- -ेन -एन नब- नग- नहु- नस- नदि- नपा- नरा- नभ- नलि- नले-",
    "or": "ନ ନା ନାହିଁ ନୁହେଁ ବିନା -ନାହ- -ନୁହ- -ନଥ- -ନି",
    "pa": "ਨਹੀਂ ਨਹੀ ਨਾ ਨਾਂ ਬਿਨਾਂ ਬਿਨਾ ਬਗੈਰ ਮਤ",
    "ta": "-இல்ல- -ில்ல- -அல்ல- -வேண்டாம்- -கூடாது- -ாது- -ாத- -ாமல்- -மாட்ட- -இன்றி- -ின்றி-",
    "te": "-లేద- -లేని- -లేక- -లేర- -లేవ- -లేం- -లేమ- -లేన- -కాద- -వద్ద- -కూడద- -కుండా- -రాద-"
    " -కపోవ- -కపోత- -నివ్వ- -దు -కండి",
    "ur": "نہیں نہ مت بغیر بنا نا بلا",
}


def lost_negation(source: str, target: str, language: str) -> str | None:
    """Return the English word of negation that has no mark in `target`, None when all is well.

    `language` is the code of the target; None for a language whose marks are not known here.
    """
    said = _ENGLISH.search(source)
    if said is None or language not in _MARKS:
        return None
    words = [word.strip(_EDGES) for word in _BREAKS.split(target)]
    marks = _MARKS[language].split()
    negated = any(_matches(word, mark) for word in words for mark in marks)
    return None if negated else said.group()


def _matches(word: str, mark: str) -> bool:
    bare = mark.strip("-")
    if mark.startswith("-") and mark.endswith("-"):
        return bare in word
    if mark.startswith("-"):
        return word.endswith(bare)
    return word.startswith(bare) if mark.endswith("-") else word == bare
