"""Snapshots: whole, in order, and only of what has changed."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.cloud.state import Snapshots


class Services:
    """Stands for ministack: services by name, and the two functions it saves and loads with."""

    def __init__(self, path: Path) -> None:
        self.states: dict[str, Any] = {}
        self.snapshots = Snapshots(path)
        self.ministack = SimpleNamespace(_build_persistence_save_dict=self._states)
        self.snapshots.install(self.ministack)

    def _states(self) -> dict[str, Any]:
        return {name: lambda name=name: self.states[name] for name in self.states}

    def save(self) -> None:
        self.ministack.save_all({})

    def load(self, name: str) -> Any:
        return self.ministack.load_state(name)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def services(path: Path) -> Iterator[Services]:
    services = Services(path)
    yield services
    services.snapshots.close()


@pytest.fixture
def after_restart(path: Path, services: Services) -> Iterator[Services]:
    """The same file, opened by another process while the first one has it open: it was killed."""
    assert services
    again = Services(path)
    yield again
    again.snapshots.close()


def test_what_was_saved_is_there_after_a_restart(
    services: Services, after_restart: Services
) -> None:
    services.states = {"dynamodb": {"tables": {"a": b"\x00\xff"}}, "s3": {"buckets": ["b"]}}

    services.save()

    assert after_restart.load("dynamodb") == {"tables": {"a": b"\x00\xff"}}
    assert after_restart.load("s3") == {"buckets": ["b"]}
    assert after_restart.load("sqs") is None


def test_a_service_without_state_keeps_what_it_had(
    services: Services, after_restart: Services
) -> None:
    services.states = {"s3": {"buckets": ["b"]}}
    services.save()

    services.states = {"s3": None}
    services.save()

    assert after_restart.load("s3") == {"buckets": ["b"]}


def test_only_what_has_changed_is_written(services: Services, path: Path) -> None:
    services.states = {"s3": {"n": 1}, "dynamodb": {"n": 1}}
    services.save()
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE service SET payload = 'untouched' WHERE name = 's3'")
        other.commit()

        services.states = {"s3": {"n": 1}, "dynamodb": {"n": 2}}
        services.save()
        rows = dict(other.execute("SELECT name, payload FROM service"))

    assert rows == {"s3": "untouched", "dynamodb": '{"n": 2}'}


def test_an_older_snapshot_never_replaces_a_newer_one(
    services: Services, after_restart: Services
) -> None:
    services.states = {"s3": {"n": 1}}
    older = services.snapshots.take()
    services.states = {"s3": {"n": 2}}
    services.save()

    services.snapshots.save(older)

    assert after_restart.load("s3") == {"n": 2}


def test_a_state_that_cannot_be_written_spoils_no_other(
    services: Services, after_restart: Services, caplog: pytest.LogCaptureFixture
) -> None:
    services.states = {"broken": {"value": object()}, "s3": {"n": 1}}

    services.save()

    assert after_restart.load("s3") == {"n": 1}
    assert "The state of broken cannot be saved" in caplog.text


def test_a_snapshot_is_taken_only_after_a_request(
    services: Services, after_restart: Services
) -> None:
    services.states = {"s3": {"n": 1}}

    async def application(*_: object) -> None:
        services.states["s3"]["n"] += 1

    async def scenario() -> tuple[Any, Any, Any]:
        app: Any = services.snapshots.watch(application)
        keeping = asyncio.create_task(services.snapshots.keep())
        await asyncio.sleep(1.5)
        at_rest = after_restart.load("s3")
        await app({"type": "http", "path": "/_ministack/health"}, None, None)
        await asyncio.sleep(1.5)
        after_health = after_restart.load("s3")
        await app({"type": "http", "path": "/"}, None, None)
        await asyncio.sleep(1.5)
        keeping.cancel()
        return at_rest, after_health, after_restart.load("s3")

    assert asyncio.run(scenario()) == (None, None, {"n": 3})


def test_others_cannot_read_it(services: Services, path: Path) -> None:
    services.states = {"s3": {}}
    services.save()

    assert {file.stat().st_mode & 0o077 for file in path.parent.iterdir()} == {0}
