"""Large JSONL files: a line at a time, with the same records and the same problems as a file that is read whole."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from docgen.errors import Problem, ProblemsFound
from docgen.records import Record, read_records, stream_records
from docgen.records.lines import MOST_PROBLEMS, Lines

LINES = ['{"id": "a", "x": 1}', "", '{"x": "ө"}', '  {"id": 7}  ']


def write(folder: Path, *lines: str) -> Path:
    path = folder / "many.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_lines_are_the_records_of_the_whole_file(tmp_path: Path) -> None:
    path = write(tmp_path, *LINES)
    found = Lines(path)
    assert list(found) == read_records([path])
    assert (len(found), [record.key for record in found]) == (3, ["a", "many-2", "7"])


def problems(read: object, path: Path) -> list[Problem]:
    with pytest.raises(ProblemsFound) as caught:
        read(path)  # type: ignore[operator]
    return caught.value.problems


@pytest.mark.parametrize(
    "lines",
    [
        ['{"id": "a"}', '{"id": "a"}', '{"id": "b"}', '{"id": "a"}'],
        ['{"id": "a"', '{"x": 1}', '{"y": 1,}'],
        ["[1]", '{"x": 1}'],
        ["", ""],
        ['{"x": 1}', '{"x": "\x07"}'],
    ],
    ids=["equal keys", "syntax", "no record", "empty", "control character"],
)
def test_problems_are_those_of_the_whole_file(tmp_path: Path, lines: list[str]) -> None:
    path = write(tmp_path, *lines)
    assert problems(Lines, path) == problems(lambda it: read_records([it]), path)


def test_a_place_is_found_without_reading_the_whole(tmp_path: Path) -> None:
    path = write(tmp_path, *LINES)
    first, second, _ = Lines(path)
    assert (first.locate("/x").line, first.locate("/x").column) == (1, 18)
    assert (second.locate("/x").line, second.locate("/x").column) == (3, 7)
    assert second.locate("/none").line == 3


def test_only_a_large_file_is_streamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, *LINES)
    assert isinstance(stream_records([path]), list)
    monkeypatch.setattr("docgen.records.lines.LARGE_BYTES", 10)
    assert isinstance(stream_records([path]), Lines)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak_bytes(count: int) -> int:
        path = write(tmp_path, *(json.dumps({"id": f"r{n}", "text": "x" * 500}) for n in range(count)))
        tracemalloc.start()
        try:
            last: Record | None = None
            for last in Lines(path):  # noqa: B007
                pass
            assert last
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak_bytes(20_000) < 2_000_000


def test_a_file_of_very_many_mistakes_did_not_say_that_its_list_was_cut(tmp_path: Path) -> None:
    path = write(tmp_path, *['{"id": ', "[1]"] * 600, *['{"y": 1,}'] * 300)
    found = problems(Lines, path)
    assert len(found) == MOST_PROBLEMS + 1
    assert (found[-1].id, found[-1].facts) == ("record.untold", {"found": 500})
    assert all(found[-1].position.line >= problem.position.line for problem in found)  # type: ignore[operator]
