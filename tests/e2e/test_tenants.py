"""The cross-tenant matrix over HTTP: another user, and the wrong dialect's credential."""

from collections.abc import Mapping

import httpx2
import pytest

from local.openai.control_client import ControlClient
from local.up import LocalCloud
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor
from tests.matrix.requests import UNKNOWN, Request, Slot, Things, Value, request, slots

# Cursors have tests of their own: they take a list of two.
NAMES = [slot for slot in slots() if slot.form != "cursor"]

FILE = {"file": ("guide.md", b"# A guide")}
# Ours, and the gateway's and the server's own.
OF_ONE = {"x-request-id", "x-amzn-requestid", "date"}


def headers(visitor: Visitor, path: str) -> dict[str, str]:
    """What somebody shows to the dialect of a path."""
    if not path.startswith("/api/v1/"):
        return {"Cookie": f"sid={visitor.http.cookies['sid']}"}
    token = visitor.post("/api/v1/auth/token", visitor.credentials).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def settled(new_visitor: NewVisitor, count: int) -> tuple[Visitor, Things]:
    """Someone with so many assistants and threads, the last of them, and a file."""
    someone = new_visitor()
    someone.settle_in()
    for _ in range(count - 1):
        assert someone.post("/api/assistants", {"name": "Guide"}).status_code == 201
        assert someone.post("/api/thread/new", {"assistantId": 1}).status_code == 201
    shown = headers(someone, "/api/v1/")
    asst = someone.http.get("/api/v1/assistant", headers=shown).json()[-1]["assistantId"]
    gpt = someone.get("/api/threads").json()[0]["openaiThreadId"]
    assert someone.chat("Which one are you?", count).status_code == 200
    (run,) = someone.get(f"/api/threads/{count}/runs").json()
    sent = someone.http.post(
        "/api/upload", files=FILE, data={"assistantId": str(count)}, timeout=40
    )
    assert sent.status_code == 200, sent.text
    (file_id,) = sent.json()["fileIds"]
    upload_id = sent.json()["uploadId"]
    return someone, Things(count, asst, count, gpt, run["id"], upload_id, upload_id, file_id)


def everything(owner: Visitor) -> list[object]:
    """All that the owner can read."""
    threads = owner.get("/api/threads").json()
    messages = [owner.messages(thread["id"]) for thread in threads]
    others = ("assistants", "user", "files", "uploads")
    return [owner.get(f"/api/{name}").json() for name in others] + [threads, messages]


def seen(answer: httpx2.Response) -> tuple[int, bytes, Mapping[str, str]]:
    """All that a caller sees, but what tells one request from the next."""
    kept = {name: value for name, value in answer.headers.items() if name.lower() not in OF_ONE}
    return answer.status_code, answer.content, kept


def test_a_foreign_thing_is_like_none_over_http(
    cloud: LocalCloud, new_visitor: NewVisitor, openai: ControlClient
) -> None:
    (owner, foreign), (stranger, own) = settled(new_visitor, 3), settled(new_visitor, 1)
    shown = {p: headers(stranger, p) for p in ("/api/", "/api/v1/")}
    mistaken = {"/api/": headers(owner, "/api/v1/"), "/api/v1/": headers(owner, "/api/")}
    before, asked_before = everything(owner), len(openai.journal("POST", "/v1/responses"))

    def send(asked: Request, credentials: Mapping[str, dict[str, str]]) -> httpx2.Response:
        prefix = "/api/v1/" if asked.path.startswith("/api/v1/") else "/api/"
        fields = {name: str(value) for name, value in (asked.body or {}).items()}
        body = {"files": FILE, "data": fields} if asked.is_form else {"json": asked.body}
        return httpx2.request(
            asked.method,
            cloud.front_url + asked.path,
            **body,
            headers=credentials[prefix],
            timeout=40,
        )

    def pair(slot: Slot, others: Things) -> list[Request]:
        values: list[Value] = [foreign.named(slot.form), UNKNOWN.named(slot.form)]
        return [request(slot.route, others, slot, value) for value in values]

    for slot in NAMES:
        theirs, nobodys = (send(asked, shown) for asked in pair(slot, own))
        assert (theirs.status_code, seen(theirs)) == (404, seen(nobodys)), slot
        theirs, nobodys = (send(asked, mistaken) for asked in pair(slot, foreign))
        assert (theirs.status_code, seen(theirs)) == (401, seen(nobodys)), slot

    assert everything(owner) == before
    assert len(openai.journal("POST", "/v1/responses")) == asked_before


@pytest.mark.parametrize("path", ["/api/v1/assistant", "/api/v1/thread"])
def test_what_deletes_everything_deletes_the_callers_over_http(
    new_visitor: NewVisitor, path: str
) -> None:
    (owner, _), (stranger, _) = settled(new_visitor, 2), settled(new_visitor, 2)
    before = everything(owner)

    answer = stranger.http.delete(path, headers=headers(stranger, path))

    assert answer.status_code == 200
    listing = path.replace("/v1", "") + "s"
    assert stranger.get(listing).json() == []
    assert everything(owner) == before
