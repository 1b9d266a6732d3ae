"""``docgen validate`` proofreads the records; what it marks is a warning and holds nothing up."""

from __future__ import annotations

from pathlib import Path

from .conftest import ORDER, Docgen


def test_a_sound_record_has_nothing_marked(docgen: Docgen, sample: Path) -> None:
    assert "kyrgyz." not in docgen("validate", ORDER, str(sample)).out


def test_a_latin_letter_in_a_record_is_told_with_its_line(docgen: Docgen, sample: Path) -> None:
    lines = [f"new_address: Бишкeк шаары{end}" if line.startswith("new_address:") else line  # a Latin e
             for line in sample.read_text("utf-8").splitlines() for end in [""]]
    sample.write_text("\n".join(lines), "utf-8")
    number = next(index for index, line in enumerate(lines, 1) if line.startswith("new_address:"))
    run = docgen("validate", ORDER, str(sample))
    assert run.status == 0
    assert "kyrgyz.mixed-alphabet" in run.out
    assert f"leave.yaml:{number}:" in run.out
