"""What a run waits for, and how often it has: what fake and adapter both promise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.domain.errors import SupersededError
from afterglow.domain.models import Run, Thread, WaitReason
from tests.contract.turns import LATER, accepted, completed, failed
from tests.contract.worlds import World
from tests.examples import an_answer


@pytest.fixture
def waiting(world: World, thread: Thread) -> Run:
    """Return a run that waits for its files, for the second time."""
    run = replace(accepted(world, thread), waits=2, waits_for=WaitReason.FILES)
    return world.ledger.renew(run, LATER)


def stored(world: World, run: Run) -> Run:
    """Return the run as it is stored."""
    return world.runs.get(run.user_id, run.id)


def test_a_run_that_was_just_accepted_waits_for_nothing(world: World, thread: Thread) -> None:
    run = stored(world, accepted(world, thread))

    assert (run.waits, run.waits_for, run.tries) == (0, None, 1)


def test_renewing_keeps_what_it_waits_for(world: World, waiting: Run) -> None:
    kept = stored(world, waiting)

    assert kept == waiting
    assert (kept.waits, kept.waits_for, kept.lease_until) == (2, WaitReason.FILES, LATER)
    assert kept.tries == kept.attempt - 2


def test_claiming_keeps_it_too_since_it_may_have_to_wait_on(world: World, waiting: Run) -> None:
    claimed = world.ledger.claim(waiting, LATER + timedelta(seconds=35))

    assert stored(world, waiting) == claimed
    assert (claimed.waits_for, claimed.tries) == (WaitReason.FILES, waiting.tries + 1)


@pytest.mark.parametrize("step", ["renew", "claim", "bind"])
def test_what_it_no_longer_waits_for_is_gone(world: World, waiting: Run, step: str) -> None:
    ready = replace(waiting, waits_for=None)

    if step == "bind":
        world.ledger.bind(waiting, "resp_1")
    else:
        getattr(world.ledger, step)(ready, LATER + timedelta(seconds=35))

    assert (stored(world, ready).waits, stored(world, ready).waits_for) == (2, None)


def test_what_is_over_waits_for_nothing(world: World, waiting: Run) -> None:
    world.ledger.release(failed(waiting))

    assert stored(world, waiting).waits_for is None


def test_an_answer_ends_all_waiting(world: World, waiting: Run) -> None:
    bound = world.ledger.bind(waiting, "resp_1")

    world.ledger.commit(completed(bound), an_answer(waiting))

    assert (stored(world, waiting).waits, stored(world, waiting).waits_for) == (2, None)


def test_who_has_lost_the_run_has_it_wait_no_longer(world: World, waiting: Run) -> None:
    claimed = world.ledger.claim(waiting, LATER + timedelta(seconds=35))

    with pytest.raises(SupersededError):
        world.ledger.renew(replace(waiting, waits=9), LATER)

    assert stored(world, waiting) == claimed
