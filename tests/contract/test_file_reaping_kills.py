"""Files, assistants and users with files: whatever ends a pass, later ones leave nothing.

To end after a call is to end before the next one, so each call is a place to end only once.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends

from afterglow.bootstrap import ports
from afterglow.domain.models import File, VectorStore
from afterglow.ports.upstream_files import UpstreamFiles
from afterglow.services.clearing import LAST_UPLOADS
from tests.buckets import bucket_snapshot, empty_bucket, keep_text, kept_texts
from tests.contract.uploading import QUOTA, a_file, attached, opened
from tests.contract.worlds import World, deployed
from tests.departures import Customer, one_pass, reaper, settled
from tests.examples import an_assistant
from tests.fakes.clock import FakeClock
from tests.fakes.engine import ScriptedEngine
from tests.fakes.upstream_files import InMemoryUpstream, Sent
from tests.mortality import Life
from tests.tables import empty_tables, items, snapshot
from tests.unit.departed import Mortal
from tests.wiretap import Wiretap


@dataclass
class Reading:
    """Customers with files, and the reaper in processes that end, at AWS or upstream."""

    aws: Wiretap
    world: World
    upstream: InMemoryUpstream = field(default_factory=InMemoryUpstream)
    clock: FakeClock = field(default_factory=FakeClock)

    def reader(self) -> Customer:
        """Return a customer with two assistants, a file of both, one of each, and uploads."""
        customer = settled(self.world)
        user_id, world = customer.user.id, replace(self.world, user_id=customer.user.id)
        self.world.assistants.next_id(user_id)
        second = an_assistant(user_id, self.world.assistants.next_id(user_id))
        self.world.assistants.add(second, limit=20)
        for name, users in (("both", (1, 2)), ("first", (1,)), ("second", (2,))):
            file = self.sent(customer, world, name)
            for assistant_id in users:
                attached(world, file, assistant_id)
        for assistant_id in (1, 2):
            store = self._opened(customer).create_store("a store")
            self.world.files.put_store(VectorStore(user_id, assistant_id, store, 0))
        opened(world, 3, assistant_id=1)
        return customer

    def sent(self, customer: Customer, world: World, name: str) -> File:
        """Return a file that is here, upstream, and kept as a copy."""
        file = world.files.add(a_file(world, f"{name}.md", name), QUOTA)
        keep_text(f"files/{file.user_id:016d}/{file.id}", name)
        upstream_id = self.upstream.new_id("file-")
        self.upstream.projects[customer.api_key].files[upstream_id] = Sent(file.name, b"!")
        return world.files.bind(file, upstream_id, 0)

    def _opened(self, customer: Customer) -> UpstreamFiles:
        return self.upstream.opened_with(customer.api_key)

    def pass_with(self, life: Life) -> bool:
        """Have a pass that may be killed, and tell whether it was not."""
        mortal = reaper(
            self.world,
            ScriptedEngine().opened_with,
            self.clock,
            copies=ports.copies(),
            upstream_files=lambda key: cast(
                "UpstreamFiles", Mortal(self.upstream.opened_with(key), life)
            ),
        )
        return self.aws.outlived(life, lambda: one_pass(mortal))

    def settle_down(self) -> None:
        """Have passes that nothing happens to until nothing is left to do."""
        for _ in range(4):
            assert self.pass_with(Life(1_000_000))
            if not self.world.deletions.pending():
                return
            self.clock.advance(LAST_UPLOADS)
        raise AssertionError("something is being cleared away for ever")

    def names(self, customer: Customer) -> tuple[list[str], int]:
        """Return the files and the number of stores that a customer has upstream."""
        project = self.upstream.projects[customer.api_key]
        return sorted(file.name for file in project.files.values()), len(project.stores)

    def snapshot(self) -> Callable[[], None]:
        """Return what makes everything as it is now."""
        kept, now = copy.deepcopy(self.upstream.projects), self.clock()
        tables, texts, secrets = snapshot(), bucket_snapshot(), dict(_secrets())

        def restore() -> None:
            tables()
            texts()
            _secrets().update(secrets)
            self.upstream.projects = copy.deepcopy(kept)
            self.clock.advance(now - self.clock())

        return restore

    def killed_everywhere(self, check: Callable[[], None]) -> None:
        """Have a pass killed at every call in turn, and see what later ones make of it."""
        restore, calls = self.snapshot(), 0
        while not self.pass_with(Life(calls)):
            self.settle_down()
            check()
            restore()
            calls += 1
        self.settle_down()
        check()
        assert calls > 8


def _secrets() -> dict[str, Any]:
    secrets: dict[str, Any] = secretsmanager_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].secrets
    return secrets


def owned(customer: Customer) -> list[str]:
    """Return where there is something of a customer's files."""
    number = f"{customer.user.id:016d}"
    tables = [item["table"] for item in items() if f"U#{number}" in str(item)]
    files = ("afterglow-files", "afterglow-uploads", "afterglow-deletions")
    return [key for key in kept_texts() if number in key] + [
        each for each in tables if each in files
    ]


