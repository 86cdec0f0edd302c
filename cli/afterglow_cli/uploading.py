"""A folder on its way: sent to the staging area, then taken in by an assistant."""

from collections.abc import Mapping

from afterglow_cli.choosing import chosen_assistant
from afterglow_cli.errors import CommandError
from afterglow_cli.fitting import fitting
from afterglow_cli.forms import Storage
from afterglow_cli.ingesting import await_arrivals, follow, shortfalls
from afterglow_cli.progress import Progress
from afterglow_cli.report import tell_outcome
from afterglow_cli.sending import Dispatch, Sender
from afterglow_cli.service import Service
from afterglow_cli.sessions import Session
from afterglow_cli.showing import shown
from afterglow_cli.upload_directory import GO_ON
from afterglow_cli.walking import Found
from afterglow_cli.workers import Workers

THREADS = 8


def upload(session: Session, found: Found, assistant_id: int | None) -> Mapping[str, str]:
    """Give the files found to an assistant, None for the default one; say what became of them.

    Returns which did not go, and why. Raises CommandError.
    """
    with Service(session.url, session.cookie) as service:
        # Before anything is sent in vain.
        found = fitting(found, chosen_assistant(service, assistant_id))
        with shown() as progress:
            try:
                dispatch = _send(service, found, progress)
                failures = _take_in(service, found, assistant_id, dispatch, progress)
            except CommandError as error:
                if progress.tally.sent:
                    error.add_note(GO_ON)
                raise
    failures = dict(found.failures) | dispatch.failures | failures
    tell_outcome(found, dispatch, failures)
    return failures


def _send(service: Service, found: Found, progress: Progress) -> Dispatch:
    if not found.files:
        return Dispatch()
    progress.begin_sending(len(found.files), found.size)
    with Storage(THREADS) as storage, Workers(THREADS) as workers:
        dispatch = Sender(service, storage, workers, progress).send(found.files)
    progress.end_sending()
    return dispatch


def _take_in(
    service: Service,
    found: Found,
    assistant_id: int | None,
    dispatch: Dispatch,
    progress: Progress,
) -> dict[str, str]:
    """Have what is staged given to the assistant; return which files it did not get, and why."""
    expected = dispatch.sent.keys() | dispatch.known.keys()
    if not expected:
        return {}
    progress.index(expected=len(expected))
    failures = await_arrivals(service, dispatch.uploads)
    # Others may have staged files under the folder's name: only its own are meant.
    ingestion = service.ingest(found.name, assistant_id, dispatch.announcements)
    taken_in = follow(service, ingestion.upload_id, progress)
    return shortfalls(taken_in, expected) | failures
