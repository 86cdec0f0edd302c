"""A folder on its way: sent to the staging area, then taken in by an assistant."""

from collections.abc import Mapping

from afterglow_cli.errors import CommandError
from afterglow_cli.forms import Storage
from afterglow_cli.ingesting import await_arrivals, follow, shortfalls
from afterglow_cli.progress import Progress, shown
from afterglow_cli.report import tell_outcome
from afterglow_cli.sending import Dispatch, Sender
from afterglow_cli.service import Service
from afterglow_cli.sessions import Session
from afterglow_cli.walking import Found
from afterglow_cli.workers import Workers

THREADS = 8


def upload(session: Session, found: Found, assistant_id: int | None) -> Mapping[str, str]:
    """Give the files found to an assistant, None for the default one; say what became of them.

    Returns which did not go, and why. Raises CommandError.
    """
    with Service(session.url, session.cookie) as service:
        # Before anything is sent in vain.
        _check_assistant(service, assistant_id)
        with shown() as progress:
            dispatch = _send(service, found, progress)
            failures = dict(found.failures) | dispatch.failures
            if expected := dispatch.sent.keys() | dispatch.known.keys():
                progress.begin("Indexing", len(expected))
                failures |= await_arrivals(service, dispatch.uploads)
                # Others may have staged files under the folder's name: only its own are meant.
                ingestion = service.ingest(found.name, assistant_id, dispatch.announcements)
                taken_in = follow(service, ingestion.upload_id, progress)
                failures = shortfalls(taken_in, expected) | failures
    tell_outcome(found, dispatch, failures)
    return failures


def _check_assistant(service: Service, assistant_id: int | None) -> None:
    if assistant_id is not None:
        service.assistant(assistant_id)
    elif service.user().default_assistant_id is None:
        raise CommandError("You have no default assistant: name one with --assistant")


def _send(service: Service, found: Found, progress: Progress) -> Dispatch:
    if not found.files:
        return Dispatch()
    progress.begin("Sending", len(found.files), found.size)
    with Storage(THREADS) as storage, Workers(THREADS) as workers:
        return Sender(service, storage, workers, progress).send(found.files)
