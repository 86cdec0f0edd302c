"""The product broken on purpose, in the harness's processes: it has to be seen.

A harness that finds nothing in these would find nothing anywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb import ledger, run_changes
from afterglow.adapters.dynamodb.answers import thread_key
from afterglow.adapters.dynamodb.tables.conversations import RunItem, ThreadItem
from afterglow.domain.models import OPEN_STATES, Message, Run
from afterglow.services import answers
from faults.haste import replace_constant


class Broken(StrEnum):
    """What is broken."""

    ENDS = "ends"
    FENCE = "fence"
    ANSWER = "answer"


def break_product(what: Broken) -> None:
    """Break it in this process and its children."""
    _HOW[what]()


def _break_ends() -> None:
    """Commit and release without a condition: whoever ends a run, the last one has ended it."""

    def end_run(transaction: TransactWrite, run: Run) -> None:
        real = transaction.update
        # For this one write only.
        unconditional: Any = _Unconditional(real)
        transaction.update = unconditional  # type: ignore[method-assign]
        try:
            _end_run(transaction, run)
        finally:
            transaction.update = real  # type: ignore[method-assign]

    def free(transaction: TransactWrite, run: Run, *also: Any) -> None:
        actions = [ThreadItem.active_run_id.remove(), *also]
        transaction.update(thread_key(run), actions=actions)

    def save_answer(transaction: TransactWrite, item: Any) -> None:
        transaction.save(item)

    _end_run = run_changes.end_run
    replace_constant(run_changes.__name__, "end_run", end_run)
    replace_constant(ledger.__name__, "_free", free)
    replace_constant(ledger.__name__, "save_answer", save_answer)


class _Unconditional:
    def __init__(self, real: Callable[..., None]) -> None:
        self._real = real

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        self._real(*args, **kwargs | {"condition": None})


def _break_fence() -> None:
    """A run may be written by whoever finds it open."""

    def is_open(_: Run) -> Condition:
        condition: Condition = RunItem.state.is_in(*sorted(each.value for each in OPEN_STATES))
        return condition

    replace_constant(run_changes.__name__, "_is_as_read", is_open)


def _break_answer() -> None:
    """Every answer is the same."""
    real = answers.answer_of

    def answer_of(*args: Any) -> Message:
        return replace(real(*args), content="Forty-two.")

    replace_constant(answers.__name__, "answer_of", answer_of)


_HOW: Mapping[Broken, Callable[[], None]] = {
    Broken.ENDS: _break_ends,
    Broken.FENCE: _break_fence,
    Broken.ANSWER: _break_answer,
}
