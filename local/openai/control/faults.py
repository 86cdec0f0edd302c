"""Fault rules: which calls go wrong, when and how."""

import secrets
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from local.openai.control.journal import Call
from local.openai.wire import Json
from local.openai.wire.tools import Strict

Moment = Literal["before", "after"]
Damage = Literal["malformed", "truncated", "stalled", "empty"]


class FaultRule(Strict):
    """One rule. `before` spoils the call with nothing done, `after` with the work done.

    `contains` looks into the body, into the question of the response that a call is about, and
    at the names of the files that it is about; of a form it sees the file's name and purpose.
    """

    path: str = "*"
    method: str | None = None
    key: str | None = None
    run: str | None = None
    contains: str | None = None
    skip: Annotated[int, Field(ge=0)] = 0
    count: Annotated[int, Field(ge=1)] | None = 1
    moment: Moment = "before"
    delay: Annotated[float, Field(ge=0)] = 0.0
    drop: bool = False
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    body: str | None = None
    error: Json | None = None
    patch: dict[str, Any] | None = None
    damage: Damage | None = None
    after_events: Annotated[int, Field(ge=0)] | None = None

    @property
    def replaces(self) -> bool:
        return self.status is not None or self.body is not None or self.error is not None

    @model_validator(mode="after")
    def _strikes_as_written(self) -> Self:
        """A rule that would do nothing, or only half of what it says, would make a test lie."""
        spoils = bool(self.patch or self.damage or self.after_events is not None)
        if spoils and self.moment == "before":
            raise ValueError("'patch', 'damage' and 'after_events' need moment 'after'")
        if spoils and self.replaces:
            raise ValueError("'status', 'body' and 'error' replace what the others would change")
        if self.drop and (self.replaces or self.patch or self.damage):
            raise ValueError("a dropped call has no answer")
        if not (spoils or self.replaces or self.drop or self.delay):
            raise ValueError("the rule does nothing")
        return self


class ActiveFault:
    """A rule and how often it has matched."""

    def __init__(self, rule: FaultRule) -> None:
        self.id = f"fault_{secrets.token_hex(8)}"
        self.rule = rule
        self.matched = 0

    @property
    def applied(self) -> int:
        most = self.matched - self.rule.skip
        return max(0, most if self.rule.count is None else min(most, self.rule.count))

    @property
    def exhausted(self) -> bool:
        return self.rule.count is not None and self.applied == self.rule.count

    def fits(self, call: Call, said: str) -> bool:
        rule = self.rule
        return (
            fnmatchcase(call.path, rule.path)
            and (rule.method is None or rule.method.upper() == call.method)
            and rule.key in {None, call.key}
            and rule.run in {None, call.run}
            and (rule.contains is None or rule.contains in said)
        )

    def describe(self) -> Json:
        return {"id": self.id, "applied": self.applied, "rule": self.rule.model_dump()}


class Faults:
    """The first rule that fits and is not used up strikes."""

    def __init__(self) -> None:
        self.active: list[ActiveFault] = []

    def add(self, rule: FaultRule) -> ActiveFault:
        fault = ActiveFault(rule)
        self.active.append(fault)
        return fault

    def strike(self, call: Call, said: str) -> ActiveFault | None:
        for fault in self.active:
            if not fault.exhausted and fault.fits(call, said):
                fault.matched += 1
                if fault.matched > fault.rule.skip:
                    return fault
        return None

    def describe(self) -> Json:
        return {"faults": [fault.describe() for fault in self.active]}
