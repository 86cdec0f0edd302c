"""Users in their roles, and what they say in dialect B."""

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.domain.models import Role
from tests.browser import Browser
from tests.canaries import canary
from tests.events import Answer


def user_id_of(browser: Browser) -> int:
    """Return the id of a browser's user."""
    return int(browser.get("/api/user").body["id"])


def assign(browser: Browser, role: Role) -> Browser:
    """Have a browser's user be in a role from the next request on."""
    DynamoAccountRepository().set_role(user_id_of(browser), role)
    return browser


def question() -> str:
    """Return a message that dialect B takes."""
    return f"{canary('message')}: can you help me with all of this, please?"


def open_thread_v1(browser: Browser, assistant: object = 1) -> str:
    """Open a thread with a message, which the engine must answer, and return its id."""
    body = {"assistantId": assistant, "content": question()}
    answer = browser.post("/api/v1/thread", body)
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def say_v1(browser: Browser, thread: str, **facts: object) -> Answer:
    """Send a message to a thread."""
    return browser.post(f"/api/v1/thread/{thread}", {"content": question()} | facts)
