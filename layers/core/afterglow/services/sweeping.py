"""Going on, on a schedule, with every run that nobody looks after any more.

A killed function, an execution that failed, an event that was lost: whatever it was, the run's
lease is over some time. Two sweeps at once do no harm.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from afterglow.domain.errors import NotFoundError
from afterglow.domain.models import Run
from afterglow.ports.clock import Clock
from afterglow.ports.conversations import OpenRun, RunRepository
from afterglow.ports.launching import RunLauncher
from afterglow.services.polling import RunPoller


@dataclass(slots=True)
class SweepReport:
    """What a sweep did. No content is in it: it is logged.

    `recovered` runs have ended by it, `waiting` ones are not over yet, `unfinished` were left for
    want of time. `oldest` is the age of the oldest run that is not over.
    """

    recovered: int = 0
    waiting: int = 0
    unfinished: int = 0
    oldest: timedelta = timedelta(0)
    failures: list[tuple[OpenRun, Exception]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Looks after what is due."""

    runs: RunRepository
    poller: RunPoller
    launcher: RunLauncher
    now: Clock

    def sweep(self, *, until: datetime) -> SweepReport:
        """Look after every run that is due, and begin with none after `until`."""
        report, began = SweepReport(), self.now()
        for run in self.runs.open():
            report.oldest = max(report.oldest, began - run.created_at)
            if began < run.lease_until:
                continue
            if self.now() >= until:
                report.unfinished += 1
            else:
                self._look_after(run, report)
        return report

    def _look_after(self, due: OpenRun, report: SweepReport) -> None:
        try:
            # The index may be late: the run may have ended, or be in somebody's hands again.
            run = self.runs.get(due.user_id, due.id)
            if run.is_over or self.now() < run.lease_until:
                return
            self._count(run, self.poller.look_after(run, until=self.now()), report)
        except NotFoundError:
            return
        except Exception as error:  # noqa: BLE001 - the others have their turn, whatever it is
            report.failures.append((due, error))

    def _count(self, due: Run, run: Run, report: SweepReport) -> None:
        if run.is_over:
            report.recovered += 1
            return
        report.waiting += 1
        if run.tries > due.tries:
            # Begun anew: what polled it has given up, and the next sweep is a minute away.
            self.launcher.launch(run)
