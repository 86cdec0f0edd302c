"""The vault on Secrets Manager, beside what every vault promises."""

import boto3
import pytest
from botocore.exceptions import ClientError

from afterglow.adapters.secrets_manager import SecretsManagerVault
from afterglow.domain.identifiers import new_user_id
from tests.wiretap import Wiretap, refusing

pytestmark = pytest.mark.usefixtures("aws")

PREFIX = "/afterglow/local/openai/"


@pytest.fixture
def vault() -> SecretsManagerVault:
    """Return the vault of the deployment."""
    return SecretsManagerVault(PREFIX)


def test_a_secret_is_named_after_its_user_without_a_hyphen(vault: SecretsManagerVault) -> None:
    vault.put(0xABCDEF, "sk-one")

    secret = boto3.client("secretsmanager").get_secret_value(SecretId=PREFIX + "00000000abcdef")

    assert secret["SecretString"] == "sk-one"
    assert "-" not in secret["Name"]


@pytest.mark.parametrize("key", ["", "arn:aws:kms:us-east-1:123456789012:key/ours"])
def test_a_secret_is_encrypted_with_the_deployments_key_if_it_has_one(
    aws: Wiretap, key: str
) -> None:
    vault = SecretsManagerVault(PREFIX, key)

    (create,) = aws.during(lambda: vault.put(new_user_id(), "sk-one"))

    assert create.operation == "CreateSecret"
    assert create.parameters.get("KmsKeyId", "") == key


def test_a_key_that_waits_for_its_deletion_is_no_key(vault: SecretsManagerVault) -> None:
    user_id = new_user_id()
    version = vault.put(user_id, "sk-one")
    boto3.client("secretsmanager").delete_secret(SecretId=f"{PREFIX}{user_id:014x}")

    assert vault.get(user_id, version) is None


@pytest.mark.parametrize("on_create", ["InvalidRequestException", "ResourceExistsException"])
def test_a_key_replaces_one_that_waits_for_its_deletion(
    vault: SecretsManagerVault, aws: Wiretap, on_create: str
) -> None:
    user_id = new_user_id()
    vault.put(user_id, "sk-one")
    boto3.client("secretsmanager").delete_secret(SecretId=f"{PREFIX}{user_id:014x}")

    # As AWS answers; moto takes the value and leaves the secret deleted.
    with (
        aws.spoiling("CreateSecret", refusing(on_create)),
        aws.spoiling("PutSecretValue", refusing("InvalidRequestException")),
    ):
        version = vault.put(user_id, "sk-two")

    assert vault.get(user_id, version) == "sk-two"


def test_a_key_that_waits_for_its_deletion_is_deleted_at_once(vault: SecretsManagerVault) -> None:
    user_id = new_user_id()
    vault.put(user_id, "sk-one")
    client = boto3.client("secretsmanager")
    client.delete_secret(SecretId=f"{PREFIX}{user_id:014x}")

    vault.delete(user_id)

    # Not even its name is taken.
    client.create_secret(Name=f"{PREFIX}{user_id:014x}", SecretString="sk-two")


def test_that_there_is_nothing_to_delete_is_no_error_however_it_is_said(
    vault: SecretsManagerVault, aws: Wiretap
) -> None:
    with aws.spoiling("DeleteSecret", refusing("ResourceNotFoundException")):
        vault.delete(new_user_id())


def test_a_key_that_could_not_be_deleted_is_an_error(
    vault: SecretsManagerVault, aws: Wiretap
) -> None:
    with (
        aws.spoiling("DeleteSecret", refusing("AccessDeniedException")),
        pytest.raises(ClientError, match="AccessDenied"),
    ):
        vault.delete(new_user_id())


@pytest.mark.parametrize(
    "on_put", ["ResourceNotFoundException", "InvalidRequestException", None], ids=str
)
def test_a_name_that_is_not_free_yet_is_waited_for(
    vault: SecretsManagerVault, aws: Wiretap, on_put: str | None
) -> None:
    user_id = new_user_id()
    refusals = [refusing("InvalidRequestException")] * 2
    puts = [refusing(on_put)] * 2 if on_put else []

    # Without a refusal of its own, moto says that there is nothing to replace or to restore.
    with aws.spoiling("CreateSecret", *refusals), aws.spoiling("PutSecretValue", *puts):
        version = vault.put(user_id, "sk-one")

    assert vault.get(user_id, version) == "sk-one"


def test_a_name_that_is_never_free_is_an_error(
    vault: SecretsManagerVault, aws: Wiretap, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("afterglow.adapters.secrets_manager.time.sleep", waits.append)

    with (
        aws.breaking("CreateSecret", refusing("InvalidRequestException")),
        pytest.raises(ClientError, match="ResourceNotFound"),
    ):
        vault.put(new_user_id(), "sk-one")

    assert 2 < sum(waits) < 5


def test_a_fingerprint_depends_on_the_pepper(vault: SecretsManagerVault) -> None:
    # Of "sk-one" under "pepper of the tests", by `openssl dgst -sha256 -hmac`.
    expected = "e3c11b69e686b7b145b6130584666538bcf11bde797f372498aca4fdeb57336b"

    assert vault.fingerprint("sk-one") == expected
