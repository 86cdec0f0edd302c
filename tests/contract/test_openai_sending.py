"""Files on their way to OpenAI: all of their bytes, in order, and few of them at a time."""

import hashlib
import subprocess
import sys

import pytest

from afterglow.adapters.openai.files import OpenAIFiles
from afterglow.adapters.openai.media_types import media_type_of
from afterglow.adapters.openai.sending import MOST_BYTES_AT_ONCE, PART_BYTES
from afterglow.domain.errors import OperationFailedError
from afterglow.domain.file_types import CODE_TYPES, SEARCH_TYPES
from afterglow.ports.staging import Source
from local.openai.wire.uploads import MIME_TYPES
from tests.contract.file_sink import file_sink
from tests.contract.raw_upstream import KEY
from tests.contract.sources import MEGABYTE, BrokenSource, BytesSource, GeneratedSource

BIGGEST = 512 * MEGABYTE
# Not getrusage: what it tells begins with the peak of whoever began this process.
SENT_ALONE = """
import sys
from pathlib import Path
from afterglow.adapters.openai.files import OpenAIFiles
from tests.contract.sources import GeneratedSource

def peak():
    status = Path("/proc/self/status").read_text()
    return next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))

files = OpenAIFiles(sys.argv[1], sys.argv[2])
files.upload(GeneratedSource("a.txt", 1))
before = peak()
files.upload(GeneratedSource("a.txt", int(sys.argv[3])))
print(before, peak())
"""


def digest(source: Source) -> str:
    """Return the SHA-256 of all bytes of a source."""
    sha256 = hashlib.sha256()
    for chunk in source.chunks():
        sha256.update(chunk)
    return sha256.hexdigest()


@pytest.mark.parametrize("size", [1, 65_536, 65_537, 3 * MEGABYTE + 1, MOST_BYTES_AT_ONCE])
def test_a_file_goes_in_one_request_if_it_can(size: int) -> None:
    source = GeneratedSource("a.md", size)
    with file_sink() as (url, taken):
        upstream_id = OpenAIFiles(KEY, url).upload(source)

    assert upstream_id == "file-1"
    assert (taken.paths, taken.part_sizes) == (["/v1/files"], [size])
    assert taken.sha256.hexdigest() == digest(source)
    assert taken.fields == b"assistants"
    assert b'filename="a.md"\ntext/markdown\n' in taken.headers


@pytest.mark.parametrize("last", [1, PART_BYTES])
def test_a_bigger_one_goes_in_parts(last: int) -> None:
    source = GeneratedSource("a.pdf", MOST_BYTES_AT_ONCE + last)
    with file_sink() as (url, taken):
        upstream_id = OpenAIFiles(KEY, url).upload(source)

    assert upstream_id == "file-1"
    assert taken.paths == [
        "/v1/uploads",
        *["/v1/uploads/upload_1/parts"] * 5,
        "/v1/uploads/upload_1/complete",
    ]
    assert taken.part_sizes == [PART_BYTES] * 4 + [last]
    assert taken.part_ids == ["part_1", "part_2", "part_3", "part_4", "part_5"]
    assert taken.sha256.hexdigest() == digest(source)
    assert taken.upload == {
        "bytes": source.size,
        "filename": "a.pdf",
        "mime_type": "application/pdf",
        "purpose": "assistants",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="The peak is read from /proc.")
def test_the_biggest_file_is_never_held() -> None:
    with file_sink() as (url, taken):
        ran = subprocess.run(
            [sys.executable, "-c", SENT_ALONE, KEY, url, str(BIGGEST)],
            env={"PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
            text=True,
        )

    before, peak = map(int, ran.stdout.split())
    # KiB. Less than a part.
    assert peak - before < 8 * 1024
    assert peak < 300 * 1024
    assert taken.size == 1 + BIGGEST


@pytest.mark.parametrize("name", ['Zürich "Übersicht" 東京.md', "a;b=c.txt", "x" * 250 + ".txt"])
def test_whatever_a_file_is_called_its_bytes_arrive(name: str) -> None:
    with file_sink() as (url, taken):
        OpenAIFiles(KEY, url).upload(BytesSource(name, b"Gladly."))

    assert taken.size == len(b"Gladly.")
    assert f'filename="{name.replace(chr(34), "%22")}"'.encode() in taken.headers


@pytest.mark.parametrize("size", [2 * MEGABYTE, MOST_BYTES_AT_ONCE + 1])
@pytest.mark.parametrize(
    "error", [FileNotFoundError("gone"), PermissionError("not ours"), TimeoutError("S3")]
)
def test_what_ails_the_source_is_told_as_it_is(size: int, error: Exception) -> None:
    source = BrokenSource("a.txt", size, has=MEGABYTE, error=error)
    with file_sink() as (url, _), pytest.raises(type(error)) as raised:
        OpenAIFiles(KEY, url).upload(source)

    assert raised.value is error


@pytest.mark.parametrize("size", [2 * MEGABYTE, MOST_BYTES_AT_ONCE + 1])
def test_a_source_that_ends_too_early_is_no_outage(size: int) -> None:
    with file_sink() as (url, _), pytest.raises(OperationFailedError) as raised:
        OpenAIFiles(KEY, url).upload(BrokenSource("a.txt", size, has=MEGABYTE))

    assert raised.value.code == "file_cut_short"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.PDF", "application/pdf"),
        ("a.b.ts", "application/typescript"),
        ("a", "application/octet-stream"),
        ("a.unheard-of", "application/octet-stream"),
    ],
)
def test_a_media_type_comes_from_the_extension(name: str, media_type: str) -> None:
    assert media_type_of(name) == media_type


def test_every_type_that_we_take_has_one_that_openai_takes() -> None:
    named = {extension: media_type_of(f"a{extension}") for extension in SEARCH_TYPES | CODE_TYPES}

    assert set(named.values()) <= MIME_TYPES
    assert "application/octet-stream" not in named.values()
