"""What happens around a brain that is slow, or broken."""

import asyncio
import logging
import threading
from pathlib import Path

import pytest
from openai import OpenAI

from local.openai.brain.turn import Brain, Reply, Turn
from tests.openai_standin.standin import create, ended, threaded


class SlowBrain:
    """Says when it was asked, and answers when told to."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.released = threading.Event()
        self.answered = threading.Event()

    async def answer(self, _turn: Turn) -> Reply:
        self.asked.set()
        await asyncio.to_thread(self.released.wait, 5)
        self.answered.set()
        return Reply("Too late.")


class BrokenBrain:
    async def answer(self, turn: Turn) -> Reply:
        raise ZeroDivisionError(turn.question)


def sdk(url: str) -> OpenAI:
    return OpenAI(api_key="sk-runner-0123456789abcdef", base_url=f"{url}/v1", max_retries=0)


def test_a_response_cancelled_while_the_brain_is_busy_stays_cancelled(tmp_path: Path) -> None:
    brain = SlowBrain()
    with threaded(tmp_path, brain) as url, sdk(url) as client:
        response = create(client, background=True)
        assert brain.asked.wait(5)

        client.responses.cancel(response.id)
        brain.released.set()

        assert brain.answered.wait(5)
        # The next answer comes after the late one was dealt with.
        assert ended(client, create(client, background=True).id).output_text == "Too late."
        late = client.responses.retrieve(response.id)
        assert (late.status, late.output) == ("cancelled", [])


def test_a_broken_brain_ends_the_response_and_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    brain: Brain = BrokenBrain()
    with caplog.at_level(logging.ERROR), threaded(tmp_path, brain) as url, sdk(url) as client:
        response = create(client, background=True)
        failed = ended(client, response.id)

    assert failed.status == "failed"
    assert failed.error
    assert failed.error.code == "server_error"
    assert response.id in caplog.text
    assert "ZeroDivisionError" in caplog.text
