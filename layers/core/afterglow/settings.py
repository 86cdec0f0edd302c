"""The environment as a typed contract. A missing variable stops the start, by name."""

import os
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from typing import Any, Self

# The one stage whose cookies travel over plain HTTP, on the developer's own machine.
LOCAL_STAGE = "local"


@dataclass(frozen=True, slots=True)
class Settings:
    """One field per variable of `Globals.Function.Environment` in template.yaml."""

    stage: str
    default_model: str
    default_instructions: str
    default_tools: str
    openai_base_url: str
    registration: str
    password_min_length: int
    turn_budget_seconds: int
    allowed_origins: str
    allow_same_site: str
    require_origin: str
    assistant_limit: int
    running_turns: int
    chats_per_minute: int
    chats_per_day: int
    threads_per_hour: int
    uploads_per_hour: int
    staged_bytes_per_day: int
    directory_files_per_day: int
    user_files: int
    user_files_bytes: int
    files_per_assistant: int
    bulk_deletes_per_hour: int
    key_changes_per_minute: int
    key_changes_per_day: int
    anonymous_per_minute: int
    registrations_per_hour: int
    login_failures_per_account: int
    login_failures_per_address: int
    users_table: str
    sessions_table: str
    assistants_table: str
    threads_table: str
    messages_table: str
    runs_table: str
    uploads_table: str
    files_table: str
    configuration_table: str
    limits_table: str
    deletions_table: str
    idempotency_table: str
    content_bucket: str
    staging_bucket: str
    ingest_queue_url: str
    run_poller_arn: str
    directory_ingest_arn: str
    key_store: str
    openai_keys_prefix: str
    openai_keys_key: str
    pepper_secret: str
    secrets_key: str

    @classmethod
    def from_env(cls) -> Self:
        """Read the environment. Raises KeyError with the name of what is missing."""
        values: dict[str, Any] = {}
        for field in fields(cls):
            text = os.environ[field.name.upper()]
            values[field.name] = int(text) if field.type is int else text
        return cls(**values)

    @property
    def is_local(self) -> bool:
        """Whether this is the local cloud."""
        return self.stage == LOCAL_STAGE

    @property
    def keys_in_kms(self) -> bool:
        """Whether users' keys are encrypted by KMS, not kept in Secrets Manager."""
        return self.key_store == "kms"

    @property
    def registration_open(self) -> bool:
        """Whether anyone may register."""
        return self.registration == "open"

    @property
    def origins(self) -> frozenset[str]:
        """Other sites' origins whose pages may call the API."""
        return frozenset(self.allowed_origins.split(",")) - {""}

    @property
    def same_site_allowed(self) -> bool:
        """Whether pages of other hosts of the API's own site may call it."""
        return self.allow_same_site == "true"

    @property
    def origin_required(self) -> bool:
        """Whether a change has to say where it comes from."""
        return self.require_origin == "true"

    @property
    def turn_budget(self) -> timedelta:
        """How long a request waits for an answer, from its arrival at the gateway."""
        return timedelta(seconds=self.turn_budget_seconds)


@cache
def settings() -> Settings:
    """Return this process's settings, read once."""
    return Settings.from_env()
