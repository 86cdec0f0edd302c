"""Plans in which a process is stopped before it writes, and goes on when others have."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from faults.plan import Client, Event, Plan, Role, Trouble

_WRITES = ("before UpdateItem", "before TransactWriteItems")
_BEGUN = "after upstream POST"


def writes(points: Sequence[str]) -> list[int]:
    """Return where something is about to be written, or has been begun upstream."""
    return [at for at, name in enumerate(points) if name in (*_WRITES, _BEGUN)] or [0]


def zombies(request: Sequence[str], looks: Mapping[Role, Sequence[str]]) -> Iterator[Plan]:
    """Return plans for each write of each process: with each client, and two of them at once."""
    for at, client in product(writes(request), Client):
        yield Plan(f"zombie at {at}, {client}", client, request=Trouble(stop_at=at))
    for role, points in looks.items():
        for at in writes(points):
            name = f"zombie {role} at {at}"
            event = Event(role, Trouble(stop_at=at))
            yield Plan(name, Client.NEVER_RETURNS, is_async=True, events=(event,))
    # The first goes on while the second, who has taken the run over, is in the middle.
    for (role, points), at in product(looks.items(), _since_begun(request)):
        for other in writes(points)[1:]:
            event = Event(role, Trouble(stop_at=other))
            name = f"zombie at {at}, {role} at {other}"
            yield Plan(name, Client.NEVER_RETURNS, request=Trouble(stop_at=at), events=(event,))


def _since_begun(points: Sequence[str]) -> list[int]:
    """Return those after the run was begun upstream: before it is bound, and before its end."""
    begun = points.index(_BEGUN) if _BEGUN in points else len(points)
    return [at for at in writes(points) if at >= begun]
