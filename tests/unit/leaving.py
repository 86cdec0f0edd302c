"""What a user reads from goes: files, assistants, the user; and what clears up behind them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from afterglow.domain.models import File, User
from afterglow.ports.deletions import DeletionRepository, FileRemains, Remains
from afterglow.ports.files import FileRepository
from afterglow.ports.staging import CopyRepository
from afterglow.ports.upstream_files import UpstreamFiles
from afterglow.services.clearing import Clearing
from afterglow.services.clearing_files import FileClearing
from afterglow.services.forgetting import ReapReport
from afterglow.services.opening import Upstreams
from afterglow.services.reaping import Reaper
from afterglow.services.removing import FileRemoval
from tests.examples import a_session, a_user, an_assistant
from tests.fakes.deletions import InMemoryDeletions, InMemoryRemains
from tests.fakes.engine import ScriptedEngine
from tests.fakes.file_remains import InMemoryFileRemains
from tests.mortality import Killed, Life
from tests.unit.departed import Mortal
from tests.unit.library import KEY, Reading

NEIGHBOURS_KEY = "sk-" + "n" * 40
MINUTE = timedelta(minutes=1)


class Leaving(Reading):
    """A user with two assistants, a neighbour with a file, and the reaper."""

    def __init__(self) -> None:
        super().__init__()
        self.deletions = InMemoryDeletions(self.accounts, self.records, self.shelves)
        self.remains = InMemoryRemains(self.accounts, self.records)
        self.file_remains = InMemoryFileRemains(self.shelves)
        leaver, neighbour = self.user, a_user()
        self.user = replace(neighbour, api_key=self._key(neighbour.id, NEIGHBOURS_KEY))
        self.accounts.create(self.user, a_session(self.user))
        number = self.assistants.next_id(self.user.id)
        self.assistants.add(an_assistant(self.user.id, number), limit=20)
        self.upload("neighbour.txt", b"The neighbour's.")
        self.neighbour, self.user = self.user, leaver
        self.neighbours = self.left_of(self.neighbour)

    def removal(self, life: Life | None = None) -> FileRemoval:
        """Return what deletes files, in a process that may end."""
        files = cast("FileRepository", _seen(self.files, life))
        upstreams = Upstreams(self.accounts, self.vault, self._opener(life))
        return FileRemoval(files, upstreams, self.clock)

    def reaper(self, life: Life | None = None) -> Reaper:
        """Return the reaper, in a process that may end."""
        file_remains = cast("FileRemains", _seen(self.file_remains, life))
        copies = cast("CopyRepository", _seen(self.copies, life))
        clearing = Clearing(
            remains=cast("Remains", _seen(self.remains, life)),
            files=FileClearing(file_remains, copies, self.clock),
            vault=self.vault,
            engines=ScriptedEngine().opened_with,
            upstream_files=self._opener(life),
            now=self.clock,
        )
        deletions = cast("DeletionRepository", _seen(self.deletions, life))
        return Reaper(deletions, clearing, self.clock)

    def one_pass(self, life: Life | None = None, *, within: timedelta = MINUTE) -> ReapReport:
        """Have the reaper come by. Raises Killed."""
        return self.reaper(life).reap(until=self.clock() + within)

    def settle_down(self, *, within: timedelta = MINUTE) -> list[ReapReport]:
        """Let time pass, and whoever finds something due go on, until there is nothing left."""
        reports = []
        for _ in range(60):
            self.recover()
            reports.append(self.one_pass(within=within))
            if not self.deletions.pending():
                return reports
        raise AssertionError("something is being cleared away for ever")

    def left_of(self, user: User) -> list[Any]:
        """Return all that there is of a user: here, of copies, of bytes that wait."""
        shelves, buckets = self.shelves, self.buckets
        kept: list[dict[Any, Any]] = [
            shelves.files,
            shelves.upstream,
            shelves.stores,
            shelves.discarded,
            shelves.opened,
            shelves.entries,
            shelves.staged,
            buckets.staged,
            buckets.copies,
        ]
        found = [(key, each[key]) for each in kept for key in each if key[0] == user.id]
        libraries = [each for key, each in shelves.libraries.items() if key == user.id]
        return [*found, *libraries, *(each for each in shelves.pending if each[0] == user.id)]

    def upstream_of(self, key: str = KEY) -> tuple[set[bytes], int]:
        """Return the contents and the number of stores that there are upstream."""
        project = self.upstream.projects[key]
        return {file.content for file in project.files.values()}, len(project.stores)

    def assert_neighbour_untouched(self) -> None:
        """Check that the neighbour has what there was in the beginning."""
        assert self.left_of(self.neighbour) == self.neighbours
        assert self.upstream_of(NEIGHBOURS_KEY) == ({b"The neighbour's."}, 1)

    def assert_gone(self, file: File) -> None:
        """Check that nothing leads to a file any more."""
        left = str([each for each in self.left_of(self.user) if "UploadFile" not in str(each)])
        assert file.id not in left
        assert file.upstream_id not in self.upstream.projects[KEY].files

    def _opener(self, life: Life | None) -> Callable[[str], UpstreamFiles]:
        return lambda key: cast("UpstreamFiles", _seen(self.upstream.opened_with(key), life))


def _seen(port: object, life: Life | None) -> object:
    return port if life is None else Mortal(port, life)


def killed_everywhere(
    begin: Callable[[], Leaving], work: Callable[[Leaving, Life], object]
) -> Iterator[tuple[Leaving, bool]]:
    """Do some work in worlds of their own, killed at every call in turn, before or after it.

    Returns every world, and whether the work got to its end: so it does in the last one.
    """
    for calls in range(1_000):
        for unanswered in (False, True):
            world, is_done = begin(), True
            try:
                work(world, Life(calls, unanswered=unanswered))
            except Killed:
                is_done = False
            yield world, is_done
        if is_done:
            assert calls > 1
            return
    raise AssertionError("it never ends")
