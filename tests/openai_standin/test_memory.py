"""A file bigger than what the server may hold of it."""

import re
import sys
from hashlib import file_digest
from pathlib import Path

import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient
from tests.openai_standin.standin import MODEL, process

MEGABYTE = 1024 * 1024
SIZE = 128 * MEGABYTE
# Of which some 60 are for the passages of a file's beginning and for searching them.
MOST_MEGABYTES_MORE = 80
LINE = b"The keeper of the lighthouse counts the boats that pass by night and writes them down.\n"


def document(path: Path) -> Path:
    with path.open("wb") as target:
        target.write(b"The annual fee is 120 euros.\n")
        for _ in range(SIZE // MEGABYTE):
            target.write(LINE * (MEGABYTE // len(LINE)))
        target.truncate(SIZE)
    return path


def peak(pid: int) -> int:
    """The most memory the process has ever held, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) // 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_big_file_is_never_held(tmp_path: Path) -> None:
    path = document(tmp_path / "big.txt")
    with (
        process(tmp_path / "data") as running,
        ControlClient(running.url) as control,
        OpenAI(api_key="sk-proj-" + "m" * 20, base_url=f"{running.url}/v1") as client,
        path.open("rb") as source,
    ):
        client.models.list()
        before = peak(running.child.pid)
        checksum = file_digest(source, "md5").hexdigest()
        source.seek(0)

        whole = client.files.create(file=source, purpose="assistants")
        joined = client.uploads.upload_file_chunked(
            file=path, mime_type="text/plain", purpose="assistants", md5=checksum
        ).file
        received = peak(running.child.pid)
        assert joined
        assert (whole.bytes, joined.bytes) == (SIZE, SIZE)
        assert received - before < SIZE // MEGABYTE // 4

        store = client.vector_stores.create()
        batch = client.vector_stores.file_batches.create_and_poll(
            store.id, file_ids=[whole.id, joined.id], poll_interval_ms=50
        )
        assert batch.file_counts.completed == 2
        answer = client.responses.create(
            model=MODEL,
            input="How much is the annual fee?",
            tools=[{"type": "file_search", "vector_store_ids": [store.id]}],
        )
        assert "120 euros" in answer.output_text
        assert peak(running.child.pid) - before < MOST_MEGABYTES_MORE
        assert control.journal("POST", "/v1/files")[0].body["bytes"] == SIZE
