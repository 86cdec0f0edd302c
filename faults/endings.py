"""How a run is to end, by the plan of its turn."""

from afterglow.domain.models import Run
from afterglow.services.starting import MOST_ATTEMPTS, MOST_FAILURES
from faults.plan import Client, Plan
from faults.records import TurnRecord
from faults.upstream_faults import COMPLETED, SCRIPTS

ABANDONED = "run_abandoned"
UNAVAILABLE = "openai_unavailable"
CLOCKWISE = {"run_expired", "run_cancelled"}


def judge_ending(record: TurnRecord, plan: Plan, run: Run) -> list[str]:
    """Return what is wrong about a run's end; note in the record if only mixing explains it."""
    if not run.is_over:
        return ["no end"]
    ending = f"{run.state} {record.code}" if record.code else str(run.state)
    if ending in _endings(plan):
        return []
    if not _is_of_a_mix(record, plan, run):
        return [f"it is {ending}, not {sorted(_endings(plan))}"]
    record.mixed = ending
    return []


def _endings(plan: Plan) -> set[str]:
    if plan.upstream is None:
        return {COMPLETED}
    script = SCRIPTS[plan.upstream]
    if plan.is_disturbed or plan.is_async or plan.client is Client.TWIN:
        return {COMPLETED, script.ends, script.or_ends}
    return {script.ends}


def _is_of_a_mix(record: TurnRecord, plan: Plan, run: Run) -> bool:
    if record.code in CLOCKWISE:
        # Only expiry goes by the clock, and whose is early tells OpenAI to stop.
        return plan.is_skewed
    # Each try has come to nothing by a fault of its own.
    harms = len(record.faults) + (MOST_FAILURES if plan.upstream else 0)
    if run.attempt < MOST_ATTEMPTS or harms < MOST_FAILURES:
        return False
    # The last one is given up, or fails as the upstream does.
    return record.code == ABANDONED or (plan.upstream is not None and record.code == UNAVAILABLE)
