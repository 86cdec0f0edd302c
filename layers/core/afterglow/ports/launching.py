"""Having a run looked after when nobody waits for it in a request any more."""

from typing import Protocol

from afterglow.domain.models import Run


class RunLauncher(Protocol):
    """Starts what polls a run until it is over."""

    def launch(self, run: Run) -> None:
        """Have the run polled from now on; twice for one attempt is once.

        Never raises: whatever could not be started, the sweeper finds the run when it is due.
        """
        ...
