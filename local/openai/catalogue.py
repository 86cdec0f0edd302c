"""OpenAI's models: what sampling parameters they take, when they end and what follows them.

Only `id`, `shutdown_date` and most replacements are OpenAI's; `created` is a plausible date.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum

from local.openai.wire import Json


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
    replacement: str | None = None

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
    Model("gpt-5-pro", date(2025, 10, 6), Sampling.NEVER, DEC_2026, "gpt-6.1-sol"),
    Model("gpt-5", date(2025, 8, 7), Sampling.NEVER, DEC_2026, "gpt-6.1-sol"),
    Model("gpt-5-mini", date(2025, 8, 7), Sampling.NEVER, DEC_2026, "gpt-6.1-terra"),
    Model("gpt-5-nano", date(2025, 8, 7), Sampling.NEVER, DEC_2026, "gpt-6-luna"),
    Model("o3", date(2025, 4, 16), Sampling.NEVER, DEC_2026, "gpt-6.1-sol"),
    Model("o3-pro", date(2025, 6, 10), Sampling.NEVER, DEC_2026, "gpt-6.1-sol"),
    Model("gpt-4.1", date(2025, 4, 14), Sampling.ALWAYS, JAN_2027, "gpt-6-luna"),
    Model("gpt-4.1-mini", date(2025, 4, 14), Sampling.ALWAYS, JAN_2027, "gpt-6-luna"),
    Model("gpt-4o", date(2024, 5, 10), Sampling.ALWAYS, JAN_2027, "gpt-6-luna"),
    Model("gpt-4o-mini", date(2024, 7, 16), Sampling.ALWAYS, JAN_2027, "gpt-6-luna"),
)

# Gone since before this was written, each with what OpenAI's page of deprecations would have one
# use; where that names none, the default model is ours.
RETIRED = {
    "gpt-3.5-turbo": "gpt-6-luna",
    "gpt-3.5-turbo-0125": "gpt-6-luna",
    "gpt-4": "gpt-6-luna",
    "gpt-4-0613": "gpt-6-luna",
    "gpt-4-turbo": "gpt-6-luna",
    "gpt-4-turbo-2024-04-09": "gpt-6-luna",
    "gpt-4-1106-preview": "gpt-6-luna",
    "gpt-4o-2024-05-13": "gpt-6-luna",
    "gpt-4.1-nano": "gpt-6-luna",
    "gpt-5-chat-latest": "gpt-6-luna",
    "o1": "gpt-6.1-sol",
    "o3-mini": "gpt-6.1-terra",
    "o4-mini": "gpt-6.1-terra",
}
