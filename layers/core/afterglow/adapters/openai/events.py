"""The events of a stream that matter: those that carry the Response, and errors."""

from typing import Any

import httpx2
from pydantic import BaseModel, ValidationError, model_validator

from afterglow.adapters.openai.refusals import RefusalError
from afterglow.adapters.openai.wire import ResponseBody, bad_answer

_STATUSES = {
    "billing_hard_limit_reached": 429,
    "billing_not_active": 429,
    "insufficient_quota": 429,
    "invalid_api_key": 401,
    "rate_limit_exceeded": 429,
    "server_error": 500,
}


class StreamFailure(BaseModel):
    """What a stream says instead of a Response."""

    type: Any = None
    code: Any = None
    param: Any = None
    message: Any = None

    def as_refusal(self, response: httpx2.Response) -> RefusalError:
        """Return the error that the same would have been without a stream."""
        return RefusalError.told(response, self.model_dump(), self._status())

    def _status(self) -> int:
        """Return what an answer of this kind has; what nobody knows is taken for an outage."""
        known = _STATUSES.get(self.code) if isinstance(self.code, str) else None
        is_refusal = self.type == "invalid_request_error" or self.param is not None
        return known or (400 if is_refusal else 500)


class Event(BaseModel):
    """An event (`types/responses/response_stream_event.py` of openai 3.54)."""

    type: str
    response: ResponseBody | None = None
    failure: StreamFailure | None = None

    @model_validator(mode="before")
    @classmethod
    def _find_failure(cls, data: Any) -> Any:
        """Errors come flat, as OpenAI describes them, or wrapped, as they are without a stream."""
        if isinstance(data, dict) and data.get("type") == "error":
            wrapped = data.get("error")
            return {"type": "error", "failure": wrapped if wrapped is not None else data}
        return data


def read_event(data: str) -> Event:
    """Return what an event says. Raises OperationFailedError if it is none."""
    try:
        return Event.model_validate_json(data)
    except ValidationError:
        raise bad_answer() from None
