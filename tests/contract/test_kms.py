"""The vault on KMS, beside what every vault promises."""

from base64 import b64encode

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import GetError

from afterglow.adapters.dynamodb.remains import DynamoRemains
from afterglow.adapters.dynamodb.sealed_keys import sealed_key
from afterglow.adapters.dynamodb.tables.keys import SealedKeyItem
from afterglow.adapters.kms import KmsVault
from afterglow.domain.identifiers import new_user_id
from tests.canaries import canary_key
from tests.kms import new_kms_vault
from tests.tables import dump, empty_tables, items
from tests.wiretap import Wiretap, losing_the_reply, refusing

OUTAGES = [
    "AccessDeniedException",
    "DisabledException",
    "KMSInternalException",
    "KMSInvalidStateException",
    "ThrottlingException",
]


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore try again at once."""
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


@pytest.fixture
def vault(aws: Wiretap) -> KmsVault:
    """Return a vault with nothing in it."""
    assert aws is not None
    empty_tables()
    return new_kms_vault()


@pytest.fixture
def user_id() -> int:
    """Return a user of the test's own."""
    return new_user_id()


def _stored(user_id: int) -> SealedKeyItem:
    key = sealed_key(user_id)
    return SealedKeyItem.get(key.owner, key.item)


def test_the_tables_hold_what_nobody_can_read(vault: KmsVault, user_id: int) -> None:
    keys = [canary_key() for _ in range(3)]
    for key in keys:
        vault.put(user_id, key)

    (item,) = items()
    assert item["owner"] == {"S": f"U#{user_id:016d}"}
    for key in keys:
        for form in (key, key[3:], b64encode(key.encode()).decode()[:-4], key.encode().hex()):
            assert form not in dump()
        assert key.encode() not in _stored(user_id).ciphertext
    secrets = boto3.client("secretsmanager").list_secrets()["SecretList"]
    assert not [each for each in secrets if "/openai/" in each["Name"]]


def test_the_same_key_of_two_users_looks_different(vault: KmsVault, user_id: int) -> None:
    vault.put(user_id, "sk-same")
    vault.put(user_id + 1, "sk-same")

    assert _stored(user_id).ciphertext != _stored(user_id + 1).ciphertext


def test_what_is_moved_to_another_user_does_not_open(vault: KmsVault, user_id: int) -> None:
    thief = user_id + 1
    vault.put(user_id, "sk-one")
    version = vault.put(thief, "sk-two")

    stolen = _stored(thief)
    stolen.ciphertext = _stored(user_id).ciphertext
    stolen.save()

    with pytest.raises(ClientError, match="InvalidCiphertext"):
        vault.get(thief, version)


def test_what_is_moved_to_another_stage_does_not_open(vault: KmsVault, user_id: int) -> None:
    version = vault.put(user_id, "sk-one")
    prod = new_kms_vault("prod", vault.key_arn)

    with pytest.raises(ClientError, match="InvalidCiphertext"):
        prod.get(user_id, version)


def test_what_was_tampered_with_does_not_open(vault: KmsVault, user_id: int) -> None:
    version = vault.put(user_id, "sk-one")
    item = _stored(user_id)
    item.ciphertext = item.ciphertext[:-1] + bytes([item.ciphertext[-1] ^ 1])
    item.save()

    with pytest.raises(ClientError, match="InvalidCiphertext"):
        vault.get(user_id, version)


def test_each_call_says_whose_key_it_is_about_and_for_what(
    vault: KmsVault, user_id: int, aws: Wiretap
) -> None:
    context = {"purpose": "openai-key", "stage": "local", "user": str(user_id)}

    writing = aws.during(lambda: vault.put(user_id, "sk-one"))
    version = _stored(user_id).version
    reading = aws.during(lambda: vault.get(user_id, version))
    deleting = aws.during(lambda: vault.delete(user_id))

    made = [[call.operation for call in calls] for calls in (writing, reading, deleting)]
    assert made == [["Encrypt", "UpdateItem"], ["GetItem", "Decrypt"], ["DeleteItem"]]
    for call in (writing[0], reading[1]):
        assert (call.parameters["KeyId"], call.parameters["EncryptionContext"]) == (
            vault.key_arn,
            context,
        )
    assert reading[0].parameters["ConsistentRead"] is True


def test_what_another_kms_key_encrypted_is_no_key(
    vault: KmsVault, user_id: int, aws: Wiretap
) -> None:
    version = vault.put(user_id, "sk-one")

    # As AWS answers; moto says that access is denied.
    with aws.spoiling("Decrypt", refusing("IncorrectKeyException")):
        assert vault.get(user_id, version) is None


@pytest.mark.parametrize("code", OUTAGES)
def test_a_key_that_cannot_be_asked_for_is_an_error_and_not_missing(
    vault: KmsVault, user_id: int, aws: Wiretap, code: str
) -> None:
    version = vault.put(user_id, "sk-one")

    with aws.breaking("Decrypt", refusing(code)), pytest.raises(ClientError, match=code):
        vault.get(user_id, version)

    assert vault.get(user_id, version) == "sk-one"


def test_a_lost_connection_is_an_error_too(vault: KmsVault, user_id: int, aws: Wiretap) -> None:
    version = vault.put(user_id, "sk-one")

    with aws.breaking("Decrypt", losing_the_reply), pytest.raises(BotoCoreError):
        vault.get(user_id, version)
    with aws.breaking("GetItem", refusing("InternalServerError")), pytest.raises(GetError):
        vault.get(user_id, version)


@pytest.mark.parametrize("code", OUTAGES)
def test_a_key_that_cannot_be_encrypted_leaves_the_former_one(
    vault: KmsVault, user_id: int, aws: Wiretap, code: str
) -> None:
    version = vault.put(user_id, "sk-one")
    before = dump()

    with aws.breaking("Encrypt", refusing(code)), pytest.raises(ClientError, match=code):
        vault.put(user_id, "sk-two")

    assert dump() == before
    assert vault.get(user_id, version) == "sk-one"


def test_a_busy_moment_is_waited_for(vault: KmsVault, user_id: int, aws: Wiretap) -> None:
    with aws.spoiling("Encrypt", *[refusing("ThrottlingException")] * 2):
        version = vault.put(user_id, "sk-one")
    with aws.spoiling("Decrypt", *[refusing("ThrottlingException")] * 2):
        assert vault.get(user_id, version) == "sk-one"


def test_it_goes_with_its_user_whatever_vault_is_in_use_by_then(
    vault: KmsVault, user_id: int
) -> None:
    vault.put(user_id, "sk-one")
    vault.put(user_id + 1, "sk-two")

    DynamoRemains().clear_account(user_id)

    assert [item["owner"] for item in items()] == [{"S": f"U#{user_id + 1:016d}"}]


def test_a_fingerprint_is_the_same_in_both_stores(vault: KmsVault) -> None:
    # Of "sk-one" under "pepper of the tests", by `openssl dgst -sha256 -hmac`.
    expected = "e3c11b69e686b7b145b6130584666538bcf11bde797f372498aca4fdeb57336b"

    assert vault.fingerprint("sk-one") == expected
