"""Lists in parts: every entry once, and no cursor but one's own."""

from dataclasses import replace

import pytest

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.adapters.dynamodb.records.conversations import thread_item
from afterglow.adapters.dynamodb.tables.conversations import ThreadItem
from afterglow.adapters.dynamodb.thread_directory import DynamoThreadDirectory
from afterglow.api import paging
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Role
from tests.browser import Browser
from tests.events import Answer
from tests.fakes.clock import NOON
from tests.fakes.engine import ScriptedEngine
from tests.integration.listing import (
    LISTS,
    add_messages,
    add_thread,
    add_threads,
    ids,
    next_query,
    user_id_of,
    walk,
)
from tests.wiretap import Wiretap

each_list = pytest.mark.parametrize("name", LISTS)


def cursor_of(browser: Browser, path: str) -> str:
    """The cursor to a list's second entry."""
    query = next_query(browser.get(path, query={"limit": "1"}))
    assert query is not None
    assert query["limit"] == "1"
    return query["cursor"]


def refusal(answer: Answer) -> tuple[int, list[tuple[str, str]]]:
    """The status, and what is wrong with what."""
    details = answer.body.get("details", [])
    return answer.status, [(detail["field"], detail["code"]) for detail in details]


@pytest.fixture
def admin(user: Browser) -> Browser:
    """A browser of an admin."""
    DynamoAccountRepository().set_role(user_id_of(user), Role.ADMIN)
    return user


@each_list
@pytest.mark.parametrize("limit", [1, 3, 6, 7, None])
def test_pages_make_up_the_list(user: Browser, name: str, limit: int | None) -> None:
    path = LISTS[name](user_id_of(user), 7)
    is_latest_first = name.endswith(("threads", "runs", "uploads"))
    whole = [7, 6, 5, 4, 3, 2, 1] if is_latest_first else [1, 2, 3, 4, 5, 6, 7]

    pages = list(walk(user, path, limit))

    assert ids(iter(pages)) == whole
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert len(pages) == -(-7 // (limit or 100))


@each_list
def test_an_empty_list_is_one_page(user: Browser, name: str) -> None:
    path = LISTS[name](user_id_of(user), 0)

    assert list(walk(user, path, 1)) == [[]]


@each_list
def test_a_link_is_a_path_of_the_public_api(user: Browser, name: str) -> None:
    path = LISTS[name](user_id_of(user), 2)

    (link,) = user.get(path, query={"limit": "1"}).headers["Link"]

    cursor = cursor_of(user, path)
    following = f'</local{path}?limit=1&cursor={cursor}>; rel="next"'
    successor = "threads" if "thread" in path else "assistants"
    beside = f', </local/api/{successor}>; rel="successor-version"' if "/v1/" in path else ""
    assert link == following + beside


@pytest.mark.parametrize("name", ["messages", "v1 all threads"])
@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "+1", "01", "1.0", "1e1", " 1", "1 ", "", "x", "\uff11", "9" * 5000]
)
def test_a_limit_is_an_integer_from_1_to_100(user: Browser, name: str, limit: str) -> None:
    path = LISTS[name](user_id_of(user), 1)

    assert refusal(user.get(path, query={"limit": limit})) == (400, [("limit", "invalid_limit")])


@each_list
def test_a_cursor_that_was_tampered_with_is_refused(user: Browser, name: str) -> None:
    path = LISTS[name](user_id_of(user), 2)
    cursor = cursor_of(user, path)
    others = {
        cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        for place in range(len(cursor))
    }
    pieces = {cursor[:length] for length in range(len(cursor))} | {cursor[1:], cursor + "A"}
    odd = {"", ".", "x" * 43, "\u00e9", "\ud800", "\x00", f" {cursor}", f"{cursor}=", "." + cursor}

    for forged in others | pieces | odd:
        answer = user.get(path, query={"cursor": forged})

        assert answer.status == 400, forged
        assert refusal(answer)[1][0][0] == "cursor"
    assert user.get(path, query={"cursor": cursor}).status == 200


@each_list
@pytest.mark.parametrize("length", [513, 5000])
def test_a_long_cursor_is_refused(user: Browser, name: str, length: int) -> None:
    path = LISTS[name](user_id_of(user), 2)

    assert refusal(user.get(path, query={"cursor": "A" * length})) == (
        400,
        [("cursor", "too_long")],
    )


@each_list
def test_a_cursor_is_good_for_its_user_only(
    user: Browser, engine: ScriptedEngine, name: str
) -> None:
    path = LISTS[name](user_id_of(user), 2)
    stranger = Browser().enter()
    assert engine is not None
    theirs = LISTS[name](user_id_of(stranger), 2)

    answer = stranger.get(theirs, query={"cursor": cursor_of(user, path)})

    assert refusal(answer) == (400, [("cursor", "invalid")])


