"""The workspace: a school's folder, and behind it the built-ins that docgen brings along.

A folder with ``school.yaml`` is a workspace. Types, schemas and blocks are looked up there first and among the built-ins
second, each file by itself: a school that changes only a template keeps the built-in schema. Facts come from the workspace
alone, and only as far as a document needs them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from docgen.doctype import DocumentType
from docgen.errors import Position, Problem, ProblemsFound

if TYPE_CHECKING:
    from docgen.records import Source
    from docgen.school.facts import Facts
    from docgen.validation import Validator

MARK = "school.yaml"
SCHEMAS = "data_schemas"
TEMPLATES = "templates_docx"
X_DOCGEN = "_defs/x-docgen.schema.json"

# group/name and nothing else: a path (/order/x, order//x, ../x) would be looked up outside the folders of types, and a name
# longer than file systems bear would be refused by them instead of by us.
_ID = re.compile(r"[^_./\\\0][^/\\\0]{,99}/[^./\\\0][^/\\\0]{,99}")

# Of a file that was typed where the type belongs.
_ENDINGS = (".yaml", ".yml", ".json", ".jsonl", ".docx")


def builtins_root() -> Path:
    """Where the built-in templates, schemas and the demo school are: inside the installed package, or the checkout itself."""
    package = Path(__file__).resolve().parent
    carried = package / "_builtin"
    return carried if carried.is_dir() else package.parent


class Sight(NamedTuple):
    """Where and when the person works who reads the messages; a worker may run elsewhere, and in another time zone."""

    here: Path
    builtins: Path
    today: date


class Workspace:
    """A school's folder over the built-ins, as its files were when they were first read.

    Pickled to a worker it is the same workspace there for every chunk of a job, so that a worker reads no file twice.

    Args:
        root: the folder with ``school.yaml``; ``None`` where there is none: types and templates can be looked at then, but
            whatever needs facts raises ``cli.no-workspace``.
        sight: what its reader sees: the current folder and day by default.
    """

    def __init__(self, root: Path | None, sight: Sight | None = None) -> None:
        self.root = root.absolute() if root else None   # a worker may stand in another folder
        self.sight = sight or Sight(Path.cwd(), builtins_root(), date.today())
        self._token = uuid4().hex
        builtins = builtins_root()
        self._layers = [builtins] if self.root is None or self.root.resolve() == builtins else [self.root, builtins]
        self._types: dict[str, DocumentType] = {}
        self._sources: dict[Path, Source] = {}

    @classmethod
    def find(cls, start: Path) -> Workspace:
        """The workspace that *start* lies in: the nearest folder upwards with ``school.yaml``."""
        start = start.absolute()
        return cls(next((folder for folder in (start, *start.parents) if (folder / MARK).is_file()), None))

    def on(self, day: date) -> Workspace:
        """The same folder, seen on that day: a job that goes on tomorrow ends with the dates it has begun with."""
        return Workspace(self.root, self.sight._replace(today=day))

    def __reduce__(self) -> tuple[object, ...]:
        return _known, (self.root, self.sight, self._token)

    @cached_property
    def schemas(self) -> Mapping[str, Mapping[str, Any]]:
        """Every schema by its path under ``data_schemas`` (``_defs/student.schema.json``), read when it is asked for."""
        return _Schemas([layer / SCHEMAS for layer in self._layers], self._read_schema)

    @cached_property
    def facts(self) -> Facts:
        """The school's facts, each file checked against its schema when it is first needed.

        Raises:
            ProblemsFound: ``cli.no-workspace``.
        """
        from docgen.school.facts import Facts

        return Facts(self.read_facts, self._home(), locate=self._locate, today=self.sight.today)

    def speak(self) -> None:
        """Let the school's own readings of acronyms (``acronyms`` of ``school.yaml``) decide endings in this process.

        Raises:
            ProblemsFound: what is wrong in ``school.yaml``.
        """
        from docgen.kyrgyz import readings

        acronyms = self.facts.school.get("acronyms") or {} if self.root else {}
        readings.use({acronym: said["reading"] for acronym, said in acronyms.items()})

    @property
    def output(self) -> Path:
        """Where finished documents go unless told otherwise."""
        return (self.root or self.sight.here) / "output"

    def types(self) -> list[str]:
        """Ids of all document types, sorted: whatever has a schema and a template."""
        found = {
            path.relative_to(layer / SCHEMAS).as_posix().removesuffix(".schema.json")
            for layer in self._layers
            for path in (layer / SCHEMAS).glob("[!_]*/*.schema.json")
        }
        return sorted(name for name in found if self._lookup(f"{TEMPLATES}/{name}.docx"))

    def own_types(self) -> list[str]:
        """Ids of the types of which the school has a schema or a template of its own, complete or not, sorted."""
        if self.root is None or len(self._layers) == 1:
            return []
        kinds = ((self.root / SCHEMAS, ".schema.json"), (self.root / TEMPLATES, ".docx"))
        return sorted({
            path.relative_to(folder).as_posix().removesuffix(ending)
            for folder, ending in kinds for path in folder.glob(f"[!._]*/[!._~]*{ending}")
        })

    def doctype(self, id: str) -> DocumentType:
        """The type of that id.

        Raises:
            ProblemsFound: ``cli.unknown-type`` with the nearest name, ``cli.file-for-type``, ``cli.incomplete-type``,
                or what is wrong in its schema.
        """
        if id not in self._types:
            self._types[id] = self._load_type(id)
        return self._types[id]

    def block(self, name: str) -> Path:
        """The file of a template's block: ``_house/signature-director.docx``.

        Raises:
            LookupError: there is no such block.
        """
        found = self._lookup(f"{TEMPLATES}/{name}")
        if found is None or ".." in Path(name).parts:
            raise LookupError(name)
        return found

    def picture(self, name: str) -> bytes:
        """A file of the workspace that a template shows as a picture, or a little more than may be of it.

        Raises:
            LookupError: there is no such file inside the workspace, links followed.
        """
        from docgen.template.pictures import LARGEST_FILE

        for layer in self._layers:
            home, path = layer.resolve(), (layer / name).resolve()
            if path.is_relative_to(home) and path.is_file():
                with path.open("rb") as file:
                    return file.read(LARGEST_FILE + 1)
        raise LookupError(name)

    def blocks(self) -> list[Path]:
        """The files of all blocks, by name."""
        found = {path.name: path for layer in reversed(self._layers) for path in (layer / TEMPLATES / "_house").glob("*.docx")}
        return [found[name] for name in sorted(found)]

    def definitions(self) -> list[Path]:
        """The files of all that schemas share (``_defs``), by name."""
        folders = [layer / SCHEMAS / "_defs" for layer in reversed(self._layers)]
        found = {path.name: path for folder in folders for path in folder.glob("*.schema.json")}
        return [found[name] for name in sorted(found)]

    def is_own(self, path: Path) -> bool:
        """Whether a file of a type is the school's, not a built-in one: those are held by the tests."""
        return self.root is not None and len(self._layers) > 1 and path.is_relative_to(self.root)

    def shown(self, path: Path) -> str:
        """A path as a message names it: from the current folder when it lies there, else in full."""
        here, builtins, _ = self.sight
        if path.is_relative_to(builtins_root()):
            path = builtins / path.relative_to(builtins_root())
        return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)

    def _lookup(self, name: str) -> Path | None:
        return next((path for layer in self._layers if (path := layer / name).is_file()), None)

    def _home(self) -> Path:
        if self.root is None:
            raise ProblemsFound([Problem("cli.no-workspace", facts={"found": str(self.sight.here)})])
        return self.root

    def _load_type(self, id: str) -> DocumentType:
        if id.lower().endswith(_ENDINGS):
            raise ProblemsFound([Problem("cli.file-for-type", facts={"found": id})])
        if not _ID.fullmatch(id):
            raise ProblemsFound([Problem("cli.unknown-type", facts={"found": id, "nearest": nearest(id, self.types())})])
        schema_name = f"{SCHEMAS}/{id}.schema.json"
        schema_path, template_path = self._lookup(schema_name), self._lookup(f"{TEMPLATES}/{id}.docx")
        if schema_path is None and template_path is None:
            raise ProblemsFound([Problem("cli.unknown-type", facts={"found": id, "nearest": nearest(id, self.types())})])
        if schema_path is None or template_path is None:
            missing = schema_name if schema_path is None else f"{TEMPLATES}/{id}.docx"
            raise ProblemsFound([Problem("cli.incomplete-type", facts={"found": id, "expected": missing})])
        schema = self.schemas[f"{id}.schema.json"]
        if "x-docgen" not in schema:
            raise ProblemsFound([Problem("cli.no-settings", Position(self.shown(schema_path)), {"found": id})])
        if self.is_own(schema_path):
            self.check(schema["x-docgen"], X_DOCGEN, schema_path, "/x-docgen")
        sample_path = self._lookup(f"{SCHEMAS}/{id}.sample.yaml") or schema_path.with_name(f"{Path(id).name}.sample.yaml")
        return DocumentType.of(id, schema, schema_path, template_path, sample_path)

    def read_facts(self, path: Path) -> object:
        """A file of facts, read by the rules of JSON and checked against its schema under ``_facts``."""
        from docgen import records
        from docgen.school.files import schema_of

        name = path.relative_to(self._home()).as_posix()
        value, source = records.read(path, name=self.shown(path))
        self._sources[path] = source
        schema = schema_of(name)
        if schema is not None:
            self._validate(value, schema, source, "")
        return value

    def _locate(self, path: Path, pointer: str) -> Position:
        source = self._sources.get(path)
        return source.locate(pointer) if source else Position(self.shown(path), pointer=pointer)

    def check(self, value: object, schema: str, path: Path, pointer: str) -> None:
        """Hold *value*, which stands at *pointer* in the file *path*, against a schema.

        Raises:
            ProblemsFound: all its problems, with their lines.
        """
        from docgen import records

        _, source = records.read(path, name=self.shown(path))
        self._validate(value, schema, source, pointer)

    def _read_schema(self, path: Path) -> Mapping[str, Any]:
        """A schema as its file has it; of the school's own ones the keywords of ours are looked at, each spelt as it is known.

        Raises:
            ProblemsFound: ``cli.not-a-schema``, or what is wrong with the keywords.
        """
        from docgen import records
        from docgen.validation.keywords import KEYWORDS, keyword_problems

        value, source = records.read(path, name=self.shown(path))
        if not isinstance(value, dict):
            raise ProblemsFound([Problem("cli.not-a-schema", source.locate(""))])
        if self.is_own(path) and not path.match(KEYWORDS):
            problems = keyword_problems(value, source, self._keywords)
            if problems:
                raise ProblemsFound(problems)
        return value

    @cached_property
    def _keywords(self) -> Validator:
        from docgen.validation import Validator
        from docgen.validation.keywords import KEYWORDS

        return Validator(self.schemas[KEYWORDS], schemas=self.schemas, path=KEYWORDS)

    def _validate(self, value: object, schema: str, source: Source, pointer: str) -> None:
        from docgen.records import Record
        from docgen.validation import Validator

        validator = Validator(self.schemas[schema], schemas=self.schemas, path=schema)
        problems = validator.problems(Record(key="", data=value, source=source, pointer=pointer))  # type: ignore[arg-type]
        if problems:
            raise ProblemsFound(problems)


