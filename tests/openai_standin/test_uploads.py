"""`/v1/uploads`: a file in parts."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import md5
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient
from local.openai.engine import uploads as engine
from local.openai.routes import uploads as routes
from local.openai.wire.uploads import LARGEST_PART, LARGEST_UPLOAD
from tests.openai_standin.conftest import NewClient
from tests.openai_standin.documents import HANDBOOK
from tests.openai_standin.standin import process

Deed = Callable[[OpenAI, str, list[str]], object]
CONTENT = bytes(range(256)) * 40
DEEDS: list[Deed] = [
    lambda client, upload_id, _: client.uploads.parts.create(upload_id, data=b"more"),
    lambda client, upload_id, parts: client.uploads.complete(upload_id, part_ids=parts),
    lambda client, upload_id, _: client.uploads.cancel(upload_id),
]


def begin(client: OpenAI, *parts: bytes, size: int | None = None) -> tuple[str, list[str]]:
    upload = client.uploads.create(
        filename="handbook ü.txt",
        bytes=len(b"".join(parts)) if size is None else size,
        mime_type="text/plain",
        purpose="user_data",
    )
    assert upload.status == "pending"
    return upload.id, [client.uploads.parts.create(upload.id, data=part).id for part in parts]


def kinds(control: ControlClient, key: str) -> list[str]:
    return [found["object"] for found in control.objects(key)]


def test_parts_become_a_file(client: OpenAI, control: ControlClient, key: str) -> None:
    upload = client.uploads.upload_file_chunked(
        file=CONTENT,
        filename="data.bin",
        bytes=len(CONTENT),
        mime_type="application/octet-stream",
        purpose="user_data",
        part_size=3_000,
        md5=md5(CONTENT, usedforsecurity=False).hexdigest(),
    )

    assert (upload.status, upload.bytes, upload.filename) == ("completed", 10_240, "data.bin")
    assert upload.file
    assert client.files.retrieve(upload.file.id) == upload.file
    assert (upload.file.bytes, upload.file.filename) == (10_240, "data.bin")
    assert client.files.content(upload.file.id).read() == CONTENT
    assert [file.id for file in client.files.list()] == [upload.file.id]
    assert kinds(control, key) == ["file"]


def test_such_a_file_is_indexed_and_deleted_as_any_other(client: OpenAI) -> None:
    upload = client.uploads.upload_file_chunked(
        file=HANDBOOK,
        filename="handbook.txt",
        bytes=len(HANDBOOK),
        mime_type="text/plain",
        purpose="assistants",
    )
    assert upload.file
    store = client.vector_stores.create()
    client.vector_stores.files.create_and_poll(
        upload.file.id, vector_store_id=store.id, poll_interval_ms=10
    )

    (hit,) = client.vector_stores.search(store.id, query="annual fee").data
    assert (hit.filename, hit.file_id) == ("handbook.txt", upload.file.id)
    assert client.files.delete(upload.file.id).deleted
    assert client.vector_stores.search(store.id, query="annual fee").data == []


def test_the_list_of_parts_says_their_order(client: OpenAI) -> None:
    upload_id, (second, first, _) = begin(client, b"world", b"hello ", b"unused", size=11)

    file = client.uploads.complete(upload_id, part_ids=[first, second]).file

    assert file
    assert client.files.content(file.id).read() == b"hello world"


@pytest.mark.parametrize(
    ("named", "checksum", "param"),
    [
        ([0], None, "part_ids"),
        ([0, 1, 1], None, "part_ids"),
        ([0, 0], None, "part_ids"),
        ([0, 2], None, "part_ids"),
        ([], None, "part_ids"),
        ([0, 1], "0" * 32, "md5"),
    ],
)
def test_what_does_not_add_up_is_refused_and_may_be_mended(
    client: OpenAI, named: list[int], checksum: str | None, param: str
) -> None:
    upload_id, parts = begin(client, b"12345", b"67890")
    ids = [*parts, "part_unknown"]

    with pytest.raises(openai.BadRequestError) as refusal:
        client.uploads.complete(
            upload_id, part_ids=[ids[n] for n in named], md5=checksum or openai.omit
        )

    assert refusal.value.param == param
    assert client.files.list().data == []
    right = md5(b"1234567890", usedforsecurity=False).hexdigest().upper()
    assert client.uploads.complete(upload_id, part_ids=parts, md5=right).status == "completed"


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("ending", ["completed", "cancelled", "expired"])
def test_nothing_is_done_to_an_upload_that_is_over(
    client: OpenAI, control: ControlClient, ending: str, deed: Deed
) -> None:
    control.configure(upload_seconds=2 if ending == "expired" else 3600)
    upload_id, parts = begin(client, b"12345")
    if ending == "completed":
        assert client.uploads.complete(upload_id, part_ids=parts).status == ending
    elif ending == "cancelled":
        assert client.uploads.cancel(upload_id).status == ending
    else:
        time.sleep(2)

    with pytest.raises(openai.BadRequestError, match=f"Upload {upload_id} is {ending}"):
        deed(client, upload_id, parts)

    assert len(client.files.list().data) == (ending == "completed")


@pytest.mark.parametrize("deed", DEEDS)
def test_an_upload_is_its_project_s(client: OpenAI, new_client: NewClient, deed: Deed) -> None:
    upload_id, parts = begin(client, b"12345")

    with pytest.raises(openai.NotFoundError, match="No such Upload object"):
        deed(new_client(), upload_id, parts)

    assert client.uploads.complete(upload_id, part_ids=parts).status == "completed"


def test_a_part_of_another_upload_does_not_count(client: OpenAI) -> None:
    _, foreign = begin(client, b"12345")
    upload_id, _ = begin(client, b"12345")

    with pytest.raises(openai.BadRequestError, match="No such Part"):
        client.uploads.complete(upload_id, part_ids=foreign)


def test_an_upload_is_completed_once_however_often_it_is_asked(client: OpenAI) -> None:
    upload_id, parts = begin(client, CONTENT * 400)

    def complete(_: int) -> str:
        try:
            return client.uploads.complete(upload_id, part_ids=parts).status
        except openai.BadRequestError:
            return "refused"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(complete, range(4)))

    assert outcomes == ["completed", "refused", "refused", "refused"]
    (file,) = client.files.list().data
    assert client.files.content(file.id).read() == CONTENT * 400


def test_an_upload_has_an_hour_and_its_file_as_long_as_asked(client: OpenAI) -> None:
    upload = client.uploads.create(
        filename="a.txt",
        bytes=4,
        mime_type="text/plain",
        purpose="user_data",
        expires_after={"anchor": "created_at", "seconds": 7_200},
    )
    part = client.uploads.parts.create(upload.id, data=b"text")

    file = client.uploads.complete(upload.id, part_ids=[part.id]).file

    assert upload.expires_at == upload.created_at + 3_600
    assert file
    assert file.expires_at == file.created_at + 7_200


BODY: dict[str, Any] = {
    "filename": "a.txt", "bytes": 1, "mime_type": "text/plain", "purpose": "assistants",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"bytes": 8 * 1024**3 + 1}, "bytes"),
        ({"bytes": 0}, "bytes"),
        ({"bytes": "1"}, "bytes"),
        ({"purpose": "fun"}, "purpose"),
        ({"filename": ""}, "filename"),
        ({"mime_type": "pdf"}, "mime_type"),
        ({"expires_after": {"anchor": "created_at", "seconds": 60}}, "expires_after.seconds"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_uploads_are_refused(http: httpx2.Client, change: Any, param: str) -> None:
    answer = http.post("/v1/uploads", json={**BODY, **change})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    assert http.post("/v1/uploads", json={**BODY, "bytes": 8 * 1024**3}).status_code == 200


def test_parts_have_bounds(
    client: OpenAI, http: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (LARGEST_PART, LARGEST_UPLOAD) == (64 * 1024**2, 8 * 1024**3)
    upload_id, _ = begin(client, b"1234567890")
    monkeypatch.setattr(routes, "LARGEST_PART", 10)
    monkeypatch.setattr(engine, "LARGEST_UPLOAD", 20)

    with pytest.raises(openai.BadRequestError, match="A part has at most 10 bytes"):
        client.uploads.parts.create(upload_id, data=b"12345678901")
    client.uploads.parts.create(upload_id, data=b"1234567890")
    with pytest.raises(openai.BadRequestError, match="An upload holds at most 20 bytes"):
        client.uploads.parts.create(upload_id, data=b"1")
    for form in ({"files": {"data": ("x", b"")}}, {"files": {"other": ("x", b"1")}}, {}):
        answer = http.post(f"/v1/uploads/{upload_id}/parts", **form)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "data")


@pytest.mark.parametrize("ending", ["cancelled", "expired"])
def test_parts_of_what_came_to_nothing_are_cleared_away(tmp_path: Path, ending: str) -> None:
    with (
        process(tmp_path) as running,
        ControlClient(running.url) as control,
        OpenAI(api_key="sk-proj-" + "p" * 20, base_url=f"{running.url}/v1") as client,
    ):
        control.configure(upload_seconds=2)
        upload_id, _ = begin(client, b"12345", b"67890")
        assert len(list((tmp_path / "files").iterdir())) == 2
        if ending == "cancelled":
            client.uploads.cancel(upload_id)
        else:
            time.sleep(2)
            begin(client, size=1)
        assert list((tmp_path / "files").iterdir()) == []


def test_an_upload_goes_on_after_a_kill(tmp_path: Path) -> None:
    key = "sk-proj-" + "k" * 20
    with process(tmp_path) as first, OpenAI(api_key=key, base_url=f"{first.url}/v1") as client:
        upload_id, (one,) = begin(client, b"12345", size=10)
        first.child.kill()
        first.child.wait()
    # What a kill in the middle of writing leaves.
    (tmp_path / "files" / "file-half").write_bytes(b"half")

    with process(tmp_path) as second, OpenAI(api_key=key, base_url=f"{second.url}/v1") as client:
        assert [path.name for path in (tmp_path / "files").iterdir()] == [one]
        two = client.uploads.parts.create(upload_id, data=b"67890").id
        file = client.uploads.complete(upload_id, part_ids=[one, two]).file
        assert file
        assert client.files.content(file.id).read() == b"1234567890"
