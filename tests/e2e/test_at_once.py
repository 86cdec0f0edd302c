"""Many requests at once, each in a process of its own: what may happen once happens once."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from local.openai.control_client import ControlClient
from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

Call = Callable[[], httpx2.Response]
# On the local cloud each is a new process: more than these keep a small machine from answering any.
AT_A_TIME = 10


@pytest.fixture
def program(visitor: Visitor) -> Iterator[httpx2.Client]:
    """A client of dialect B with a token of the visitor."""
    token = visitor.post("/api/v1/auth/token", visitor.credentials).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx2.Client(base_url=visitor.http.base_url, headers=headers, timeout=60) as client:
        yield client


def at_once(*calls: Call) -> list[httpx2.Response]:
    """Return the answers to requests that are sent at once, as many as there are processes for."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def statuses(answers: list[httpx2.Response]) -> Counter[int]:
    """Return how often each status was answered."""
    return Counter(answer.status_code for answer in answers)


def test_of_50_assistants_at_once_one_takes_the_last_place(
    visitor: Visitor, program: httpx2.Client
) -> None:
    visitor.http.timeout = 60
    for number in range(2, 20):
        assert visitor.post("/api/assistants", {"name": f"No. {number}"}).status_code == 201
    body = {"name": "The last"}

    answers = at_once(
        *[lambda: visitor.post("/api/assistants", body)] * 25,
        *[lambda: program.post("/api/v1/assistant", json=body)] * 25,
    )

    assert statuses(answers) == {201: 1, 429: 49}
    for answer in answers:
        if answer.status_code == 429:
            key = "message" if "/v1/" in str(answer.url) else "error"
            assert answer.json() == {key: "Assistant limit reached"}
            assert "Retry-After" not in answer.headers
    assert len(visitor.get("/api/assistants").json()) == 20


def test_of_8_chats_at_once_on_as_many_threads_3_run(
    visitor: Visitor, openai: ControlClient
) -> None:
    for _ in range(7):
        assert visitor.post("/api/thread/new", {"assistantId": 1}).status_code == 201
    openai.configure(response_seconds=8)

    answers = at_once(*[lambda n=n: visitor.chat("Hello!", n) for n in range(1, 9)])
    openai.configure(response_seconds=0)

    assert statuses(answers) == {200: 3, 429: 5}
    for answer in answers:
        if answer.status_code == 429:
            assert answer.json()["error"] == "Rate limit exceeded"
            assert int(answer.headers["Retry-After"]) > 0
    assert len(openai.journal("POST", "/v1/responses")) == 3
    # What was refused has left nothing, and the place is free again.
    assert sum(len(visitor.messages(n)) for n in range(1, 9)) == 6
    assert visitor.chat("And now?", 1).status_code == 200


def test_of_20_registrations_of_one_name_at_once_one_is_made(new_visitor: NewVisitor) -> None:
    name = new_visitor().username
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in name)
    variants = [name, name.upper(), name.title(), wide, wide.upper()]
    password = new_visitor().password
    crowd = [new_visitor() for _ in range(20)]

    answers = at_once(
        *[
            lambda someone=someone, variant=variant: someone.post(
                "/api/register", {"username": variant, "password": password}
            )
            for someone, variant in zip(crowd, variants * 4, strict=True)
        ]
    )

    assert statuses(answers) == {201: 1, 400: 19}
    (made,) = [answer for answer in answers if answer.status_code == 201]
    assert made.json()["username"] == name


def test_changes_of_different_fields_at_once_all_last(visitor: Visitor) -> None:
    assistant = {
        "name": "Ada",
        "description": "Of numbers",
        "model": "gpt-4o",
        "instructions": "Count.",
        "temperature": 0.5,
        "isActive": False,
    }
    thread = {"title": "Numbers", "isArchived": True}

    answers = at_once(
        *[
            lambda path=path, change=change: visitor.http.patch(path, json=change)
            for path, changes in (("/api/assistants/1", assistant), ("/api/threads/1", thread))
            for change in ({field: value} for field, value in changes.items())
        ]
    )

    assert statuses(answers) == {200: 8}
    assert visitor.get("/api/assistants/1").json().items() >= assistant.items()
    assert visitor.get("/api/threads").json()[0].items() >= thread.items()


def test_a_thread_is_gone_at_once_though_a_turn_runs_in_it(
    visitor: Visitor, program: httpx2.Client, openai: ControlClient
) -> None:
    gpt_id = visitor.get("/api/threads").json()[0]["openaiThreadId"]
    openai.configure(response_seconds=6)
    with ThreadPoolExecutor(1) as pool:
        chat = pool.submit(visitor.chat, "Think about it.")
        eventually(lambda: openai.journal("POST", "/v1/responses"))
        began = time.monotonic()

        deleted = visitor.http.delete("/api/threads/1")

        assert (deleted.status_code, time.monotonic() - began < 5) == (200, True)
        assert not chat.done()
        unreadable = [
            visitor.get("/api/threads/1/messages"),
            program.get(f"/api/v1/thread/{gpt_id}"),
        ]
        assert [answer.status_code for answer in unreadable] == [404, 404]
        assert visitor.get("/api/threads").json() == []
        answer = chat.result()
    assert (answer.status_code, answer.json()) == (404, {"error": "Thread not found"})
    assert visitor.get("/api/threads/1/messages").status_code == 404
    # The reaper waits until the lease of the run is over, then it runs every minute.
    eventually(lambda: [c for c in openai.journal("DELETE") if "/v1/responses/" in c.path], 150)


def eventually(look: Callable[[], object], seconds: float = 20) -> None:
    """Wait until there is something to see."""
    until = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.3)
