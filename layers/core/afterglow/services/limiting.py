"""What users and addresses may do, and how often."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from afterglow.domain.errors import DomainError, NotFoundError
from afterglow.domain.models import User
from afterglow.domain.rates import Period, Use, Window
from afterglow.ports.clock import Clock
from afterglow.ports.limits import RateLimiter
from afterglow.services.subjects import Subjects

# Takes a count of each thing that is charged.
Charge = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Allowances:
    """How often, as the operator decides."""

    chats_per_minute: int
    chats_per_day: int
    threads_per_hour: int
    bulk_deletes_per_hour: int
    key_changes_per_minute: int
    key_changes_per_day: int
    anonymous_per_minute: int
    registrations_per_hour: int
    uploads_per_hour: int
    staged_bytes_per_day: int
    directory_files_per_day: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Most methods count one use and raise RateLimitError when there were too many.

    What is refused is not counted. If counting fails, so does what was to be counted.
    """

    limiter: RateLimiter
    subjects: Subjects
    allowances: Allowances
    now: Clock

    def chat(self, user: User) -> Sequence[Use]:
        """Return as what a message of a user is yet to be counted."""
        minute = Window(Period.MINUTE, self.allowances.chats_per_minute)
        day = Window(Period.DAY, self.allowances.chats_per_day)
        return [self._use(user, "chat", minute, day)]

    def opening(self, user: User) -> Sequence[Use]:
        """Return as what a message of a user that opens a thread is yet to be counted."""
        return [*self.chat(user), self._use(user, "thread", self._threads())]

    def thread(self, user: User) -> None:
        """Count a thread that a user opens."""
        self._of_user(user, "thread", self._threads())

    def bulk_delete(self, user: User) -> None:
        """Count that a user deletes everything of a kind, whatever the kind."""
        window = Window(Period.HOUR, self.allowances.bulk_deletes_per_hour)
        self._of_user(user, "bulk_delete", window)

    def upload(self, user: User) -> None:
        """Count that a user uploads, however many files at once."""
        self._upload(user)

    def announcement(self, user: User) -> AbstractContextManager[Charge]:
        """Count that a user uploads by forms, their bytes, and files that need none: all, or none.

        Gives what counts bytes and files; those count as a folder's, which are there already as
        well. If what it is all for is refused, nothing is counted.
        """
        return self._upload_with(user, self._staged_bytes, self._directory_files)

    def folder(self, user: User) -> AbstractContextManager[Charge]:
        """Count that a user uploads a folder, and the files that are in it: both, or neither.

        Gives what counts files. What is refused is not counted, but as an upload what is sought in
        vain: that has cost the search.
        """
        return self._upload_with(user, self._directory_files)

    def key_change(self, user: User) -> None:
        """Count that a user stores an OpenAI key."""
        self._of_user(
            user,
            "key_change",
            Window(Period.MINUTE, self.allowances.key_changes_per_minute),
            Window(Period.DAY, self.allowances.key_changes_per_day),
        )

    def anonymous(self, address: str) -> None:
        """Count a request of nobody known."""
        window = Window(Period.MINUTE, self.allowances.anonymous_per_minute)
        self._of_address(address, "anonymous", window)

    def registration(self, address: str) -> None:
        """Count that an address registers someone."""
        window = Window(Period.HOUR, self.allowances.registrations_per_hour)
        self._of_address(address, "registration", window)

    def _threads(self) -> Window:
        return Window(Period.HOUR, self.allowances.threads_per_hour)

    def _upload(self, user: User) -> Use:
        window = Window(Period.HOUR, self.allowances.uploads_per_hour)
        return self._of_user(user, "upload", window)

    def _staged_bytes(self, user: User, size: int) -> Use:
        window = Window(Period.DAY, self.allowances.staged_bytes_per_day)
        return self._of_user(user, "staged_bytes", window, count=size)

    def _directory_files(self, user: User, count: int) -> Use:
        window = Window(Period.DAY, self.allowances.directory_files_per_day)
        return self._of_user(user, "directory_files", window, count=count)

    @contextmanager
    def _upload_with(self, user: User, *charges: Callable[[User, int], Use]) -> Iterator[Charge]:
        taken = [self._upload(user)]

        def charge_for(*counts: int) -> None:
            for charge, count in zip(charges, counts, strict=True):
                if count:
                    taken.append(charge(user, count))

        try:
            yield charge_for
        except NotFoundError:
            raise
        except DomainError:
            for each in taken:
                self.limiter.give_back(each)
            raise

    def _use(self, user: User, action: str, *windows: Window) -> Use:
        return Use(self.subjects.user(user), action, windows, 1, self.now())

    def _of_user(self, user: User, action: str, *windows: Window, count: int = 1) -> Use:
        return self.limiter.take(self.subjects.user(user), action, windows, count=count)

    def _of_address(self, address: str, action: str, window: Window) -> None:
        self.limiter.take(self.subjects.address(address), action, [window])
