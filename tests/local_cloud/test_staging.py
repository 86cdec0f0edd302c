"""Presigned forms, and what follows an object, with the project's own buckets and queues."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from afterglow.adapters import aws
from afterglow.adapters.s3 import copies as copies_module
from afterglow.adapters.s3 import objects
from afterglow.adapters.s3 import staging as staging_module
from afterglow.adapters.s3.copies import S3Copies
from afterglow.adapters.s3.reading import inspected
from afterglow.adapters.s3.staging import S3Staging, staging_key
from afterglow.adapters.sqs import SqsUploadQueue
from afterglow.adapters.sqs import _client as sqs_client
from afterglow.domain.models import UploadFile
from afterglow.ports.staging import Form, Inspection
from tests.contract.stores import Stores, a_file, an_entry
from tests.fakes.clock import NOON
from tests.local_cloud.ingesting import IngestCloud, eventually, ingest_cloud

pytestmark = pytest.mark.e2e
PAGES = "https://app.example.com"


@pytest.fixture(scope="module")
def ingest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IngestCloud]:
    """Return a cloud whose function takes notes of its queue."""
    with ingest_cloud(tmp_path_factory.mktemp("ingest")) as cloud:
        yield IngestCloud(cloud)


@pytest.fixture
def stores(ingest: IngestCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stores]:
    """Return the adapters on that cloud."""
    act_as(monkeypatch, ingest, "test")
    staging, content = ingest["StagingBucketName"], ingest["ContentBucketName"]
    yield Stores(S3Staging(staging, lambda: NOON), S3Copies(content, staging))
    forget()


def forget() -> None:
    """Have the adapters make their clients anew, with the credentials of then."""
    for each in (aws.session, objects.client, sqs_client):
        each.cache_clear()


def act_as(monkeypatch: pytest.MonkeyPatch, ingest: IngestCloud, key: str) -> None:
    """Have the adapters sign with a key."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key)
    monkeypatch.setenv("AWS_ENDPOINT_URL", ingest.cloud.cloud_url)
    forget()


def sent(form: Form, content: bytes = b"Hello.", **headers: str) -> httpx2.Response:
    """Send a form as a page or a program does."""
    file = {"file": ("any name.txt", content)}
    return httpx2.post(
        form.url, data=dict(form.fields), files=file, headers=headers, trust_env=False
    )


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return answer.status_code, answer.text.partition("<Code>")[2].partition("</Code>")[0]


def altered(form: Form, **fields: str) -> Form:
    """Return a form with other fields."""
    return replace(form, fields={**form.fields, **fields})


def test_what_a_form_brings_is_told_to_the_queue_once(ingest: IngestCloud, stores: Stores) -> None:
    file = an_entry(stores.user_id, size=6)

    answer = sent(stores.staging.form(file))

    assert answer.status_code == 204
    assert eventually(lambda: staging_key(file) in ingest.arrived())
    assert ingest.arrived().count(staging_key(file)) == 1
    inspection = stores.staging.inspect(file)
    assert inspection is not None
    assert inspection.head == b"Hello."


def test_what_is_put_is_told_as_well_and_our_copies_are_not(
    ingest: IngestCloud, stores: Stores
) -> None:
    kept = stores.kept(b"Hello.")
    later = stores.staged(b"Later.")

    assert eventually(lambda: staging_key(later) in ingest.arrived())
    assert not [key for key in ingest.arrived() if kept.id in key]


def test_a_key_arrives_in_the_letters_of_an_address(ingest: IngestCloud) -> None:
    s3 = ingest.client("s3")
    s3.put_object(Bucket=ingest["StagingBucketName"], Key="staging/a b+ü", Body=b"?")

    assert eventually(lambda: "staging/a+b%2B%C3%BC" in ingest.arrived())


def test_the_queue_was_tried_when_the_bucket_was_made(ingest: IngestCloud) -> None:
    def tried() -> bool:
        return "s3:TestEvent" in [json.loads(body).get("Event") for body in ingest.notes()]

    assert eventually(tried)


def too_big(stores: Stores, file: UploadFile) -> httpx2.Response:
    return sent(stores.staging.form(file), b"1234567")


def too_small(stores: Stores, file: UploadFile) -> httpx2.Response:
    return sent(stores.staging.form(file), b"12345")


def empty(stores: Stores, file: UploadFile) -> httpx2.Response:
    return sent(stores.staging.form(file), b"")


def another_place(stores: Stores, file: UploadFile) -> httpx2.Response:
    key = staging_key(replace(file, number=file.number + 1))
    return sent(altered(stores.staging.form(file), key=key))


def another_user(stores: Stores, file: UploadFile) -> httpx2.Response:
    key = staging_key(replace(file, user_id=file.user_id + 1))
    return sent(altered(stores.staging.form(file), key=key))


def our_copies(stores: Stores, file: UploadFile) -> httpx2.Response:
    return sent(altered(stores.staging.form(file), key=f"files/{file.user_id:016d}/file-1"))


def another_type(stores: Stores, file: UploadFile) -> httpx2.Response:
    return sent(altered(stores.staging.form(file), **{"Content-Type": "text/html"}))


def no_type(stores: Stores, file: UploadFile) -> httpx2.Response:
    form = stores.staging.form(file)
    return sent(replace(form, fields={k: v for k, v in form.fields.items() if k != "Content-Type"}))


def another_field(stores: Stores, file: UploadFile) -> httpx2.Response:
    return sent(altered(stores.staging.form(file), **{"x-amz-meta-note": "more"}))


