"""A department's own terms over the built-in ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from courses.errors import UsageError
from courses.nouns import TermKind, TermStatus
from glossaries.layers import all_domains, lay_over, load_layers
from glossaries.terms import Entry, TargetTerm
from glossaries.tsv import DATA, load_terms, write_tsv
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
