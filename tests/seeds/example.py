"""An example of a source document."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.matching import A_TIME


@dataclass(frozen=True, slots=True)
class Example:
    """A request and the answer that the document shows; both are copied word for word.

    `minted` are the values that are other ones each time, `added` the fields that our rules add.
    """

    method: str
    path: str
    status: int
    answer: str
    request: str | None = None
    minted: Mapping[str, object] = field(default_factory=dict)
    added: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return how a test is to be called."""
        return f"{self.method} {self.path} {self.status}"

    @property
    def body(self) -> Any:
        """Return what is sent."""
        return None if self.request is None else read(self.request)

    @property
    def shown(self) -> Any:
        """Return what must be answered."""
        shown, other = read(self.answer), {**self.minted, **self.added}
        if isinstance(shown, list):
            return [thing | other for thing in shown]
        return shown | other

    def at_any_time(self) -> Any:
        """Return what must be answered where the clock is not the test's."""
        times = {name: A_TIME for name in read(self.answer) if str(name).endswith("At")}
        return self.shown | times if self.status == 201 else self.shown


def read(text: str) -> Any:
    """Return an example's JSON without its comments."""
    return json.loads(re.sub(r"\s+//.*", "", text))
