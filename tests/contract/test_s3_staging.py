"""What only S3 does: policies, cut connections, versions, refusals."""

import base64
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, IncompleteReadError

from afterglow.adapters.s3 import objects
from afterglow.adapters.s3.objects import ClearingFailedError
from afterglow.adapters.s3.reading import ATTEMPTS
from afterglow.ports.staging import Form
from tests.contract.stores import Stores, a_file, an_entry, stores_on_s3
from tests.wiretap import Fault, Wiretap, answering, refusing, undisturbed

pytestmark = pytest.mark.usefixtures("aws")
LONG = os.urandom(1_000_003)


@pytest.fixture
def stores() -> Stores:
    """Return the adapters."""
    return stores_on_s3()


def policy_of(form: Form) -> dict[str, Any]:
    """Return what a form is signed for."""
    policy: dict[str, Any] = json.loads(base64.b64decode(form.fields["policy"]))
    return policy


def test_a_form_takes_one_key_one_type_and_one_size(stores: Stores) -> None:
    form = stores.staging.form(an_entry(42, upload_id="upload_a", size=1234))
    conditions = policy_of(form)["conditions"]

    assert ["content-length-range", 1234, 1234] in conditions
    assert {"key": "staging/0000000000000042/upload_a/3"} in conditions
    assert {"Content-Type": "application/octet-stream"} in conditions
    assert {"bucket": os.environ["STAGING_BUCKET"]} in conditions
    assert not [each for each in conditions if "starts-with" in each]


def test_a_form_is_good_for_five_minutes(stores: Stores) -> None:
    policy = policy_of(stores.staging.form(an_entry(42)))
    left = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)

    assert timedelta(minutes=4, seconds=50) < left <= timedelta(minutes=5)


def test_a_form_is_signed_for_one_region_and_sent_there(
    monkeypatch: pytest.MonkeyPatch, stores: Stores
) -> None:
    for region in ("us-east-1", "eu-central-1"):
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
        objects.client.cache_clear()
        form = stores.staging.form(an_entry(42))

        assert form.url == f"https://{os.environ['STAGING_BUCKET']}.s3.{region}.amazonaws.com/"
        assert f"/{region}/s3/aws4_request" in form.fields["x-amz-credential"]
    objects.client.cache_clear()


class Torn(BytesIO):
    """A body whose connection is cut after so many bytes."""

    def __init__(self, content: bytes, whole: int) -> None:
        super().__init__(content[:whole])

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


def tearing(whole: int) -> Fault:
    """Return the fault of an answer that ends after so many bytes."""

    def fault(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        sound = undisturbed(event_name, request)
        headers = HTTPHeaders()
        for name, value in sound.headers.items():
            headers[name] = value
        return AWSResponse(request.url, sound.status_code, headers, Torn(sound.content, whole))

    return fault


def test_where_the_connection_is_cut_reading_goes_on(stores: Stores, aws: Wiretap) -> None:
    file = stores.kept(LONG)

    with aws.spoiling("GetObject", tearing(300_000), tearing(0), tearing(1)):
        assert stores.read(file) == LONG
    with aws.spoiling("GetObject", tearing(77)):
        assert stores.read(file, 5, 600_000) == LONG[5:600_005]


def test_an_inspection_is_of_all_bytes_even_if_the_connection_was_cut(
    stores: Stores, aws: Wiretap
) -> None:
    staged = stores.staged(LONG)
    sound = stores.staging.inspect(staged)

    with aws.spoiling("GetObject", tearing(300_000)):
        assert stores.staging.inspect(staged) == sound


def test_reading_is_not_tried_for_ever(stores: Stores, aws: Wiretap) -> None:
    file = stores.kept(LONG)

    with (
        aws.spoiling("GetObject", *[tearing(10)] * ATTEMPTS),
        pytest.raises(IncompleteReadError),
    ):
        stores.read(file)


def test_halves_of_two_versions_are_never_one(stores: Stores, aws: Wiretap) -> None:
    staged = stores.staged(LONG)

    def torn_and_replaced(event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        torn = tearing(300_000)(event_name, request)
        stores.staging.put(staged, LONG[::-1])
        return torn

    with aws.spoiling("GetObject", torn_and_replaced), pytest.raises(ClientError):
        stores.staging.inspect(staged)


def test_what_is_replaced_between_reading_and_copying_is_not_kept(
    stores: Stores, aws: Wiretap
) -> None:
    staged, file = stores.staged(b"Harmless."), a_file(stores.user_id, b"Harmless.")

    harmless = boto3.client("s3").head_object(
        Bucket=os.environ["STAGING_BUCKET"],
        Key=f"staging/{stores.user_id:016d}/{staged.upload_id}/{staged.number}",
    )

    def replaced(_: str, request: AWSPreparedRequest) -> AWSResponse:
        # Moto would copy whatever is there.
        version = request.headers["x-amz-copy-source-if-match"]
        assert version in {harmless["ETag"], harmless["ETag"].encode()}
        failed = "<Error><Code>PreconditionFailed</Code></Error>"
        return answering(failed, 412)(_, request)

    with aws.spoiling("CopyObject", replaced), pytest.raises(FileNotFoundError):
        stores.copies.keep(staged, file)

    with pytest.raises(FileNotFoundError):
        stores.read(file)


@pytest.mark.parametrize("operation", ["HeadObject", "GetObject", "CopyObject"])
def test_a_refusal_is_not_taken_for_an_absence(
    stores: Stores, aws: Wiretap, operation: str
) -> None:
    staged, file = stores.staged(b"There."), a_file(stores.user_id, b"There.")
    denied = answering("<Error><Code>AccessDenied</Code></Error>", 403)

    with aws.breaking(operation, denied), pytest.raises(ClientError):
        stores.copies.keep(staged, file)


def test_what_s3_does_not_delete_is_not_said_to_be(stores: Stores, aws: Wiretap) -> None:
    stores.staged(b"Stays.")
    left = "<DeleteResult><Error><Key>k</Key><Code>InternalError</Code></Error></DeleteResult>"

    with (
        aws.spoiling("DeleteObjects", answering(left)),
        pytest.raises(ClearingFailedError),
    ):
        stores.copies.delete_all(stores.user_id)


def test_a_copy_has_no_type_that_somebody_stated(stores: Stores) -> None:
    staged = stores.staged(b"<script>", content_type="text/html")
    file = a_file(stores.user_id, b"<script>")
    stores.copies.keep(staged, file)
    key = f"files/{stores.user_id:016d}/{file.id}"

    found = boto3.client("s3").head_object(Bucket=os.environ["CONTENT_BUCKET"], Key=key)

    assert found["ContentType"] == "application/octet-stream"


def test_keys_have_no_word_of_the_users(stores: Stores, aws: Wiretap) -> None:
    def work() -> None:
        stores.copies.delete_all(stores.kept(b"Hello.").user_id)

    asked = " ".join(call.parameters["url"] for call in aws.during(work))

    assert f"{stores.user_id:016d}" in asked
    assert "berblick" not in asked


def test_a_failure_of_s3_is_tried_again(stores: Stores, aws: Wiretap) -> None:
    with aws.spoiling("PutObject", refusing("SlowDown", 503)):
        file = stores.staged(b"Here.")

    assert stores.staging.inspect(file) is not None
