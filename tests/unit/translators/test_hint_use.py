"""The starter's own look at whether hinted terms were used."""

from __future__ import annotations

import pytest

from translators.hint_use import unused


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("लोक सूचना अधिकारी", "लोक सूचना अधिकारियों को आवेदन दें।"),
        ("पंजीकरण", "पंजीकरणों की सूची देखें।"),
        ("அதிகாரி", "அதிகாரியிடம் மனு கொடுங்கள்."),
        ("आवेदन", "आवेदन"),
        ("क़ानून", "यह कानून है।"),
    ],
)
def test_a_form_counts_with_another_ending(form: str, text: str) -> None:
    assert unused([("x", form)], text) == 0


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("लोक सूचना अधिकारी", "लोक अधिकारी को आवेदन दें।"),
        ("अपील", "शिकायत करें।"),
        ("தகவல்", "மனு கொடுங்கள்."),
    ],
)
def test_another_word_does_not_count(form: str, text: str) -> None:
    assert unused([("x", form), ("y", "और")], text + " और") == 1
