"""The wheel, installed elsewhere: it carries templates, schemas, catalogues and the demo school, and needs no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

# Nothing is fetched: the wheel is built with this environment's hatchling and stands beside this environment's libraries.
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run = subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=root, capture_output=True, text=True, check=True)
    return folder / run.stdout.split()[-1]


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another environment with the wheel; the libraries come from this one, docgen's checkout does not."""
    home = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home / "venv")], check=True)
    executable = home / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    places = [executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(places, capture_output=True, text=True, check=True).stdout.strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "libraries.pth").write_text("\n".join(libraries), "utf-8")  # .pth files inside them are not followed
    return executable


def run(python: Path, *arguments: str, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "DOCGEN_LANG")}
    done = subprocess.run([str(python), "-m", "docgen", *arguments], cwd=cwd, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_the_wheel_holds_what_git_ignores_and_what_lies_beside_the_code(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"docgen/locale/{language}/LC_MESSAGES/docgen.mo" for language in ("ky", "ru", "en")} <= names
    assert "docgen/_builtin/school.yaml" in names
    assert "docgen/_builtin/data/classes/7-А.yaml" in names
    assert "docgen/_builtin/templates_docx/order/expulsion-residence.docx" in names
    assert "docgen/_builtin/data_schemas/_defs/student.schema.json" in names
    assert not [name for name in names if name.startswith(("tests/", "bench/", "output/", "docgen/_builtin/output"))]


def test_installed_elsewhere_it_makes_the_demo_schools_papers(python: Path, tmp_path: Path, root: Path) -> None:
    run(python, "init", "мектеп", "--demo", cwd=tmp_path)
    school = tmp_path / "мектеп"
    assert str(root) not in run(python, "types", "report/report-card", cwd=school)
    for paper in (
        ("order/expulsion-residence", "-p", "order=ord-08"),
        ("regulation/absence-monitoring",),
        ("report/report-card", "-p", "class=7-А", "-p", "term=1"),
    ):
        made = Path(run(python, "generate", *paper, cwd=school).splitlines()[-1])
        assert made.exists()
        assert made.is_relative_to(school)
    assert len(list((school / "output").rglob("*.docx"))) == 27


def test_installed_elsewhere_it_gives_the_same_bytes_as_the_checkout(python: Path, tmp_path: Path) -> None:
    run(python, "init", "мектеп", "--demo", cwd=tmp_path)
    school = tmp_path / "мектеп"
    order = ("generate", "order/expulsion-residence", "-p", "order=ord-08", "-o")
    run(python, *order, "elsewhere.docx", cwd=school)
    run(Path(sys.executable), *order, "checkout.docx", cwd=school)
    assert (school / "elsewhere.docx").read_bytes() == (school / "checkout.docx").read_bytes()
