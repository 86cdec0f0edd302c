"""A user with a key, an assistant that searches, and the services of uploads, on fakes."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar, cast

from afterglow.domain.models import (
    ApiKeyRecord,
    File,
    IdempotencyClaim,
    Tool,
    Upload,
    UploadFile,
    UploadState,
)
from afterglow.ports.files import Quota
from afterglow.services.announcing import Announced
from afterglow.services.directories import DirectoryService
from afterglow.services.forms import FormService
from afterglow.services.indexing import Indexer
from afterglow.services.ingesting import Ingester
from afterglow.services.intake import Intake
from afterglow.services.limiting import Limits
from afterglow.services.moving import Mover
from afterglow.services.opening import Upstreams
from afterglow.services.pacing import Shift
from afterglow.services.upload_sweeping import UploadSweeper
from afterglow.services.upload_work import UploadWork
from afterglow.services.uploads import GivenFile, UploadService
from afterglow.services.waking import Waker
from afterglow.services.watching import Watcher
from afterglow.services.withdrawing import Withdrawal
from tests.examples import SPEC, a_session, a_user, an_assistant
from tests.fakes.accounts import InMemoryAccounts, InMemorySessions, InMemoryVault
from tests.fakes.assistants import InMemoryAssistants
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.conversations import Records
from tests.fakes.dispatching import RecordingQueue, RecordingUploadLauncher
from tests.fakes.files import InMemoryFiles
from tests.fakes.limits import InMemoryRateLimiter
from tests.fakes.seats import InMemorySeats
from tests.fakes.shelves import Shelves
from tests.fakes.staging import Buckets, InMemoryCopies, InMemoryStaging
from tests.fakes.uploads import InMemoryUploads
from tests.fakes.upstream_files import InMemoryUpstream
from tests.mortality import Life
from tests.unit.account_world import ALLOWANCES, SUBJECTS
from tests.unit.departed import Mortal

KEY, OTHER_KEY = "sk-" + "k" * 40, "sk-" + "o" * 40
QUOTA = Quota(files=20, size=10_000, files_per_assistant=10)
STAGED = 20_000
BUDGET = timedelta(seconds=24)
TEXT = b"The pump delivers 42 litres a minute."
Port = TypeVar("Port")


class Reading:
    """Everything that is stored, here and upstream, and the services on it.

    With a `life`, the services see ports that end with it.
    """

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.shelves, self.records, self.buckets = Shelves(), Records(), Buckets()
        self.accounts = InMemoryAccounts(InMemorySessions())
        self.assistants = InMemoryAssistants(self.accounts, self.records)
        self.vault, self.upstream = InMemoryVault(), InMemoryUpstream()
        self.files = InMemoryFiles(self.accounts, self.shelves)
        self.uploads = InMemoryUploads(self.shelves, self.clock, self.records)
        self.staging = InMemoryStaging(self.buckets, self.clock)
        self.copies = InMemoryCopies(self.buckets)
        self.queue, self.launcher = RecordingQueue(), RecordingUploadLauncher()
        self.charges = 0
        self.limiter = InMemoryRateLimiter(self.clock)
        user = a_user()
        self.user = replace(user, api_key=self._key(user.id, KEY))
        self.accounts.create(self.user, a_session(self.user))
        for _ in range(2):
            number = self.assistants.next_id(self.user.id)
            self.assistants.add(an_assistant(self.user.id, number), limit=20)
        self.wire()

    def wire(self, life: Life | None = None) -> None:
        """Make the services, mortal ones if there is a life."""

        def seen(port: Port) -> Port:
            return port if life is None else cast("Port", Mortal(port, life))

        def opened(api_key: str) -> Any:
            return seen(self.upstream.opened_with(api_key))

        files, uploads, staging = seen(self.files), seen(self.uploads), seen(self.staging)
        copies, queue, launcher = seen(self.copies), seen(self.queue), seen(self.launcher)
        clock = self.clock
        upstreams = Upstreams(self.accounts, self.vault, opened)
        self.mover = Mover(files, uploads, upstreams, queue, launcher, clock)
        self.ingester = Ingester(
            accounts=self.accounts,
            uploads=uploads,
            files=files,
            assistants=self.assistants,
            staging=staging,
            intake=Intake(files, staging, copies, QUOTA),
            indexer=Indexer(
                files, self.assistants, copies, upstreams, self.mover, clock, clock.sleep
            ),
            withdrawal=Withdrawal(uploads, files, staging, upstreams, queue, clock),
            quota=QUOTA,
            now=clock,
        )
        watcher = Watcher(now=clock, sleep=clock.sleep)
        self.service = UploadService(
            uploads, self.assistants, staging, self.ingester, queue, watcher, self._charge, clock
        )
        limits = Limits(
            self.limiter, SUBJECTS, replace(ALLOWANCES, staged_bytes_per_day=STAGED), clock
        )
        self.forms = FormService(
            uploads, files, self.assistants, staging, queue, QUOTA, limits.announcement, clock
        )
        self.directories = DirectoryService(
            uploads, self.ingester, launcher, queue, limits.folder, clock
        )
        self.seats = InMemorySeats(clock)
        self.work = UploadWork(
            uploads,
            self.forms,
            self.ingester,
            self.mover,
            Waker(files, uploads, queue, clock),
            queue,
            self.seats,
            clock,
        )
        self.sweeper = UploadSweeper(uploads, queue, clock)

    def _charge(self, _: object) -> None:
        self.charges += 1

    def _key(self, user_id: int, key: str) -> ApiKeyRecord:
        version = self.vault.put(user_id, key)
        return ApiKeyRecord(key[-4:], self.vault.fingerprint(key), version, NOON)

    def change_key(self, key: str) -> None:
        """Store another key, as the settings do."""
        self.mover.begin(self.user.id)
        self.accounts.set_api_key(self.user.id, self._key(self.user.id, key))

    def allow_code(self, assistant_id: int = 1) -> None:
        """Give an assistant the tool that reads tables and pictures."""
        seen = self.assistants.get(self.user.id, assistant_id)
        spec = replace(SPEC, tools=(Tool("code_interpreter"),))
        later = seen.updated_at + timedelta(milliseconds=1)
        self.assistants.change(seen, replace(seen, spec=spec, updated_at=later))

    def upload(
        self,
        path: str = "pump.txt",
        content: bytes = TEXT,
        *,
        assistant_id: int = 1,
        claim: IdempotencyClaim | None = None,
    ) -> UploadFile:
        """Send a file in a request."""
        given, until = GivenFile(path, content), self.clock() + BUDGET
        return self.service.direct(self.user, assistant_id, given, until=until, claim=claim)

    def announce(
        self,
        *contents: tuple[str, bytes],
        assistant_id: int | None = None,
        claim: IdempotencyClaim | None = None,
    ) -> Upload:
        """Ask for forms for some files."""
        wanted = [
            Announced(path, len(content), sha256=hashlib.sha256(content).hexdigest())
            for path, content in contents
        ]
        return self.forms.open(self.user, assistant_id, wanted, claim=claim)

    def counted(self, action: str) -> int:
        """Return how much of something the user has done in the time that it is counted in."""
        return sum(count for key, count in self.limiter.counts.items() if key[1] == action)

    def shift(self) -> Shift:
        """Return the time of a function that begins now."""
        return Shift(self.clock(), self.clock() + BUDGET)

    def arrive(self, upload: Upload, number: int, content: bytes) -> None:
        """Have the bytes of a file come, and the event that tells of it."""
        entry = self.uploads.file(self.user.id, upload.id, number)
        self.staging.put(entry, content)
        self.work.arrived(self.user.id, upload.id, number, self.shift())

    def stage(self, *contents: tuple[str, bytes]) -> Upload:
        """Have files come without an assistant."""
        upload = self.announce(*contents)
        for number, (_, content) in enumerate(contents):
            if self.uploads.file(self.user.id, upload.id, number).state is UploadState.AWAITING:
                self.arrive(upload, number, content)
        return upload

    def work_off(self, upload: Upload) -> None:
        """Do what the state machine does."""
        for chunk in self.directories.chunks(self.user.id, upload.id):
            for passes in range(50):
                until = self.clock() + BUDGET
                result = self.directories.work_off(
                    self.user.id, upload.id, replace(chunk, passes=passes), until=until
                )
                if result.is_over:
                    break
                self.clock.advance(timedelta(seconds=result.wait_seconds))

    def recover(self) -> None:
        """Do what the sweeper and the queue do, until nothing is due any more."""
        self.wire()
        for _ in range(60):
            self.clock.advance(timedelta(minutes=1))
            self.sweeper.sweep()
            self.deliver()
            if not list(self.uploads.due()):
                return
        raise AssertionError("something is due for ever")

    def deliver(self) -> None:
        """Have the queue's messages worked off, those that come meanwhile as well."""
        while self.queue.sent:
            sent = self.queue.sent.pop(0)
            self.clock.advance(sent.after)
            if sent.number is None:
                self.work.plan(sent.user_id, sent.upload_id)
            else:
                place = (sent.user_id, sent.upload_id, sent.number)
                self.work.look_at(*place, self.shift())

    def mine(self) -> list[File]:
        """Return the user's files."""
        return list(self.files.list(self.user.id))

    def attached(self, assistant_id: int = 1) -> list[str]:
        """Return the paths of the files that an assistant uses."""
        ids = self.files.attached_to(self.user.id, assistant_id)
        return [self.files.get(self.user.id, file_id).path for file_id in ids]

    def entries(self, upload: Upload) -> list[UploadFile]:
        """Return the files of an upload as they stand."""
        return list(self.uploads.files(self.user.id, upload.id))

    def searchable(self, key: str = KEY, assistant_id: int = 1) -> set[bytes]:
        """Return the contents that runs of an assistant find with a key."""
        project = self.upstream.projects[key]
        store = self.files.store(self.user.id, assistant_id)
        if store is None or store.upstream_id not in project.stores:
            return set()
        return {project.files[each].content for each in project.stores[store.upstream_id]}
