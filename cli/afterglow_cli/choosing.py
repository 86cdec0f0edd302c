"""Which assistant is meant."""

from http import HTTPStatus

from afterglow_cli.answers import Assistant
from afterglow_cli.errors import CommandError, RefusalError
from afterglow_cli.service import Service


def chosen_assistant(service: Service, assistant_id: int | None) -> Assistant:
    """Return an assistant of the user's, None for the default one. Raises CommandError."""
    if assistant_id is None:
        assistant_id = service.user().default_assistant_id
    if assistant_id is None:
        raise CommandError("You have no default assistant: name one with --assistant")
    try:
        return service.assistant(assistant_id)
    except RefusalError as error:
        # Some numbers are too big to be anybody's.
        if error.status not in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}:
            raise
        raise CommandError(f"You have no assistant {assistant_id}") from None
