"""Assistants that have a file, and runs that read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import Mock, patch

from afterglow.bootstrap import ports, uploads
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Citation, File, FileUse, Run, Thread, Tool
from afterglow.ports.conversations import Terms
from afterglow.ports.engine import PromptFiles, Reply
from afterglow.services.shelving import FilesOnTheirWayError, Shelving
from tests.contract.uploading import added, attached
from tests.contract.worlds import World, deployed
from tests.departures import settled
from tests.examples import SPEC, a_question, a_run, an_assistant, open_thread
from tests.fakes.clock import NOON
from tests.fakes.engine import done

# More than anybody has here, whether they were given their numbers or took them.
OTHERS = 100
READING = replace(SPEC, tools=(Tool("code_interpreter"),))


def with_a_file(world: World) -> tuple[Thread, File]:
    """Return a thread of an assistant that has a file for code."""
    assistant_id = world.assistants.next_id(world.user_id) + OTHERS
    assistant = an_assistant(world.user_id, assistant_id, spec=READING)
    world.assistants.add(assistant, limit=OTHERS)
    file = added(world, use=FileUse.CODE)
    attached(world, file, assistant_id)
    thread = open_thread(
        world.threads,
        world.user_id,
        assistant_id=assistant_id,
        openai_thread_id=new_opaque_id("thread"),
        title="Files",
        now=NOON,
    )
    return thread, file


def resting_on(file: File) -> Reply:
    """Return an answer that rests on a file."""
    citation = Citation(file.upstream_id, file.name, 1)
    return replace(done("So.", "resp_f"), citations=(citation,))


def reading_run() -> tuple[Run, Reply]:
    """Return a run that is yet to begin, on a file, and an answer that rests on it."""
    customer = settled(deployed())
    thread, file = with_a_file(replace(deployed(), user_id=customer.user.id))
    run = a_run(thread, assistant_id=thread.assistant_id, spec=READING)
    customer.ports.ledger.accept(thread, run, a_question(run), Terms(3))
    return run, resting_on(file)


@contextmanager
def late_once() -> Iterator[None]:
    """Let files be on their way the first time that somebody looks."""
    looked: list[Run] = []
    files_of = Shelving.files_of

    def late(shelving: Shelving, run: Run) -> PromptFiles:
        looked.append(run)
        if len(looked) == 1:
            raise FilesOnTheirWayError
        return files_of(shelving, run)

    with patch.object(Shelving, "files_of", late):
        yield
    assert len(looked) > 1


@contextmanager
def brought_back_at_once() -> Iterator[None]:
    """Let what is looked for upstream, since a run did not find it, have been found there."""
    real = uploads.mover()

    def bring_back(user_id: int, upstream_id: str | None) -> None:
        real.bring_back(user_id, upstream_id)
        library = ports.files().library(user_id)
        assert not library.is_settled
        ports.files().settle(library, generation=library.generation)

    with patch.object(uploads, "mover", lambda: Mock(bring_back=bring_back)):
        yield
