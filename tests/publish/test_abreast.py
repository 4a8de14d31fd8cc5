"""Lives side by side: what some have done and what others begin is one update, and never too many are under way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.reconcile.commands import Now, Update, abreast

if TYPE_CHECKING:
    from pipeline.reconcile.commands import Command, Life


def nothing(*_: object) -> list[Any]:
    return []


def post(number: int, told: list[str]) -> Life[int]:
    """Write that it is being posted, post, write that it is done."""
    yield Update(nothing, f"posting {number}\n")
    yield Now()
    told.append(f"sent {number}")
    yield Update(nothing, f"done {number}\n")
    return number


def carry(life: Life[list[int]], told: list[str]) -> list[int]:
    """Carry *life* and note in *told* the lines of each update, between what happens."""
    answer: Any = None
    try:
        while True:
            command: Command = life.send(answer)
            answer = None
            if isinstance(command, Update):
                told += ["push", *command.message.splitlines()]
                command.decide({}, datetime.now(UTC))
                answer = {}
    except StopIteration as stop:
        result: list[int] = stop.value
        return result


def test_ends_and_beginnings_share_a_push() -> None:
    told: list[str] = []
    assert carry(abreast([post(number, told) for number in range(4)], 2), told) == [0, 1, 2, 3]
    assert " | ".join(told) == (
        "push | posting 0 | posting 1 | sent 0 | sent 1 | "
        "push | done 0 | done 1 | posting 2 | posting 3 | sent 2 | sent 3 | "
        "push | done 2 | done 3"
    )


@pytest.mark.parametrize("most", [1, 4, 16])
def test_a_run_that_dies_leaves_no_more_than_it_may(most: int) -> None:
    """What is sent, or about to be, and not yet written as done: at no moment more than *most*."""
    told: list[str] = []
    carry(abreast([post(number, told) for number in range(50)], most), told)
    posting: set[str] = set()
    lost: list[int] = []
    for line in told:
        what, _, number = line.partition(" ")
        if what == "push":
            lost.append(len(posting))
        elif what == "posting":
            posting.add(number)
        elif what == "done":
            posting.discard(number)
    assert max(lost) == most
    assert posting == set()
    assert told.count("push") == -(-50 // most) + 1
