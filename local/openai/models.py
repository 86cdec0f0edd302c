"""The models OpenAI offers, what sampling parameters they take, and when they end.

Only `id` and `shutdown_date` are OpenAI's facts; `created` is a plausible date.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum

from local.openai.wire import Json
from local.openai.wire.errors import ApiError, invalid, model_not_found, unsupported_parameter
from local.openai.wire.requests import CreateResponse


class Sampling(Enum):
    """When `temperature` and `top_p` are taken."""

    ALWAYS = "not a reasoning model"
    WITHOUT_EFFORT = "only with reasoning effort none"
    NEVER = "effort none is refused too"


@dataclass(frozen=True)
class Model:
    id: str
    created: date
    sampling: Sampling
    shutdown: date | None = None

    def wire(self) -> Json:
        created = datetime(self.created.year, self.created.month, self.created.day, tzinfo=UTC)
        return {
            "id": self.id,
            "object": "model",
            "created": int(created.timestamp()),
            "owned_by": "system",
            "shutdown_date": self.shutdown.isoformat() if self.shutdown else None,
        }


DEC_2026, JAN_2027, APR_2027 = date(2026, 12, 11), date(2027, 1, 14), date(2027, 4, 1)

CATALOGUE = (
    Model("gpt-6.2-astra", date(2026, 11, 17), Sampling.NEVER),
    Model("gpt-6.2-sol", date(2026, 11, 17), Sampling.NEVER),
    Model("gpt-6.1-sol", date(2026, 10, 1), Sampling.NEVER),
    Model("gpt-6.1-terra", date(2026, 10, 1), Sampling.WITHOUT_EFFORT),
    Model("gpt-6-astra", date(2026, 9, 1), Sampling.NEVER),
    Model("gpt-6-sol", date(2026, 9, 1), Sampling.NEVER),
    Model("gpt-6-luna", date(2026, 9, 1), Sampling.WITHOUT_EFFORT),
    Model("gpt-5.6-sol", date(2026, 7, 1), Sampling.WITHOUT_EFFORT),
    Model("gpt-5.6-terra", date(2026, 7, 1), Sampling.WITHOUT_EFFORT),
    Model("gpt-5.6-luna", date(2026, 7, 1), Sampling.WITHOUT_EFFORT),
    Model("gpt-5.5", date(2026, 4, 23), Sampling.WITHOUT_EFFORT),
    Model("gpt-5.4", date(2026, 3, 17), Sampling.WITHOUT_EFFORT),
    Model("gpt-5.4-mini", date(2026, 3, 17), Sampling.WITHOUT_EFFORT),
    Model("gpt-5.4-nano", date(2026, 3, 17), Sampling.WITHOUT_EFFORT, APR_2027),
    Model("gpt-5.2", date(2025, 12, 11), Sampling.WITHOUT_EFFORT),
    Model("gpt-5.1", date(2025, 11, 13), Sampling.WITHOUT_EFFORT, APR_2027),
    Model("gpt-5-pro", date(2025, 10, 6), Sampling.NEVER, DEC_2026),
    Model("gpt-5", date(2025, 8, 7), Sampling.NEVER, DEC_2026),
    Model("gpt-5-mini", date(2025, 8, 7), Sampling.NEVER, DEC_2026),
    Model("gpt-5-nano", date(2025, 8, 7), Sampling.NEVER, DEC_2026),
    Model("o3", date(2025, 4, 16), Sampling.NEVER, DEC_2026),
    Model("o3-pro", date(2025, 6, 10), Sampling.NEVER, DEC_2026),
    Model("gpt-4.1", date(2025, 4, 14), Sampling.ALWAYS, JAN_2027),
    Model("gpt-4.1-mini", date(2025, 4, 14), Sampling.ALWAYS, JAN_2027),
    Model("gpt-4o", date(2024, 5, 10), Sampling.ALWAYS, JAN_2027),
    Model("gpt-4o-mini", date(2024, 7, 16), Sampling.ALWAYS, JAN_2027),
)


def alive(today: date) -> Iterator[Model]:
    return (model for model in CATALOGUE if model.shutdown is None or today < model.shutdown)


def find(model_id: str, today: date) -> Model:
    for model in alive(today):
        if model.id == model_id:
            return model
    raise model_not_found(model_id)


def check(request: CreateResponse, today: date) -> Model:
    """Refuse what this model would refuse."""
    model = find(request.model, today)
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
