"""Snapshots of the cloud's state: one SQLite file, one transaction, only what has changed.

A snapshot is taken on the event loop, between two requests: no transaction is in it by half.
"""

import asyncio
import hashlib
import json
import logging
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from ministack.core import persistence
from ministack.services import cloudwatch_logs
from starlette.types import ASGIApp, Receive, Scope, Send

logger = logging.getLogger(__name__)
# Seconds between two snapshots: never more than LONGEST, else ten times what the last one took.
SHORTEST, LONGEST = 1.0, 4.0
KEPT_LOG_STREAMS = 50
SCHEMA = "CREATE TABLE IF NOT EXISTS service (name TEXT PRIMARY KEY, payload TEXT NOT NULL)"
UPSERT = "INSERT INTO service VALUES (?, ?) ON CONFLICT DO UPDATE SET payload = excluded.payload"


class Snapshot(NamedTuple):
    """The state of all services at one moment."""

    number: int
    states: dict[str, Any]


class Snapshots:
    """Loads the state at the start, saves it while requests come in, and at the end."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(SCHEMA)
        self._lock = threading.Lock()
        self._digests: dict[str, bytes] = {}
        self._taken = self._saved = 0
        self._changed = False

    def close(self) -> None:
        self._connection.close()

    def install(self, ministack: Any) -> None:
        """Have ministack load and save through us."""
        self._states = ministack._build_persistence_save_dict
        ministack.load_state = self.load
        ministack.save_all = lambda _: self.save(self.take())

    def load(self, service: str) -> Any:
        query = "SELECT payload FROM service WHERE name = ?"
        row = self._connection.execute(query, [service]).fetchone()
        if row is None:
            return None
        self._digests[service] = _digest(row[0])
        return json.loads(row[0], object_hook=persistence._json_object_hook)

    def watch(self, app: ASGIApp) -> ASGIApp:
        """Note that something may have changed; reading the health changes nothing."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app(scope, receive, send)
            finally:
                self._changed |= not scope.get("path", "/_ministack/").startswith("/_ministack/")

        return watched

    async def keep(self) -> None:
        """Save for ever, as often as is cheap."""
        pause = SHORTEST
        while True:
            await asyncio.sleep(pause)
            if not self._changed:
                continue
            self._changed = False
            began = time.perf_counter()
            snapshot = self.take()
            pause = min(LONGEST, max(SHORTEST, 10 * (time.perf_counter() - began)))
            try:
                await asyncio.to_thread(self.save, snapshot)
            except sqlite3.Error:
                logger.exception("The state could not be saved; trying again")
                self._changed = True

    def take(self) -> Snapshot:
        """Copy every service's state; one that is just changing on a thread waits its turn."""
        _trim_logs()
        states = {}
        for service, state_of in self._states().items():
            try:
                states[service] = state_of()
            except RuntimeError:
                logger.warning("%s was changing; it is in the next snapshot", service)
                self._changed = True
        self._taken += 1
        return Snapshot(self._taken, states)

    def save(self, snapshot: Snapshot) -> None:
        """Write what differs from the last snapshot, all of it or nothing."""
        payloads = {
            name: payload
            for name, state in snapshot.states.items()
            if state is not None and (payload := _encode(name, state))
        }
        digests = {name: _digest(payload) for name, payload in payloads.items()}
        with self._lock:
            changed = [name for name in digests if self._digests.get(name) != digests[name]]
            if not changed or snapshot.number < self._saved:
                return
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany(UPSERT, [(name, payloads[name]) for name in changed])
            self._saved = snapshot.number
            self._digests |= {name: digests[name] for name in changed}


def _encode(service: str, state: Any) -> str | None:
    try:
        return json.dumps(state, default=persistence._json_default)
    except (TypeError, ValueError):
        logger.exception("The state of %s cannot be saved", service)
        return None


def _digest(payload: str) -> bytes:
    return hashlib.sha256(payload.encode()).digest()


def _trim_logs() -> None:
    """Every invocation opens a log stream: keep each group's newest."""
    for *_, group in cloudwatch_logs._log_groups.all_items():
        streams = group["streams"]
        for name in list(streams)[:-KEPT_LOG_STREAMS]:
            streams.pop(name, None)
