"""The folder works elsewhere, as its README says: copied, its imports renamed, without docgen or any other library."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import docgen.kyrgyz

CODE = """
import sys
from datetime import date
from tili import explain, inflect, locative_attributive
from tili import alphabet, dates, lint, names, numerals, readings
print(inflect("№5 орто мектеби", case="dative"), locative_attributive(dates.full(date(2025, 10, 13))))
print(explain("Ош шаары").forms[2].text, numerals.money(1500.5), sorted("өоң", key=alphabet.sort_key), len(lint.check("5-ке")))
readings.use({"ЖЧК": "жэчэка"})
print(names.short_name({"surname": "Асанова", "given_name": "Айпери"}).split()[-1], inflect("ЖЧК", case="dative"))
print([name for name in sys.modules if name.startswith("docgen")])
"""


def test_the_folder_is_a_library_of_its_own(tmp_path: Path) -> None:
    home = Path(docgen.kyrgyz.__file__).parent
    shutil.copytree(home, tmp_path / "tili", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (tmp_path / "tili").glob("*.py"):
        path.write_text(path.read_text("utf-8").replace("docgen.kyrgyz", "tili"), "utf-8")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{CODE}"
    run = subprocess.run([sys.executable, "-I", "-S", "-X", "utf8", "-c", code], capture_output=True, text=True, check=False,
                         encoding="utf-8")
    assert run.stderr == ""
    assert run.stdout.splitlines() == [
        "№5 орто мектебине 2025-жылдын 13-октябрындагы",
        "Ош шаарына бир миң беш жүз сом 50 тыйын ['ң', 'о', 'ө'] 1",
        "Асанова ЖЧКга",
        "[]",
    ]