@pytest.fixture
def reading(aws: Wiretap) -> Reading:
    """Return a world on DynamoDB and S3 in which passes may be killed."""
    empty_tables()
    empty_bucket()
    return Reading(aws, deployed())


def test_a_file_killed_at_every_call(reading: Reading) -> None:
    reader, other = reading.reader(), reading.reader()
    theirs, before = sorted(owned(other)), len(owned(reader))
    file = next(file for file in reading.world.files.list(reader.user.id) if file.name == "both.md")
    reading.world.files.delete(file, reading.clock())
    reading.clock.advance(LAST_UPLOADS)

    def check() -> None:
        assert reading.names(reader) == (["first.md", "second.md"], 2)
        # Only its upload remembers that there was one.
        left = [item for item in items() if item["table"] != "afterglow-uploads"]
        assert file.id not in f"{left} {kept_texts()}"
        # Its copy, itself, what leads to it from both its names, and two uses.
        assert len(owned(reader)) == before - 6
        assert sorted(owned(other)) == theirs

    reading.killed_everywhere(check)


def test_an_assistant_killed_at_every_call(reading: Reading) -> None:
    reader, other = reading.reader(), reading.reader()
    theirs = sorted(owned(other))
    reading.world.assistants.delete(reader.user.id, 1, reading.clock())
    reading.clock.advance(LAST_UPLOADS)

    def check() -> None:
        assert reading.names(reader) == (["both.md", "second.md"], 1)
        files = reading.world.files.list(reader.user.id)
        used = {file.name: file.assistant_ids for file in files}
        assert used == {"both.md": {2}, "second.md": {2}}
        assert not [item for item in items() if _is_of_first(item, reader)]
        assert sorted(owned(other)) == theirs
        assert reading.names(other)[1] == 2

    reading.killed_everywhere(check)


def _is_of_first(item: dict[str, dict[str, str]], customer: Customer) -> bool:
    is_theirs = f"{customer.user.id:016d}" in str(item["owner"])
    return is_theirs and item["item"]["S"].startswith("A#0000000000000001")


def test_a_user_killed_at_every_call(reading: Reading) -> None:
    reader, other = reading.reader(), reading.reader()
    theirs = sorted(owned(other))
    (file, *_) = reading.world.files.list(reader.user.id)
    reading.world.files.delete(file, reading.clock())
    reading.world.assistants.delete(reader.user.id, 2, reading.clock())
    reading.world.accounts.delete(reader.user.id, reading.clock())
    reading.clock.advance(LAST_UPLOADS)

    def check() -> None:
        assert owned(reader) == []
        assert reading.names(reader) == ([], 0)
        assert sorted(owned(other)) == theirs
        assert reading.names(other)[1] == 2

    reading.killed_everywhere(check)
