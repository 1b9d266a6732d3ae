"""Large files, an entry at a time, with the records, the places and the problems of files that are read whole."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docgen.errors import Position, Problem, ProblemsFound
from docgen.records import Record, read_records, stream_records
from docgen.records.entries import MOST_PROBLEMS
from docgen.records.stream import Stream
from docgen.records.tree import step

DEEP = "[" * 70 + "]" * 70
DEEPEST = "[" * 5000
JSON = {
    "objects": '[{"id": "a", "x": 1},\n {"x": "ө"},\n\n\t{"id": 7, "y": [1, {"z": []}]}]\n',
    "one line": '[{"a":1},{"b":2},{"c":"],[{"}]',
    "scalars between": '[{"a": 1}, 12, "b", [1], null, {"id": "c"}]',
    "equal keys": '[{"id": "a"}, {"id": "b"},\n{"id": "a"}, {"id": "a"}]',
    "equal keys and scalars": '[{"id": "a"}, 1, {"id": "a"}]',
    "empty list": " \n []",
    "empty list and more": "[]\n x",
    "empty": "",
    "white": "  \n ",
    "object": '{"a": [1]}',
    "null": "null",
    "no value": "x",
    "unended": '[{"a": 1}, {"b": 2}',
    "unended empty": "[",
    "unended after a comma": '[{"a": 1},\n',
    "unended entry": '[{"a": 1}, {"b": ',
    "unended text": '[{"a": 1}, {"b": "x',
    "trailing comma": '[{"a": 1}, {"b": 2},\n]',
    "trailing comma inside": '[{"a": 1}, {"b": 2,}]',
    "comma first": '[, {"a": 1}]',
    "two commas": '[{"a": 1},, {"b": 1}]',
    "no comma": '[{"a": 1}\n {"b": 2}]',
    "word after an entry": '[{"a": 1}abc, {"b": 2}]',
    "word after a number": "[12abc]",
    "dates": "[2025-10-13, 007]",
    "no quotes": '[{"a": 1}, Асан, {"b": 2}]',
    "two documents": '[{"a": 1}]\n[{"b": 2}]',
    "bracket too many": '[{"a": 1}]]',
    "lists": '[[{"a": 1}], [{"b": 2}]]',
    "wrong bracket": '[{"a": 1}, {"b": [1}]',
    "no number": '[{"a": NaN}, {"b": -Infinity}, {"c": 1e999}, {"d": 12345678901234567890}]',
    "twice a field": '[{"a": 1, "a": 2}, {"b": 1},\n {"c": {"d": 1, "d": 2}}]',
    "twice a field, then no JSON": '[{"a": 1, "a": 2}, {"b": 1,}]',
    "half a pair": '[{"a": "\\ud83d\\ude00"}, {"b": "\\ud83d"}, {"\\ude00": 1}]',
    "too deep": f'[{{"a": 1, "a": 2}}, {{"b": {DEEP}}}, {{"c": 1, "c": 2}}]',
    "too deep, then no JSON": f'[{{"b": {DEEP}}}, {{"c": 1,}}]',
    "deeper than reading goes": f'[{{"a": 1, "a": 2}}, {{"b": {DEEPEST}}}, x',
    "newline in a text": '[{"a": "б\nв"}, {"c": 1}]',
    "tab in a text": '[{"a": 1}, {"b": "\t"}]',
    "escape": '[{"a": 1}, {"b": "\\x"}]',
    "comment": '[{"a": 1}, // b\n {"c": 1}]',
    "controls": '[{"a": 1}, {"b": "\x00"}, {"c": 1,},\n{"d": "\x07"}]',
    "line ends of every system": '[{"a": 1},\r\n {"b": 2},\r {"id": "c",\r\n "d": 3}]\r\n',
}
LINES = {
    "objects": '{"id": "a", "x": 1}\n\n{"x": "ө"}\n  {"id": 7}  ',
    "equal keys": '{"id": "a"}\n{"id": "a"}\n{"id": "b"}\n{"id": "a"}\n',
    "syntax": '{"id": "a"\n{"x": 1}\n{"y": 1,}\n',
    "no record": '[1]\n{"x": 1}\n2\n',
    "empty": "\n\n",
    "controls and syntax": '{"x": 1}\n{"x": "\x07"}\n{"y": 1,}\n',
    "line ends of every system": '{"a": 1}\r\n{"b": 2}\r{"c": 3,}\r\n\r\n{"d": }',
    "twice a field": '{"a": 1, "a": 2}\n{"b": NaN}\n{"c": "\\ud83d"}\n',
    "too deep": f'{{"b": {DEEP}}}\n{{"b": {DEEPEST}}}\n{{"c": 1,}}\n',
}
YAML = {
    "objects": "- id: a\n  x: 1\n- x: ө\n\n-\n  id: 7\n  y: [1, {z: []}]\n",
    "indented": "\n  - a: 1\n    b:\n    - c\n    - d: 2\n  - id: 007\n    e: 10:30\n",
    "brackets": "[{a: 1, b: ']'}, {c: [1,\n2]},\n {d: 2}, e: 5]",
    "brackets below each other": "[\n{a: 1,\nb: 2},\n{id: x}\n]\n",
    "comments": "# - a\n- a: 1\n# - b: 2\n  # c\n  d: 3 # - e\n\n# f\n- g: 4\n# the end\n",
    "blocks with dashes": "- a: |\n    - no entry\n    - nor this\n  b: >-\n    - x\n\n    - y\n- c: 1\n",
    "texts with dashes": "- c: '- d\n    - e'\n- f: \"- g\n    - h\"\n",
    "marks": "%YAML 1.1\n---\n- a: 1\n- b: 2\n...\n",
    "two documents": "- a: 1\n---\n- b: 2\n",
    "two documents and a syntax fault": "- a: 1\n---\n- b: [\n",
    "scalars between": "- a: 1\n- 12\n- b\n- - c: 1\n-\n- id: d\n",
    "equal keys": "- id: a\n- id: b\n- id: a\n- id: 'a'\n",
    "empty list": "\n[]\n",
    "empty": "",
    "only a comment": "# nothing\n",
    "null": "null\n",
    "map": "a:\n- b\n",
    "map with an anchor": "&x\na: 1\na: 2\n",
    "scalar": "a\n",
    "unended bracket": "- a: 1\n- b: [1, 2\n- c: 3\n",
    "unended quote": "- a: 1\n- b: 'x\n- c: 3\n",
    "after a quote": "- a: 'b' c\n",
    "unended list in brackets": "[{a: 1}, {b: 2}",
    "tab": "- a: 1\n-\tb: 1\n\tc: 2\n",
    "tab first": "\t- a: 1\n",
    "sign": "- a: 1\n- b: @c\n",
    "colon inside": "- a: 1\n- b: c: d\n",
    "colon missing": "- a: 1\n- b: 1\n  c\n- d: 2\n",
    "entry too far left": "  - a: 1\n- b: 2\n",
    "key too far left": "- a: 1\n b: 2\n",
    "map after the list": "- a: 1\nb: 2\n",
    "escape": '- a: "\\q"\n',
    "anchors": "- &x\n  a: 1\n- *x\n- b: &y 1\n  c: *y\n- !!str d\n",
    "anchor of the list": "&x\n- a: 1\n- a: 2\n",
    "undefined tag": "- a: 1\n- b: !x!y 2\n",
    "merge": "- <<: {a: 1}\n  b: 2\n- <<: *x\n",
    "twice a field": "- a: 1\n  a: 2\n- b: 1\n- c:\n    d: 1\n    d: 2\n- e: [\n",
    "no text as a key": "- a: 1\n- ? [b]\n  : 1\n- c: 1\n  c: 2\n- d: [\n",
    "empty key": "- a: 1\n- : 1\n- c: [\n",
    "too deep": f"- a: 1\n  a: 2\n- {DEEP}\n- c: 1\n  c: 2\n",
    "long numbers": "- a: 12345678901234567890\n- b: 1e999\n",
    "controls": "- a: 1\n- b: [\n- c: \x00\n",
    "line ends of every system": "- a: 1\r\n  b: |\r\n   x\r\n- id: c\r  d: 3\r",
    "line ends of other worlds": '- a: "x\u2028y"\n- b: "\u2029z"\n  c: \u0085\n- d: 3\n',
}
CASES = [
    pytest.param(ending, text, id=f"{ending} {name}")
    for ending, cases in (("json", JSON), ("jsonl", LINES), ("yaml", YAML))
    for name, text in cases.items()
]


Road = Callable[[list[Path]], Collection[Record]]


def travelled(road: Road, paths: list[Path]) -> tuple[list[Any], list[Problem]]:
    """The records with the places of all that is in them, or the problems."""
    try:
        records = road(paths)
        return [(record, [record.locate(at) for at in ("", "/none", *_pointers(record.data))],
                 [record.locate(at, key=True) for at in _pointers(record.data)]) for record in records], []  # fmt: skip
    except ProblemsFound as found:
        return [], found.problems


def _pointers(value: object, pointer: str = "") -> Iterator[str]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        yield step(pointer, name)
        yield from _pointers(child, step(pointer, name))


def same(*paths: Path) -> None:
    """Both roads come to the same."""
    assert travelled(Stream, list(paths)) == travelled(read_records, list(paths))


@pytest.fixture(params=[4, 7, 64, 256 * 1024])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Pieces of so many bytes."""
    monkeypatch.setattr("docgen.records.pieces.BLOCK_BYTES", request.param)
    return int(request.param)


