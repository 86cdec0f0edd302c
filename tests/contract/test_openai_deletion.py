"""Deleting Responses: what runs is stopped first, what is gone is no error."""

import pytest

from afterglow.adapters.openai.engine import OpenAIEngine
from afterglow.domain.errors import DomainError
from local.openai.control_client import ControlClient
from tests.canaries import canary_key
from tests.contract.thinkers import a_prompt, begun
from tests.contract.upstream_faults import FAULTS, THEIRS, check

# Nothing is read of what a deletion answers, and what is not found is gone.
NO_FAULTS = {
    "404",
    "404 model",
    "empty",
    "malformed",
    "200 HTML",
    "200 null",
    "unknown status",
    "no id",
    "deep",
    "1 MB of nothing",
}


def calls(openai: ControlClient) -> list[tuple[str, str]]:
    """Return what was asked after the start: method and last part of the path."""
    return [(call.method, call.path.rsplit("/", 1)[1]) for call in openai.journal()[1:]]


def test_what_runs_is_cancelled_and_then_deleted(
    openai_engine: OpenAIEngine, openai: ControlClient, key: str
) -> None:
    openai.configure(hold=True)
    reply = begun(openai_engine, a_prompt())

    openai_engine.delete(reply.response_id)

    assert calls(openai) == [("POST", "cancel"), ("DELETE", reply.response_id)]
    assert openai.objects(key) == []


def test_what_cannot_be_cancelled_any_more_is_deleted(
    openai_engine: OpenAIEngine, openai: ControlClient, key: str
) -> None:
    reply = begun(openai_engine, a_prompt())
    openai.fail(400, {"message": THEIRS}, path="*/cancel")

    openai_engine.delete(reply.response_id)

    assert openai.objects(key) == []


def test_what_is_not_there_is_asked_for_once(
    openai_engine: OpenAIEngine, openai: ControlClient, openai_url: str
) -> None:
    foreign = begun(OpenAIEngine(canary_key(), openai_url), a_prompt())

    openai_engine.delete(foreign.response_id)

    assert calls(openai) == [("POST", "cancel")]
    assert len(openai.objects()) == 1


def test_what_vanishes_in_between_is_gone(
    openai_engine: OpenAIEngine, openai: ControlClient
) -> None:
    reply = begun(openai_engine, a_prompt())
    openai.fail(404, {"message": THEIRS}, path="/v1/responses/*", method="DELETE")

    openai_engine.delete(reply.response_id)

    assert calls(openai)[-1] == ("DELETE", reply.response_id)


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - NO_FAULTS - {"400"}))
@pytest.mark.parametrize("at", ["cancel", "delete"])
def test_a_deletion_that_goes_wrong_is_told_in_our_words(
    openai_engine: OpenAIEngine, openai: ControlClient, key: str, fault: str, at: str
) -> None:
    reply = begun(openai_engine, a_prompt())
    arrange, expected = FAULTS[fault]
    path, method = {"cancel": ("*/cancel", "POST"), "delete": ("/v1/responses/*", "DELETE")}[at]
    arrange(openai, {"path": path, "method": method})

    with pytest.raises(DomainError) as raised:
        openai_engine.delete(reply.response_id)

    check(raised.value, expected)
    openai_engine.delete(reply.response_id)
    assert openai.objects(key) == []


@pytest.mark.parametrize("fault", sorted(NO_FAULTS - {"404", "404 model"}))
def test_what_a_deletion_answers_is_not_read(
    openai_engine: OpenAIEngine, openai: ControlClient, fault: str
) -> None:
    reply = begun(openai_engine, a_prompt())
    FAULTS[fault][0](openai, {"path": "/v1/responses/*", "method": "DELETE"})

    openai_engine.delete(reply.response_id)

    assert calls(openai)[-1] == ("DELETE", reply.response_id)
