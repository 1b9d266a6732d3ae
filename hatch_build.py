"""What the wheel carries besides the code: compiled message catalogues, and the built-in templates, schemas and demo school.

hatchling calls `Catalogues` for every build, editable ones included; ``python hatch_build.py`` compiles the catalogues alone.
Only Babel is needed for that.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run as a script, in an environment that builds nothing
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
LOCALE = ROOT / "docgen" / "locale"

# The checkout's folder → its place in the wheel; `docgen.workspace.builtins_root` finds both.
BUILTIN = {name: f"docgen/_builtin/{name}" for name in ("templates_docx", "data_schemas", "school.yaml", "data")}


class Catalogues(BuildHookInterface):  # type: ignore[misc, unused-ignore]
    """Compile ``.po`` to ``.mo`` before the files are gathered, and add the built-ins to a real wheel.

    An editable install reads the built-ins from the checkout, so it gets no copy of them.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_catalogues()
        build_data["artifacts"].append("docgen/locale/**/*.mo")  # git ignores them, the wheel must not
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"].update({str(ROOT / name): place for name, place in BUILTIN.items()})


def compile_catalogues(locale: Path = LOCALE) -> list[Path]:
    """Compile each catalogue that is newer than its compiled form; the files that were written."""
    return [_compile(po) for po in sorted(locale.glob("*/LC_MESSAGES/*.po")) if _is_stale(po)]


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns


def _compile(po: Path) -> Path:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    mo = po.with_suffix(".mo")
    modified_ns = po.stat().st_mtime_ns
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parent.parent.name, abort_invalid=True)
    part = mo.with_name(f"{mo.name}.{os.getpid()}")  # several test processes may compile at once
    with part.open("wb") as target:
        write_mo(target, catalogue)
    os.utime(part, ns=(modified_ns, modified_ns))
    return part.replace(mo)


if __name__ == "__main__":
    compile_catalogues()
