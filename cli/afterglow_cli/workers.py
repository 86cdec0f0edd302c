"""Threads that end with the process, whatever they are at."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers:
    """A few threads. Nobody waits for them at the end: after Ctrl-C there is none in the way."""

    def __init__(self, count: int) -> None:
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._count = count

    def __enter__(self) -> Self:
        for _ in range(self._count):
            Thread(target=self._work, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        while not self._tasks.empty():
            self._tasks.get()
        for _ in range(self._count):
            self._tasks.put(None)

    def each(
        self, work: Callable[[Item], Result], items: Sequence[Item]
    ) -> Iterator[tuple[Item, Result]]:
        """Yield what `work` returns for each, in the order they end. Raises what it raises."""
        ended: SimpleQueue[tuple[Item, Result] | BaseException] = SimpleQueue()
        for item in items:
            self._tasks.put(partial(_do, work, item, ended))
        for _ in items:
            outcome = ended.get()
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome

    def _work(self) -> None:
        while task := self._tasks.get():
            task()


def _do(
    work: Callable[[Item], Result],
    item: Item,
    ended: SimpleQueue[tuple[Item, Result] | BaseException],
) -> None:
    try:
        ended.put((item, work(item)))
    except BaseException as error:  # noqa: BLE001 - it rises where the results are awaited
        ended.put(error)
