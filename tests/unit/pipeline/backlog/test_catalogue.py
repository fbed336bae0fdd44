"""Which courses are wanted: folders, lists and catalogues, right and wrong."""

from __future__ import annotations

import csv
import gc
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.errors import UsageError
from pipeline.backlog.catalogue import Reading, Wanted, read_wanted
from pipeline.backlog.nouns import Lane
from pipeline.backlog.storage import BLOCK, Storage

USUAL = Wanted("", languages=("hi",))
DOMAINS = ("administration", "law-and-rights")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("rti", "noting", "state/gujarat"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "course.toml").write_text("", encoding="utf-8")
    (tmp_path / "rti/media").mkdir()
    (tmp_path / "rti/media/inside.mp4").write_bytes(b"x")
    (tmp_path / "state/talk.mp3").write_bytes(b"x")
    (tmp_path / "state/talk.vtt").write_text("WEBVTT", encoding="utf-8")
    return tmp_path


def read(where: Path, said: list[str] | None = None) -> list[Wanted]:
    told = said if said is not None else []
    return list(read_wanted(str(where), Reading(Storage(), USUAL, DOMAINS, told.append)))


def names(where: Path, found: list[Wanted]) -> list[str]:
    return [str(Path(one.address).relative_to(where)) for one in found]


def problems(file: Path, content: str) -> str:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read(file)
    return str(caught.value).replace(str(file.parent), "C")


def test_a_folder_is_searched_for_courses_and_loose_media(folder: Path) -> None:
    found = read(folder)
    assert names(folder, found) == ["noting", "rti", "state/talk.mp3", "state/gujarat"]
    assert {one.languages for one in found} == {("hi",)}


def test_one_course_may_be_named_by_its_folder_or_its_file(folder: Path) -> None:
    for where in (folder / "rti", folder / "rti/course.toml"):
        assert names(folder, read(where)) == ["rti"]
    assert names(folder, read(folder / "state/talk.mp3")) == ["state/talk.mp3"]


def test_our_own_output_links_and_hidden_folders_are_not_searched(folder: Path) -> None:
    (folder / "out/.karmavani").mkdir(parents=True)
    (folder / "out/preview.mp4").write_bytes(b"x")
    (folder / ".trash").mkdir()
    (folder / ".trash/old.mp4").write_bytes(b"x")
    (folder / "again").symlink_to(folder)
    assert len(read(folder)) == 4


def test_a_folder_without_courses_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no course\.toml and no media in it"):
        read(tmp_path)
    with pytest.raises(UsageError, match="there is no such folder"):
        read(tmp_path / "none")
    with pytest.raises(UsageError, match="there is no such file"):
        read(tmp_path / "none.mp4")


def test_two_loose_videos_that_would_be_one_course_are_refused(folder: Path) -> None:
    (folder / "Talk.mp4").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"would both be the course 'talk'"):
        read(folder)


def test_a_folder_that_is_too_deep_is_told(tmp_path: Path) -> None:
    deep = tmp_path / "1/2/3/4/5/6/7"
    deep.mkdir(parents=True)
    (deep / "a.mp4").write_bytes(b"x")
    (tmp_path / "b.mp4").write_bytes(b"x")
    said: list[str] = []
    assert names(tmp_path, read(tmp_path, said)) == ["b.mp4"]
    assert said[0].endswith("7: is too deep, and was not searched.")


def test_a_list_is_relative_to_its_own_folder(folder: Path) -> None:
    file = folder / "state/list.txt"
    file.write_text(f"# ours\n\n../rti\ngujarat/course.toml\n{folder}/noting\ntalk.mp3\n")
    assert names(folder, read(file)) == ["rti", "state/gujarat", "noting", "state/talk.mp3"]
    assert read(file)[0].place == f"{file}:3"


