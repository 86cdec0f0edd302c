"""Finishing, on a schedule, what deletions began.

A deletion makes a thread or a user invisible at once and leaves a tombstone. A pass takes the
tombstones one after the other, clears away what lies behind each (see `clearing`), and removes the
tombstone last: whatever ends a pass, the next one goes on. Two passes at once do no harm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from afterglow.ports.clock import Clock
from afterglow.ports.deletions import Deletion, DeletionKind, DeletionRepository
from afterglow.services.clearing import Clearing, HeldError
from afterglow.services.forgetting import ReapReport


@dataclass(frozen=True, slots=True)
class Reaper:
    """Clears away what is deleted."""

    deletions: DeletionRepository
    clearing: Clearing
    now: Clock

    def reap(self, *, until: datetime) -> ReapReport:
        """Go on with every deletion and begin no step after `until`.

        Each gets an equal share of the time; what one does not use goes to the others. Those that
        met errors before come last.
        """
        report, gone = ReapReport(), set[int]()
        pending = sorted(
            self.deletions.pending(), key=lambda each: (each.attempts, each.requested_at)
        )
        if pending:
            report.oldest = self.now() - min(each.requested_at for each in pending)
        for position, deletion in enumerate(pending):
            left, others = until - self.now(), len(pending) - position
            if left <= timedelta(0):
                report.unfinished += others
                break
            # Who is gone took everything along; a tombstone that is left finds nothing later.
            if deletion.user_id in gone:
                continue
            is_done = self._go_on(deletion, self.now() + left / others, report)
            if is_done and deletion.kind is DeletionKind.USER:
                gone.add(deletion.user_id)
        return report

    def _go_on(self, deletion: Deletion, until: datetime, report: ReapReport) -> bool:
        try:
            for _ in self.clearing.steps(deletion, report):
                if self.now() >= until:
                    report.unfinished += 1
                    return False
            self.deletions.finish(deletion)
        except HeldError:
            report.waiting += 1
        except Exception as error:  # noqa: BLE001 - the others have their turn, whatever it is
            report.failures.append((deletion, error))
            self.deletions.count_failure(deletion)
        else:
            report.finished += 1
            return True
        return False
