"""The register of numbers: what the clerk does every day, and what must never happen."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docgen.database import FILE, Database
from docgen.errors import ProblemsFound
from docgen.register import Claim, Entry, Gap, Grant, Paper, Register

BOOK = "окуучулардын кыймылы"
ORDER = "order/expulsion-residence"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / FILE)
    yield opened
    opened.close()


@pytest.fixture
def register(database: Database) -> Register:
    return Register(database, now=lambda: "2025-11-05T09:00:00+06:00")


def claim(key: str = "a", *, date: str = "2025-11-05", record: str = "", **more: object) -> Claim:
    return Claim(ORDER, key, date, record or f"facts of {key}", subject=f"subject of {key}", **more)  # type: ignore[arg-type]


def ask(register: Register, *claims: Claim, year: int = 2025, **how: bool) -> list[Grant]:
    return register.reserve(BOOK, year, claims, **how)


def numbers(grants: list[Grant]) -> list[str]:
    return [grant.entry.number if grant.entry else "" for grant in grants]


def ids(grants: list[Grant]) -> list[str]:
    return [problem.id for grant in grants for problem in grant.problems]


def made(register: Register, asked: Claim, *, sha256: str = "1", **more: object) -> Entry:
    """The entry of a paper that has been reserved and issued."""
    (grant,) = ask(register, asked)
    assert grant.entry
    register.issue([Paper(grant.entry.id, asked, f"{asked.key}.docx", sha256, "t1", **more)])  # type: ignore[arg-type]
    return register.entry(grant.entry.id)


# ------------------------------------------------------------------------------------------------------------ numbers


def test_numbers_begin_with_1_in_every_book_and_year(register: Register) -> None:
    assert numbers(ask(register, claim("a"), claim("b"))) == ["1", "2"]
    assert numbers(ask(register, claim("a", date="2026-01-09"), year=2026)) == ["1"]
    assert register.reserve("актылар", 2025, [claim("x")])[0].entry.number == "1"  # type: ignore[union-attr]


def test_the_same_key_gets_the_same_number(register: Register) -> None:
    assert numbers(ask(register, claim("a"), claim("b"))) == ["1", "2"]
    assert numbers(ask(register, claim("c"), claim("b"), claim("a"))) == ["3", "2", "1"]


def test_a_pattern_prints_around_the_ordinal(register: Register) -> None:
    assert numbers(ask(register, claim("a", pattern="{n}-о"), claim("b", pattern="{n}-о"))) == ["1-о", "2-о"]
    assert numbers(ask(register, claim("c"))) == ["3"]


def test_a_typed_number_is_kept_and_the_count_goes_on_after_it(register: Register) -> None:
    assert numbers(ask(register, claim("a", number="92"), claim("b"), claim("c", number="45/1"))) == ["92", "93", "45/1"]


def test_a_typed_number_of_another_paper_is_refused(register: Register) -> None:
    ask(register, claim("a", number="92"))
    refused = ask(register, claim("b", number="92"))
    assert (numbers(refused), ids(refused)) == ([""], ["register.taken"])
    assert refused[0].problems[0].facts["subject"] == "subject of a"


def test_a_paper_keeps_its_number_when_another_is_typed(register: Register) -> None:
    ask(register, claim("a"))
    assert ids(ask(register, claim("a", number="5"))) == ["register.has-number"]


def test_a_void_number_is_never_given_again(register: Register) -> None:
    entry = made(register, claim("a"))
    register.void(entry, "ката кеткен")
    assert numbers(ask(register, claim("b"))) == ["2"]
    assert numbers(ask(register, claim("a"))) == ["3"]
    assert ids(ask(register, claim("c", number="1"))) == ["register.void-number"]
    assert next((it.number, it.state, it.reason) for it in register.entries()) == ("1", "void", "ката кеткен")


def test_a_typed_slip_made_void_does_not_carry_the_count_along(register: Register) -> None:
    ask(register, claim("a", number="91"))
    register.void(made(register, claim("b", number="912")), "92 болмок")
    assert numbers(ask(register, claim("b", number="92"), claim("c"))) == ["92", "93"]
    assert register.gaps() == [Gap(BOOK, 2025, 1, 90)]


def test_gaps_are_the_numbers_passed_over(register: Register) -> None:
    ask(register, claim("a", number="2"), claim("b", number="6"), claim("c", number="7"))
    assert register.gaps() == [Gap(BOOK, 2025, 1, 1), Gap(BOOK, 2025, 3, 5)]
    assert register.gaps(year=2024) == []


def test_no_row_leaves_the_file_and_no_number_changes(register: Register, tmp_path: Path) -> None:
    made(register, claim("a"))
    raw = sqlite3.connect(tmp_path / FILE)
    for change in ("DELETE FROM entry", "UPDATE entry SET number = '9'", "DELETE FROM event", "UPDATE event SET at = ''"):
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(change)


# ---------------------------------------------------------------------------------------------------- the everyday case


def test_a_corrected_paper_keeps_its_number_and_its_history(register: Register) -> None:
    made(register, claim("a"), sha256="1")
    entry = made(register, replace(claim("a"), record="corrected"), sha256="2")
    assert (entry.number, entry.sha256, entry.record) == ("1", "2", "corrected")
    assert [(event.what, event.sha256) for event in register.history(entry)] == [
        ("reserved", ""), ("issued", "1"), ("issued-again", "2")]


def test_a_paper_made_again_without_a_change_leaves_no_trace(register: Register) -> None:
    entry = made(register, claim("a"))
    assert made(register, claim("a")) == entry
    assert [event.what for event in register.history(entry)] == ["reserved", "issued"]


def test_the_same_facts_under_another_key_are_told_and_let_through_when_asked(register: Register) -> None:
    made(register, claim("a", record="same"))
    refused = ask(register, claim("b", record="same"))
    assert ids(refused) == ["register.same-facts"]
    assert refused[0].problems[0].facts["number"] == "1"
    assert numbers(ask(register, claim("b", record="same"), again=True)) == ["2"]


def test_corrected_parameters_are_told_as_the_same_paper(register: Register) -> None:
    """Parameters are their own key: a correction has another, and must not take a second number unseen."""
    asked = Claim(ORDER, "address=Ош", "2025-11-05", "r1", "кимдир бирөө жөнүндө", has_id=False)
    made(register, asked)
    corrected = replace(asked, key="address=Ош шаары", record="r2")
    assert ids(ask(register, corrected)) == ["register.same-subject"]
    assert numbers(ask(register, replace(corrected, number="1"))) == ["1"]
    assert numbers(ask(register, corrected)) == ["1"]
    assert numbers(ask(register, replace(corrected, key="address=Талас", record="r3"), again=True)) == ["2"]


def test_an_order_of_the_facts_made_from_a_file_too_is_told_as_the_same_document(register: Register) -> None:
    of_facts = Claim(ORDER, "ord-08", "2025-10-13", "r1", "бирөө жөнүндө", number="92")
    of_file = replace(of_facts, key="leave", record="r2", has_id=False)
    made(register, of_facts)
    refused = ask(register, of_file)
    assert (ids(refused), refused[0].problems[0].facts["key"]) == (["register.same-document"], "ord-08")
    assert ids(ask(register, replace(of_file, subject="башка бирөө жөнүндө"))) == ["register.taken"]
    assert numbers(ask(register, of_facts)) == ["92"]
    assert numbers(ask(register, of_file, again=True)) == ["92"]
    assert [(entry.number, entry.key, entry.has_id) for entry in register.entries()] == [("92", "leave", False)]


def test_a_file_filled_anew_for_another_pupil_does_not_take_over_the_number(register: Register) -> None:
    made(register, claim("leave", has_id=False))
    other = replace(claim("leave", has_id=False), subject="башка окуучу жөнүндө", record="other")
    assert ids(ask(register, other)) == ["register.other-subject"]
    assert numbers(ask(register, other, replace=True)) == ["1"]
    assert numbers(ask(register, replace(other, has_id=True))) == ["1"]


def test_a_date_out_of_order_is_a_warning(register: Register) -> None:
    ask(register, claim("a", date="2025-11-05"), claim("b", date="2025-11-10"))
    late = ask(register, claim("c", date="2025-11-07"))
    assert numbers(late) == ["3"]
    assert [(problem.id, problem.level, problem.facts["number"]) for problem in late[0].problems] == [
        ("register.date-order", "warning", "2")]
    assert ids(ask(register, claim("a", date="2025-11-05"))) == []
    assert ids(ask(register, claim("a", date="2025-11-20"))) == ["register.date-order"]


def test_a_slip_in_the_year_is_told(register: Register) -> None:
    made(register, claim("a"))
    grants = ask(register, claim("a", date="2026-11-05"), year=2026)
    assert (numbers(grants), ids(grants)) == (["1"], ["register.other-year"])


# -------------------------------------------------------------------------------------------------------- signed and void


def test_a_signed_paper_stays_as_it_is(register: Register) -> None:
    entry = register.sign(made(register, claim("a")))
    assert entry.state == "signed"
    register.issue([Paper(entry.id, claim("a", record="other"), "a.docx", "2", "t2")])
    assert register.entry(entry.id) == entry


def test_what_was_not_made_cannot_be_signed(register: Register) -> None:
    (grant,) = ask(register, claim("a"))
    assert grant.entry
    with pytest.raises(ProblemsFound) as caught:
        register.sign(grant.entry)
    assert caught.value.problems[0].id == "register.not-made"


def test_a_number_is_signed_and_made_void_once(register: Register) -> None:
    entry = made(register, claim("a"))
    register.sign(entry)
    with pytest.raises(ProblemsFound) as caught:
        register.sign(entry)
    assert caught.value.problems[0].id == "register.is-signed"
    with pytest.raises(ProblemsFound) as caught:
        register.void(entry, "  ")
    assert caught.value.problems[0].id == "register.no-reason"
    register.void(entry, "жокко чыгарылды")
    for act in (register.sign, lambda it: register.void(it, "кайра")):
        with pytest.raises(ProblemsFound) as caught:
            act(entry)
        assert caught.value.problems[0].id == "register.is-void"
    assert [event.what for event in register.history(entry)] == ["reserved", "issued", "signed", "void"]


def test_an_amending_paper_and_the_amended_know_each_other(register: Register) -> None:
    old = register.sign(made(register, claim("a")))
    new = made(register, claim("b"), amends=old.id)
    assert register.entry(new.id).amends == old.id
    assert register.entry(old.id).amended_by == (new.id,)
    assert register.find("1").amended_by == (new.id,)
    assert register.history(old)[-1].what == "amended"


def test_a_number_is_found_by_what_is_printed(register: Register) -> None:
    ask(register, claim("a"))
    ask(register, claim("a", date="2026-02-02"), year=2026)
    assert register.find("1").year == 2026
    assert register.find("1", year=2025).year == 2025
    with pytest.raises(ProblemsFound) as caught:
        register.find("7")
    assert caught.value.problems[0].id == "register.unknown"
    register.reserve("актылар", 2026, [claim("x")])
    with pytest.raises(ProblemsFound) as caught:
        register.find("1")
    assert caught.value.problems[0].id == "register.several-books"
    assert register.find("1", series="актылар").key == "x"


# ---------------------------------------------------------------------------------------------------------- many at once

CLERK = """
import random, sys
from pathlib import Path
from docgen.database import Database
from docgen.register import Claim, Register

