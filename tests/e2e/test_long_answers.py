"""An answer that no item can hold, over HTTP."""

from local.openai.control_client import ControlClient
from tests.e2e.visitor import Visitor

SIZE = 4 * 1024 * 1024


def test_the_longest_answer_comes_back_whole(visitor: Visitor, openai: ControlClient) -> None:
    openai.plan("Once upon a time", size=SIZE)

    answer = visitor.chat("Tell me everything, please.")

    assert answer.status_code == 200, answer.text[:500]
    text = answer.json()["content"][0]["text"]
    assert len(text.encode()) == SIZE
    (shown,) = [each["content"] for each in visitor.messages() if each["role"] == "assistant"]
    # Not compared in a way that would have pytest show four million letters.
    is_whole = shown == text
    assert is_whole