@lru_cache(maxsize=4)
def _known(root: Path | None, sight: Sight, token: str) -> Workspace:  # noqa: ARG001 - it tells two readings of a folder apart
    return Workspace(root, sight)


def nearest(name: str, names: list[str]) -> str:
    """The name most like *name*, compared whole and by its last part; empty when none is near."""
    whole = get_close_matches(name, names, n=1, cutoff=0.6)
    if whole:
        return whole[0]
    by_last = {candidate.rpartition("/")[2]: candidate for candidate in names}
    last = get_close_matches(name.rpartition("/")[2], list(by_last), n=1, cutoff=0.6)
    return by_last[last[0]] if last else ""


class _Schemas(Mapping[str, Mapping[str, Any]]):
    """Schemas by path, from the first folder that has the file; each is read once, when it is asked for."""

    def __init__(self, folders: list[Path], read: Callable[[Path], Mapping[str, Any]]) -> None:
        self._folders = folders
        self._read_file = read
        self._read: dict[str, Mapping[str, Any]] = {}

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        if name not in self._read:
            path = next((path for folder in self._folders if (path := folder / name).is_file()), None)
            if path is None or ".." in Path(name).parts:  # a $ref does not lead out of the folder
                raise KeyError(name)
            self._read[name] = self._read_file(path)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return ".." not in Path(str(name)).parts and any((folder / str(name)).is_file() for folder in self._folders)

    def __iter__(self) -> Iterator[str]:
        names = {path.relative_to(folder).as_posix() for folder in self._folders for path in folder.rglob("*.schema.json")}
        return iter(sorted(names))

    def __len__(self) -> int:
        return sum(1 for _ in self)
