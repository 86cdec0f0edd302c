"""A measured figure, beside the goal it was measured for."""

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table and of `results.json`.

    `group` is the chapter of docs/performance.md ("cold start", "growth"); `what` says what was
    measured; `value` is in `unit` ("x" for a ratio within this run, "ms", "MB", "USD", "units").
    `goal` is the most (`better="less"`) or the least (`better="more"`) it should be, or None for
    what is only reported. `detail` holds whatever else was seen: samples, counts.
    """

    group: str
    what: str
    value: float
    unit: str
    goal: float | None = None
    better: Literal["less", "more"] = "less"
    detail: dict[str, Any] | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met, or None where there is none."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.better == "less" else self.value >= self.goal

    def as_record(self) -> dict[str, Any]:
        """Return it as `results.json` keeps it, with `met`."""
        return asdict(self) | {"met": self.met}