path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
register = Register(Database(path))
keys = [f"{name}-{i}" for i in range(count)]
while keys:
    chunk = [keys.pop() for _ in range(min(len(keys), random.randint(1, 4)))]
    claims = [Claim("order/x", key, "2025-11-05", key) for key in chunk]
    try:
        with register._database.transaction():
            grants = register.reserve("китеп", 2025, claims)
            if random.random() < 0.1:
                raise KeyError
    except KeyError:
        keys += chunk
        continue
    assert all(grant.entry and not grant.problems for grant in grants)
"""


def test_a_number_costs_no_more_in_a_large_book(database: Database, register: Register) -> None:
    def steps(keys: range) -> int:
        """What SQLite did for the numbers of papers of one day, in hundreds of its machine's instructions."""
        done = 0

        def count() -> int:
            nonlocal done
            done += 1
            return 0

        with database.transaction() as connection:
            connection.set_progress_handler(count, 100)
            ask(register, *(claim(f"a{key}", record=f"r{key}", has_id=False) for key in keys))
            connection.set_progress_handler(None, 0)
        return done

    early = steps(range(100, 150))
    ask(register, *(claim(f"a{key}", record=f"r{key}", has_id=False) for key in range(1000, 3000)))
    assert steps(range(3000, 3050)) < 2 * early
    assert steps(range(1000, 1050)) < 2 * early   # made again, they are asked about again


def test_eight_processes_at_once_get_every_number_once(tmp_path: Path) -> None:
    path = tmp_path / FILE
    command = [sys.executable, "-c", CLERK, str(path)]
    clerks = [subprocess.Popen([*command, f"c{i}", "50"], stderr=subprocess.PIPE) for i in range(8)]
    assert [clerk.communicate()[1].decode() for clerk in clerks] == [""] * 8
    assert [clerk.returncode for clerk in clerks] == [0] * 8
    entries = Register(Database(path)).entries()
    assert [entry.ordinal for entry in entries] == list(range(1, 401))
    assert len({entry.key for entry in entries}) == 400


def test_numbers_survive_a_kill(tmp_path: Path) -> None:
    path = tmp_path / FILE
    for start in range(5):
        clerk = subprocess.Popen([sys.executable, "-c", CLERK, str(path), f"k{start}", "100000"], stderr=subprocess.DEVNULL)
        try:
            clerk.wait(timeout=0.25 + random.random() / 4)
        except subprocess.TimeoutExpired:
            clerk.kill()
            clerk.wait()
    ordinals = [entry.ordinal for entry in Register(Database(path)).entries()]
    assert ordinals == list(range(1, len(ordinals) + 1))
    assert ordinals