def test_a_catalogue_says_what_each_course_needs(folder: Path) -> None:
    file = folder / "all.csv"
    file.write_text(
        "Path,Languages,Lane,Learners,Minutes,Cost,Title,Domain,Spoken\n"
        'rti,"Tamil, ta; bn",urgent,"1,20,000",90,2.5,,,\n'
        ",,,,,,,,\n"
        "state/talk.mp3,ALL,,,,,सूचना का अधिकार,administration,Hindi\n",
        encoding="utf-8-sig",
    )
    first, second = read(file)
    assert first == Wanted(
        str(folder / "rti"), ("ta", "bn"), Lane.URGENT, 120000, 90.0, 2.5, place=f"{file}:2"
    )
    assert (second.languages, second.lane, second.title) == (
        ("all",),
        None,
        "सूचना का अधिकार",
    )
    assert (second.domain, second.spoken, second.place) == ("administration", "hi", f"{file}:4")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_spreadsheets_may_use_any_of_three_delimiters(folder: Path, delimiter: str) -> None:
    file = folder / "all.csv"
    file.write_text(f"path{delimiter}lane\r\nrti{delimiter}bulk\r\n", newline="")
    assert [one.lane for one in read(file)] == [Lane.BULK]


def test_json_and_json_lines_say_the_same_as_csv(folder: Path) -> None:
    rows = [
        {"path": "rti", "languages": ["ta", "bn"], "learners": 12, "cost": 2.5, "lane": None},
        {"path": "noting", "title": "a\nb"},
    ]
    (folder / "a.json").write_text(json.dumps(rows, indent=1))
    (folder / "a.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    (folder / "a.csv").write_text(
        'path,languages,learners,cost,title\nrti,ta bn,12,2.5\nnoting,,,,"a\nb"\n'
    )
    found = [
        [(one.address, one.languages, one.learners, one.cost, one.title) for one in read(file)]
        for file in (folder / "a.json", folder / "a.jsonl", folder / "a.csv")
    ]
    assert found[0] == found[1] == found[2]
    assert found[0][1][4] == "a b"
    assert [one.place for one in read(folder / "a.json")] == [
        f"{folder}/a.json:2",
        f"{folder}/a.json:12",
    ]


def test_all_problems_are_told_at_once_with_file_and_line(folder: Path) -> None:
    text = problems(
        folder / "all.csv",
        "path,languages,lane,learners,minutes,title,domain\n"
        "rti,hi,urgnt,5,1,,\n"
        "none,ka,,many,-1,,\n"
        "rti/course.toml,,,,,,\n"
        ",hi,,,,,\n"
        "state,,,,nan,,lawandrights\n"
        "https://example.org/a.mp4,,,,,,\n"
        "noting,,,,,,,,spare\n",
    )
    assert text == (
        "C/all.csv: 10 problems:\n"
        "  C/all.csv:2: there is no lane 'urgnt'. Did you mean 'urgent'?\n"
        "  C/all.csv:3: languages: Language code 'ka' is Georgian; Kannada is kn.\n"
        "  C/all.csv:3: learners 'many' must be a whole number, 0 or more.\n"
        "  C/all.csv:3: minutes '-1' must be a number, 0 or more.\n"
        "  C/all.csv:4: 'rti/course.toml' is the course of line 2 again.\n"
        "  C/all.csv:5: has neither a path nor an address.\n"
        "  C/all.csv:6: minutes 'nan' must be a number, 0 or more.\n"
        "  C/all.csv:6: there is no domain 'lawandrights'. Did you mean 'law-and-rights'?\n"
        "  C/all.csv:7: Addresses that begin with https:// are not allowed here. Download the files"
        " first, or put them into an object store (s3://bucket/folder).\n"
        "  C/all.csv:8: has 9 cells, the header 7."
    )


