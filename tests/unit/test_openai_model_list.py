"""What we read of OpenAI's list of models."""

import json
from datetime import date

import pytest

from afterglow.adapters.openai.model_list import read_model_shutdowns
from afterglow.domain.errors import OperationFailedError


def a_list(*models: object) -> bytes:
    """Return a body of OpenAI's."""
    return json.dumps({"object": "list", "data": models}).encode()


def a_model(shutdown_date: object, model: object = "gpt-4o") -> dict[str, object]:
    """Return an entry of the list."""
    return {"id": model, "object": "model", "owned_by": "system", "shutdown_date": shutdown_date}


def test_the_models_with_a_last_day_are_read() -> None:
    body = a_list(
        a_model("2027-01-14"),
        a_model(None, "gpt-6-luna"),
        {"id": "gpt-5.5"},
        a_model("2026-12-11", "ft:gpt-5:acme::a1"),
    )

    assert read_model_shutdowns(body) == {
        "gpt-4o": date(2027, 1, 14),
        "ft:gpt-5:acme::a1": date(2026, 12, 11),
    }
    assert read_model_shutdowns(a_list()) == {}


@pytest.mark.parametrize(
    "day", ["", "soon", "2027-02-31", "2027-1-4", "20270114", "2027-W02-4", 1799884800, True, ["x"]]
)
def test_a_day_that_is_none_says_nothing(day: object) -> None:
    assert read_model_shutdowns(a_list(a_model(day), a_model("2027-01-14", "o3"))) == {
        "o3": date(2027, 1, 14)
    }


@pytest.mark.parametrize("model", ["", "m" * 101, "two words", "../models", "gpt\n", "gpt-\u0666"])
def test_an_id_that_is_none_is_left_out(model: str) -> None:
    assert read_model_shutdowns(a_list(a_model("2027-01-14", model))) == {}


def test_of_an_endless_list_the_beginning_is_read() -> None:
    body = a_list(*(a_model("2027-01-14", f"gpt-{n}") for n in range(5000)))

    assert len(read_model_shutdowns(body)) == 1000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"<html>",
        b'{"object":"error"}',
        b'{"object":"list","data":{}}',
        a_list("gpt-4o"),
        a_list({"shutdown_date": "2027-01-14"}),
        a_list(a_model(None, 7)),
    ],
)
def test_what_is_no_list_of_models_is_a_failure(body: bytes) -> None:
    with pytest.raises(OperationFailedError) as bad:
        read_model_shutdowns(body)

    assert bad.value.code == "openai_bad_answer"
