"""Three people with things of their own, and moto's memory of them."""

import copy
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends

from afterglow.adapters.argon2 import Argon2Hasher
from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.tables.accounts import ProfileItem
from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.domain.models import Role
from tests.browser import Browser
from tests.canaries import canary
from tests.fakes.engine import ScriptedEngine, done
from tests.fakes.upstream_files import InMemoryUpstream
from tests.matrix.requests import Things
from tests.tables import fingerprint, items, snapshot
from tests.uploading import announce, send, upload

# Fields that say whose thing it is.
_TELLING = {"name", "instructions", "title", "content", "openaiThreadId", "openaiMessageId"}


@dataclass
class Person:
    """Somebody with a cookie, a token, and as many things as it takes to have others' ids."""

    browser: Browser
    user_id: int
    things: Things
    # What nobody else may ever be shown.
    marks: frozenset[str]

    @property
    def credentials(self) -> dict[str, str]:
        """Return what to log in with."""
        return self.browser.credentials()


@dataclass
class World:
    """Who is there, and the way back to how it was."""

    engine: ScriptedEngine
    upstream: InMemoryUpstream
    owner: Person
    stranger: Person
    admin: Person
    restore: Callable[[], None]

    def state(self) -> str:
        """Return all that is stored but for how often someone did something."""
        return fingerprint() + _secrets_text()

    def owners_state(self) -> str:
        """Return all that is stored of the owner."""
        number = str(self.owner.user_id)
        counts = os.environ["LIMITS_TABLE"]
        rows = [row for row in items() if number in str(row) and row["table"] != counts]
        secrets = [line for line in _secrets_text().splitlines() if number in line]
        return "\n".join(map(str, [*rows, *secrets]))


def build(engine: ScriptedEngine, upstream: InMemoryUpstream) -> World:
    """Have three people settle in."""
    owner, stranger, admin = (_settled(engine, count) for count in (3, 1, 1))
    DynamoAccountRepository().set_role(admin.user_id, Role.ADMIN)
    restore_tables, secrets = snapshot(), copy.deepcopy(dict(_secrets()))

    def restore() -> None:
        restore_tables()
        _secrets().clear()
        _secrets().update(copy.deepcopy(secrets))
        engine.steps.clear()
        engine.calls.clear()
        engine.prompts.clear()

    return World(engine, upstream, owner, stranger, admin, restore)


def _settled(engine: ScriptedEngine, count: int) -> Person:
    browser = Browser().enter()
    user_id = int(browser.get("/api/user").body["id"])
    ProfileItem(user_key(user_id), "PROFILE").update(
        actions=[ProfileItem.password_hash.set(Argon2Hasher().hash(browser.password))]
    )
    for _ in range(count):
        assistant = browser.create_assistant(name=canary("assistant"))
        body = {"title": canary("title"), "assistantId": assistant}
        thread = browser.post("/api/thread/new", body).body["id"]
        # Two, so that there is a second page.
        for _ in range(2):
            engine.then(done(canary("answer"), message_id=f"msg_{canary('id')}"))
            assert browser.say(thread).status == 200
    assert browser.post("/api/settings/default-assistant", {"assistantId": 1}).status == 200
    uploads = _uploaded(browser)
    assistants = browser.get("/api/v1/assistant").body
    threads = browser.get("/api/threads").body
    messages = browser.messages(count)
    runs = [run["id"] for run in browser.get(f"/api/threads/{count}/runs").body]
    marks = {str(user_id), browser.username, *runs, *uploads}
    files = [file["id"] for file in browser.get("/api/files").body]
    marks |= set(files)
    for thing in (*assistants, *threads, *messages):
        marks |= {str(thing[field]) for field in _TELLING & thing.keys()}
    things = Things(
        assistant=count,
        asst=assistants[-1]["assistantId"],
        thread=count,
        gpt=threads[0]["openaiThreadId"],
        run=runs[0],
        upload=uploads[0],
        staged=uploads[1],
        file=files[0],
    )
    return Person(browser, user_id, things, frozenset(marks | {things.asst}))


def _uploaded(browser: Browser) -> list[str]:
    """Have a user upload files, and wait for others; return the uploads, the latest first."""
    for number in range(2):
        name = f"{canary('file')}.md"
        assert upload(browser, name, canary("text").encode(), 1).status == 200, number
    staged = announce(browser, {"path": f"documentation/{canary('file')}.md", "size": 7}).body["id"]
    send(browser, staged, 0, b"A text.")
    names = [f"{canary('file')}.md" for _ in range(2)]
    announce(browser, *[{"path": name, "size": 7} for name in names], assistant_id=1)
    return [each["id"] for each in browser.get("/api/uploads").body]


def _secrets() -> dict[str, Any]:
    region = os.environ["AWS_DEFAULT_REGION"]
    store: dict[str, Any] = secretsmanager_backends[DEFAULT_ACCOUNT_ID][region].secrets
    return store


def _secrets_text() -> str:
    return "\n".join(f"{name} {vars(secret)}" for name, secret in sorted(_secrets().items()))
