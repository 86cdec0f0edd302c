"""The vault on Secrets Manager, beside what every vault promises."""

import boto3
import pytest

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


def test_a_fingerprint_depends_on_the_pepper(vault: SecretsManagerVault) -> None:
    # Of "sk-one" under "pepper of the tests", by `openssl dgst -sha256 -hmac`.
    expected = "e3c11b69e686b7b145b6130584666538bcf11bde797f372498aca4fdeb57336b"

    assert vault.fingerprint("sk-one") == expected
