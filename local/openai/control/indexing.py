"""Rules for the indexing of files: how long it takes, whether it waits, how it fails."""

import asyncio
import secrets
from fnmatch import fnmatchcase
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from local.openai.control.settings import Seconds
from local.openai.wire import Json
from local.openai.wire.tools import Strict

Code = Literal["server_error", "unsupported_file", "invalid_file"]


class IndexingRule(Strict):
    """One rule, for `count` files that come into a store; for every one without it.

    `filename` is a pattern (`*.pdf`). With `hold` indexing waits until it is released; then, or
    after `seconds`, it fails with `error`, or goes on as usual.
    """

    filename: str = "*"
    vector_store: str | None = None
    key: str | None = None
    count: Annotated[int, Field(ge=1)] | None = None
    seconds: Seconds | None = None
    hold: bool = False
    error: Code | None = None
    message: str = "The file cannot be indexed, as the test's script says."

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.seconds is None and not self.hold and self.error is None:
            raise ValueError("the rule does nothing")
        return self


class ActiveRule:
    """A rule, which files it was for, and the gate that they wait at."""

    def __init__(self, rule: IndexingRule) -> None:
        self.id = f"indexing_{secrets.token_hex(8)}"
        self.rule = rule
        self.files: list[str] = []
        self.gate = asyncio.Event()
        if not rule.hold:
            self.gate.set()

    def fits(self, *, filename: str, vector_store: str, key: str) -> bool:
        rule = self.rule
        return (
            (rule.count is None or len(self.files) < rule.count)
            and fnmatchcase(filename, rule.filename)
            and rule.vector_store in {None, vector_store}
            and rule.key in {None, key}
        )

    def describe(self) -> Json:
        held = not self.gate.is_set()
        return {"id": self.id, "files": self.files, "held": held, "rule": self.rule.model_dump()}


class IndexingRules:
    """The first rule that fits and is not used up holds for a file."""

    def __init__(self) -> None:
        self.active: list[ActiveRule] = []

    def add(self, rule: IndexingRule) -> ActiveRule:
        added = ActiveRule(rule)
        self.active.append(added)
        return added

    def take(
        self, file_id: str, *, filename: str, vector_store: str, key: str
    ) -> ActiveRule | None:
        for active in self.active:
            if active.fits(filename=filename, vector_store=vector_store, key=key):
                active.files.append(file_id)
                return active
        return None

    def release(self, rule_id: str | None = None) -> None:
        """Open the gate of one rule, or of all, also for files still to come."""
        for active in self.active:
            if rule_id in {None, active.id}:
                active.gate.set()

    def clear(self) -> None:
        self.release()
        self.active.clear()

    def describe(self) -> Json:
        return {"rules": [active.describe() for active in self.active]}
