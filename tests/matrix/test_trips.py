"""How many calls each route makes, of AWS and of OpenAI, when all is well: one table."""

from collections import Counter

import pytest

from tests.fakes.engine import done
from tests.matrix.cells import Caller, send
from tests.matrix.entries import ENTRIES
from tests.matrix.test_callers import own_request
from tests.matrix.world import World
from tests.wiretap import wiretap

TRIPS = {
    "GET /openapi.json": "",
    "GET /docs": "",
    "POST /api/register": "dynamodb 5",
    "POST /api/login": "dynamodb 12",
    "POST /api/logout": "dynamodb 3",
    "GET /api/user": "dynamodb 1",
    "DELETE /api/user": "dynamodb 2",
    "POST /api/settings/password": "dynamodb 9",
    "POST /api/settings/apikey": "dynamodb 8, openai 1, secrets-manager 2, sqs 1",
    "DELETE /api/settings/apikey": "dynamodb 2, secrets-manager 1",
    "POST /api/settings/default-assistant": "dynamodb 2",
    "GET /api/assistants": "dynamodb 3",
    "POST /api/assistants": "dynamodb 5",
    "GET /api/assistants/{assistant_id}": "dynamodb 3",
    "PATCH /api/assistants/{assistant_id}": "dynamodb 4",
    "DELETE /api/assistants/{assistant_id}": "dynamodb 4",
    "GET /api/threads": "dynamodb 2",
    "POST /api/thread/new": "dynamodb 5",
    "PATCH /api/threads/{thread_id}": "dynamodb 3",
    "DELETE /api/threads/{thread_id}": "dynamodb 3",
    "GET /api/threads/{thread_id}/messages": "dynamodb 3",
    "GET /api/threads/{thread_id}/runs": "dynamodb 4",
    "GET /api/runs/{run_id}": "dynamodb 4",
    "POST /api/runs/{run_id}/cancel": "dynamodb 4",
    "POST /api/upload": "dynamodb 23, openai 4, s3 7, secrets-manager 1",
    "POST /api/uploads": "dynamodb 11",
    "GET /api/uploads": "dynamodb 4",
    "GET /api/uploads/{upload_id}": "dynamodb 6",
    "POST /api/uploads/{upload_id}/cancel": "dynamodb 6, s3 2",
    "POST /api/upload-directory": "dynamodb 39, openai 4, s3 5, secrets-manager 2",
    "GET /api/files": "dynamodb 4",
    "DELETE /api/files/{file_id}": "dynamodb 5, openai 2, secrets-manager 1",
    "POST /api/chat": "dynamodb 6, openai 1, secrets-manager 1",
    "POST /api/v1/auth/token": "dynamodb 10",
    "DELETE /api/v1/auth/token": "dynamodb 3",
    "GET /api/v1/assistant": "dynamodb 2",
    "POST /api/v1/assistant": "dynamodb 4",
    "DELETE /api/v1/assistant": "dynamodb 6",
    "POST /api/v1/assistant/admin": "dynamodb 4",
    "GET /api/v1/assistant/{assistant_id}": "dynamodb 2",
    "DELETE /api/v1/assistant/{assistant_id}": "dynamodb 4",
    "GET /api/v1/assistant/{assistant_id}/instructions": "dynamodb 2",
    "PUT /api/v1/assistant/{assistant_id}/instructions": "dynamodb 3",
    "GET /api/v1/config/assistant/limit": "dynamodb 2",
    "PUT /api/v1/config/assistant/limit/{limit}": "dynamodb 2",
    "GET /api/v1/threads": "dynamodb 2",
    "GET /api/v1/thread": "dynamodb 2",
    "POST /api/v1/thread": "dynamodb 6, openai 1, secrets-manager 1",
    "DELETE /api/v1/thread": "dynamodb 5",
    "GET /api/v1/thread/{gpt_id}": "dynamodb 4",
    "PUT /api/v1/thread/{gpt_id}": "dynamodb 4",
    "POST /api/v1/thread/{gpt_id}": "dynamodb 7, openai 1, secrets-manager 1",
    "DELETE /api/v1/thread/{gpt_id}": "dynamodb 5",
    "GET /api/v1/thread/{gpt_id}/runs": "dynamodb 5",
    "GET /api/v1/runs/{run_id}": "dynamodb 4",
    "POST /api/v1/runs/{run_id}/cancel": "dynamodb 4",
}


def trips(world: World, route: str) -> str:
    """Return the calls that a route makes for somebody whose request is well."""
    caller = Caller.ADMIN if ENTRIES[route].is_for_admins else Caller.OWNER
    asked = own_request(world, caller, route)
    world.engine.then(done("An answer."))
    world.upstream.calls.clear()
    calls = Counter(call.service for call in wiretap.during(lambda: send(world, caller, asked)))
    calls["openai"] = len(world.engine.calls) + len(world.upstream.calls)
    return ", ".join(f"{name} {count}" for name, count in sorted(calls.items()) if count)


@pytest.mark.parametrize("route", ENTRIES)
def test_a_route_makes_so_many_calls_and_no_more(world: World, route: str) -> None:
    assert trips(world, route) == TRIPS[route]
