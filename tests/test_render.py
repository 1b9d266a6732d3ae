"""The worker: a chunk of records in, documents or problems out, nothing written."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from docgen.records import Record, read_records
from docgen.render import Task, press_of, render_chunk
from docgen.workspace import Workspace, builtins_root

ORDER = "order/expulsion-residence"


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace(builtins_root())


@pytest.fixture
def record() -> Record:
    return read_records([builtins_root() / "data_schemas" / f"{ORDER}.sample.yaml"])[0]


def test_the_same_record_gives_the_same_bytes(workspace: Workspace, record: Record) -> None:
    first, second = render_chunk(Task(workspace, ORDER, (record, record)))
    assert first.data is not None
    assert first.data == second.data
    assert first.name == second.name


def test_what_a_type_needs_is_made_once(workspace: Workspace) -> None:
    assert press_of(workspace, ORDER) is press_of(workspace, ORDER)
    assert press_of(workspace, ORDER).template is press_of(workspace, ORDER).template


def test_a_record_with_an_error_gives_no_document(workspace: Workspace, record: Record) -> None:
    wrong = replace(record, key="wrong", data=record.data | {"student": "s07a-99"})
    (outcome,) = render_chunk(Task(workspace, ORDER, (wrong,)))
    assert outcome.failed
    assert outcome.data is None
    assert {problem.record for problem in outcome.problems} == {"wrong"}


def test_a_wrong_field_and_a_lost_id_are_told_together(workspace: Workspace, record: Record) -> None:
    wrong = replace(record, data=record.data | {"student": "s07a-99", "leave_date": "2025-11-31"})
    (outcome,) = render_chunk(Task(workspace, ORDER, (wrong,)))
    assert {problem.id for problem in outcome.problems} == {"record.format", "facts.unknown-id"}


def test_a_character_that_no_page_bears_is_a_warning_beside_the_document(workspace: Workspace, record: Record) -> None:
    odd = replace(record, data=record.data | {"new_address": "Бишкек\x0b шаары\x00"})
    (outcome,) = render_chunk(Task(workspace, ORDER, (odd,)))
    assert outcome.data is not None
    assert outcome.problems
    assert {problem.level for problem in outcome.problems} == {"warning"}


def test_a_look_for_problems_makes_no_document(workspace: Workspace, record: Record) -> None:
    (outcome,) = render_chunk(Task(workspace, ORDER, (record,), data=False))
    assert (outcome.data, outcome.name, outcome.problems) == (None, None, ())


def test_tasks_and_outcomes_travel_to_another_process(workspace: Workspace, record: Record) -> None:
    task = pickle.loads(pickle.dumps(Task(workspace, ORDER, (record,))))
    outcomes = pickle.loads(pickle.dumps(render_chunk(task)))
    assert outcomes == render_chunk(Task(workspace, ORDER, (record,)))
