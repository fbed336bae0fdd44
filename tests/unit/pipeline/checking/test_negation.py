"""A lost "not" is seen, a kept one raises nothing, in every language of the starter."""

from __future__ import annotations

import pytest

from pipeline.checking.negation import lost_negation

NEVER = "Never share your password."

KEPT = {
    "as": "আপোনাৰ পাছৱৰ্ড কেতিয়াও শ্বেয়াৰ নকৰিব।",
    "bn": "আপনার পাসওয়ার্ড কখনও শেয়ার করবেন না।",
    "gu": "તમારો પાસવર્ડ ક્યારેય શેર કરશો નહીં.",
    "hi": "अपना पासवर्ड कभी साझा न करें।",
    "kn": "ನಿಮ್ಮ ಪಾಸ್‌ವರ್ಡ್ ಅನ್ನು ಎಂದಿಗೂ ಹಂಚಿಕೊಳ್ಳಬೇಡಿ.",
    "ml": "നിങ്ങളുടെ പാസ്‌വേഡ് ഒരിക്കലും പങ്കിടരുത്.",
    "mr": "तुमचा पासवर्ड कधीही शेअर करू नका.",
    "ne": "आफ्नो पासवर्ड कहिल्यै साझा नगर्नुहोस्।",
    "or": "ଆପଣଙ୍କ ପାସୱାର୍ଡ କେବେ ବି ସେୟାର କରନ୍ତୁ ନାହିଁ।",
    "pa": "ਆਪਣਾ ਪਾਸਵਰਡ ਕਦੇ ਵੀ ਸਾਂਝਾ ਨਾ ਕਰੋ।",
    "ta": "உங்கள் கடவுச்சொல்லை ஒருபோதும் பகிர வேண்டாம்.",
    "te": "మీ పాస్‌వర్డ్‌ను ఎప్పుడూ పంచుకోవద్దు.",
    "ur": "اپنا پاس ورڈ کبھی شیئر نہ کریں۔",
}
LOST = {
    "bn": "আপনার পাসওয়ার্ড শেয়ার করুন।",
    "gu": "તમારો પાસવર્ડ શેર કરો.",
    "hi": "कभी भी अपना पासवर्ड साझा करें।",
    "kn": "ನಿಮ್ಮ ಪಾಸ್‌ವರ್ಡ್ ಹಂಚಿಕೊಳ್ಳಿ.",
    "ml": "നിങ്ങളുടെ പാസ്‌വേഡ് പങ്കിടുക.",
    "mr": "तुमचा पासवर्ड शेअर करा.",
    "ne": "आफ्नो पासवर्ड साझा गर्नुहोस्।",
    "pa": "ਆਪਣਾ ਪਾਸਵਰਡ ਸਾਂਝਾ ਕਰੋ।",
    "ta": "உங்கள் கடவுச்சொல்லைப் பகிரவும்.",
    "te": "మీ పాస్‌వర్డ్‌ను పంచుకోండి.",
    "ur": "اپنا پاس ورڈ شیئر کریں۔",
}


@pytest.mark.parametrize("language", KEPT)
def test_a_negation_that_is_kept_raises_nothing(language: str) -> None:
    assert lost_negation(NEVER, KEPT[language], language) is None


@pytest.mark.parametrize("language", LOST)
def test_a_negation_that_is_lost_is_named(language: str) -> None:
    assert lost_negation(NEVER, LOST[language], language) == "Never"


@pytest.mark.parametrize(
    "source", ["See file No. 5 of 2026.", "It is not only quick.", "Share the notes.", "A knot."]
)
def test_a_sentence_without_negation_needs_none(source: str) -> None:
    assert lost_negation(source, LOST["hi"], "hi") is None


def test_a_language_whose_marks_are_not_known_is_left_alone() -> None:
    assert lost_negation(NEVER, "ᱱᱚᱶᱟ", "sat") is None
