"""However slow the files of an upload are, its execution ends before AWS ends it."""

from itertools import count
from typing import Any

import pytest

from afterglow.services.chunks import MOST_CHUNKS
from afterglow.services.pacing import interval_after
from tests.template.test_directory_ingest import CHUNKS, DEFINITION, OF_A_CHUNK, PLAN

# AWS ends an execution at so many events of its history.
QUOTA = 25_000
# Started, and ended in one way or another.
EXECUTION = 2
# As one is entered and left, as it starts and is done, and of each of its iterations.
STATE, MAP, ITERATION = 2, 2, 2
# Scheduled, started, and done or failed.
TRY = 3


def events(state: dict[str, Any]) -> int:
    """Return the most events that a state takes each time it is entered, but those inside it."""
    if state["Type"] == "Task":
        retries: int = sum(retry["MaxAttempts"] for retry in state["Retry"])
        return STATE + TRY * (1 + retries)
    return STATE + (MAP if state["Type"] == "Map" else 0)


def is_last(state: dict[str, Any]) -> bool:
    """Tell whether nothing comes after a state."""
    return state["Type"] in {"Succeed", "Fail"} or bool(state.get("End"))


# Every pass goes through all states of a chunk but those that end it, one of which comes once.
OF_A_PASS = sum(events(state) for state in OF_A_CHUNK.values() if not is_last(state))
OF_CHUNK = ITERATION + max(events(state) for state in OF_A_CHUNK.values() if is_last(state))
OF_ALL = EXECUTION + sum(events(state) for state in DEFINITION["States"].values())


def most_passes(chunks: int) -> int:
    """Return over how many passes so many chunks come in all the time there is for them.

    There is a second for each second and chunk that is worked at. The first passes cost none of
    them; then the shortest intervals are gone through first, all that there are.
    """
    left = float(DEFINITION["TimeoutSeconds"] * CHUNKS["MaxConcurrency"])
    passes = chunks
    for before in count():
        interval = interval_after(before).total_seconds()
        some = min(chunks, int(left // interval))
        passes, left = passes + some, left - some * interval
        if some < chunks:
            return passes
    raise AssertionError


def test_no_execution_comes_to_its_last_event() -> None:
    most = OF_ALL + MOST_CHUNKS * OF_CHUNK + most_passes(MOST_CHUNKS) * OF_A_PASS

    assert most < QUOTA


def test_the_bound_is_of_what_is_there() -> None:
    """A pass is a task with all its tries, a choice and a wait; the way is there only once."""
    assert OF_A_PASS == events(PLAN) + 2 * STATE == 2 + 10 * TRY + 2 * STATE
    assert most_passes(1) < most_passes(2) < most_passes(MOST_CHUNKS)
    # Nearly nothing would be left of an hour with passes in quick succession.
    quick = DEFINITION["TimeoutSeconds"] * CHUNKS["MaxConcurrency"] / 2 * OF_A_PASS
    assert quick > QUOTA


@pytest.mark.parametrize("passes", [0, 1, 2, 5, 20, 10_000])
def test_passes_are_further_and_further_apart(passes: int) -> None:
    assert interval_after(passes) <= interval_after(passes + 1)