def test_what_is_not_there_is_told_with_its_line(folder: Path) -> None:
    (folder / "notes").mkdir()
    (folder / "notes.doc").write_bytes(b"x")
    text = problems(folder / "list.txt", "none\nnone.mp4\nnotes\nnotes.doc\n" + "x" * 300)
    assert text.splitlines()[1:5] == [
        "  C/list.txt:1: C/none does not exist.",
        "  C/list.txt:2: C/none.mp4 does not exist.",
        "  C/list.txt:3: C/notes has no course.toml and is no media file.",
        "  C/list.txt:4: C/notes.doc has no course.toml and is no media file.",
    ]
    assert "list.txt:5" in text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "", "C/a.csv: names no course."),
        ("a.txt", "# none\n", "C/a.txt: names no course."),
        ("a.csv", "path,path\nrti,rti\n", "C/a.csv:1: there are two columns 'path'."),
        ("a.csv", "path,langauges\nrti,hi\n", "Did you mean 'languages'?"),
        ("a.csv", 'path\n"rti\nnoting\n', "C/a.csv:2: is no CSV from here on"),
        ("a.json", "{}", "is no list of courses"),
        ("a.json", '[{"path": "rti"}', "the list has no , or ]"),
        ("a.json", '[{"path": "rti"},]', "C/a.json:1: is no JSON"),
        ("a.json", '[\n{"path": "rti"}\n]x', "more after the end"),
        ("a.json", "[1]", "is no object with the columns"),
        ("a.json", '[{"path": true}]', "path must be a text"),
        ("a.json", "[" * 100_000, "is no JSON"),
        ("a.jsonl", '{"path": "rti"}\nnoting\n', "C/a.jsonl:2: is no JSON"),
        ("a.csv", "path,address\nrti,s3://b/rti\n", "both a path and an address"),
        ("a.csv", f"path,title\nrti,{'x' * 301}\n", "title has 301 characters"),
    ],
)
def test_a_faulty_file_is_refused(folder: Path, name: str, content: str, said: str) -> None:
    assert said in problems(folder / name, content)


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    for name in ("a.csv", "a.json", "a.txt"):
        (folder / name).write_bytes(b"path\nrti\n\xff\xfe")
        with pytest.raises(UsageError, match="not UTF-8"):
            read(folder / name)


def test_columns_that_are_not_read_are_told_once(folder: Path) -> None:
    said: list[str] = []
    (folder / "a.csv").write_text("path,Ministry,Owner\nrti,DoPT,x\nnoting,DoPT,y\n")
    assert len(read(folder / "a.csv", said)) == 2
    assert [one.partition(": ")[2] for one in said] == [
        "the column 'Ministry' is not known and not read.",
        "the column 'Owner' is not known and not read.",
    ]


def test_many_problems_are_counted_and_the_first_fifty_shown(folder: Path) -> None:
    text = problems(folder / "a.csv", "path,lane\n" + "rti,x\n" * 90)
    assert text.startswith("C/a.csv: 179 problems:")
    assert text.endswith("and 129 more")
    assert text.count("\n") == 51


def test_a_long_catalogue_is_read_as_a_stream(folder: Path) -> None:
    file, count = folder / "all.csv", 10_000
    with file.open("w") as out:
        out.write("path,lane,learners\n")
        out.writelines(f"s3://courses/course-{n},bulk,{n}\n" for n in range(count))
    reading = Reading(_Everywhere(), USUAL)
    gc.collect()  # what other tests left is not counted
    tracemalloc.start()
    try:
        assert sum(1 for n, _ in enumerate(read_wanted(str(file), reading)) if _swept(n)) == count
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < BLOCK + 600 * count  # a digest a line, to find twins; rows would be far more


def _swept(number: int) -> bool:
    """Collect garbage now and then: in a large process Python itself seldom does."""
    if number % 1000 == 0:
        gc.collect()
    return True


class _Everywhere(Storage):
    def exists(self, address: str) -> bool:
        return True


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30),
            st.sampled_from([lane.label for lane in Lane]),
            st.integers(0, 2**31 - 1),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_titles_survive_csv_json_and_json_lines(
    tmp_path: Path, rows: list[tuple[str, str, int]]
) -> None:
    fields = [
        {"address": f"s3://b/{n}.mp4", "title": title, "lane": lane, "learners": learners}
        for n, (title, lane, learners) in enumerate(rows)
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, ["address", "title", "lane", "learners"])
    writer.writeheader()
    writer.writerows(fields)
    (tmp_path / "a.csv").write_bytes(text.getvalue().encode())
    (tmp_path / "a.json").write_bytes(json.dumps(fields, ensure_ascii=False).encode())
    (tmp_path / "a.jsonl").write_bytes("\n".join(map(json.dumps, fields)).encode())
    expected = [(" ".join(t.split()), lane, n) for t, lane, n in rows]
    for name in ("a.csv", "a.json", "a.jsonl"):
        found = read_wanted(str(tmp_path / name), Reading(_Everywhere(), USUAL))
        assert [(one.title, one.lane.label, one.learners) for one in found] == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    name=st.sampled_from(["a.csv", "a.json", "a.jsonl", "a.txt"]), content=st.binary(max_size=60)
)
def test_no_bytes_end_in_anything_but_our_own_error(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError):
        read(tmp_path / name)
