"""A department's own terms over the built-in ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from courses.errors import UsageError
from courses.nouns import TermKind, TermScope, TermStatus
from glossaries.layers import all_domains, lay_over, load_layers
from glossaries.terms import HOTWORDS, Entry, TargetTerm
from glossaries.tsv import COLUMNS, DATA, domains, load_terms, write_tsv
from tests.unit.glossaries.term_entries import APPEAL

FEE = Entry("fee", "fee", TermKind.TRANSLATE, "finance", targets={"hi": TargetTerm("शुल्क")})


@pytest.mark.parametrize("identifier", ["appeal", "our-appeal"])
def test_an_own_entry_wins_and_keeps_the_languages_that_it_leaves_empty(identifier: str) -> None:
    own = Entry(
        identifier, "Appeal", TermKind.TRANSLATE, "law-and-rights",
        publication="Our manual", targets={"hi": TargetTerm("पुनरावेदन", (), TermStatus.OFFICIAL)},
    )  # fmt: skip
    first, second = lay_over([APPEAL, FEE], [own])
    assert second == FEE
    assert (first.id, first.definition) == (identifier, APPEAL.definition)
    assert first.publication == "Our manual; Right to Information Act, 2005"
    assert first.targets == {
        "hi": TargetTerm("पुनरावेदन", (), TermStatus.OFFICIAL),
        "ta": APPEAL.targets["ta"],
    }


def test_an_entry_of_another_kind_replaces_all_of_it() -> None:
    kept = Entry("appeal", "appeal", TermKind.KEEP, "law-and-rights")
    assert lay_over([APPEAL], [kept]) == (kept,)


def own_file(folder: Path, domain: str, rows: list[dict[str, str]]) -> None:
    head = (*COLUMNS, "hi")
    lines = [head, *([row.get(name, "") for name in head] for row in rows)]
    text = "".join("\t".join(line) + "\n" for line in lines)
    (folder / f"{domain}.tsv").write_text(text, encoding="utf-8")


def test_what_an_own_row_does_not_say_stays_as_it_is_built_in(tmp_path: Path) -> None:
    own_file(tmp_path, "law-and-rights", [{"id": "our-section", "en": "Section", "hi": "अनुच्छेद"}])
    (base,) = [one for one in load_terms().entries if one.id == "section-of-act"]
    layers = load_layers(tmp_path)
    (own,) = [one for one in layers.entries if one.id == "our-section"]
    assert base.scope is TermScope.NUMBERED
    for fact in ("kind", "scope", "part_of_speech", "abbreviation", "definition"):
        assert getattr(own, fact) == getattr(base, fact)
    text = "Under Section 5 your section acts."
    hits = layers.finder("hi", "administration")(text)
    assert [hit.term.id for hit in hits] == ["our-section", "office-section"]
    assert [hit.term.target for hit in hits] == ["अनुच्छेद", "अनुभाग"]


def test_what_an_own_row_says_holds_even_if_it_is_the_default(tmp_path: Path) -> None:
    row = {"id": "section-of-act", "en": "section", "hi": "अनुच्छेद", "scope": "any", "pos": "other"}
    own_file(tmp_path, "law-and-rights", [row])
    (own,) = [one for one in load_layers(tmp_path).entries if one.id == "section-of-act"]
    assert (own.scope, own.part_of_speech) == (TermScope.ANY, "other")


def test_a_kind_that_is_not_said_stays_that_of_a_name_to_keep(tmp_path: Path) -> None:
    kept = next(one for one in load_terms().entries if one.kind is TermKind.KEEP)
    own_file(tmp_path, kept.domain, [{"id": kept.id, "en": kept.source, "hi": "नाम"}])
    (own,) = [one for one in load_layers(tmp_path).entries if one.id == kept.id]
    assert own.kind is TermKind.KEEP


@pytest.mark.parametrize("domain", domains())
def test_an_own_file_moves_no_built_in_term_that_the_recogniser_expects(
    tmp_path: Path, domain: str
) -> None:
    before = load_terms().hotwords(domain)
    own_file(
        tmp_path,
        domain,
        [
            {"id": "a-new-term", "en": "brand new term", "hi": "नया"},
            {"id": "ours", "en": before[40].upper(), "hi": "हमारा"},
        ],
    )
    after = load_layers(tmp_path).hotwords(domain)
    assert after == (*before, "brand new term")[:HOTWORDS]


def test_forbidding_a_wording_leaves_the_concept_alone() -> None:
    forbid = replace(APPEAL, id="no-appeal", kind=TermKind.FORBID, use="appeal")
    assert lay_over([APPEAL], [forbid]) == (forbid, APPEAL)
    other = replace(forbid, id="no-plea", targets={"hi": TargetTerm("याचना")})
    assert lay_over([APPEAL, forbid], [other]) == (other, APPEAL, forbid)


def test_the_same_term_in_another_domain_is_another_concept() -> None:
    other = replace(APPEAL, id="appeal-finance", domain="finance")
    assert lay_over([APPEAL], [other]) == (other, APPEAL)


def test_an_own_folder_adds_its_domains_and_terms(tmp_path: Path) -> None:
    board = replace(FEE, id="railway-board", source="Railway Board", domain="railways")
    (tmp_path / "railways.tsv").write_text(write_tsv([board]), encoding="utf-8")
    base = load_layers(tmp_path)
    assert base.entries[0] == board
    assert len(base.entries) == len(load_terms(DATA).entries) + 1
    assert set(all_domains(tmp_path)) - set(all_domains()) == {"railways"}
    assert base.finder("hi", None)("The Railway Board met.")[0].term.target == "शुल्क"


def test_a_folder_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no folder .*gone.* glossaries\.folder"):
        load_layers(tmp_path / "gone")


def test_of_several_folders_the_last_one_wins_and_the_others_complete_it(tmp_path: Path) -> None:
    first, last = tmp_path / "first", tmp_path / "last"
    for folder, wording in ((first, "दर"), (last, "फ़ीस")):
        folder.mkdir()
        own_file(folder, "railways", [{"id": "fare", "en": "fare", "hi": wording}])
    own_file(first, "roads", [{"id": "toll", "en": "toll", "hi": "पथकर"}])
    found = {one.id: one.targets["hi"].text for one in load_layers(first, None, last).entries
             if one.id in ("fare", "toll")}  # fmt: skip
    assert found == {"fare": "फ़ीस", "toll": "पथकर"}
