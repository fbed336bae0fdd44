"""An import: what is taken, what is refused and why, and what the folder holds afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from courses.errors import UsageError
from courses.nouns import TermKind, TermStatus
from glossaries import merging
from glossaries.merging import Plan, Wish, carry_out, plan_import, read_folder
from glossaries.rows import Row
from glossaries.terms import Entry, TargetTerm
from glossaries.tsv import load_terms, write_tsv
from tests.unit.glossaries.term_entries import APPEAL

LAW = {"law-and-rights": {"appeal": APPEAL}}
WISH = Wish("law-and-rights")


def rows(*cells: dict[str, str]) -> list[Row]:
    return [Row(number, one) for number, one in enumerate(cells, start=2)]


def plan(*cells: dict[str, str], wish: Wish = WISH) -> Plan:
    return plan_import(rows(*cells), LAW, wish)


def reasons(made: Plan) -> list[str]:
    return [f"{one.line} {one.reason}" for one in made.refused]


def test_a_new_row_is_added_and_what_is_there_stays() -> None:
    made = plan({"en": "public authority", "hi": "लोक प्राधिकारी"})
    assert (made.rows, made.added, made.changed, made.refused) == (1, ["public-authority"], [], [])
    assert list(made.entries["law-and-rights"]) == ["appeal", "public-authority"]
    assert made.touched == {"law-and-rights"}


def test_a_row_that_the_folder_has_already_touches_nothing() -> None:
    made = plan({"en": "Appeal", "hi": "अपील"}, {"id": "appeal", "en": "appeal"})
    assert (made.unchanged, made.touched) == (["appeal", "appeal"], set())


def test_notes_do_not_contradict_each_other_and_are_kept_both() -> None:
    made = plan({"en": "appeal", "note": "One."}, {"en": "appeal", "note": "Two."})
    assert made.refused == []
    assert made.entries["law-and-rights"]["appeal"].note == "One.; Two."


def test_an_empty_language_is_filled_and_nothing_else_changes() -> None:
    made = plan({"en": "appeal", "bn": "আপিল", "hi": "अपील|पुनरावेदन"})
    after = made.entries["law-and-rights"]["appeal"]
    assert made.changed == ["appeal"]
    assert after.targets == APPEAL.targets | {
        "bn": TargetTerm("আপিল"),
        "hi": TargetTerm("अपील", ("पुनरावेदन",), TermStatus.OFFICIAL),
    }
    assert replace(after, targets=APPEAL.targets) == APPEAL


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"hi": "याचना"}, "hi is 'याचना' here and 'अपील' in the folder"),
        ({"id": "appeal", "en": "plea"}, "source is 'plea' here and 'appeal' in the folder"),
        ({"definition": "A plea."}, "definition is 'A plea.' here and 'A request"),
        ({"id": "appeal", "kind": "keep"}, "kind is 'keep' here and 'translate' in the folder"),
    ],
)
def test_a_contradiction_is_refused_unless_the_file_is_to_win(
    cells: dict[str, str], said: str
) -> None:
    row = {"en": "appeal"} | cells
    made = plan(row)
    assert said in made.refused[0].reason
    assert made.refused[0].reason.startswith("it contradicts appeal: ")
    assert made.touched == set()
    won = plan(row, wish=replace(WISH, replace=True))
    assert (won.refused, won.changed) == ([], ["appeal"])
    after = won.entries["law-and-rights"]["appeal"]
    assert after.targets["ta"] == APPEAL.targets["ta"]
    assert plan_import(rows(row), won.entries, WISH).unchanged == ["appeal"]


def test_rows_of_one_file_that_contradict_each_other_are_refused_even_then() -> None:
    made = plan(
        {"en": "fee", "hi": "शुल्क"},
        {"en": "Fee", "hi": "फ़ीस"},
        {"en": "fee", "hi": "शुल्क"},
        wish=replace(WISH, replace=True),
    )
    assert made.added == ["fee"]
    assert made.unchanged == ["fee"]
    assert "3 it contradicts fee: hi is 'फ़ीस' here and 'शुल्क' in line 2." in reasons(made)[0]


def test_an_id_that_we_make_is_never_that_of_another_domain() -> None:
    wish = Wish("finance", reserved={"fee": "law-and-rights", "tax": "finance"})
    made = plan({"en": "appeal"}, {"en": "fee"}, {"en": "tax"}, wish=wish)
    assert made.added == ["appeal-finance", "fee-finance", "tax"]
    again = plan_import(rows({"en": "appeal"}, {"en": "Fee"}), made.entries, wish)
    assert again.unchanged == ["appeal-finance", "fee-finance"]


def test_several_rows_may_forbid_wordings_of_one_term() -> None:
    forbid = {"en": "appeal", "kind": "forbid", "use": "appeal"}
    made = plan(forbid | {"hi": "याचना"}, forbid | {"id": "no-plea", "hi": "दरख़्वास्त"})
    assert made.added == ["no-appeal", "no-plea"]


def test_an_id_of_another_domain_is_refused_even_if_the_file_is_to_win() -> None:
    made = plan({"id": "appeal", "en": "appeal"}, wish=Wish("finance", replace=True))
    assert "domain is 'finance' here and 'law-and-rights' in the folder" in made.refused[0].reason


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"en": ""}, "the English term is empty"),
        ({"en": "fee", "hi": "শুল্ক"}, "hi: 'শুল্ক' is in the script Beng, not Deva"),
        ({"en": "fee", "kind": "x"}, "there is no kind 'x'"),
        ({"en": "fee", "official": "hi", "hi": "शुल्क", "source": ""}, "need the publication"),
        ({"en": "fee", "hi": "शुल्क\u202e"}, "U+202E"),
        ({"en": "fee", "id": "Fee!"}, "the id 'Fee!' is not"),
    ],
)
def test_a_faulty_row_is_refused_with_its_reason(cells: dict[str, str], reason: str) -> None:
    made = plan(cells, {"en": "act", "hi": "अधिनियम"})
    assert reason in made.refused[0].reason
    assert made.added == ["act"]


def test_a_row_that_could_not_be_read_is_refused_with_what_the_reader_said() -> None:
    made = plan_import([Row(7, {}, ("hi: the cell is a formula",))], LAW, WISH)
    assert reasons(made) == ["7 hi: the cell is a formula."]


def test_only_a_named_publication_makes_a_term_official_and_the_wish_is_for_the_rest() -> None:
    made = plan(
        {"en": "act", "hi": "अधिनियम", "ta": "சட்டம்", "official": "hi", "source": "The Gazette"},
        wish=replace(WISH, status=TermStatus.REVIEWED),
    )
    targets = made.entries["law-and-rights"]["act"].targets
    assert targets["hi"].status is TermStatus.OFFICIAL
    assert targets["ta"].status is TermStatus.REVIEWED


def test_a_status_rises_and_never_falls_by_an_import() -> None:
    risen = plan({"en": "appeal", "ta": "மேல்முறையீடு", "reviewed": "ta"})
    after = risen.entries["law-and-rights"]["appeal"].targets
    assert after["ta"].status is TermStatus.REVIEWED
    same = plan({"en": "appeal", "hi": "अपील"}, wish=replace(WISH, replace=True))
    assert same.unchanged == ["appeal"]


def test_without_a_domain_each_row_must_name_a_known_one() -> None:
    wish = Wish(known=frozenset({"law-and-rights"}))
    made = plan(
        {"en": "fee", "domain": "law-and-rights"},
        {"en": "act", "domain": "general"},
        {"en": "rule"},
        wish=wish,
    )
    assert made.added == ["fee"]
    assert reasons(made) == [
        "3 the domain 'general' is none of law-and-rights; say one with --domain.",
        "4 it names no domain; say one with --domain.",
    ]


def test_a_file_of_a_million_rows_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(merging, "MOST_ROWS", 3)
    endless = (Row(n, {"en": f"term {n}"}) for n in range(10**9))
    with pytest.raises(UsageError, match="more than 3 rows"):
        plan_import(endless, LAW, WISH)


def test_only_the_files_of_touched_domains_are_written(tmp_path: Path) -> None:
    fee = Entry("fee", "fee", TermKind.TRANSLATE, "finance", targets={"hi": TargetTerm("शुल्क")})
    (tmp_path / "law-and-rights.tsv").write_text(write_tsv([APPEAL]), encoding="utf-8")
    (tmp_path / "finance.tsv").write_text(write_tsv([fee]) + "\n\n", encoding="utf-8")
    before = (tmp_path / "finance.tsv").read_bytes()
    made = plan_import(rows({"en": "act", "hi": "अधिनियम"}), read_folder(tmp_path), WISH)
    assert carry_out(made, tmp_path) == [tmp_path / "law-and-rights.tsv"]
    assert (tmp_path / "finance.tsv").read_bytes() == before
    assert [entry.id for entry in load_terms(tmp_path).entries] == ["fee", "appeal", "act"]


def test_nothing_is_taken_into_a_folder_with_a_faulty_file(tmp_path: Path) -> None:
    (tmp_path / "law.tsv").write_text("en\n")
    with pytest.raises(UsageError, match=r"law\.tsv, line 1: .* Mend it first"):
        read_folder(tmp_path)