def test_a_cursor_is_good_for_its_path_only(user: Browser) -> None:
    paths = [fill(user_id_of(user), 2) for fill in LISTS.values()]
    another_thread = add_thread(user_id_of(user))
    add_messages(another_thread, 2)
    paths.append(f"/api/threads/{another_thread.id}/messages")
    cursors = {path: cursor_of(user, path) for path in paths}

    accepted = {
        (own, path)
        for own in paths
        for path in paths
        if user.get(path, query={"cursor": cursors[own]}).status != 400
    }

    assert accepted == {(path, path) for path in paths}


def test_a_cursor_outlives_no_change_of_role(user: Browser) -> None:
    path = LISTS["v1 all threads"](user_id_of(user), 2)
    own = cursor_of(user, path)
    DynamoAccountRepository().set_role(user_id_of(user), Role.ADMIN)
    everyones = cursor_of(user, path)

    as_admin = user.get(path, query={"cursor": own})
    DynamoAccountRepository().set_role(user_id_of(user), Role.USER)
    as_user = user.get(path, query={"cursor": everyones})

    assert refusal(as_admin) == refusal(as_user) == (400, [("cursor", "invalid")])


def test_an_admin_sees_everyones_threads_once_each(admin: Browser, engine: ScriptedEngine) -> None:
    others = [Browser().enter() for _ in range(3)]
    assert engine is not None
    for browser in (admin, *others):
        add_threads(user_id_of(browser), 3)

    for limit in (1, 2, 5, 12, 13, None):
        seen = [
            (entry["userId"], entry["id"])
            for page in walk(admin, "/api/v1/threads", limit)
            for entry in page
        ]

        assert sorted(seen) == sorted(
            (user_id_of(browser), n) for browser in (admin, *others) for n in (1, 2, 3)
        )


def test_an_admins_pages_go_on_where_a_thread_has_been_cleared_away(admin: Browser) -> None:
    user_id = user_id_of(admin)
    add_threads(user_id, 9)
    seen: list[int] = []

    for page in walk(admin, "/api/v1/threads", 2):
        seen += [entry["id"] for entry in page]
        # As the reaper does with what is deleted: the item that the next page begins after.
        owner = f"U#{user_id:016d}"
        ThreadItem(owner, f"T#{page[-1]['id']:016d}").delete()
        add_thread(user_id)

    assert len(seen) == len(set(seen))
    assert set(seen) >= set(range(1, 10))


@pytest.mark.parametrize("limit", [1, 100])
def test_few_trips_are_made_past_what_is_no_thread(
    admin: Browser, aws: Wiretap, limit: int
) -> None:
    thread = add_thread(user_id_of(admin))
    with ThreadItem.batch_write() as batch:
        for number in range(2, 121):
            item = thread_item(replace(thread, id=number))
            item.deleted_at = NOON
            batch.save(item)
    paths = ("/api/threads", "/api/v1/threads")

    for path in paths:
        calls = aws.during(lambda path=path: list(walk(admin, path, limit)))  # type: ignore[misc]

        reads = [call for call in calls if call.operation in {"Query", "Scan"}]
        assert len(reads) <= 2, path


def test_without_a_limit_a_page_holds_what_a_response_can(
    user: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = add_thread(user_id_of(user))
    add_messages(thread, 40, 'As it weighs: "\\\n\u00e9\U0001f600' * 10)
    monkeypatch.setattr(paging, "MAX_PAGE_BYTES", 10_000)

    pages = list(walk(user, f"/api/threads/{thread.id}/messages", None))

    assert ids(iter(pages)) == list(range(1, 41))
    assert len(pages) > 1
    assert len({len(page) for page in pages[:-1]}) == 1


def test_one_entry_that_is_bigger_than_a_response_still_comes(
    user: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = add_thread(user_id_of(user))
    add_messages(thread, 3, "x" * 2000)
    monkeypatch.setattr(paging, "MAX_PAGE_BYTES", 1000)
    path = f"/api/threads/{thread.id}/messages"

    for limit in (None, 2):
        assert [[m["id"] for m in page] for page in walk(user, path, limit)] == [[1], [2], [3]]


def test_many_messages_are_seen_once_each(user: Browser) -> None:
    thread = add_thread(user_id_of(user))
    add_messages(thread, 250)
    path = f"/api/v1/thread/{thread.openai_thread_id}"

    for limit in (100, None):
        assert ids(walk(user, path, limit)) == list(range(1, 251))


def test_positions_of_the_directory_are_of_threads_that_are_there(admin: Browser) -> None:
    add_threads(user_id_of(admin), 3)
    positions = [position for position, _ in DynamoThreadDirectory().list()]

    for position in positions:
        rest = [found for found, _ in DynamoThreadDirectory().list(after=position)]
        assert rest == positions[positions.index(position) + 1 :]
    assert new_opaque_id("thread") not in positions
