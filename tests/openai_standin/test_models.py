"""`/v1/models`, and what each model refuses."""

from datetime import UTC, date, datetime, timedelta

import openai
import pytest
from openai import OpenAI

from local.openai import models
from local.openai.catalogue import CATALOGUE, JAN_2027, RETIRED
from local.openai.control_client import ControlClient
from local.openai.wire.errors import ApiError
from tests.openai_standin.conftest import NewClient

TODAY = datetime.now(UTC).date()


def test_the_list_names_living_models_and_their_end(client: OpenAI) -> None:
    listed = {model.id: model for model in client.models.list()}

    assert listed["gpt-6-luna"].shutdown_date is None
    assert all(
        model.shutdown_date is None or date.fromisoformat(model.shutdown_date) > TODAY
        for model in listed.values()
    )
    assert client.models.retrieve("gpt-6.2-sol").id == "gpt-6.2-sol"


def test_a_model_is_listed_until_its_last_day() -> None:
    def ids(day: date) -> set[str]:
        return {model.id for model in models.alive(day)}

    last_day = JAN_2027 - timedelta(days=1)

    assert "gpt-4o" in ids(last_day)
    assert "gpt-4o" not in ids(JAN_2027)
    with pytest.raises(ApiError, match="'gpt-4o' does not exist"):
        models.find("gpt-4o", JAN_2027)


@pytest.mark.parametrize("model", ["gpt-3.5-turbo-0125", "gpt-4-turbo", "o1", "no-such-model"])
def test_a_model_that_is_gone_is_refused(client: OpenAI, model: str) -> None:
    assert model not in {listed.id for listed in client.models.list()}
    for call in (
        lambda: client.models.retrieve(model),
        lambda: client.responses.create(model=model, input="Hello"),
    ):
        with pytest.raises(openai.NotFoundError) as caught:
            call()
        assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


def test_a_model_that_is_gone_names_what_to_use_instead_if_told_to(
    client: OpenAI, control: ControlClient
) -> None:
    control.configure(names_replacements=True)

    for call in (
        lambda: client.models.retrieve("gpt-4-turbo"),
        lambda: client.responses.create(model="gpt-4-turbo", input="Hello"),
    ):
        with pytest.raises(openai.NotFoundError, match="Please use `gpt-6-luna` instead") as gone:
            call()
        assert gone.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError, match="'no-such-model' does not exist"):
        client.models.retrieve("no-such-model")


def test_a_replacement_outlives_what_it_replaces() -> None:
    lasting = {model.id for model in CATALOGUE if model.shutdown is None}

    named = {model.replacement for model in CATALOGUE if model.replacement} | set(RETIRED.values())

    assert named <= lasting
    assert not set(RETIRED) & {model.id for model in CATALOGUE}
    with pytest.raises(ApiError, match="use `gpt-6-luna` instead"):
        models.find("gpt-4o", JAN_2027, names_replacement=True)


@pytest.mark.parametrize("parameter", [{"temperature": 0.8}, {"top_p": 0.5}])
@pytest.mark.parametrize("model", ["gpt-6-luna", "gpt-6.2-sol", "gpt-5.4"])
def test_a_reasoning_model_refuses_sampling(
    client: OpenAI, model: str, parameter: dict[str, float]
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model=model, input="Hello", **parameter)  # type: ignore[call-overload]

    (name,) = parameter
    assert (caught.value.param, caught.value.code) == (name, None)
    assert f"Unsupported parameter: '{name}' is not supported" in str(caught.value)


def test_sampling_is_taken_without_effort_and_by_older_models(client: OpenAI) -> None:
    luna = client.responses.create(
        model="gpt-6-luna", input="Hello", temperature=0.8, reasoning={"effort": "none"}
    )
    assert (luna.temperature, luna.status) == (0.8, "completed")
    if "gpt-4o" in {model.id for model in client.models.list()}:
        older = client.responses.create(model="gpt-4o", input="Hello", top_p=0.5)
        assert (older.top_p, older.status) == (0.5, "completed")


def test_some_models_cannot_do_without_effort(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="gpt-6.2-sol", input="Hello", reasoning={"effort": "none"})

    assert (caught.value.param, caught.value.code) == ("reasoning.effort", "unsupported_value")


def test_models_need_a_key_that_is_one(new_client: NewClient) -> None:
    assert len(list(new_client().models.list())) > 10
