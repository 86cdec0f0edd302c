"""The conversation, through every function."""

from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine, done, working


def test_a_conversation_from_registration_to_reading_it_again(
    browser: Browser, engine: ScriptedEngine
) -> None:
    browser.register().store_key()
    thread_id = browser.open_thread(browser.create_assistant(name="Ada", model="gpt-4o"))
    engine.then(working(), done("Gladly."))

    answer = browser.say(thread_id, "Can you help me?")

    assert answer.status == 200
    assert answer.body == {
        "threadId": 1,
        "content": [{"type": "text", "text": "Gladly."}],
        "citations": [],
    }
    assert [
        (m["id"], m["threadId"], m["role"], m["content"]) for m in browser.messages(thread_id)
    ] == [(1, 1, "user", "Can you help me?"), (2, 1, "assistant", "Gladly.")]
    assert browser.messages(thread_id)[1]["openaiMessageId"] == "msg_upstream"
    (assistant,) = browser.get("/api/assistants").body
    assert assistant["openaiAssistantId"].startswith("asst_")
    engine.assert_complete()


def test_the_engine_gets_the_assistant_the_key_and_the_thread_so_far(
    user: Browser, engine: ScriptedEngine
) -> None:
    assistant_id = user.create_assistant(model="gpt-4o", temperature=0.5, instructions="Be brief.")
    thread_id = user.open_thread(assistant_id)
    engine.then(done("One.", "resp_1"), done("Two.", "resp_2"))

    user.say(thread_id, "First?")
    user.say(thread_id, "Second?")

    first, second = engine.prompts
    assert set(engine.keys) == {user.api_key}
    spec = second.run.spec
    assert (spec.model, spec.temperature, spec.instructions) == ("gpt-4o", 0.5, "Be brief.")
    assert (first.head_response_id, second.head_response_id) == (None, "resp_1")
    assert [message.content for message in second.history()] == ["First?", "One."]


def test_users_ids_begin_at_one_each(engine: ScriptedEngine) -> None:
    for browser in (Browser(), Browser()):
        browser.register().store_key()
        thread_id = browser.open_thread()
        engine.then(done("Hello."))
        browser.say(thread_id)

        assert thread_id == 1
        assert [message["id"] for message in browser.messages(1)] == [1, 2]


def test_alternating_users_never_meet(engine: ScriptedEngine) -> None:
    pair = [Browser().enter() for _ in range(2)]
    threads = [browser.open_thread() for browser in pair]

    for turn in range(6):
        browser, thread_id = pair[turn % 2], threads[turn % 2]
        engine.then(done(f"Answer {turn}.", f"resp_{turn}"))
        browser.say(thread_id, f"Question {turn}?")
        assert engine.keys[-1] == browser.api_key

    for index, browser in enumerate(pair):
        said = [message["content"] for message in browser.messages(threads[index])]
        assert said == [
            text.format(turn)
            for turn in range(index, 6, 2)
            for text in ("Question {}?", "Answer {}.")
        ]