@pytest.mark.usefixtures("block")
@pytest.mark.parametrize(("ending", "text"), CASES)
def test_both_roads_give_the_same(tmp_path: Path, ending: str, text: str) -> None:
    path = tmp_path / f"many.{ending}"
    path.write_bytes(text.encode())
    same(path)


@pytest.mark.usefixtures("block")
@pytest.mark.parametrize("ending", ["json", "jsonl", "yaml"])
@pytest.mark.parametrize(
    "data",
    ["[{}]".encode("utf-16"), b"\xef\xbb\xbf[{}]", b'[{"a": "\xff"}]', b'[{"a": 1},\r\n {"b": "\xd1"}, {"c": 1,}]', b"\x00[{}]",
     b'[{"a": "\x01"}, {"b":\n "\xd1\x8b\xff"}]', "[{\"a\": \"ы\"}".encode()[:-2], b"\x01" * 50, b"\x00" * 50],
)  # fmt: skip
def test_both_roads_see_the_same_wrong_bytes(tmp_path: Path, ending: str, data: bytes) -> None:
    path = tmp_path / f"many.{ending}"
    path.write_bytes(data)
    same(path)


def test_several_files_stream_and_their_keys_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {
        "b.json": '[{"id": "x"}, {"id": "y"}]',
        "a.yaml": "- id: z\n- id: x\n",
        "c.jsonl": '{"id": "y"}\n{"id": "q"}\n',
        "one.yaml": "id: q\n",
        "wrong.json": '[{"id": "x"},]',
        "other.csv": "id",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    paths = [tmp_path / name for name in (*texts, "gone.json")]
    same(*paths)
    same(*paths[:3])
    same(paths[0], paths[3])
    monkeypatch.setattr("docgen.records.stream.LARGE_BYTES", 30)
    assert not isinstance(stream_records([paths[0]]), Stream)
    found = stream_records([paths[0], paths[3]])
    assert isinstance(found, Stream)
    assert ([record.key for record in found], len(found)) == (["x", "y", "q"], 3)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from(["id", "a", "б", ""]), values, max_size=4)
