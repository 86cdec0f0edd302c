"""Everything the routes work with."""

from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from local.openai.authentication import project_of
from local.openai.brain.turn import Brain
from local.openai.control.audit import Audit
from local.openai.control.faults import Faults
from local.openai.control.filenames import FileNames
from local.openai.control.indexing import IndexingRules
from local.openai.control.journal import Journal
from local.openai.control.plans import Script
from local.openai.control.settings import Settings
from local.openai.engine.author import Author
from local.openai.engine.indexer import Indexer
from local.openai.engine.runner import Runner
from local.openai.engine.uploads import PART, UPLOAD, Uploads
from local.openai.retrieval.search import Searcher
from local.openai.store.contents import Contents
from local.openai.store.database import Database
from local.openai.store.records import Records


class Controls:
    """What tests turn; gone with the process."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.script = Script()
        self.faults = Faults()
        self.indexing = IndexingRules()
        self.names = FileNames()
        self.journal = Journal()
        self.audit = Audit()

    def reset(self) -> None:
        for name, value in Settings():
            setattr(self.settings, name, value)
        self.script.plans.clear()
        self.faults.active.clear()
        self.indexing.clear()
        self.journal.calls.clear()
        self.audit.trails.clear()


@dataclass
class Services:
    controls: Controls
    database: Database
    contents: Contents
    searcher: Searcher
    records: Records
    runner: Runner
    indexer: Indexer
    uploads: Uploads

    def resume(self) -> None:
        self._know_files()
        for _, record in self.records.every():
            self.controls.audit.know(record)
        self.runner.resume()
        self.indexer.resume()

    def _know_files(self) -> None:
        found = [body for kind in ("file", UPLOAD) for *_, body in self.database.find(kind, {})]
        for body in found:
            self.controls.names.know(body["id"], body["filename"])
        parts = [body for *_, body in self.database.find(PART, {})]
        self.contents.keep({body["id"] for body in [*found, *parts]})
        self.uploads.expire()

    async def stop(self) -> None:
        await self.runner.stop()
        await self.indexer.stop()
        self.database.close()


def open_services(folder: Path, controls: Controls, brain: Brain) -> Services:
    # Conversations and documents of whoever uses this machine: nobody else's business.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(folder / "openai.sqlite3")
    contents = Contents(folder / "files")
    searcher, records = Searcher(database), Records(database)
    author = Author(records, searcher, contents, brain)
    runner = Runner(records, author)
    indexer = Indexer(database, contents, controls.settings, controls.indexing)
    uploads = Uploads(database, contents, controls.settings, controls.names)
    return Services(controls, database, contents, searcher, records, runner, indexer, uploads)


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def caller(request: Request) -> tuple[Services, str]:
    """The services and the caller's project, or a 401."""
    return services_of(request), project_of(request.headers)
