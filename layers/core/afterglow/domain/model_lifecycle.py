"""OpenAI's models end: which ones will soon, and what is said of one that has."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.models import ApiKeyRecord

MODEL_NOT_FOUND = "model_not_found"
MODEL_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")

# A user's record is read at every request: what it holds stays small. OpenAI ends some tens.
MAX_SHUTDOWNS = 200
NOTICE = timedelta(days=60)

_FINE_TUNED = "ft:"


def upcoming_shutdowns(shutdowns: Mapping[str, date], today: date) -> dict[str, date]:
    """Return those that are not over yet, the soonest first, 200 at most."""
    ahead = {model: day for model, day in shutdowns.items() if day >= today}
    soonest = sorted(ahead.items(), key=lambda entry: (entry[1], entry[0]))
    return dict(soonest[:MAX_SHUTDOWNS])


def shutdown_date_of(model: str, record: ApiKeyRecord | None, today: date) -> date | None:
    """Return the day a model ends if that is 60 days ahead at most, or None.

    A day that has passed since the key was stored is returned too. A snapshot has a day of its own;
    a fine-tuned model ends with its base unless it has one.
    """
    if record is None:
        return None
    known = record.model_shutdowns
    day = known.get(model) or known.get(_base(model))
    return day if day is not None and day <= today + NOTICE else None


def model_not_found(model: str | None, replacement: str | None = None) -> InvalidInputError:
    """Return the error for a model that OpenAI does not offer to the user's key.

    `model` is None where it is not known; `replacement` is what OpenAI names instead.
    """
    which = f"the model {model}" if model and MODEL_ID.fullmatch(model) else "this model"
    text, advice = f"OpenAI does not offer {which} to the stored key", "Choose another model"
    if replacement is not None:
        text += f"; OpenAI names {replacement} as its replacement"
        advice = f"Use {replacement}"
    return InvalidInputError(
        text,
        code=MODEL_NOT_FOUND,
        details=({"code": MODEL_NOT_FOUND, "field": "model", "message": advice},),
    )


def _base(model: str) -> str:
    """Return the base of `ft:<base>:<organisation>:…`, or the model itself."""
    return model.split(":")[1] if model.startswith(_FINE_TUNED) else model
