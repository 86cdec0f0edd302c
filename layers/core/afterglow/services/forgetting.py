"""Having OpenAI forget what it holds of the deleted, as far as their key still lets us."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from afterglow.domain.errors import DomainError, InvalidInputError
from afterglow.ports.deletions import Deletion, LeftRun
from afterglow.ports.engine import Engine
from afterglow.ports.upstream_files import UpstreamFiles

_NO_KEY = "openai_key_missing"
# What one Response meets with these, every other one will meet, too.
_KEY_IS_USELESS = {"openai_key_invalid", "openai_key_refused"}


@dataclass(slots=True)
class ReapReport:
    """What a pass did. No content is in it: it is logged.

    `finished`, `waiting`, `unfinished` and `failures` count deletions, `forgotten` what OpenAI no
    longer has, `left_upstream` what it keeps, by the code of what stood in the way. `oldest` is how
    long ago the oldest deletion began that the pass found.
    """

    finished: int = 0
    waiting: int = 0
    unfinished: int = 0
    forgotten: int = 0
    left_upstream: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[Deletion, Exception]] = field(default_factory=list)
    oldest: timedelta = timedelta(0)


@dataclass(slots=True)
class Upstream:
    """What lies upstream of one owner; `engine` and `files` are None without a key that opens it.

    With `is_overdue` it has been out of reach for so long that nothing is waited for any more.
    """

    engine: Engine | None
    files: UpstreamFiles | None
    is_overdue: bool
    report: ReapReport
    obstacle: str = _NO_KEY

    def forget(self, run: LeftRun) -> None:
        """Have a run's Response forgotten, or leave it for good where that is hopeless.

        Raises a DomainError while there is hope.
        """
        if run.response_id is not None:
            self._forget(self.engine.delete if self.engine else None, run.response_id)

    def forget_file(self, upstream_id: str) -> None:
        """Have a file forgotten, likewise."""
        self._forget(self.files.delete if self.files else None, upstream_id)

    def forget_store(self, store_id: str) -> None:
        """Have a vector store forgotten, likewise."""
        self._forget(self.files.delete_store if self.files else None, store_id)

    def _forget(self, delete: Callable[[str], None] | None, upstream_id: str) -> None:
        if delete is None:
            self.report.left_upstream[self.obstacle] += 1
            return
        try:
            delete(upstream_id)
        except DomainError as error:
            self._give_up(error)
        else:
            self.report.forgotten += 1

    def _give_up(self, error: DomainError) -> None:
        is_final = isinstance(error, InvalidInputError)
        if not is_final and not self.is_overdue:
            raise error
        code = error.code or type(error).__name__
        if not is_final or code in _KEY_IS_USELESS:
            self.engine, self.files, self.obstacle = None, None, code
        self.report.left_upstream[code] += 1
