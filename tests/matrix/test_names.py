"""Every place that names a thing, by everyone whose thing it is not."""

import pytest

from tests.fakes.engine import done
from tests.matrix.cells import Caller, Cell, cells, leaks, own_things, owners, send
from tests.matrix.entries import ENTRIES
from tests.matrix.figures import record
from tests.matrix.requests import Slot, request, slots
from tests.matrix.world import World


@pytest.mark.parametrize("cell", list(cells()), ids=str)
def test_a_foreign_thing_is_like_none(world: World, cell: Cell) -> None:
    found = leaks(world, cell)

    record(str(cell), found)
    assert found == []


@pytest.mark.parametrize("slot", list(slots()), ids=str)
def test_the_owner_gets_it(world: World, slot: Slot) -> None:
    if ENTRIES[slot.route].has_turn:
        world.engine.then(done("An answer."))

    asked = request(slot.route, own_things(world, Caller.OWNER, slot), slot, owners(world, slot))
    answer = send(world, Caller.OWNER, asked)

    assert answer.status in {200, 201}, answer.body
