"""What Schemathesis asks of us: a credential that lives, and ids of things that there are."""

import json
import os
from itertools import count
from typing import Any

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

from afterglow.api.answers import MESSAGE_TOO_SHORT
from tests.fuzzing.persona import Persona

Case = schemathesis.Case[Any]
ROLE = os.environ["FUZZ_ROLE"]
persona = Persona(
    os.environ["FUZZ_FRONT"], os.environ["FUZZ_USERNAME"], os.environ["FUZZ_PASSWORD"]
)
FIRST_ERROR = 400
# The example's key, with another body.
REUSED_KEY = 422
# Why a body that the schema allows may be refused: what depends on what there is, on a list of
# passwords, on what OpenAI says, or is counted in words.
UNSPEAKABLE = {
    "assistant_inactive",
    "assistant_missing",
    "int_type",  # 1.0 is an integer to JSON Schema; here it is none
    "invalid",  # a cursor that is not of this list
    "invalid_file",  # what a file holds, as OpenAI reads it
    "model_not_found",
    "openai_key_invalid",
    "openai_key_missing",
    "reserved",
    "taken",
    "too_common",
    "too_guessable",
    "unsupported_file",
}
TOO_SHORT = MESSAGE_TOO_SHORT[FIRST_ERROR]["description"]
PLACE = "a-credential"
_turn = count()
_latest: list[str] = []


class Credential:
    """A place for the persona's credential, of the dialect that an operation belongs to.

    Cases are made long before they are sent, and a check may send one again without it.
    """

    def get(self, _: Case, __: schemathesis.AuthContext) -> str:
        """Return what stands for it."""
        return PLACE

    def set(self, case: Case, data: str, _: schemathesis.AuthContext) -> None:
        """Put it where the dialect wants it."""
        if case.operation.path.startswith("/api/v1/"):
            case.headers["Authorization"] = data
        else:
            case.cookies["sid"] = data


if ROLE != "nobody":
    schemathesis.auth(refresh_interval=None)(Credential)


@schemathesis.hook
def before_call(_: schemathesis.HookContext, case: Case, __: dict[str, Any]) -> None:
    """Send a credential that lives, and let three of four valid ids be of things that there are."""
    if ROLE != "nobody":
        _identify(case)
    if next(_turn) % 4 == 0 or case.meta is None:
        return
    if not case.meta.is_negative_at(ParameterLocation.PATH):
        for name in case.path_parameters:
            _put_living(case.path_parameters, name, name)
    if isinstance(case.body, dict) and not case.meta.is_negative_at(ParameterLocation.BODY):
        _put_living(case.body, "assistantId", "assistant_id")
        _put_living(case.body, "threadId", "thread_id")
        if "currentPassword" in case.body:
            case.body["currentPassword"] = persona.password


def _identify(case: Case) -> None:
    if persona.lacks_something and _latest != [case.operation.label]:
        persona.settle()
    _latest[:] = [case.operation.label]
    persona.sign_in()
    if case.headers.get("Authorization") == PLACE:
        case.headers["Authorization"] = f"Bearer {persona.token}"
    if case.cookies.get("sid") == PLACE:
        case.cookies["sid"] = persona.cookie


@schemathesis.hook
def after_call(_: schemathesis.HookContext, case: Case, response: schemathesis.Response) -> None:
    """Notice when the credential that was used, the account, or what it had is no more."""
    if response.status_code < FIRST_ERROR:
        new_password = case.body.get("newPassword") if isinstance(case.body, dict) else None
        persona.notice(case.method, case.operation.path, new_password)


@schemathesis.hook
def filter_failure(
    _: schemathesis.HookContext, failure: Failure, case: Case, response: schemathesis.Response
) -> bool:
    """Tell whether a failure is one: not where a rule is none that a schema could state.

    Nor could it that there is no NUL anywhere, fields that are ignored included.
    """
    if isinstance(failure, RejectedPositiveData) and response.status_code == REUSED_KEY:
        return False
    if not isinstance(failure, RejectedPositiveData) or response.status_code != FIRST_ERROR:
        return True
    if isinstance(case.body, dict) and "\\u0000" in json.dumps(case.body):
        return False
    body = response.json()
    codes = {detail["code"] for detail in body.get("details", ())}
    return not (codes and codes <= UNSPEAKABLE) and not (
        case.operation.path.startswith("/api/v1/thread") and body.get("error") == TOO_SHORT
    )


def _put_living(holder: dict[str, Any], name: str, kind: str) -> None:
    if holder.get(name) is not None and (living := persona.ids.get(kind)):
        # Of the type that the schema allows here.
        holder[name] = type(holder[name])(living[next(_turn) % len(living)])
