"""Which files a run's tools may read, and how few trips that takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from afterglow.domain.models import File, FileUse, Library, Run, Tool, VectorStore
from afterglow.ports.engine import NO_FILES, PromptFiles
from afterglow.services.shelving import (
    MOST_CODE_FILES,
    TIME_TO_BEGIN_MOVING,
    FilesOnTheirWayError,
    Shelving,
)
from tests.examples import SPEC, a_run, a_thread
from tests.fakes.accounts import InMemoryAccounts, InMemorySessions
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.files import InMemoryFiles
from tests.fakes.shelves import Shelves

FOUND = PromptFiles("vs_1", ("file-up2", "file-up1"))


class Trips:
    """A repository that notes what is asked of it."""

    def __init__(self, target: InMemoryFiles) -> None:
        self._target = target
        self.made: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a method, whose every call is a trip."""
        self.made.append(name)
        method: Callable[..., Any] = getattr(self._target, name)
        return method


class Shelved:
    """A run of assistant 1, and its files."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.shelves = Shelves()
        self.trips = Trips(InMemoryFiles(InMemoryAccounts(InMemorySessions()), self.shelves))
        self.shelving = Shelving(self.trips, self.clock)
        self.run = a_run(a_thread())
        self.user_id = self.run.user_id
        self.shelves.libraries[self.user_id] = Library(self.user_id, files=2)

    def store(self, *, generation: int = 0, assistant_id: int = 1) -> None:
        """Have an assistant have a store."""
        store = VectorStore(self.user_id, assistant_id, f"vs_{assistant_id}", generation)
        self.shelves.stores[self.user_id, assistant_id] = store

    def file(self, number: int, **facts: Any) -> None:
        """Have the assistant use a file."""
        file = File(
            id=f"file-{number:04d}",
            user_id=self.user_id,
            path=f"data/{number}.csv",
            size=1,
            sha256="0" * 64,
            use=FileUse.CODE,
            created_at=NOON,
            upstream_id=f"file-up{number}",
            assistant_ids=frozenset({1}),
        )
        self.shelves.files[self.user_id, file.id] = replace(file, **facts)

    def library(self, **facts: Any) -> None:
        """Change the user's library."""
        stored = self.shelves.libraries[self.user_id]
        self.shelves.libraries[self.user_id] = replace(stored, **facts)

    def found(self, *tools: str) -> PromptFiles:
        """Return which files a run with these tools may read."""
        return self.shelving.files_of(self.with_tools(*tools))

    def with_tools(self, *tools: str) -> Run:
        """Return the run of an assistant with these tools."""
        return replace(self.run, spec=replace(SPEC, tools=tuple(Tool(tool) for tool in tools)))

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Expect that the files are on their way."""
        with pytest.raises(FilesOnTheirWayError):
            yield


@pytest.fixture
def empty() -> Shelved:
    """Return an assistant without files."""
    return Shelved()


@pytest.fixture
def shelved() -> Shelved:
    """Return an assistant with a store and two files for code."""
    shelved = Shelved()
    shelved.store()
    shelved.file(1)
    shelved.file(2)
    shelved.file(3, use=FileUse.SEARCH)
    return shelved


def test_an_assistant_whose_tools_read_no_files_costs_no_trip(shelved: Shelved) -> None:
    shelved.shelves.pending.add((shelved.user_id, 1, "upload_1", 0))

    assert shelved.found() == NO_FILES
    assert shelved.found("something_else") == NO_FILES
    assert shelved.trips.made == []


@pytest.mark.parametrize("tool", ["file_search", "retrieval"])
def test_an_assistant_without_files_costs_one(empty: Shelved, tool: str) -> None:
    assert empty.found(tool) == NO_FILES
    assert empty.trips.made == ["shelf"]


@pytest.mark.parametrize("tool", ["file_search", "retrieval"])
def test_a_search_is_of_the_assistants_store(shelved: Shelved, tool: str) -> None:
    shelved.store(assistant_id=2)

    assert shelved.found(tool) == PromptFiles("vs_1")
    assert shelved.trips.made == ["shelf", "library"]


def test_code_reads_its_own_files_the_latest_first(shelved: Shelved) -> None:
    assert shelved.found("code_interpreter") == PromptFiles(None, FOUND.code_file_ids)
    assert shelved.trips.made == ["shelf", "code_files", "library"]


def test_both_tools_share_their_trips(shelved: Shelved) -> None:
    assert shelved.found("retrieval", "code_interpreter", "file_search") == FOUND
    assert shelved.trips.made == ["shelf", "code_files", "library"]


def test_no_more_files_than_a_container_takes(shelved: Shelved) -> None:
    for number in range(10, 10 + MOST_CODE_FILES):
        shelved.file(number)

    latest = shelved.found("code_interpreter").code_file_ids
    assert latest == tuple(f"file-up{number}" for number in range(59, 9, -1))


def test_what_is_on_its_way_is_waited_for(shelved: Shelved) -> None:
    shelved.shelves.pending.add((shelved.user_id, 2, "upload_1", 0))
    assert shelved.found("file_search", "code_interpreter") == FOUND

    shelved.shelves.pending.add((shelved.user_id, 1, "upload_1", 1))
    shelved.trips.made.clear()
    with shelved.waiting():
        shelved.found("code_interpreter")
    assert shelved.trips.made == ["shelf"]


@pytest.mark.parametrize("tool", ["file_search", "code_interpreter"])
def test_so_is_a_key_that_may_be_of_another_project(shelved: Shelved, tool: str) -> None:
    shelved.library(is_settled=False)
    shelved.clock.advance(TIME_TO_BEGIN_MOVING)

    with shelved.waiting():
        shelved.found(tool)


@pytest.mark.parametrize("tool", ["file_search", "code_interpreter"])
def test_what_is_left_in_another_project_is_about_to_move(shelved: Shelved, tool: str) -> None:
    shelved.library(generation=1)

    with shelved.waiting():
        shelved.found(tool)

    shelved.clock.advance(TIME_TO_BEGIN_MOVING - timedelta(seconds=1))
    with shelved.waiting():
        shelved.found(tool)


def test_but_not_for_ever_when_it_could_not_be_moved(shelved: Shelved) -> None:
    shelved.library(generation=1)
    shelved.clock.advance(TIME_TO_BEGIN_MOVING)

    assert shelved.found("file_search", "code_interpreter") == NO_FILES


def test_what_could_not_be_moved_harms_no_other(shelved: Shelved) -> None:
    shelved.library(generation=1)
    shelved.file(2, generation=1)

    assert shelved.found("file_search", "code_interpreter") == PromptFiles(None, ("file-up2",))
    shelved.store(generation=1)
    assert shelved.found("file_search", "code_interpreter") == PromptFiles("vs_1", ("file-up2",))


def test_a_file_that_never_came_upstream_is_left_out(shelved: Shelved) -> None:
    shelved.file(2, upstream_id=None)

    assert shelved.found("code_interpreter").code_file_ids == ("file-up1",)
