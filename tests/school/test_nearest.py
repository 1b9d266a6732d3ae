from __future__ import annotations

import pytest

from docgen.school.nearest import nearest

KNOWN = {
    "s07a-24": {"surname": "Эркин кызы", "given_name": "Жылдыз"},
    "s07a-43": {"surname": "Асанов", "given_name": "Бекзат", "patronymic": "Марат уулу"},
    "algebra": {"code": "algebra", "name": "Алгебра"},
    "sick": {"code": "sick", "printed": "оорусу боюнча"},
    "7-А": {"name": "7-А"},
}


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("s07a-42", "s07a-24 (Эркин кызы Жылдыз)"),
        ("S07A-24", "s07a-24 (Эркин кызы Жылдыз)"),
        ("Асанов Бекзат", "s07a-43 (Асанов Бекзат Марат уулу)"),
        ("асанов", "s07a-43 (Асанов Бекзат Марат уулу)"),
        ("Алгебра", "algebra (Алгебра)"),
        ("оорусу боюнча", "sick (оорусу боюнча)"),
        ("7-A", "7-А"),  # Latin A
        ("7A", "7-А"),
        ("7 а", "7-А"),
        ("xyz", ""),
    ],
)
def test_what_may_have_been_meant(typed: str, first: str) -> None:
    found = nearest(typed, KNOWN)
    assert found.startswith(first)
    assert bool(found) == bool(first)
