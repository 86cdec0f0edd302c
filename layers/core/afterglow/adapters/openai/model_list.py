"""The list of models, and when OpenAI will shut which of them down."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from afterglow.adapters.openai.wire import bad_answer
from afterglow.domain.model_lifecycle import MODEL_ID

# OpenAI lists some hundred models; fine-tuned ones come on top.
_READ = 1000
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ListedModel(BaseModel):
    """A model (`types/model.py` of openai 3.54); a date that is none says nothing of its id."""

    id: str
    shutdown_date: Any = None


class ModelList(BaseModel):
    """What `GET /models` answers."""

    object: Literal["list"]
    data: list[ListedModel] = []


def read_model_shutdowns(body: bytes) -> Mapping[str, date]:
    """Return the models that have a last day. Raises OperationFailedError for no list at all."""
    try:
        listed = ModelList.model_validate_json(body)
    except ValidationError:
        raise bad_answer() from None
    return dict(_shutdowns(listed.data[:_READ]))


def _shutdowns(listed: list[ListedModel]) -> Iterator[tuple[str, date]]:
    for model in listed:
        day = _day(model.shutdown_date)
        if day is not None and MODEL_ID.fullmatch(model.id):
            yield model.id, day


def _day(announced: object) -> date | None:
    if not isinstance(announced, str) or not _DAY.fullmatch(announced):
        return None
    try:
        return date.fromisoformat(announced)
    except ValueError:
        # The 31st of February: nobody can warn of that.
        return None
