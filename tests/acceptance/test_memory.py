"""`karmavani memory`, and a course that is localised with one."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

Karmavani = Callable[..., subprocess.CompletedProcess[str]]

FIRST = "In the first, every citizen may ask for information."
FEE = "The fee is Rs. 10, and Dr. Rao explains it in the next lesson."
TSV = f"""\
en\thi
{FIRST}\tपहले में, हर नागरिक सूचना माँग सकता है।
{FEE.replace("10", "20")}\tशुल्क 20 रुपये है, और डॉ. राव इसे अगले पाठ में समझाते हैं।
"""


def remember(karmavani: Karmavani, tmp_path: Path, text: str = TSV) -> dict[str, Any]:
    (tmp_path / "approved.tsv").write_text(text, encoding="utf-8")
    done = karmavani("memory", "import", "approved.tsv", "--approved-by", "A. R", "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def manifest(tmp_path: Path, lesson: str) -> dict[str, Any]:
    path = tmp_path / "karmavani-out" / "small" / lesson / "hi" / "manifest.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def localise(karmavani: Karmavani, course: Path, *more: str) -> subprocess.CompletedProcess[str]:
    done = karmavani("localise", course, "--to", "hi", "--translator", "echo", *more)
    assert done.returncode == 0, done.stderr
    return done


def test_an_approved_sentence_is_the_draft_and_a_similar_one_a_suggestion(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    assert remember(karmavani, tmp_path)["new"] == 2
    done = localise(karmavani, course)
    assert "1 sentence from the translation memory, suggestions for 3 others" in done.stdout
    vtt = (tmp_path / "karmavani-out/small/first/hi/first.hi.vtt").read_text(encoding="utf-8")
    assert "पहले में, हर नागरिक" in vtt
    assert "[hi] In the first" not in vtt
    told = manifest(tmp_path, "first")
    assert told["label"] == "machine draft, not reviewed"
    assert told["counts"]["from_memory"] == 1
    assert "engine:memory|model:local|revision:1" in told["signatures"]["translation"]
    [used] = told["memory"]["used"]
    assert (used["percent"], used["approved_by"], used["source"]) == (100, "A. R", FIRST)
    [suggested] = told["memory"]["suggested"]
    assert (suggested["text"], suggested["numbers"]) == (FEE, [["20"], ["10"]])
    assert "शुल्क 20 रुपये" not in vtt
    assert "[hi] The fee is Rs. 10" in vtt.replace("\n", " ")


def test_text_of_the_memory_is_checked_like_any_other(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    remember(karmavani, tmp_path, f"en\thi\n{FIRST}\tपहले 7 में, हर नागरिक सूचना माँग सकता है।\n")
    localise(karmavani, course)
    found = manifest(tmp_path, "first")["findings"]
    assert any(one["check"] == "numbers-differ" and one["source"] == FIRST for one in found)


def test_a_memory_that_grew_changes_just_the_packages_that_it_has_something_for(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    captions = course / "second.srt"
    captions.write_text(captions.read_text().replace("citizen may ask for", "officer shall give"))
    localise(karmavani, course)
    before = manifest(tmp_path, "second")
    remember(karmavani, tmp_path, "\n".join(TSV.splitlines()[:2]) + "\n")
    again = localise(karmavani, course)
    assert "1 package written, 1 up to date" in again.stdout
    assert manifest(tmp_path, "first")["memory"]["used"]
    assert manifest(tmp_path, "second") == before
    third = localise(karmavani, course)
    assert "Nothing to do" in third.stdout


def test_the_run_tells_what_was_asked_of_the_engine(karmavani: Karmavani, course: Path) -> None:
    result = json.loads(localise(karmavani, course, "--json").stdout)
    assert (result["usage"]["calls"], result["usage"]["sentences"]) == (2, 6)
    assert result["usage"]["characters"] > 100
    again = json.loads(localise(karmavani, course, "--json").stdout)
    assert again["usage"]["sentences"] == 0


def test_drafts_are_kept_over_courses_where_that_is_asked_for(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    (tmp_path / "my.toml").write_text("cache = 'cache'\n[translator]\ncached = true\n")
    settings = ("--config", "my.toml", "localise", course, "--to", "hi", "--translator", "echo")
    assert karmavani(*settings, "--out", "one").returncode == 0
    done = karmavani(*settings, "--out", "two", "--json")
    usage = json.loads(done.stdout)["usage"]
    assert (usage["calls"], usage["cached"]) == (0, 6)
    names = ("first.hi.vtt", "first.hi.txt")
    for name in names:
        made = [(tmp_path / out / "small/first/hi" / name).read_bytes() for out in ("one", "two")]
        assert made[0] == made[1]


def test_find_shows_percentages_and_the_numbers_that_differ(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    remember(karmavani, tmp_path)
    done = karmavani("memory", "find", FEE, "--to", "hi")
    assert done.returncode == 0
    assert done.stdout.startswith("95 %  शुल्क 20 रुपये है")
    assert "numbers differ: 20 there, 10 here" in done.stdout
    none = karmavani("memory", "find", "Something else altogether.", "--to", "hi")
    assert (none.returncode, none.stdout) == (0, "Nothing like it is there.\n")


def test_a_memory_goes_out_as_tmx_and_comes_back_as_the_same(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    remember(karmavani, tmp_path)
    out = karmavani("memory", "export", "--out", "x.tmx", "--json")
    assert json.loads(out.stdout) == {"file": "x.tmx", "units": 2}
    again = karmavani("memory", "import", "x.tmx", "--approved-by", "B")
    assert again.stdout == "0 new, 2 there already\n"
    stats = json.loads(karmavani("memory", "stats", "--json").stdout)
    assert stats["counts"] == [{"organisation": "local", "pair": "en>hi", "units": 2}]


def test_another_organisation_sees_only_what_is_common(
    karmavani: Karmavani, environment: dict[str, str], tmp_path: Path
) -> None:
    remember(karmavani, tmp_path)
    environment["KARMAVANI_ORGANISATION"] = "isro"
    assert "0 translations" in karmavani("memory", "stats").stdout
    assert "Nothing like it" in karmavani("memory", "find", FIRST, "--to", "hi").stdout
    arguments = ("memory", "import", "approved.tsv", "--approved-by", "A. R")
    karmavani(*arguments, "--organisation", "common")
    assert "100 %" in karmavani("memory", "find", FIRST, "--to", "hi").stdout


def test_a_wrong_translation_is_taken_out_and_the_next_run_goes_without_it(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    remember(karmavani, tmp_path)
    localise(karmavani, course)
    assert manifest(tmp_path, "first")["counts"]["from_memory"] == 1
    unasked = karmavani("memory", "remove", FIRST, "--to", "hi")
    assert unasked.returncode == 2
    assert "पहले में, हर नागरिक" in unasked.stderr
    assert "Nothing was removed. Say --yes" in unasked.stderr
    arguments = ("memory", "remove", FIRST, "--to", "hi", "--yes")
    other = karmavani(*arguments, "--translation", "कुछ और", "--json")
    assert json.loads(other.stdout)["removed"] == 0
    done = json.loads(karmavani(*arguments, "--json").stdout)
    assert done["removed"] == 1
    assert [unit["source"] for unit in done["units"]] == [FIRST]
    assert "0 translations removed" in karmavani(*arguments).stdout
    localise(karmavani, course)
    told = manifest(tmp_path, "first")
    assert (told["counts"]["from_memory"], told["memory"]["used"]) == (0, [])
    vtt = (tmp_path / "karmavani-out/small/first/hi/first.hi.vtt").read_text(encoding="utf-8")
    assert "[hi] In the first" in vtt


def test_a_list_takes_out_just_the_translations_that_are_in_it(
    karmavani: Karmavani, tmp_path: Path
) -> None:
    remember(karmavani, tmp_path)
    remember(karmavani, tmp_path, f"en\thi\n{FIRST}\tदूसरा।\n")
    (tmp_path / "wrong.tsv").write_text(f"en\thi\n{FIRST}\tदूसरा।\nNot there.\tनहीं।\n")
    done = karmavani("memory", "remove", "--list", "wrong.tsv", "--yes")
    assert done.stdout.startswith("1 translations removed from ")
    karmavani("memory", "export", "--out", "all.tmx")
    assert "दूसरा" not in (tmp_path / "all.tmx").read_text(encoding="utf-8")
    done = karmavani("memory", "remove", "--list", "all.tmx", "--yes")
    assert done.stdout.startswith("2 translations removed from ")
    for mistake in ((), ("Yes.",), ("Yes.", "--to", "hi", "--list", "all.tmx")):
        refused = karmavani("memory", "remove", *mistake)
        assert refused.returncode == 2
        assert "It is not said what to remove" in refused.stderr


def test_an_organisation_writes_out_and_takes_out_only_its_own_and_what_is_common(
    karmavani: Karmavani, environment: dict[str, str], tmp_path: Path
) -> None:
    remember(karmavani, tmp_path)
    environment["KARMAVANI_ORGANISATION"] = "isro"
    for command in (("export", "--out", "x.tmx"), ("remove", FIRST, "--to", "hi", "--yes")):
        refused = karmavani("memory", *command, "--organisation", "local")
        assert refused.returncode == 2
        assert "translations of 'local' are not yours" in refused.stderr
        assert karmavani("memory", *command, "--organisation", "common").returncode == 0
    assert "सूचना" not in (tmp_path / "x.tmx").read_text(encoding="utf-8")
    del environment["KARMAVANI_ORGANISATION"]
    assert "2 translations" in karmavani("memory", "stats").stdout


def test_a_run_says_when_the_memory_that_it_was_told_of_is_not_there(
    karmavani: Karmavani, course: Path, tmp_path: Path
) -> None:
    told = f"There is no translation memory at {tmp_path / 'memory.sqlite3'}"
    assert told in localise(karmavani, course).stderr
    remember(karmavani, tmp_path)
    assert told not in localise(karmavani, course).stderr


def test_mistakes_are_told_with_what_to_do(karmavani: Karmavani, tmp_path: Path) -> None:
    none = karmavani("memory", "find", "Yes.", "--to", "hi")
    assert none.returncode == 2
    assert "There is no translation memory yet" in none.stderr
    (tmp_path / "bad.tmx").write_text("<tmx>\n<body>\n<tu></body></tmx>")
    bad = karmavani("memory", "import", "bad.tmx", "--approved-by", "A. R")
    assert bad.returncode == 2
    assert "bad.tmx:3: is not well-formed" in bad.stderr
    unnamed = karmavani("memory", "import", "bad.tmx")
    assert unnamed.returncode == 2
    assert "--approved-by" in unnamed.stderr
    strange = karmavani("memory", "--file", "bad.tmx", "stats")
    assert strange.returncode == 8
    assert "Traceback" not in strange.stderr
