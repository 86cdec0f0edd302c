"""Threads of a user, and of everyone."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from afterglow import bootstrap
from afterglow.ports.conversations import ThreadDirectory
from afterglow.services.threads import ThreadService

Directory = Annotated[ThreadDirectory, Depends(bootstrap.thread_directory)]
Threads = Annotated[ThreadService, Depends(bootstrap.thread_service)]
