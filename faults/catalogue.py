"""Every plan: in full where there are few, then at random, as often as it takes."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from faults.plan import AwsFault, AwsKind, Client, Event, Plan, Role, Trouble
from faults.upstream_faults import SCRIPTS
from faults.zombies import writes, zombies

OPERATIONS = ("GetItem", "GetSecretValue", "Query", "TransactWriteItems", "UpdateItem")
# More than the SDK bears.
BURST = 9
SKEWS = (-600, 600)


# Their names, in their order.
Points = tuple[str, ...]


@dataclass(frozen=True)
class Boundaries:
    """The points that undisturbed processes pass: a request, a poller and a sweeper who begin."""

    request: Points
    poller: Points
    sweeper: Points

    def of(self, role: Role) -> Points:
        """Return those of who looks after a run."""
        return self.poller if role is Role.POLLER else self.sweeper


def in_full(points: Boundaries) -> list[Plan]:
    """Return kills at every boundary with each client, each script with each client, and so on."""
    return [
        *_kills(points),
        *_kills_of_those_who_look_after(points),
        *zombies(points.request, {role: points.of(role) for role in Role}),
        *(
            Plan(f"upstream {name}, {client}", client, upstream=name)
            for name, client in product(SCRIPTS, Client)
        ),
        *_aws(),
        *_events(),
        *_clocks(points),
    ]


def _kills(points: Boundaries) -> Iterator[Plan]:
    for at, client in product(range(len(points.request)), Client):
        yield Plan(f"kill at {at}, {client}", client, request=Trouble(kill_at=at))


def _kills_of_those_who_look_after(points: Boundaries) -> Iterator[Plan]:
    for role in Role:
        for at in range(len(points.of(role))):
            event = Event(role, Trouble(kill_at=at))
            name = f"kill {role} at {at}"
            yield Plan(name, Client.NEVER_RETURNS, is_async=True, events=(event,))


def _aws() -> Iterator[Plan]:
    clients = list(Client)
    cells = product(AwsKind, OPERATIONS, (0, 1), (1, BURST))
    for number, (kind, operation, nth, count) in enumerate(cells):
        trouble = Trouble(aws=(AwsFault(kind, operation, nth, count),))
        name = f"{kind} {operation} {nth}, {count} times"
        yield Plan(name, clients[number % 3], request=trouble)
        event = Event(Role.SWEEPER if number % 2 else Role.POLLER, trouble)
        yield Plan(f"{event.role} {name}", clients[number % 3], is_async=True, events=(event,))


def _events() -> Iterator[Plan]:
    for role, is_async, at in product(Role, (True, False), (None, 3, 12, 20)):
        events = (
            Event(role, is_garbage=True),
            Event(role, copies=3),
            Event(Role.SWEEPER, copies=2, delay=0.3),
            Event(Role.POLLER, copies=3, delay=0.5),
        )
        name = f"events of {role}, killed at {at}"
        yield Plan(name, Client.TWIN, request=Trouble(kill_at=at), is_async=is_async, events=events)


def _clocks(points: Boundaries) -> Iterator[Plan]:
    middle = len(points.request) // 2
    for skew, client, at in product(SKEWS, Client, (None, 4, middle, middle + 5, middle + 9)):
        yield Plan(
            f"clock {skew}, {client}, kill at {at}",
            client,
            request=Trouble(kill_at=at, skew_seconds=skew),
            events=(Event(Role.SWEEPER, Trouble(skew_seconds=-skew)),),
        )


def at_random(points: Boundaries, chance: random.Random) -> Iterator[Plan]:
    """Return plans in which several things go wrong at once, without end."""
    number = 0
    while True:
        number += 1
        yield Plan(
            f"random {number}",
            chance.choice(list(Client)),
            upstream=chance.choice([*SCRIPTS, *[None] * len(SCRIPTS)]),
            request=_trouble(points.request, chance),
            is_async=chance.random() < 0.2,  # noqa: PLR2004
            events=tuple(_event(points, chance) for _ in range(chance.randrange(2, 6))),
        )


def _event(points: Boundaries, chance: random.Random) -> Event:
    role = chance.choice(list(Role))
    return Event(
        role,
        _trouble(points.of(role), chance),
        copies=chance.choice((1, 1, 2, 3)),
        delay=chance.choice((0.0, 0.0, 0.2, 0.6)),
        is_garbage=chance.random() < 0.1,  # noqa: PLR2004
    )


def _trouble(points: Points, chance: random.Random) -> Trouble:
    """Return how a process ends, if it does not live, and what AWS and its clock do until then."""
    end = chance.choice(("none", "kill", "kill", "kill", "stop"))
    return Trouble(
        kill_at=chance.randrange(len(points)) if end == "kill" else None,
        stop_at=chance.choice(writes(points)) if end == "stop" else None,
        aws=tuple(_aws_fault(chance) for _ in range(chance.randrange(4))),
        skew_seconds=chance.choice((0, 0, 0, *SKEWS)),
    )


def _aws_fault(chance: random.Random) -> AwsFault:
    # What lasts ends the process's work: rarely, so that the others have their turn.
    count = chance.choice((1, 1, 1, BURST))
    operation = chance.choice(OPERATIONS)
    return AwsFault(chance.choice(list(AwsKind)), operation, chance.randrange(3), count)


def chosen(turns: int, points: Boundaries, seed: int, only: str = "") -> Sequence[tuple[str, Plan]]:
    """Return so many plans, each with a token of its own: all of `in_full` if there is room.

    Where there is not, half of them are drawn from it. With `only` all are, of those whose names
    begin so, and there may be fewer.
    """
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    full, wild = in_full(points), at_random(points, chance)
    chance.shuffle(full)
    if only:
        wanted = [plan for plan in full if plan.name.startswith(only)][:turns]
        return [(f"turn-{seed}-{number:05d}", plan) for number, plan in enumerate(wanted)]
    few = full if len(full) <= turns else full[: turns // 2]
    plans = [*few, *(next(wild) for _ in range(turns - len(few)))]
    return [(f"turn-{seed}-{number:05d}", plan) for number, plan in enumerate(plans)]
