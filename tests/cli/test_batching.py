"""How many files are announced at a time, so that no form grows old while others are sent."""

from pathlib import Path

import pytest

from afterglow_cli import batching
from afterglow_cli.batching import MOST_BYTES, batches
from afterglow_cli.walking import LocalFile
from tests.cli.cloud import Cloud
from tests.cli.test_upload_directory import upload
from tests.cli.test_walking import write

HALF = MOST_BYTES // 2


@pytest.mark.parametrize(
    ("sizes", "counts"),
    [
        ([], []),
        ([1] * 250, [100, 100, 50]),
        ([HALF, HALF, 1], [2, 1]),
        ([HALF + 1, HALF, HALF], [1, 2]),
        ([2 * MOST_BYTES, 1, 2 * MOST_BYTES], [1, 1, 1]),
    ],
)
def test_few_enough_and_small_enough_but_one_at_least(sizes: list[int], counts: list[int]) -> None:
    files = [LocalFile(Path(f"{n}"), f"docs/{n}.md", size) for n, size in enumerate(sizes)]

    found = list(batches(files))

    assert [len(batch) for batch in found] == counts
    assert [file for batch in found for file in batch] == files


def test_what_is_big_together_is_announced_apart(
    signed_in: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MOST_BYTES", 8)
    write(tmp_path / "docs", "a.md", "b.md", "c.md")

    upload(tmp_path / "docs")

    assert signed_in.announced == [2, 1]
    assert set(signed_in.received) == {"docs/a.md", "docs/b.md", "docs/c.md"}
