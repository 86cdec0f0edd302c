"""Changes to runs: each happens to the run as it was read, or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.open_runs import uncount_open
from afterglow.adapters.dynamodb.records.runs import run_key
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.conversations import RunItem
from afterglow.adapters.dynamodb.transactions import (
    ConditionFailedError,
    conditional_write,
    patiently,
    write_transaction,
)
from afterglow.domain.errors import SupersededError
from afterglow.domain.models import OPEN_STATES, Run

# Attributes and what they are now; None is not known.
Facts = Sequence[tuple[Attribute[Any], object]]


@patiently
def change_run(
    run: Run,
    actions: Sequence[Action],
    condition: Condition | None = None,
    *,
    is_done: Callable[[RunItem], bool] = lambda _: False,
) -> None:
    """Change a run as it was read, or find that an earlier try, whose reply was lost, did.

    `is_done` tells that by the run as it is stored. Raises SupersededError, and ContentionError
    when others stay at it.
    """
    is_as_read = _is_as_read(run)
    try:
        with conditional_write():
            run_key(run.user_id, run.id).update(
                actions=list(actions),
                condition=is_as_read if condition is None else is_as_read & condition,
            )
    except ConditionFailedError:
        stored = _stored(run)
        if stored is None or not is_done(stored):
            raise _superseded() from None


def _stored(run: Run) -> RunItem | None:
    try:
        return RunItem.get(user_key(run.user_id), f"R#{run.id}", consistent_read=True)
    except RunItem.DoesNotExist:
        return None


def end_run(transaction: TransactWrite, run: Run) -> None:
    """Have the transaction end a run, and fail if it is no longer as it was read."""
    facts: Facts = [
        (RunItem.state, run.state.value),
        (RunItem.ended_at, run.ended_at),
        (RunItem.error, run.error and asdict(run.error)),
        (RunItem.input_tokens, run.usage and run.usage.input_tokens),
        (RunItem.output_tokens, run.usage and run.usage.output_tokens),
    ]
    transaction.update(
        run_key(run.user_id, run.id),
        actions=[
            RunItem.lease_until.remove(),
            RunItem.due_shard.remove(),
            RunItem.waits_for.remove(),
            *set_known(facts),
        ],
        condition=_is_as_read(run),
    )
    uncount_open(transaction, run)


def write_end(fill: Callable[[TransactWrite], None], run: Run) -> None:
    """Write the end of a run, or find that an earlier try, whose reply was lost, got through.

    Raises SupersededError.
    """
    try:
        write_transaction(fill)
    except ConditionFailedError:
        if not _is_stored(run):
            raise _superseded() from None


def _is_stored(run: Run) -> bool:
    """Tell whether the end that is stored is this one, and not another's that looks alike."""
    stored = _stored(run)
    return stored is not None and (stored.state, stored.response_id, stored.ended_at) == (
        run.state.value,
        run.response_id,
        run.ended_at,
    )


def set_known(facts: Facts) -> list[Action]:
    """Return what sets those attributes whose values are known."""
    return [attribute.set(value) for attribute, value in facts if value is not None]


def _is_as_read(run: Run) -> Condition:
    """Return that nobody has claimed, bound or ended the run since it was read."""
    is_open = RunItem.state.is_in(*sorted(state.value for state in OPEN_STATES))
    bound = (
        RunItem.response_id.does_not_exist()
        if run.response_id is None
        else RunItem.response_id == run.response_id
    )
    condition: Condition = (RunItem.attempt == run.attempt) & is_open & bound
    return condition


def _superseded() -> SupersededError:
    return SupersededError("The run was moved on meanwhile", code="run_superseded")
