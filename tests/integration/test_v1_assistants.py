"""Dialect B's assistants: what each row does, by either name, and what it refuses."""

import pytest

from afterglow.domain.models import Role
from tests.browser import Browser
from tests.integration.people import assign
from tests.matching import Matching
from tests.tables import fingerprint

AN_ASSISTANT_ID = Matching("asst_[A-Za-z0-9]{24}")
NOT_FOUND = {"message": "Assistant not found"}
NO_ID = {"message": "Assistant id is required"}
# What the gateway hands on as one part of a path.
NO_IDS = [
    *["0", "007", "-1", "+1", "1e3", "1.0", "0x1", "1_0", " 1", "1 ", "%20", "true", "null", "abc"],
    *["9007199254740992", "9" * 17, "9" * 5000, "\uff11\uff12", "\u0661", "1;2", "*", "..", "%31"],
    *["asst_", "asst_é", "asst_" + "x" * 65, "asst_..", "ASST_abc", "thread_1", "undefined"],
]
ROWS = [
    ("GET", "/api/v1/assistant/{}", None),
    ("GET", "/api/v1/assistant/{}/instructions", None),
    ("PUT", "/api/v1/assistant/{}/instructions", {"instructions": "Be brief."}),
    ("DELETE", "/api/v1/assistant/{}", None),
]
each_row = pytest.mark.parametrize(("method", "path", "body"), ROWS)


@pytest.fixture
def named(user: Browser) -> str:
    """Return the `asst_` id of the user's second assistant; the first is another one."""
    for name in ("Ada", "Eve"):
        assert user.post("/api/v1/assistant", {"name": name}).status == 201
    return str(user.get("/api/v1/assistant/2").body["assistantId"])


def test_an_assistant_of_a_name_only_gets_the_deployments_defaults(user: Browser) -> None:
    created = user.post("/api/v1/assistant", {"name": "Ünï 🦊"})

    shown = user.get("/api/v1/assistant/1").body
    assert shown == {
        "id": 1,
        "assistantId": AN_ASSISTANT_ID,
        "name": "Ünï 🦊",
        "instructions": "You are a helpful assistant.",
        "tools": [],
        "model": "gpt-6-luna",
        "status": "ACTIVE",
        "modelShutdownDate": None,
    }
    assert (created.status, created.body) == (
        201,
        {"message": f"Assistant Ünï 🦊 with id {shown['assistantId']} created successfully"},
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"model": None, "instructions": None, "tools": None},
        {"instructions": "", "tools": []},
        {"model": "m" * 100, "instructions": "x" * 65536, "tools": [{"type": "retrieval"}] * 16},
    ],
)
def test_an_admin_settles_what_others_leave_to_the_deployment(
    user: Browser, settings: dict[str, object]
) -> None:
    name = "🦊" * 100

    created = assign(user, Role.ADMIN).post("/api/v1/assistant/admin", {"name": name, **settings})

    assert created.status == 201
    shown = user.get("/api/v1/assistant/1").body
    given = {key: value for key, value in settings.items() if value is not None}
    defaults = {"model": "gpt-6-luna", "instructions": "You are a helpful assistant.", "tools": []}
    assert {key: shown[key] for key in defaults} == defaults | given
    assert shown["name"] == name


@pytest.mark.parametrize("reference", ["integer", "asst_"])
def test_an_assistant_goes_by_either_name(user: Browser, named: str, reference: str) -> None:
    path = f"/api/v1/assistant/{2 if reference == 'integer' else named}"

    assert user.get(path).body["name"] == "Eve"
    told = user.request("PUT", f"{path}/instructions", {"instructions": "Be brief."})
    assert (told.status, told.body) == (
        200,
        {"message": "Assistant instructions updated successfully"},
    )
    assert user.get(f"{path}/instructions").body == {"instructions": "Be brief."}
    deleted = user.request("DELETE", path)
    assert (deleted.status, deleted.body) == (200, {"message": "Assistant deleted successfully"})
    assert [a["name"] for a in user.get("/api/v1/assistant").body] == ["Ada"]
    again = user.request("DELETE", path)
    assert (again.status, again.body) == (404, NOT_FOUND)


@each_row
def test_what_is_no_id_is_asked_for(
    user: Browser, named: str, method: str, path: str, body: object
) -> None:
    assert named
    before = fingerprint()

    for no_id in NO_IDS:
        answer = user.request(method, path.format(no_id), body)
        assert (answer.status, answer.body) == (400, NO_ID), no_id

    assert fingerprint() == before


@pytest.mark.parametrize("rest", ["/", "//", "///", "/%20", "/%20/", "/%09", "/%20%20", "/ "])
def test_an_id_that_came_out_empty_deletes_nothing(user: Browser, named: str, rest: str) -> None:
    assert named
    before = fingerprint()

    answer = user.request("DELETE", f"/api/v1/assistant{rest}")

    assert (answer.status, answer.body) == (400, NO_ID)
    assert fingerprint() == before


@pytest.mark.parametrize("path", ["/api/v1/assistant/", "/api/v1/assistant/1/", "/api/assistants/"])
def test_elsewhere_a_trailing_slash_is_another_path(user: Browser, named: str, path: str) -> None:
    assert named
    key = "message" if "v1" in path else "error"

    answer = user.get(path)

    assert (answer.status, answer.body) == (404, {key: "Not found"})


@each_row
@pytest.mark.parametrize("unknown", ["999", "9007199254740991", "asst_" + "x" * 24, "asst_1"])
def test_an_unknown_id_is_not_found(
    user: Browser, named: str, method: str, path: str, body: object, unknown: str
) -> None:
    assert named
    before = fingerprint()

    answer = user.request(method, path.format(unknown), body)

    assert (answer.status, answer.body) == (404, NOT_FOUND)
    assert fingerprint() == before


def test_all_of_the_callers_go_and_nobody_elses(user: Browser, named: str) -> None:
    other = Browser().enter()
    other.create_assistant()

    for _ in range(2):
        deleted = user.request("DELETE", "/api/v1/assistant")
        message = {"message": "All assistants deleted successfully"}
        assert (deleted.status, deleted.body) == (200, message)

    assert user.get("/api/v1/assistant").body == []
    assert user.get(f"/api/v1/assistant/{named}").status == 404
    assert len(other.get("/api/v1/assistant").body) == 1
