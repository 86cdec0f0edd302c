"""Fault rules and the journal on the paths of files, uploads and vector stores."""

import socket
from collections.abc import Callable
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI

from local.openai.control_client import ControlClient
from tests.openai_standin.documents import upload
from tests.openai_standin.test_uploads import begin

SECRET = b"what the file says"
BIG = bytes(8_000_000)


def test_a_rule_finds_a_form_by_the_name_of_its_file(
    client: OpenAI, control: ControlClient, key: str
) -> None:
    control.fail(500, path="/v1/files", contains="ü.txt", count=None)

    with pytest.raises(openai.InternalServerError):
        upload(client, "über ü.txt", SECRET)
    upload(client, "other.txt", SECRET + "ü.txt".encode())

    assert [found["object"] for found in control.objects(key)] == ["file"]


@pytest.mark.parametrize("files_first", [True, False])
def test_the_order_of_a_form_does_not_matter(
    http: httpx2.Client, control: ControlClient, *, files_first: bool
) -> None:
    control.fail(503, path="/v1/files", contains="a.txt")
    fields: list[tuple[str, Any]] = [("file", ("a.txt", SECRET)), ("purpose", (None, "assistants"))]

    answer = http.post("/v1/files", files=fields if files_first else fields[::-1])

    assert answer.status_code == 503
    again = http.post("/v1/files", files=fields if files_first else fields[::-1])
    assert (again.status_code, again.json()["bytes"]) == (200, len(SECRET))


About = Callable[[OpenAI, str, str], object]


@pytest.mark.parametrize(
    ("path", "call"),
    [
        ("/v1/files/*", lambda client, file, _: client.files.delete(file)),
        (
            "/v1/vector_stores/*/files",
            lambda client, file, store: client.vector_stores.files.create(store, file_id=file),
        ),
        (
            "/v1/vector_stores/*/files/*",
            lambda client, file, store: client.vector_stores.files.retrieve(
                file, vector_store_id=store
            ),
        ),
        (
            "/v1/vector_stores/*/file_batches",
            lambda client, file, store: client.vector_stores.file_batches.create(
                store, file_ids=[file]
            ),
        ),
    ],
)
def test_a_rule_finds_a_call_by_the_name_of_the_file_it_is_about(
    client: OpenAI, control: ControlClient, path: str, call: About
) -> None:
    bad, good = upload(client, "bad.txt"), upload(client, "good.txt")
    store = client.vector_stores.create(file_ids=[bad, good])
    control.fail(500, path=path, method=None, contains="bad.txt", count=None)

    with pytest.raises(openai.InternalServerError):
        call(client, bad, store.id)

    assert call(client, good, store.id)


def test_a_rule_finds_every_step_of_an_upload(client: OpenAI, control: ControlClient) -> None:
    upload_id, parts = begin(client, b"12345")
    rule: dict[str, Any] = {"contains": "handbook ü", "count": None}
    for path in ("/v1/uploads", "/v1/uploads/*/parts", "/v1/uploads/*/complete"):
        control.fail(500, path=path, **rule)

    for step in (
        lambda: begin(client, b"1"),
        lambda: client.uploads.parts.create(upload_id, data=b"1"),
        lambda: client.uploads.complete(upload_id, part_ids=parts),
    ):
        with pytest.raises(openai.InternalServerError):
            step()
    control.reset()
    assert client.uploads.complete(upload_id, part_ids=parts).status == "completed"


def test_a_cut_before_leaves_no_file_and_one_after_leaves_one(
    unchecked: OpenAI, control: ControlClient, key: str
) -> None:
    control.drop_before(path="/v1/files")
    with pytest.raises(openai.APIConnectionError):
        upload(unchecked, content=BIG)
    assert control.objects(key) == []

    control.drop_after(path="/v1/files")
    with pytest.raises(openai.APIConnectionError):
        upload(unchecked, content=BIG)
    assert len(control.objects(key)) == 1


def test_a_lost_answer_to_a_completion_leaves_the_file(
    unchecked: OpenAI, control: ControlClient
) -> None:
    upload_id, parts = begin(unchecked, b"12345")
    control.drop_after(path="/v1/uploads/*/complete")

    with pytest.raises(openai.APIConnectionError):
        unchecked.uploads.complete(upload_id, part_ids=parts)

    assert len(unchecked.files.list().data) == 1
    with pytest.raises(openai.BadRequestError, match="is completed"):
        unchecked.uploads.complete(upload_id, part_ids=parts)


def test_who_sends_a_big_file_hears_a_refusal(
    client: OpenAI, http: httpx2.Client, control: ControlClient
) -> None:
    for _ in range(5):
        control.rate_limit(3, path="/v1/files")
        with pytest.raises(openai.RateLimitError):
            upload(client, content=BIG)
        form: Any = {"data": {"purpose": "assistants"}, "files": {"file": ("a.txt", BIG)}}
        assert http.post("/v1/files", headers={"authorization": ""}, **form).status_code == 401
        assert http.post("/v1/uploads/upload_0/parts", **form).status_code == 404


def test_the_journal_names_files_and_never_shows_them(
    client: OpenAI, control: ControlClient, http: httpx2.Client
) -> None:
    control.fail(500, path="/v1/files")
    with pytest.raises(openai.InternalServerError):
        upload(client, "lost.txt", SECRET)
    upload(client, "kept.txt", SECRET)
    upload_id, parts = begin(client, SECRET)
    client.uploads.complete(upload_id, part_ids=parts)

    lost, kept, begun, part, completed = control.journal("POST")

    assert (lost.body, lost.status) == ({"filename": "lost.txt", "purpose": "assistants"}, 500)
    named = {"filename": "kept.txt", "purpose": "assistants", "bytes": len(SECRET)}
    assert kept.body == named
    assert (begun.body["filename"], begun.body["bytes"]) == ("handbook ü.txt", len(SECRET))
    assert part.path == f"/v1/uploads/{upload_id}/parts"
    assert part.body == {
        "filename": "handbook ü.txt", "purpose": "user_data", "bytes": len(SECRET),
    }  # fmt: skip
    assert completed.body == {"part_ids": parts}
    assert SECRET.decode() not in http.get("/_control/journal").text


def test_a_sender_that_hangs_up_in_the_middle_leaves_nothing(
    http: httpx2.Client, control: ControlClient, key: str
) -> None:
    address = ("127.0.0.1", http.base_url.port or 0)
    head = (
        f"POST /v1/files HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: 9000000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
        'Content-Disposition: form-data; name="file"; filename="cut.txt"\r\n\r\n'
    )
    with socket.create_connection(address) as connection:
        connection.sendall(head.encode() + BIG[:1_000_000])

    assert http.get("/v1/files").json()["data"] == []
    (call,) = control.journal("POST")
    assert (call.body, call.status) == ({"filename": "cut.txt"}, None)
