"""Turns of assistants whose tools read files: what they wait for, cost, and rest on."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from afterglow import bootstrap
from afterglow.domain.models import Citation, FileUse, UploadState, VectorStore
from afterglow.ports.engine import NO_FILES, PromptFiles, Reply
from tests.browser import Browser
from tests.contract.uploading import added, attached, opened
from tests.contract.worlds import World, deployed
from tests.fakes.clock import NOON
from tests.fakes.engine import ScriptedEngine, done
from tests.integration.later import polled, post_late, run_of
from tests.integration.people import user_id_of
from tests.tables import fingerprint, table_names
from tests.wiretap import AwsCall, Wiretap

STORE = "vs_1"


@pytest.fixture
def world(user: Browser) -> World:
    """Return the repositories, for the user's things."""
    return replace(deployed(), user_id=user_id_of(user))


def with_tools(user: Browser, *tools: str) -> int:
    """Return the thread of a new assistant, which is its number, too."""
    assistant = user.create_assistant(tools=[{"type": tool} for tool in tools])
    assert user.open_thread(assistant) == assistant
    return assistant


def indexed(world: World, assistant_id: int) -> None:
    """Let an assistant have a store."""
    world.files.put_store(VectorStore(world.user_id, assistant_id, STORE, 0))


def about_files(calls: Sequence[AwsCall]) -> list[str]:
    """Return what was asked of the table of files."""
    name = table_names()["FilesTable"]
    return [call.operation for call in calls if name in str(call.parameters)]


def test_an_assistant_without_tools_costs_no_look_at_files(
    user: Browser, engine: ScriptedEngine, aws: Wiretap
) -> None:
    thread = with_tools(user)
    engine.then(done("Gladly."))

    calls = aws.during(lambda: user.say(thread))

    assert about_files(calls) == []
    assert engine.prompts[0].files == NO_FILES


def test_one_that_searches_costs_a_query_and_one_read_for_its_store(
    user: Browser, engine: ScriptedEngine, aws: Wiretap, world: World
) -> None:
    thread = with_tools(user, "retrieval")
    engine.then(done("One."), done("Two.", "resp_2"))

    without = aws.during(lambda: user.say(thread))
    indexed(world, thread)
    searching = aws.during(lambda: user.say(thread))

    assert about_files(without) == ["Query"]
    assert about_files(searching) == ["Query", "GetItem"]
    assert [prompt.files for prompt in engine.prompts] == [NO_FILES, PromptFiles(STORE)]


def test_code_reads_the_files_that_were_attached_for_it(
    user: Browser, engine: ScriptedEngine, world: World
) -> None:
    thread = with_tools(user, "code_interpreter", "file_search")
    for number, use in enumerate((FileUse.CODE, FileUse.SEARCH, FileUse.CODE)):
        attached(world, added(world, number, use=use), thread)
    engine.then(done("Gladly."))

    assert user.say(thread).status == 200

    files = engine.prompts[0].files
    assert files == PromptFiles(None, ("file-upstream2", "file-upstream0"))


@pytest.mark.parametrize("dialect", ["/api", "/api/v1"])
def test_a_run_says_that_it_waits_for_files_until_they_are_there(
    user: Browser, engine: ScriptedEngine, world: World, dialect: str
) -> None:
    thread = with_tools(user, "file_search")
    indexed(world, thread)
    _, (entry,) = opened(world, assistant_id=thread)

    web = {"threadId": thread, "message": "What is the fee?"}
    (shown,) = user.get("/api/threads").body
    v1 = {"content": "How much is the fee that I have to pay a year?"}
    taken = (
        post_late(user, "/api/chat", web)
        if dialect == "/api"
        else post_late(user, f"/api/v1/thread/{shown['openaiThreadId']}", v1)
    )

    assert (taken.status, taken.body["status"]) == (202, "queued")
    assert taken.body["waitingFor"] == "files"
    run = f"{dialect}/runs/{taken.body['runId']}"
    before = fingerprint()
    assert (user.get(run).body["status"], user.get(run).body["waitingFor"]) == ("queued", "files")
    assert fingerprint() == before
    world.uploads.end(
        replace(world.uploads.claim(entry, NOON), file_id="file-1").ended(UploadState.CANCELLED)
    )
    engine.then(done("Gladly."))
    assert _polled_when_due(user, engine, taken.body["runId"])
    over = user.get(run).body
    assert (over["status"], over["waitingFor"], over["citations"]) == ("completed", None, [])


def _polled_when_due(user: Browser, engine: ScriptedEngine, run_id: str) -> bool:
    """Have the poller look once the run is due, and tell whether it is over then."""
    left = run_of(user, run_id).lease_until - bootstrap.now()
    time.sleep(max(left.total_seconds(), 0))
    return polled(user, engine, run_id)


def resting_on(*upstream_ids: str) -> Reply:
    """Return an answer that rests on files."""
    citations = [Citation(upstream_id, "a name.md", 3) for upstream_id in upstream_ids]
    return replace(done("Gladly."), citations=tuple(citations))


def test_an_answer_says_what_it_rests_on_wherever_it_is_shown(
    user: Browser, engine: ScriptedEngine, world: World, aws: Wiretap
) -> None:
    thread = with_tools(user, "file_search")
    file = added(world, 7)
    engine.then(resting_on("file-upstream7", "file-nobodys"))

    answers = []
    calls = aws.during(lambda: answers.append(user.say(thread)))

    citations = [
        {"fileId": file.id, "fileName": "7.md", "index": 3},
        {"fileId": None, "fileName": "a name.md", "index": 3},
    ]
    assert about_files(calls) == ["Query", "BatchGetItem", "BatchGetItem"]
    assert answers[0].body == {
        "threadId": thread,
        "content": [{"type": "text", "text": "Gladly."}],
        "citations": citations,
    }
    (shown,) = user.get("/api/threads").body
    for path in (f"/api/threads/{thread}/messages", f"/api/v1/thread/{shown['openaiThreadId']}"):
        assert [message["citations"] for message in user.get(path).body] == [[], citations]
    (run,) = user.get(f"/api/threads/{thread}/runs").body
    assert "citations" not in run
    for path in (f"/api/runs/{run['id']}", f"/api/v1/runs/{run['id']}"):
        assert user.get(path).body["citations"] == citations


def test_another_users_file_is_not_named(
    user: Browser, engine: ScriptedEngine, world: World
) -> None:
    stranger = replace(deployed(), user_id=world.user_id + 1)
    added(stranger, 7)
    thread = with_tools(user, "file_search")
    engine.then(resting_on("file-upstream7"))

    assert user.say(thread).body["citations"] == [
        {"fileId": None, "fileName": "a name.md", "index": 3}
    ]
