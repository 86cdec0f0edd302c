"""How many files are announced at a time."""

from collections.abc import Iterator, Sequence

from afterglow_cli.announcing import MOST_FILES
from afterglow_cli.walking import LocalFile

# Forms are good for five minutes. This takes four of them at 1 MB a second: on a line much slower
# than that, a file whose form was too old is announced once more.
MOST_BYTES = 256 * 10**6


def batches(files: Sequence[LocalFile]) -> Iterator[Sequence[LocalFile]]:
    """Return files in their order: few enough, and small enough together, but one at least."""
    batch: list[LocalFile] = []
    size = 0
    for file in files:
        if batch and (len(batch) == MOST_FILES or size + file.size > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch
