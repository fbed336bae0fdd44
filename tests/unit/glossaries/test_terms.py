"""The term base: what a lesson sees of it, and what its files must be like."""

from __future__ import annotations

from courses.nouns import TermKind, TermScope, TermStatus
from glossaries.terms import Entry, TargetTerm, TermBase
from glossaries.tsv import COLUMNS, DATA, load_terms


def entry(source: str, domain: str = "law", **more: object) -> Entry:
    targets = {"hi": TargetTerm(str(more.pop("hi")))} if "hi" in more else {}
    kind = TermKind(str(more.pop("kind", "translate")))
    name = source.lower().replace(" ", "-")
    return Entry(f"{name}-{domain}-{kind}", source, kind, domain, targets=targets, **more)  # type: ignore[arg-type]


def found(base: TermBase, text: str, domain: str | None = None, language: str = "hi") -> list[str]:
    hits = base.finder(language, domain)(text)
    return [f"{text[hit.start : hit.end]}={hit.term.target}" for hit in hits]


def test_the_lessons_own_domain_wins() -> None:
    base = TermBase((entry("appeal", "finance", hi="याचना"), entry("appeal", "law", hi="अपील")))
    assert found(base, "An appeal.", "law") == ["appeal=अपील"]
    assert found(base, "An appeal.", "finance") == ["appeal=याचना"]


def test_a_common_word_is_a_term_only_in_lessons_of_its_domain() -> None:
    base = TermBase((entry("leave", "personnel", hi="अवकाश", scope=TermScope.DOMAIN),))
    assert found(base, "On leave.", "personnel") == ["leave=अवकाश"]
    assert found(base, "On leave.", "law") == []
    assert found(base, "On leave.") == []


def test_a_term_without_a_translation_is_left_alone_but_a_kept_one_is_kept() -> None:
    base = TermBase((entry("eOffice", kind="keep"), entry("file", hi="फ़ाइल")))
    assert found(base, "Open the file in eOffice.", language="ta") == ["eOffice=eOffice"]


def test_of_another_language_only_names_are_found() -> None:
    base = TermBase((entry("eOffice", kind="keep"), entry("file", hi="फ़ाइल")))
    assert [term.source for term in base.terms("ta", None, "hi")] == ["eOffice"]


def test_forbidden_wordings_go_with_the_term_of_the_same_source() -> None:
    right = entry("Right to Information", hi="सूचना का अधिकार")
    wrong = entry("right to information", kind="forbid", hi="जानकारी का अधिकार", use=right.id)
    (term,) = TermBase((right, wrong)).terms("hi", None)
    assert term.kind is TermKind.TRANSLATE
    assert term.forbidden == ("जानकारी का अधिकार",)


def test_a_forbidden_wording_of_another_source_names_what_to_use() -> None:
    right = entry("Right to Information", hi="सूचना का अधिकार")
    wrong = entry("information right", kind="forbid", hi="जानकारी का अधिकार", use=right.id)
    terms = {term.source: term for term in TermBase((right, wrong)).terms("hi", None)}
    assert terms["information right"].kind is TermKind.FORBID
    assert terms["information right"].target == "सूचना का अधिकार"


def test_hotwords_are_the_terms_of_the_domain() -> None:
    base = TermBase((entry("appeal"), entry("file", "it"), entry("plea", kind="forbid")))
    assert base.hotwords("law") == ("appeal",)
    assert base.hotwords(None) == ()


def test_no_wording_of_ours_is_official_without_its_publication() -> None:
    entries = load_terms(DATA).entries
    assert entries
    official = [
        entry
        for entry in entries
        if any(target.status is TermStatus.OFFICIAL for target in entry.targets.values())
    ]
    assert [entry.id for entry in official if not entry.publication] == []


def test_every_concept_of_ours_has_an_id_of_its_own_and_a_wording_or_is_kept() -> None:
    entries = load_terms(DATA).entries
    assert len({entry.id for entry in entries}) == len(entries)
    assert [e.id for e in entries if not e.targets and e.kind is not TermKind.KEEP] == []
    assert "id" in COLUMNS


def test_before_a_number_a_section_is_the_acts_in_any_lesson_and_else_the_offices() -> None:
    terms = (
        Entry("office", "section", TermKind.TRANSLATE, "administration", scope=TermScope.DOMAIN,
              targets={"hi": TargetTerm("अनुभाग")}),
        Entry("act", "section", TermKind.TRANSLATE, "law", scope=TermScope.NUMBERED,
              targets={"hi": TargetTerm("धारा")}),
    )  # fmt: skip
    text = "Your section acts under Section 8(1), section five and sections of the Act."

    def found(domain: str) -> list[str]:
        return [hit.term.target for hit in TermBase(terms).finder("hi", domain)(text)]

    assert found("administration") == ["अनुभाग", "धारा", "धारा", "अनुभाग"]
    assert found("law") == ["धारा"] * 4
    assert found("finance") == ["धारा", "धारा"]


def test_before_a_number_the_lessons_own_numbered_term_wins_over_that_of_another_domain() -> None:
    law = entry("section", "law", hi="धारा", scope=TermScope.NUMBERED)
    rules = entry("section", "rules", hi="अनुच्छेद", scope=TermScope.NUMBERED)
    plain = entry("section", "fees", hi="अनुभाग")
    base = TermBase((law, rules, plain))
    text = "See section 5 of the section."
    assert found(base, text, "rules") == ["section=अनुच्छेद", "section=अनुच्छेद"]
    assert found(base, text, "fees") == ["section=धारा", "section=अनुभाग"]
