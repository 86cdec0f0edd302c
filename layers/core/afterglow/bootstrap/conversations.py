"""Services of assistants and threads, and what clears them away."""

from functools import cache
from typing import TYPE_CHECKING

from afterglow.bootstrap.limiting import limits
from afterglow.bootstrap.ports import (
    assistants,
    copies,
    engine,
    now,
    threads,
    upstream_files,
    vault,
)
from afterglow.settings import settings

if TYPE_CHECKING:
    from afterglow.ports.conversations import ThreadDirectory
    from afterglow.services.assistant_limit import AssistantLimit
    from afterglow.services.assistants import AssistantService
    from afterglow.services.reaping import Reaper
    from afterglow.services.threads import ThreadService


@cache
def assistant_service() -> "AssistantService":
    """Return the service of assistants."""
    from afterglow.domain.models import Tool
    from afterglow.services.assistants import AssistantDefaults, AssistantService

    return AssistantService(
        assistants=assistants(),
        defaults=AssistantDefaults(
            model=settings().default_model,
            instructions=settings().default_instructions,
            tools=tuple(Tool(name) for name in settings().default_tools.split(",") if name),
        ),
        limit=assistant_limit(),
        charge_bulk_delete=limits().bulk_delete,
        now=now,
    )


@cache
def assistant_limit() -> "AssistantLimit":
    """Return how many assistants a user may have."""
    from afterglow.adapters.dynamodb.configuration import DynamoConfigurationRepository
    from afterglow.services.assistant_limit import AssistantLimit

    return AssistantLimit(DynamoConfigurationRepository(), settings().assistant_limit)


@cache
def thread_service() -> "ThreadService":
    """Return the service of threads."""
    from afterglow.services.threads import ThreadService

    return ThreadService(
        threads=threads(),
        assistants=assistants(),
        charge_thread=limits().thread,
        charge_bulk_delete=limits().bulk_delete,
        now=now,
    )


@cache
def thread_directory() -> "ThreadDirectory":
    """Return the threads of all users."""
    from afterglow.adapters.dynamodb.thread_directory import DynamoThreadDirectory

    return DynamoThreadDirectory()


@cache
def reaper() -> "Reaper":
    """Return what clears away the deleted."""
    from afterglow.adapters.dynamodb.deletions import DynamoDeletionRepository
    from afterglow.adapters.dynamodb.file_remains import DynamoFileRemains
    from afterglow.adapters.dynamodb.remains import DynamoRemains
    from afterglow.services.clearing import Clearing
    from afterglow.services.clearing_files import FileClearing
    from afterglow.services.reaping import Reaper

    clearing = Clearing(
        remains=DynamoRemains(),
        files=FileClearing(remains=DynamoFileRemains(), copies=copies(), now=now),
        vault=vault(),
        engines=engine,
        upstream_files=upstream_files,
        now=now,
    )
    return Reaper(deletions=DynamoDeletionRepository(), clearing=clearing, now=now)