SIGNS = [
    "", "[", "]", "{", "}", ",", ":", '"', "'", "\\", "\n", "\n- ", "- ", " ", "\t", "#", "&x ", "*x", "|", ">", "---\n",
    "...\n", "\r\n", "\r", "\x00", "\x85", "\u2028", "\udcff", "1", "e", "-", ".", "ө", "NaN", "true", "\\ud83d", "!!str ",
]  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_damaged_both_roads_give_the_same(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    entries = data.draw(st.lists(objects | values, max_size=5))
    ending = data.draw(st.sampled_from(["json", "jsonl", "yaml"]))
    if ending == "yaml":
        flow, width = data.draw(st.sampled_from([None, True, False])), data.draw(st.sampled_from([20, 1000]))
        text = yaml.safe_dump(entries, allow_unicode=True, default_flow_style=flow, width=width)
    elif ending == "json":
        text = json.dumps(entries, ensure_ascii=data.draw(st.booleans()), indent=data.draw(st.sampled_from([None, 0, 2])))
    else:
        text = "\n".join(json.dumps(entry, ensure_ascii=data.draw(st.booleans())) for entry in entries)
    for _ in range(data.draw(st.integers(0, 3))):
        start = data.draw(st.integers(0, len(text)))
        text = text[:start] + data.draw(st.sampled_from(SIGNS)) + text[start + data.draw(st.integers(0, 3)) :]
    path = tmp_path_factory.mktemp("damaged", numbered=True) / f"many.{ending}"
    path.write_bytes(text.encode("utf-8", "surrogateescape" if "\udcff" in text else "surrogatepass"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("docgen.records.pieces.BLOCK_BYTES", data.draw(st.sampled_from([4, 5, 17, 100])))
        patch.setattr("docgen.records.entries._SIGHT", data.draw(st.sampled_from([50, 1000])))
        same(path)


def test_a_place_is_found_without_reading_what_is_before_or_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "many.yaml"
    path.write_text("".join(f"- id: r{n}\n  text: {'ы' * 1000}\n  last: {n}\n" for n in range(1000)), "utf-8")
    record = list(Stream([path]))[900]
    blocks: list[int] = []
    monkeypatch.setattr("docgen.records.pieces.decoding.line_ends", lambda text: blocks.append(len(text)) or text)
    assert (record.locate("/last").line, record.locate("/last").column) == (2703, 9)
    assert sum(blocks) < 300_000


@pytest.mark.parametrize("ending", ["json", "jsonl", "yaml"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, ending: str) -> None:
    path = many(tmp_path, ending, 20_000 if ending != "yaml" else 5_000)
    assert path.stat().st_size > 2_500_000
    assert peak_bytes(lambda: [None for record in Stream([path]) if not record.data]) < 2_500_000


def many(folder: Path, ending: str, count: int) -> Path:
    path = folder / f"many.{ending}"
    records = (json.dumps({"id": f"r{n}", "text": "x" * 500}) for n in range(count))
    with path.open("w", encoding="utf-8") as file:
        if ending == "json":
            file.write(f"[{next(records)}")
            file.writelines(f",\n{record}" for record in records)
            file.write("]")
        else:
            file.writelines(f"{'- ' if ending == 'yaml' else ''}{record}\n" for record in records)
    return path


def peak_bytes(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def problems(*paths: Path) -> list[Problem]:
    with pytest.raises(ProblemsFound) as caught:
        list(Stream(paths))
    return caught.value.problems


@pytest.mark.parametrize(("ending", "between"), [("json", ",\n"), ("jsonl", "\n"), ("yaml", "\n")])
def test_of_very_many_mistakes_the_first_are_told_and_how_many_there_are_besides(
    tmp_path: Path, ending: str, between: str
) -> None:
    path = tmp_path / f"many.{ending}"
    dash = "- " if ending == "yaml" else ""
    wrong = {'{"a": 1, "a": 2}': "record.duplicate-field", "1": "record.no-record", '{"id": 1}': "record.duplicate-key"}
    for entry, told in wrong.items():
        text = between.join([dash + entry] * (MOST_PROBLEMS + 101))
        path.write_text(f"[{text}]" if ending == "json" else text, "utf-8")
        found = problems(path)
        assert {problem.id for problem in found[:-1]} == {told}
        assert [problem.position.line for problem in found[:3]] in ([1, 2, 3], [2, 3, 4])
        besides = 100 if told == "record.duplicate-key" else 101
        assert (len(found), found[-1].id, found[-1].facts) == (MOST_PROBLEMS + 1, "record.untold", {"found": besides})


@pytest.mark.parametrize("ending", ["json", "jsonl", "yaml"])
def test_an_entry_that_is_too_large_is_refused_and_no_other(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docgen.records.entries.MAX_SIZE_BYTES", 2000)
    monkeypatch.setattr("docgen.records.entries.BLOCK_BYTES", 100)
    monkeypatch.setattr("docgen.records.pieces.BLOCK_BYTES", 100)
    path = tmp_path / f"many.{ending}"

    def write(size: int) -> None:
        entries = [f'{{"id": "{n}", "a": "{"x" * (size if n == 3 else 50)}"}}' for n in range(100)]
        dash = "- " if ending == "yaml" else ""
        text = (",\n" if ending == "json" else "\n").join(dash + entry for entry in entries)
        path.write_text(f"[{text}]" if ending == "json" else text, "utf-8")

    write(1950)
    assert len(Stream([path])) == 100
    for size in (2000, 10_000, 100_000):
        write(size)
        (problem,) = problems(path)
        assert (problem.id, problem.position.line) == ("record.entry-too-large", 4)
    for opened in ("- '", "- [", "- a: '"):
        path.with_suffix(".yaml").write_text(f"- b: 1\n{opened}" + "\n  x" * 5000, "utf-8")
        assert [(problem.id, problem.position.line) for problem in problems(path.with_suffix(".yaml"))] == [
            ("record.entry-too-large", 2)
        ]
    path.with_suffix(".yaml").write_text("- b: 1\n" + "# x\n" * 5000 + "- c: 1\n", "utf-8")
    assert [problem.id for problem in problems(path.with_suffix(".yaml"))] == ["record.entry-too-large"]
    path.with_suffix(".json").write_text("[{}," + " " * 20_000 + "{}]", "utf-8")
    assert [problem.id for problem in problems(path.with_suffix(".json"))] == ["record.entry-too-large"]


@pytest.mark.parametrize("ending", ["json", "jsonl", "yaml"])
def test_a_file_that_changes_between_the_passes_is_told(tmp_path: Path, ending: str) -> None:
    path = many(tmp_path, ending, 1000)
    text = path.read_text("utf-8")
    for changed in (text[: len(text) // 2], text + text, text.replace("r500", "r499"), text.replace("xxx", "y{,", 1), "", "{}"):
        path.write_text(text, "utf-8")
        records = Stream([path])
        assert len(list(records)) == 1000
        path.write_text(changed, "utf-8")
        with pytest.raises(ProblemsFound) as caught:
            list(records)
        (problem,) = caught.value.problems
        assert (problem.id, problem.position.file) == ("record.file-changed", str(path))
    path.unlink()
    with pytest.raises(ProblemsFound) as caught:
        list(records)
    assert [problem.id for problem in caught.value.problems] == ["record.no-file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setattr("docgen.records.stream.LARGE_BYTES", -1)
    path = tmp_path / "many.jsonl"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=['{"id": 1}\n{"id": 2}\n'])
    writer.start()
    first, second = stream_records([path])
    writer.join()
    assert [first.key, second.key] == ["1", "2"]
    assert second.locate("/id") == Position(str(path), pointer="/1/id")   # where it stands is asked of a file only
