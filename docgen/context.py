"""The context: what a template sees of a record. Ids have become the facts behind them, ISO days dates, absent fields None.

Beside the record's own fields stand always

- ``school``: the profile of ``school.yaml``, its director, deputies … as persons;
- ``doc``: ``date``, ``number``, ``place`` (the school's by default), ``basis``, ``control_by``, ``acquaint``, ``title`` (the
  type's ``x-docgen.subject``), what is not given None;
- ``school_year`` of the paper's date («2025–2026»), unless the record has its own.

What an id becomes:

- a person: ``id``, ``surname``, ``given_name``, ``patronymic``, ``position``, ``phone``, ``full_name``, ``short_name``;
- a person with ``forms`` of its own: they stand in the filters' table `docgen.template.grammar.OWN_FORMS` too;
- a pupil: a person with ``sex``, ``birth_date``, ``birth_year``, ``age``, ``address``, ``personal_file_no``,
  ``family_category``, ``enrolled_on``, ``guardians`` (persons with ``relation``, ``work``, ``address``), ``class``,
  ``class_name``, ``class_phrase``;
- a class: ``name``, ``grade``, ``letter``, ``teacher`` (a person), ``profile`` (subjects), ``phrase``, ``enrolled``;
- a code: ``code`` and ``printed``; a term besides ``term``, ``start``, ``end``;
- any other fact: the fields of its facts file, with what they refer to.

Class and enrolment are as of ``doc.date``; a pupil of the record who is on no list that day is a problem, unless the schema
says otherwise (``x-docgen-listed``). Lists of pupils, or of rows that each have a ``student``, are in Kyrgyz order of
names, class by class. Everything is plain data, and nothing holds itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from docgen.doctype import DocumentType
from docgen.errors import Position, Problem, ProblemsFound
from docgen.school import people
from docgen.school.facts import Facts
from docgen.school.kinds import Shapes
from docgen.school.listed import Met, unlisted
from docgen.school.shape import Shape, escaped, shape_of

if TYPE_CHECKING:
    from docgen.school.blanks import Blanks

Data = dict[str, Any]
Locate = Callable[[str], Position]

DOC = ("date", "number", "place", "basis", "control_by", "acquaint", "title")

# Resolved once a day: they refer to nothing that could refer back to them.
_KEPT = ("student", "guardian", "class", "staff", "subject")


class Plan:
    """How records of one schema become contexts; made once a schema, used for any number of records.

    Args:
        schema: of a record.
        schemas: every local schema by its path below ``data_schemas``.
        path: the path of *schema* among them.
    """

    def __init__(self, schema: Mapping[str, Any], schemas: Mapping[str, Mapping[str, Any]], path: str) -> None:
        self._shape = shape_of(schema, schemas, path)
        self._shapes = Shapes(schemas)
        self._resolver: _Resolver | None = None
        self._titles: dict[tuple[str, bool], Callable[[Mapping[str, Any]], str]] = {}

    def context(self, record: Mapping[str, Any], facts: Facts, doctype: DocumentType, *, locate: Locate | None = None) -> Data:
        """The context of a record that its schema has passed.

        Args:
            locate: the position of a value of the record, by its JSON Pointer; without it problems bear the pointer alone.

        Raises:
            ProblemsFound: ids that are not in the facts, or pupils who are on no class list (``facts.not-listed``), all of the
                record; or what is wrong in a facts file.
        """
        resolver = self._for_day(facts, _day(record, facts))
        locate = locate or (lambda pointer: Position(pointer=pointer))
        walk = _Walk(resolver, locate)
        context: Data = walk.value(self._shape, dict(record), "")
        context["school"] = walk.guarded(resolver.school) or {}
        context["doc"] = {**dict.fromkeys(DOC), **(context.get("doc") or {})}
        context["doc"]["place"] = context["doc"]["place"] or context["school"].get("place")
        if walk.problems:
            raise ProblemsFound(walk.problems)
        if absent := unlisted(walk.pupils, facts, context, resolver.day, locate):
            raise ProblemsFound(absent)
        if "school_year" not in self._shape.properties:
            context["school_year"] = school_year(resolver.day)
        _add_own_forms(context, resolver)
        if doctype.subject:
            context["doc"]["title"] = self._title(doctype)(context)
        return context

    def blank(
        self,
        record: Mapping[str, Any],
        facts: Facts | None,
        doctype: DocumentType,
        *,
        tables: Collection[str] = (),
        rows: int = 0,
        locate: Locate | None = None,
    ) -> Data:
        """The context of a paper for filling by hand: what *record* has is printed, all else is a `Blank`.

        Of the school's own facts nothing is blank: its profile, and what ``school.yaml`` says under the name of a field
        (``law``, ``control``, the ``body`` of ``council``).

        Args:
            facts: None where no workspace knows any; *record* holds no ids then.
            tables: the lists that are tables, by path: ``absences``, ``classes[*].absences``.
            rows: of each table; as its schema says, or `docgen.school.blanks.ROWS`, when 0.

        Raises:
            ProblemsFound: as `context`.
        """
        from docgen.school.blanks import Blanks, known_of_school

        blanks = Blanks(self._shapes.of, tables=tables, rows=rows)
        resolver = self._for_day(facts, _day(record, facts)) if facts else None
        walk = _Walk(resolver, locate or (lambda pointer: Position(pointer=pointer)), blanks)
        of_school = known_of_school(self._shape, facts.school) if facts else {}
        context: Data = walk.value(self._shape, {**of_school, **record}, "")
        context["school"] = (walk.guarded(resolver.school) or {}) if resolver else blanks.fact("school", "school")
        if walk.problems:
            raise ProblemsFound(walk.problems)
        context["doc"] = {**dict.fromkeys(DOC), **(context.get("doc") or {})}
        if "place" not in (record.get("doc") or {}):
            context["doc"]["place"] = context["school"].get("place")
        dated = isinstance(context["doc"]["date"], date)
        context.setdefault("school_year", school_year(context["doc"]["date"]) if dated else blanks.school_year)
        _add_own_forms(context, resolver)
        if doctype.subject:
            context["doc"]["title"] = self._title(doctype, by_hand=True)(context)
        return context

    def _for_day(self, facts: Facts, day: date) -> _Resolver:
        """A resolver for *day*: the last one if it fits, for the records of a job mostly bear one date."""
        if self._resolver is None or self._resolver.facts is not facts or self._resolver.day != day:
            self._resolver = _Resolver(facts, self._shapes, day)
        return self._resolver

    def _title(self, doctype: DocumentType, *, by_hand: bool = False) -> Callable[[Mapping[str, Any]], str]:
        key = (doctype.subject, by_hand)
        if key not in self._titles:
            from docgen.template.environment import compile_text

            self._titles[key] = compile_text(doctype.subject, name=f"{doctype.id}.schema.json", by_hand=by_hand)
        return self._titles[key]


def school_year(day: date) -> str:
    """The school year in which a day lies; it begins on 1 September.

    >>> school_year(date(2025, 8, 31)), school_year(date(2025, 9, 1))
    ('2024–2025', '2025–2026')
    """
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}–{first + 1}"


def _add_own_forms(context: Data, resolver: _Resolver | None) -> None:
    """Let the filters of cases know the forms that persons have of their own; nothing is looked for where nobody has any."""
    if resolver and resolver.has_forms:
        from docgen.template.grammar import OWN_FORMS

        context[OWN_FORMS] = people.own_forms(context)


def _day(record: Mapping[str, Any], facts: Facts) -> date:
    """The paper's date; today where the record has none."""
    given = (record.get("doc") or {}).get("date")
    return date.fromisoformat(given) if given else facts.today


