"""All turns of a run of the harness, and what is found afterwards."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from afterglow.bootstrap import ports
from faults.books import counted_open
from faults.broken import Broken, break_product
from faults.catalogue import chosen
from faults.clean import clean_points
from faults.figures import Figures, figures_of
from faults.haste import make_haste
from faults.infrastructure import Infrastructure
from faults.interception import know_sessions
from faults.lanes import Lanes, Plans
from faults.records import TurnRecord
from faults.tenants import Tenant
from faults.upstream_books import Eavesdropper, UpstreamBooks
from local.openai.control_client import ControlClient, fingerprint

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """What to run."""

    turns: int
    seed: int
    is_naive: bool
    lanes: int
    broken: Broken | None = None
    only: str = ""


def held(where: Infrastructure, wanted: Wanted, progress: Progress) -> Figures:
    """Run everything and return the figures. Raises BrokenHarnessError."""
    began = time.monotonic()
    know_sessions()
    make_haste()
    if wanted.broken is not None:
        break_product(wanted.broken)
    tenants = [Tenant.registered(f"lane{number}") for number in range(wanted.lanes)]
    points = clean_points(tenants[0], is_naive=wanted.is_naive)
    boundaries = [len(points.request), len(points.poller), len(points.sweeper)]
    progress(f"boundaries: {boundaries}")
    plans = chosen(wanted.turns, points, wanted.seed, wanted.only)
    with ControlClient(where.openai_url) as control:
        ear = Eavesdropper(control, {fingerprint(each.api_key): each.canary for each in tenants})

        def watch(done: int) -> None:
            ear.listen()
            progress(f"{done} of {len(plans)} turns")

        lanes = Lanes(where, tenants, wanted.is_naive, watch)
        records = lanes.run(plans)
        figures = _figures(control, records, lanes, plans)
    (where.folder / "broken.txt").write_text(_broken(records))
    return figures | {
        "left_due": 0 if wanted.is_naive else _left_due(),
        "left_counted": sum(len(counted_open(tenant.user_id)) for tenant in tenants),
        "canaries_leaked": len(ear.leaks),
        "contexts_checked": ear.checked,
        "contexts_missed": ear.missed,
        "boundaries": boundaries,
        "order": "naive" if wanted.is_naive else "protocol",
        "broken": wanted.broken,
        "lanes": wanted.lanes,
        "seed": wanted.seed,
        "seconds": round(time.monotonic() - began, 1),
    }


def _figures(
    control: ControlClient, records: Sequence[TurnRecord], lanes: Lanes, plans: Plans
) -> Figures:
    keys = {
        token: tenant.api_key for tenant in lanes.tenants for token, _ in lanes.of(tenant, plans)
    }
    books = UpstreamBooks.of(records, control.audit(), keys)
    return figures_of(records, books, _struck(control, records))


def _struck(control: ControlClient, records: Sequence[TurnRecord]) -> Counter[str]:
    """Return how often each script of the stand-in's did what it says."""
    applied = {fault["id"]: fault["applied"] for fault in control.faults()}
    untaken = {plan["contains"] for plan in control.script()}
    struck: Counter[str] = Counter()
    for record in records:
        if record.script is not None:
            by_rules = sum(applied[rule] for rule in record.rules)
            struck[record.script] += by_rules if record.rules else record.token not in untaken
    return struck


def _left_due() -> int:
    """Return how many runs would still be due in an hour."""
    return len(list(ports.runs().open()))


def _broken(records: Sequence[TurnRecord]) -> str:
    return "".join(record.to_line() for record in records if record.is_broken)
