"""A user of a local cloud, whose requests functions are given as API Gateway gives them."""

import secrets
from dataclasses import dataclass
from typing import Any

import httpx2

from local.up import LocalCloud
from local.upstream import STAND_IN_KEY
from tests.events import event

MUCH = "1000000"
UNLIMITED = dict.fromkeys(
    (
        "AnonymousPerMinute",
        "ChatsPerDay",
        "ChatsPerMinute",
        "KeyChangesPerDay",
        "KeyChangesPerMinute",
        "RegistrationsPerHour",
        "RequestBurst",
        "RequestsPerSecond",
        "RunningTurns",
        "ThreadsPerHour",
    ),
    MUCH,
)
SECONDS = 40


@dataclass(frozen=True, slots=True)
class Tenant:
    """Someone with a key, an assistant and a thread, each with id 1."""

    cookie: str

    @classmethod
    def settled(cls, cloud: LocalCloud) -> "Tenant":
        """Register, and make what everything else needs."""
        who = {"username": f"u{secrets.token_hex(6)}", "password": secrets.token_urlsafe(18)}
        with httpx2.Client(base_url=cloud.front_url, timeout=SECONDS) as http:
            for path, body in (
                ("/api/register", who),
                ("/api/settings/apikey", {"apiKey": STAND_IN_KEY}),
                ("/api/assistants", {"name": "Measured"}),
                ("/api/thread/new", {"assistantId": 1}),
            ):
                http.post(path, json=body).raise_for_status()
            return cls("; ".join(f"{name}={value}" for name, value in http.cookies.items()))

    def event(
        self, method: str, path: str, body: object = None, *, resource: str | None = None
    ) -> dict[str, Any]:
        """Return the REST proxy event of a request that arrives now."""
        return event(method, path, body, cookie=self.cookie, resource=resource)
