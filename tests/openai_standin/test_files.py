"""`/v1/files`."""

import time

import httpx2
import openai
import pytest
from openai import OpenAI


def upload(client: OpenAI, name: str, purpose: str = "user_data") -> str:
    content = f"This is {name}.".encode()
    return client.files.create(file=(name, content), purpose=purpose).id  # type: ignore[arg-type]


def test_a_file_is_kept_as_sent(client: OpenAI) -> None:
    content = bytes(range(256)) * 5_000
    file = client.files.create(file=("data ü.bin", content), purpose="user_data")

    assert (file.bytes, file.filename, file.status) == (1_280_000, "data ü.bin", "processed")
    assert client.files.retrieve(file.id) == file
    assert client.files.content(file.id).read() == content


def test_assistants_files_cannot_be_downloaded(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="Not allowed to download"):
        client.files.content(upload(client, "a.txt", "assistants"))


def test_files_are_listed_in_pages(client: OpenAI) -> None:
    ids = [upload(client, f"{n}.txt") for n in range(5)]
    other = upload(client, "other.txt", "assistants")

    assert [file.id for file in client.files.list(limit=2)] == [other, *reversed(ids)]
    assert [file.id for file in client.files.list(limit=2, order="asc")] == [*ids, other]
    assert [file.id for file in client.files.list(purpose="assistants")] == [other]
    page = client.files.list(limit=2, order="asc", after=ids[1])
    assert [file.id for file in page.data] == ids[2:4]
    assert page.has_more


def test_a_deleted_file_is_gone_everywhere(client: OpenAI) -> None:
    file_id = upload(client, "a.txt", "assistants")
    store = client.vector_stores.create(file_ids=[file_id])

    assert client.files.delete(file_id).deleted

    with pytest.raises(openai.NotFoundError, match="No such File object"):
        client.files.retrieve(file_id)
    with pytest.raises(openai.NotFoundError):
        client.files.delete(file_id)
    assert client.vector_stores.retrieve(store.id).file_counts.total == 0


def test_a_file_can_expire(client: OpenAI) -> None:
    expires_after = {"anchor": "created_at", "seconds": 3_600}
    file = client.files.create(
        file=("a.txt", b"text"),
        purpose="user_data",
        expires_after=expires_after,  # type: ignore[arg-type]
    )

    assert file.expires_at
    assert abs(file.expires_at - time.time() - 3_600) < 5


def test_bad_uploads_are_refused(client: OpenAI, http: httpx2.Client) -> None:
    with pytest.raises(openai.BadRequestError, match="purpose"):
        upload(client, "a.txt", "fun")
    with pytest.raises(openai.BadRequestError, match="File is empty"):
        client.files.create(file=("a.txt", b""), purpose="assistants")
    no_file = http.post("/v1/files", data={"purpose": "assistants"})
    broken = http.post(
        "/v1/files", content=b"--x", headers={"content-type": "multipart/form-data; boundary=y"}
    )
    assert no_file.json()["error"]["param"] == "file"
    assert (no_file.status_code, broken.status_code) == (400, 400)


@pytest.mark.parametrize("limit", ["0", "10001", "ten", "-1", "٣"])
def test_a_bad_limit_is_refused(http: httpx2.Client, limit: str) -> None:
    answer = http.get("/v1/files", params={"limit": limit})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "limit")
