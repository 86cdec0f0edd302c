"""Scripted answers."""

from openai import OpenAI

from local.openai.control_client import ControlClient
from tests.openai_standin.standin import MODEL, create, ended


def test_answers_follow_the_script(client: OpenAI, control: ControlClient) -> None:
    control.plan("Forty-two.")
    control.plan("Half of this.", status="incomplete", incomplete_reason="content_filter")

    first, second, unscripted = (
        client.responses.create(model=MODEL, input="What is the answer?") for _ in range(3)
    )

    assert (first.status, first.output_text) == ("completed", "Forty-two.")
    assert (second.status, second.output_text) == ("incomplete", "Half o")
    assert second.incomplete_details
    assert second.incomplete_details.reason == "content_filter"
    assert "local demo model" in unscripted.output_text


def test_a_script_can_be_for_one_key_and_one_text(client: OpenAI, control: ControlClient) -> None:
    control.plan("For another key.", key="0" * 16)
    control.plan("For Grace.", contains="Grace")

    nobody = client.responses.create(model=MODEL, input="Hello")
    grace = client.responses.create(model=MODEL, input="I am Grace.")

    assert "local demo model" in nobody.output_text
    assert grace.output_text == "For Grace."


def test_an_output_can_be_empty_or_huge(client: OpenAI, control: ControlClient) -> None:
    control.plan(empty=True)
    control.plan("Long:", size=1_000_000)

    empty, huge = create(client, background=True), create(client, background=True)

    assert ended(client, empty.id).output == []
    assert len(ended(client, huge.id).output_text) == 1_000_000