def another_signature(stores: Stores, file: UploadFile) -> httpx2.Response:
    return sent(altered(stores.staging.form(file), **{"x-amz-signature": "0" * 64}))


def no_signature(stores: Stores, file: UploadFile) -> httpx2.Response:
    form = stores.staging.form(file)
    return sent(replace(form, fields={k: form.fields[k] for k in ("key", "Content-Type")}))


@pytest.mark.parametrize(
    ("attempt", "refusal"),
    [
        (too_big, (400, "EntityTooLarge")),
        (too_small, (400, "EntityTooSmall")),
        (empty, (400, "EntityTooSmall")),
        (another_place, (403, "AccessDenied")),
        (another_user, (403, "AccessDenied")),
        (our_copies, (403, "AccessDenied")),
        (another_type, (403, "AccessDenied")),
        (no_type, (403, "AccessDenied")),
        (another_field, (403, "AccessDenied")),
        (another_signature, (403, "SignatureDoesNotMatch")),
        (no_signature, (403, "AccessDenied")),
    ],
)
def test_a_form_takes_what_it_was_made_for_and_nothing_else(
    stores: Stores, attempt: Any, refusal: tuple[int, str]
) -> None:
    file = an_entry(stores.user_id, size=6)

    assert code_of(attempt(stores, file)) == refusal

    assert stores.staging.inspect(file) is None
    assert sent(stores.staging.form(file)).status_code == 204


def test_a_form_runs_out(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    file = an_entry(stores.user_id, size=6)
    monkeypatch.setattr(staging_module, "VALIDITY", timedelta(seconds=-1))

    assert code_of(sent(stores.staging.form(file))) == (403, "AccessDenied")

    assert stores.staging.inspect(file) is None


def test_nobody_of_another_account_makes_forms(
    ingest: IngestCloud, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = an_entry(stores.user_id, size=6)
    act_as(monkeypatch, ingest, "AKIAFOREIGNFOREIGN00")

    status, _ = code_of(sent(stores.staging.form(file)))

    assert status == 403
    act_as(monkeypatch, ingest, "test")
    assert stores.staging.inspect(file) is None


def test_a_copy_is_made_of_the_version_that_was_read(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged, file = stores.staged(b"Before."), a_file(stores.user_id, b"Before.")

    def inspected_and_replaced(chunks: Iterable[bytes]) -> Inspection:
        inspection = inspected(chunks)
        stores.staging.put(staged, b"After.")
        return inspection

    with monkeypatch.context() as patch:
        patch.setattr(copies_module, "inspected", inspected_and_replaced)
        with pytest.raises(FileNotFoundError):
            stores.copies.keep(staged, file)

    stores.staging.put(staged, b"Before.")
    stores.copies.keep(staged, file)
    assert stores.read(file, 1, 4) == b"efor"


def test_poison_comes_three_times_and_then_lies_apart_and_harms_no_other(
    ingest: IngestCloud, stores: Stores
) -> None:
    sqs, url = ingest.client("sqs"), ingest["IngestQueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    sqs.send_message(QueueUrl=url, MessageBody='"poison"')
    SqsUploadQueue(url).send(stores.user_id, "upload_a", 7)
    letters: list[str] = []

    def lies_apart() -> bool:
        found = sqs.receive_message(QueueUrl=ingest["IngestDeadLetterQueueUrl"])
        letters.extend(each["Body"] for each in found.get("Messages", []))
        return bool(letters)

    assert eventually(lies_apart)
    assert letters == ['"poison"']
    assert ingest.notes().count('"poison"') == 3
    ours = {"user_id": stores.user_id, "upload_id": "upload_a", "number": 7}
    assert [json.loads(body) for body in ingest.notes()].count(ours) == 1


def test_a_page_of_the_front_sends_a_form_and_no_other_page_does(
    ingest: IngestCloud, stores: Stores
) -> None:
    form = stores.staging.form(an_entry(stores.user_id, size=6))

    assert sent(form, Origin="http://evil.example").status_code == 403
    assert sent(form, Origin=PAGES).status_code == 403
    assert sent(form, Origin=ingest.cloud.front_url).status_code == 204


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_page_of_the_front_reads_what_became_of_its_form(
    ingest: IngestCloud, stores: Stores, host: str
) -> None:
    origin = f"http://{host}:{ingest.cloud.ports.front}"
    form = stores.staging.form(an_entry(stores.user_id, size=6))
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    first = httpx2.options(form.url, headers=asked, trust_env=False)
    answer = sent(form, Origin=origin)

    assert (first.status_code, answer.status_code) == (200, 204)
    assert first.headers["Access-Control-Allow-Methods"] == "POST"
    for each in (first, answer):
        assert each.headers["Access-Control-Allow-Origin"] == origin
        assert each.headers["Access-Control-Expose-Headers"] == "ETag"
    assert answer.headers["ETag"]


@pytest.mark.parametrize(
    ("origin", "method"), [(PAGES, "POST"), (None, "GET"), (None, "PUT"), (None, "DELETE")]
)
def test_no_other_page_may_and_nothing_else(
    ingest: IngestCloud, stores: Stores, origin: str | None, method: str
) -> None:
    form = stores.staging.form(an_entry(stores.user_id, size=6))
    asked = {
        "Origin": origin or ingest.cloud.front_url,
        "Access-Control-Request-Method": method,
    }

    answer = httpx2.options(form.url, headers=asked, trust_env=False)

    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
