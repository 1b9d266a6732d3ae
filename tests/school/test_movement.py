from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from docgen.school.movement import History

PUPIL = {"id": "p-1", "enrolled_on": "2024-09-02"}
LEFT = {"type": "order/expulsion-residence", "student": "p-1", "leave_date": "2024-10-15"}
GRADUATED = {"type": "order/expulsion-graduation", "leave_date": "2024-10-15"}
BACK = {"type": "order/reinstatement", "student": "p-1", "start_date": "2024-12-10", "class_to": "8-Б"}


@pytest.mark.parametrize(
    ("day", "orders", "listed"),
    [
        ("2024-09-01", [], False),
        ("2024-09-02", [], True),
        ("2024-10-14", [LEFT], True),
        ("2024-10-15", [LEFT], False),
        ("2024-12-09", [LEFT, BACK], False),
        ("2024-12-10", [LEFT, BACK], True),
        ("2024-12-10", [BACK, LEFT], True),
        ("2024-10-15", [{**LEFT, "student": "p-2"}], True),
        ("2024-10-15", [{**GRADUATED, "students": ["p-1"]}], False),
        ("2024-10-15", [{**GRADUATED, "students": [{"student": "p-1"}]}], False),
        ("2024-10-15", [{"type": "order/transfer-next-class", "students": ["p-1"], "class_to": "9-Б"}], True),
    ],
)
def test_on_the_list_from_enrolment_off_from_leaving_on_again_from_reinstatement(
    day: str, orders: list[dict[str, Any]], listed: bool
) -> None:
    assert History(orders).is_listed(PUPIL, date.fromisoformat(day)) is listed


def test_the_latest_move_holds() -> None:
    first, second = {**BACK, "class_to": "8-А"}, {**BACK, "class_to": "8-В", "start_date": "2025-01-13"}
    history = History([second, first])
    assert history.moved_to("p-1", date(2024, 12, 9)) is None
    assert history.moved_to("p-1", date(2025, 1, 12)) == "8-А"
    assert history.moved_to("p-1", date(2025, 1, 13)) == "8-В"
    assert history.arrivals("8-В") == ["p-1"]