class _Resolver:
    """Gives the facts behind ids, as of one day."""

    def __init__(self, facts: Facts, shapes: Shapes, day: date) -> None:
        self.facts = facts
        self.day = day
        self.has_forms = False
        self._shapes = shapes
        self._school: Data | None = None
        self._kept: dict[tuple[str, str | int], Any] = {}
        self._open: list[tuple[str, str | int]] = []

    def school(self) -> Data:
        """The school's profile, its persons resolved."""
        if self._school is None:
            self._school = self._whole("school", self.facts.school["school"], "")
        return self._school

    def fact(self, kind: str, id: str | int, label: str) -> Any:
        """The fact of an id; the id itself where it would hold itself (an order and the survey that it starts).

        Raises:
            ProblemsFound: a problem of the id itself bears no position yet.
        """
        key = (kind, id)
        if key in self._kept:
            return self._kept[key]
        if key in self._open:
            return id
        self._open.append(key)
        try:
            found = self._made(kind, id, label)
        finally:
            self._open.pop()
        if kind in _KEPT:
            self._kept[key] = found
        return found

    def _made(self, kind: str, id: str | int, label: str) -> Any:
        if kind == "person":
            entry = self.facts.entry(kind, str(id), label=label)
            kind = next(each for each in ("student", "guardian", "staff") if self.facts.index.entries(each, entry.id))
        data = self.facts.find(kind, id, label=label)
        if kind.startswith("terms."):
            return data
        if kind == "student":
            name = self.facts.class_of(data, self.day)
            whole = self._whole(kind, {k: v for k, v in data.items() if k != "class"}, id)
            return people.pupil(whole, self.fact("class", name, label), self.day)
        if kind == "guardian":
            return self._whole(kind, {k: v for k, v in data.items() if k != "student"}, id)
        if kind == "class":
            return people.school_class(self._whole(kind, data, id), len(self.facts.class_list(str(id), self.day)))
        if kind == "protocol":
            council = self._whole("council", {k: data[k] for k in ("body", "chair", "secretary") if k in data}, id)
            return {**council, **self._whole(kind, {k: v for k, v in data.items() if k not in council}, id)}
        return self._whole(kind, data, id)

    def _whole(self, kind: str, data: Data, id: str | int) -> Data:
        """A fact with the facts inside it; what is wrong there stands in the facts' own file."""
        walk = _Walk(self, lambda pointer: self._inside(kind, id, pointer))
        whole: Data = walk.value(self._shapes.of(kind), data, "")
        if walk.problems:
            raise ProblemsFound(walk.problems)
        return whole

    def _inside(self, kind: str, id: str | int, pointer: str) -> Position:
        if kind in ("school", "council"):
            return self.facts.position(self.facts.files.root / "school.yaml", f"/{kind}{pointer}")
        entry = self.facts.entry(kind, str(id))
        return self.facts.position(entry.path, entry.pointer.rpartition("/")[0] + pointer)


