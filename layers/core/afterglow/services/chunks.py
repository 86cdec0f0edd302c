"""The files of a big upload in chunks, each of which one function works off, again and again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# So many are worked off one after the other; more where there would be more chunks, each of which
# takes its share of the events that an execution may have.
CHUNK = 25
MOST_CHUNKS = 24
# Whoever has been over a chunk so often, and has only to wait for what is left of it, leaves that
# to the queue: a few minutes, so that a slow file does not hold up the chunks that are to come.
PASSES_WITH_ALL_BEGUN = 8


@dataclass(frozen=True, slots=True)
class Chunk:
    """The numbers of the first and the last file, and how often they have been passed over."""

    first: int
    last: int
    passes: int = 0


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """Whether a chunk is done with, or in how many seconds to go on with it.

    `failures` are what went wrong that nobody foresaw: those files are due some time later.
    """

    is_over: bool
    wait_seconds: int = 0
    failures: Sequence[Exception] = ()


def divided(total: int) -> Sequence[Chunk]:
    """Return the chunks of so many files, as they begin."""
    size = max(CHUNK, math.ceil(total / MOST_CHUNKS))
    return [Chunk(first, min(first + size, total) - 1) for first in range(0, total, size)]
