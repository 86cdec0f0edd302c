"""The environment as a typed contract. A missing variable stops the start, by name."""

import os
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from typing import Self

# The one stage whose cookies travel over plain HTTP, on the developer's own machine.
LOCAL_STAGE = "local"


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per variable of `Globals.Function.Environment` in template.yaml."""

    stage: str
    default_model: str
    default_instructions: str
    openai_base_url: str
    registration: str
    password_min_length: str
    turn_budget_seconds: str
    users_table: str
    sessions_table: str
    assistants_table: str
    threads_table: str
    messages_table: str
    runs_table: str
    openai_keys_prefix: str
    pepper_secret: str

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment. Raises KeyError with the name of what is missing."""
        return cls(**{field.name: os.environ[field.name.upper()] for field in fields(cls)})

    @property
    def is_local(self) -> bool:
        """Whether this is the local cloud."""
        return self.stage == LOCAL_STAGE

    @property
    def registration_open(self) -> bool:
        """Whether anyone may register."""
        return self.registration == "open"

    @property
    def turn_budget(self) -> timedelta:
        """How long a request waits for an answer, from its arrival at the gateway."""
        return timedelta(seconds=int(self.turn_budget_seconds))


@cache
def settings() -> Settings:
    """Return this process's settings, read once."""
    return Settings.from_env()
