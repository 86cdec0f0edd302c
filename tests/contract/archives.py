"""What keeps files upstream, once in memory and once on OpenAI's wire, and a hand in it."""

from dataclasses import dataclass, field
from typing import Protocol

import httpx2
from openai import DefaultHttpx2Client, OpenAI

from afterglow.adapters.openai.files import OpenAIFiles
from afterglow.ports.upstream_files import UpstreamFiles
from local.openai.control_client import ControlClient
from tests.canaries import canary_key
from tests.fakes.upstream_files import InMemoryUpstream


class Archive(Protocol):
    """Files upstream, opened with some key of the test's own, and what it can be made to do."""

    @property
    def files(self) -> UpstreamFiles:
        """Return the files of the test's project."""
        ...

    def of_somebody_else(self) -> UpstreamFiles:
        """Return the files of another project."""
        ...

    def hold(self) -> None:
        """Let nothing be indexed until it may."""
        ...

    def go_on(self) -> None:
        """Let it be indexed."""
        ...

    def fail(self, name: str, code: str) -> None:
        """Let files of this name fail to be indexed."""
        ...

    def sizes(self) -> dict[str, tuple[str, int]]:
        """Return names and sizes of the project's files, by id."""
        ...

    def store_names(self) -> dict[str, str]:
        """Return the names of the project's stores, by id."""
        ...


@dataclass
class InMemory:
    """The fake."""

    upstream: InMemoryUpstream = field(default_factory=InMemoryUpstream)
    key: str = field(default_factory=canary_key)

    def __post_init__(self) -> None:
        self.files = self.upstream.opened_with(self.key)

    def of_somebody_else(self) -> UpstreamFiles:
        """Return the files of another project."""
        return self.upstream.opened_with(canary_key())

    def hold(self) -> None:
        """Let nothing be indexed until it may."""
        self.upstream.holds = True

    def go_on(self) -> None:
        """Let it be indexed."""
        self.upstream.holds = False

    def fail(self, name: str, code: str) -> None:
        """Let files of this name fail to be indexed."""
        self.upstream.failures[name] = code

    def sizes(self) -> dict[str, tuple[str, int]]:
        """Return names and sizes of the project's files, by id."""
        sent = self.upstream.projects[self.key].files
        return {key: (file.name, len(file.content)) for key, file in sent.items()}

    def store_names(self) -> dict[str, str]:
        """Return the names of the project's stores, by id."""
        return self.upstream.projects[self.key].names


@dataclass
class OnTheWire:
    """The adapter, with the stand-in at the other end."""

    control: ControlClient
    url: str
    key: str = field(default_factory=canary_key)

    def __post_init__(self) -> None:
        self.files = OpenAIFiles(self.key, self.url)

    def of_somebody_else(self) -> UpstreamFiles:
        """Return the files of another project."""
        return OpenAIFiles(canary_key(), self.url)

    def hold(self) -> None:
        """Let nothing be indexed until it may."""
        self.control.index(hold=True)

    def go_on(self) -> None:
        """Let it be indexed."""
        self.control.go_on()

    def fail(self, name: str, code: str) -> None:
        """Let files of this name fail to be indexed."""
        self.control.index(name, error=code)

    def sizes(self) -> dict[str, tuple[str, int]]:
        """Return names and sizes of the project's files, by id."""
        with self._client() as client:
            return {file.id: (file.filename, file.bytes) for file in client.files.list()}

    def store_names(self) -> dict[str, str]:
        """Return the names of the project's stores, by id."""
        with self._client() as client:
            return {store.id: store.name for store in client.vector_stores.list()}

    def _client(self) -> OpenAI:
        http_client = DefaultHttpx2Client(timeout=httpx2.Timeout(5))
        return OpenAI(api_key=self.key, base_url=self.url, http_client=http_client)