class _Walk:
    """One walk through data beside its shape: collects problems of ids, and the pupils met."""

    def __init__(self, resolver: _Resolver | None, locate: Locate, blanks: Blanks | None = None) -> None:
        self._resolver = resolver
        self._locate = locate
        self._blanks = blanks
        self.problems: list[Problem] = []
        self.pupils: list[Met] = []

    def value(self, shape: Shape, value: Any, pointer: str) -> Any:
        if isinstance(value, dict):
            return self._object(shape, value, pointer)
        if isinstance(value, list):
            return self._list(shape, value, pointer)
        if shape.kind and isinstance(value, str | int) and (resolver := self._resolver):
            if shape.kind == "student":
                self.pupils.append(Met(pointer, str(value), shape.listed))
            return self.guarded(lambda: resolver.fact(shape.kind, value, shape.title), pointer)
        if shape.is_date and isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
        return value

    def guarded(self, make: Callable[[], Any], pointer: str = "") -> Any:
        """What *make* gives; None if it finds problems, which are kept, each once; those without a place stand at *pointer*."""
        try:
            return make()
        except ProblemsFound as found:
            placed = (p if p.position != _NOWHERE else p.at(self._locate(pointer)) for p in found.problems)
            self.problems += [problem for problem in placed if problem not in self.problems]
            return None

    def _object(self, shape: Shape, value: Data, pointer: str) -> Data:
        whole: Data = dict.fromkeys(shape.properties)
        for name, member in value.items():
            inside = shape.properties.get(name) or shape.values or _OPAQUE
            whole[name] = self.value(inside, member, f"{pointer}/{escaped(name)}")
        if self._blanks:
            whole |= self._blanks.missing(shape, value, pointer)
        if isinstance(whole.get("person"), dict) and "position" in value:  # a person in another function than the usual
            return {**whole["person"], "position": whole["position"]}
        if "forms" in value and self._resolver:
            self._resolver.has_forms = True
        return people.person(whole) if whole.get("surname") and whole.get("given_name") else whole

    def _list(self, shape: Shape, value: list[Any], pointer: str) -> list[Any]:
        inside = shape.items or _OPAQUE
        items = [self.value(inside, item, f"{pointer}/{index}") for index, item in enumerate(value)]
        pupils = [_pupil(inside, item) for item in items]
        if not all(pupils):
            return items
        return [item for _, item in sorted(zip(pupils, items, strict=True), key=lambda pair: people.list_order(pair[0]))]


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")  # a field may allow words beside a day
_OPAQUE = Shape()
_NOWHERE = Position()


def _pupil(shape: Shape, item: Any) -> Any:
    """The pupil that an item of a list is or is about; None for any other list."""
    if shape.kind == "student" and isinstance(item, dict) and "surname" in item:
        return item
    row = shape.properties.get("student")
    return item.get("student") if row is not None and row.kind == "student" and isinstance(item, dict) else None
