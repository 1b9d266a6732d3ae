"""The package tells the pipeline: floors, imports and lazy start are held here, not in anybody's memory."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "docgen"

# From the ground up. A module imports from its own floor and from those below.
FLOORS = [
    {"errors"},
    {"messages"},
    {"kyrgyz"},
    {"output", "pdf", "request"},
    {"database"},
    {"register", "journal"},
    {"template"},
    {"doctype"},
    {"records"},
    {"school"},
    {"context"},
    {"validation"},
    {"workspace"},
    {"digests"},
    {"render"},
    {"check"},
    {"inputs", "executors", "bundles", "witnesses"},
    {"ledger", "report", "sets"},
    {"chunks", "standing"},
    {"shelf"},
    {"job"},
    {"cli"},
]
HEIGHT = {name: height for height, floor in enumerate(FLOORS) for name in floor}

# A library that only one floor may know.
HOMES = {
    "click": "cli",
    "jinja2": "template",
    "markupsafe": "template",
    "docxtpl": "template",
    "docx": "template",
    "lxml": "template",
    "zlib_ng": "template",
    "jsonschema_rs": "validation",
    "yaml": "records",
    "subprocess": "pdf",
    "pypdf": "pdf",
    "sqlite3": "database",
    "distributed": "executors",
    "dask": "executors",
    "babel": "",
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def floor_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "absolute imports only"
            yield node.module or ""
            if node.module == "docgen":
                yield from (f"docgen.{alias.name}" for alias in node.names)


def test_every_module_stands_on_a_floor() -> None:
    assert {floor_of(path) for path in modules()} - set(HEIGHT) == {"__init__", "__main__"} & {floor_of(p) for p in modules()}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down_and_libraries_stay_at_home(path: Path) -> None:
    floor = floor_of(path)
    if floor in ("__init__", "__main__"):
        pytest.skip("the public face names every floor")
    for name in imports(ast.parse(path.read_text(encoding="utf-8"))):
        top, _, rest = name.partition(".")
        if top == "docgen" and rest:
            below = rest.partition(".")[0]
            if below in HEIGHT:
                assert HEIGHT[below] < HEIGHT[floor] or below == floor, f"{floor} imports {below}, which stands above it"
        assert HOMES.get(top, floor) == floor, f"only {HOMES[top] or 'the build'} imports {top}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_module_opens_with_a_docstring(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


HEAVY = {"jinja2", "docxtpl", "docx", "lxml", "jsonschema_rs", "yaml", "babel", "zlib_ng", "sqlite3", "pypdf", "distributed"}


def test_import_docgen_loads_nothing_heavy() -> None:
    loaded = loaded_by("import docgen")
    assert not loaded & (HEAVY | {"click"})
    assert {name for name in loaded if name.startswith("docgen")} == {"docgen"}


def test_the_command_line_starts_with_click_alone() -> None:
    assert not loaded_by("import docgen.cli") & HEAVY


def test_a_document_needs_nothing_of_the_network() -> None:
    assert not loaded_by("import docgen.job, docgen.template.compiled") & {"urllib.request", "http.client", "ssl"}


def test_the_public_face_is_short_and_complete() -> None:
    import docgen

    face = PACKAGE / "__init__.py"
    assert len(face.read_text(encoding="utf-8").splitlines()) < 40
    assert sorted(docgen.__all__) == docgen.__all__
    for name in docgen.__all__:
        assert getattr(docgen, name) is not None


FORBIDDEN = [
    "/" + "work/", "/" + "farm/", ".." + "/shared",
    "files.python" + "hosted", "registry." + "npmjs", "deb." + "debian.org",
]


def test_the_project_speaks_of_itself_alone() -> None:
    root = PACKAGE.parent
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    for name in tracked.stdout.splitlines():
        path = root / name
        if path.suffix in {".docx", ".png", ".zip"} or not path.is_file():
            continue
        content = path.read_text(encoding="utf-8", errors="ignore")
        assert not [word for word in FORBIDDEN if word in content], name
