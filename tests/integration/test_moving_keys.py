"""Switching a live deployment between the two stores of keys, there and back."""

from contextlib import nullcontext

from tests.browser import Browser
from tests.fakes.engine import ScriptedEngine, done
from tests.kms import keys_in_kms
from tests.scripting import answering

MISSING = {
    "error": "No OpenAI API key is stored: set one first",
    "details": [{"code": "openai_key_missing"}],
}


def test_neither_store_looks_into_the_other_so_the_key_is_stored_again() -> None:
    user = Browser().enter()
    thread = user.open_thread(assistant_id=user.create_assistant())

    for deployment in (keys_in_kms(), nullcontext(), keys_in_kms()):
        with deployment, answering(ScriptedEngine()) as engine:
            refused = user.say(thread)
            assert (refused.status, refused.body) == (400, MISSING)
            assert engine.keys == []
            # What is remembered of the key is not about where it is.
            assert user.get("/api/user").body["apiKeyLast4"] == user.api_key[-4:]

            user.store_key()
            engine.then(done("Gladly."))
            assert user.say(thread).status == 200
            assert engine.keys == [user.api_key] * 2
