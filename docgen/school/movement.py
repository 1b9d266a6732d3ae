"""Who is on which class list on a day: from the day of enrolment, until a day of leaving, again from a reinstatement.

The days stand in the facts of the orders; docs/formulas.md, «Class list», has the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

REINSTATEMENT = "order/reinstatement"


class History:
    """The comings and goings that orders record, by pupil.

    Args:
        orders: facts of orders (``data/movement.yaml``): ``student`` or ``students``, ``leave_date``, or ``start_date`` with
            ``class_to``; days as ISO text. Orders without such a day change no list.
    """

    def __init__(self, orders: Iterable[Mapping[str, Any]]) -> None:
        self._presence: dict[str, list[tuple[str, bool]]] = {}
        self._moves: dict[str, list[tuple[str, str]]] = {}
        for order in orders:
            for pupil in _pupils(order):
                if "leave_date" in order:
                    self._presence.setdefault(pupil, []).append((order["leave_date"], False))
                elif order["type"] == REINSTATEMENT:
                    self._presence.setdefault(pupil, []).append((order["start_date"], True))
                if "class_to" in order and "start_date" in order:
                    self._moves.setdefault(pupil, []).append((order["start_date"], order["class_to"]))

    def is_listed(self, pupil: Mapping[str, Any], day: date) -> bool:
        """Is the pupil on the list on *day*? The day of leaving is the first day off it."""
        latest = self._latest(pupil, day)
        return latest is not None and latest[1]

    def why_not_listed(self, pupil: Mapping[str, Any], day: date) -> dict[str, str]:
        """The day since which the pupil is off the list (``left``), or on which it will first be on it (``enrolled``)."""
        latest = self._latest(pupil, day)
        return {"left": latest[0]} if latest else {"enrolled": pupil["enrolled_on"]}

    def _latest(self, pupil: Mapping[str, Any], day: date) -> tuple[str, bool] | None:
        """The last coming (true) or going up to *day*."""
        changes = [(pupil["enrolled_on"], True), *self._presence.get(pupil["id"], ())]
        return max((change for change in changes if change[0] <= day.isoformat()), key=lambda change: change[0], default=None)

    def moved_to(self, id: str, day: date) -> str | None:
        """The class to which the latest order up to *day* sent the pupil, None without one."""
        moves = [move for move in self._moves.get(id, ()) if move[0] <= day.isoformat()]
        return max(moves)[1] if moves else None

    def arrivals(self, class_name: str) -> list[str]:
        """The ids of the pupils whom any order ever sent to a class."""
        return [pupil for pupil, moves in self._moves.items() if any(name == class_name for _, name in moves)]


def _pupils(order: Mapping[str, Any]) -> Iterator[str]:
    if "student" in order:
        yield order["student"]
    for item in order.get("students", ()):
        yield item if isinstance(item, str) else item["student"]
