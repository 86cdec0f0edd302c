"""Which models are there today, and what each of them refuses."""

from collections.abc import Iterator
from datetime import date

from local.openai.catalogue import CATALOGUE, RETIRED, Model, Sampling
from local.openai.wire.errors import (
    ApiError,
    invalid,
    model_deprecated,
    model_not_found,
    unsupported_parameter,
)
from local.openai.wire.requests import CreateResponse


def alive(today: date) -> Iterator[Model]:
    return (model for model in CATALOGUE if model.shutdown is None or today < model.shutdown)


def find(model_id: str, today: date, *, names_replacement: bool = False) -> Model:
    """The model, or OpenAI's refusal, which may name what to use instead."""
    for model in alive(today):
        if model.id == model_id:
            return model
    replacement = replacement_of(model_id)
    if names_replacement and replacement is not None:
        raise model_deprecated(model_id, replacement)
    raise model_not_found(model_id)


def replacement_of(model_id: str) -> str | None:
    ending = {model.id: model.replacement for model in CATALOGUE}
    return RETIRED.get(model_id) or ending.get(model_id)


def check(request: CreateResponse, today: date, *, names_replacement: bool = False) -> Model:
    """Refuse what this model would refuse."""
    model = find(request.model, today, names_replacement=names_replacement)
    effort = request.reasoning.effort if request.reasoning else None
    if model.sampling is Sampling.ALWAYS:
        if effort is not None:
            raise unsupported_parameter("reasoning.effort")
        return model
    if model.sampling is Sampling.NEVER and effort in {"none", "minimal"}:
        raise unsupported_effort(effort)
    if effort != "none":
        check_sampling(request)
    return model


def check_sampling(request: CreateResponse) -> None:
    for name in ("temperature", "top_p", "top_logprobs"):
        if getattr(request, name) is not None:
            raise unsupported_parameter(name)


def unsupported_effort(effort: str) -> ApiError:
    message = f"Unsupported value: 'reasoning.effort' does not support '{effort}' with this model."
    return invalid(message, param="reasoning.effort", code="unsupported_value")
