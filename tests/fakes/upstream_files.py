"""Files and vector stores upstream, in memory."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from itertools import count
from typing import NoReturn

from afterglow.domain.errors import InvalidInputError, OperationFailedError
from afterglow.ports.staging import Source
from afterglow.ports.upstream_files import Indexing, IndexingState

WORKING = Indexing(IndexingState.WORKING)
DONE = Indexing(IndexingState.DONE)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that has been sent."""

    name: str
    content: bytes


@dataclass
class Project:
    """What one project has: files by id, and what each store makes of which file.

    `names` are those of the stores.
    """

    files: dict[str, Sent] = field(default_factory=dict)
    stores: dict[str, dict[str, Indexing]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@dataclass
class InMemoryUpstream:
    """Everybody's projects: one for each key, unless two keys are said to be `of_one_project`.

    A file that is put into a store is done the next time somebody asks, later if the upstream
    `holds` what it indexes, and never if its name is in `failures`, which gives the code. `calls`
    are the names of the methods that were called, with what they were given.
    """

    holds: bool = False
    failures: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, ...]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    projects: dict[str, Project] = field(default_factory=lambda: defaultdict(Project))
    errors: dict[str, deque[Exception]] = field(default_factory=lambda: defaultdict(deque))
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def opened_with(self, api_key: str) -> "InMemoryUpstreamFiles":
        """Open a key's project: what an `UpstreamFilesFactory` does."""
        self.keys.append(api_key)
        return InMemoryUpstreamFiles(self, self.projects[api_key])

    def of_one_project(self, one: str, other: str) -> None:
        """Let two keys open the same project."""
        self.projects[other] = self.projects[one]

    def fail(self, method: str, *errors: Exception) -> None:
        """Have the next calls of a method raise these, with nothing done."""
        self.errors[method].extend(errors)

    def called(self, method: str) -> int:
        """Return how often a method was called."""
        return sum(call[0] == method for call in self.calls)

    def new_id(self, kind: str) -> str:
        """Return an id that nothing else has."""
        return f"{kind}upstream{next(self.numbers)}"


@dataclass(frozen=True, slots=True)
class InMemoryUpstreamFiles:
    """`UpstreamFiles` on a project."""

    upstream: InMemoryUpstream
    project: Project

    def upload(self, source: Source) -> str:
        """Send a file and return its id."""
        self._note("upload", source.name)
        content = b"".join(source.chunks())
        if not content:
            raise InvalidInputError("OpenAI refused the request", code="openai_refused")
        upstream_id = self.upstream.new_id("file-")
        self.project.files[upstream_id] = Sent(source.name, content)
        return upstream_id

    def delete(self, upstream_id: str) -> None:
        """Have a file gone, from every store as well; what is gone already is no error."""
        self._note("delete", upstream_id)
        self.project.files.pop(upstream_id, None)
        for indexed in self.project.stores.values():
            indexed.pop(upstream_id, None)

    def create_store(self, name: str) -> str:
        """Make a vector store and return its id."""
        self._note("create_store", name)
        store_id = self.upstream.new_id("vs_")
        self.project.stores[store_id] = {}
        self.project.names[store_id] = name
        return store_id

    def has_store(self, store_id: str) -> bool:
        """Tell whether the key opens a store."""
        self._note("has_store", store_id)
        return store_id in self.project.stores

    def delete_store(self, store_id: str) -> None:
        """Have a store gone; its files stay. What is gone already is no error."""
        self._note("delete_store", store_id)
        self.project.stores.pop(store_id, None)
        self.project.names.pop(store_id, None)

    def index(self, store_id: str, upstream_id: str) -> Indexing:
        """Put a file into a store. Doing it again asks how far it is."""
        self._note("index", store_id, upstream_id)
        indexed = self._indexed(store_id)
        if upstream_id in indexed:
            return self._look(indexed, upstream_id)
        if upstream_id not in self.project.files:
            _is_lost("upstream_file_lost")
        indexed[upstream_id] = WORKING
        return WORKING

    def indexing(self, store_id: str, upstream_id: str) -> Indexing:
        """Return how far the indexing of a file is."""
        self._note("indexing", store_id, upstream_id)
        indexed = self._indexed(store_id)
        if upstream_id not in indexed:
            _is_lost("upstream_file_lost")
        return self._look(indexed, upstream_id)

    def unindex(self, store_id: str, upstream_id: str) -> None:
        """Take a file out of a store; what is gone already is no error."""
        self._note("unindex", store_id, upstream_id)
        self.project.stores.get(store_id, {}).pop(upstream_id, None)

    def _indexed(self, store_id: str) -> dict[str, Indexing]:
        if store_id not in self.project.stores:
            _is_lost("vector_store_lost")
        return self.project.stores[store_id]

    def _look(self, indexed: dict[str, Indexing], upstream_id: str) -> Indexing:
        if indexed[upstream_id] is WORKING and not self.upstream.holds:
            code = self.upstream.failures.get(self.project.files[upstream_id].name)
            indexed[upstream_id] = Indexing(IndexingState.FAILED, code) if code else DONE
        return indexed[upstream_id]

    def _note(self, method: str, *given: str) -> None:
        self.upstream.calls.append((method, *given))
        if errors := self.upstream.errors[method]:
            raise errors.popleft()


def _is_lost(code: str) -> NoReturn:
    raise OperationFailedError("OpenAI no longer has it", code=code)
