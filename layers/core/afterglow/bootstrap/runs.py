"""Services of turns and runs, and what goes on with them when nobody waits."""

import time
from functools import cache
from typing import TYPE_CHECKING

from afterglow.bootstrap.limiting import limits
from afterglow.bootstrap.ports import (
    accounts,
    assistants,
    engine,
    files,
    idempotency_records,
    launcher,
    ledger,
    now,
    runs,
    threads,
    vault,
)
from afterglow.settings import settings

if TYPE_CHECKING:
    from afterglow.services.driving import Driver
    from afterglow.services.idempotency import Idempotency
    from afterglow.services.opening import Engines
    from afterglow.services.polling import RunPoller
    from afterglow.services.prompting import Prompting
    from afterglow.services.readying import Readier
    from afterglow.services.runs import RunService
    from afterglow.services.sweeping import Sweeper
    from afterglow.services.turns import TurnService
    from afterglow.services.watching import Watcher


@cache
def turn_service() -> "TurnService":
    """Return the service of turns."""
    from afterglow.services.acceptance import Acceptance
    from afterglow.services.turns import TurnService

    acceptance = Acceptance(
        threads=threads(),
        assistants=assistants(),
        ledger=ledger(),
        now=now,
        most_open=settings().running_turns,
    )
    return TurnService(
        acceptance=acceptance,
        threads=threads(),
        runs=run_service(),
        idempotency=idempotency(),
        engines=engines(),
        prompting=prompting(),
        driver=driver(),
        launcher=launcher(),
        uses_of_chat=limits().chat,
        uses_of_opening=limits().opening,
        now=now,
    )


@cache
def run_service() -> "RunService":
    """Return the service of runs."""
    from afterglow.services.runs import RunService

    return RunService(
        runs=runs(),
        threads=threads(),
        engines=engines(),
        prompting=prompting(),
        driver=driver(),
        watcher=watcher(),
        now=now,
    )


@cache
def run_poller() -> "RunPoller":
    """Return what looks after runs that nobody waits for."""
    from afterglow.services.polling import RunPoller

    return RunPoller(
        runs=runs(),
        ledger=ledger(),
        engines=engines(),
        prompting=prompting(),
        driver=driver(),
        youth=settings().turn_budget,
        now=now,
    )


@cache
def sweeper() -> "Sweeper":
    """Return what looks after runs that nobody looks after."""
    from afterglow.services.sweeping import Sweeper

    return Sweeper(runs=runs(), poller=run_poller(), launcher=launcher(), now=now)


@cache
def idempotency() -> "Idempotency":
    """Return what knows which requests have come before."""
    from afterglow.services.idempotency import Idempotency

    return Idempotency(idempotency_records())


@cache
def driver() -> "Driver":
    from afterglow.services.citing import Citing
    from afterglow.services.driving import Driver
    from afterglow.services.starting import Starter

    return Driver(
        ledger=ledger(),
        runs=runs(),
        starter=Starter(
            ledger=ledger(),
            readier=readier(),
            rebuild=_rebuild,
            now=now,
            sleep=time.sleep,
        ),
        watcher=watcher(),
        citing=Citing(files()),
        now=now,
    )


def readier() -> "Readier":
    from afterglow.services.readying import Readier

    return Readier(ledger=ledger(), now=now, sleep=time.sleep)


def watcher() -> "Watcher":
    from afterglow.services.watching import Watcher

    return Watcher(now=now, sleep=time.sleep)


def prompting() -> "Prompting":
    from afterglow.services.prompting import Prompting
    from afterglow.services.shelving import Shelving

    return Prompting(threads(), Shelving(files(), now))


def engines() -> "Engines":
    from afterglow.services.opening import Engines

    return Engines(accounts=accounts(), vault=vault(), factory=engine)


def _rebuild(user_id: int, upstream_id: str | None) -> None:
    """Have lost files brought back; what does it is loaded only then."""
    from afterglow.bootstrap.uploads import mover

    mover().bring_back(user_id, upstream_id)
