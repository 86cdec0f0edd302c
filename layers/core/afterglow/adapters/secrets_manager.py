"""`KeyVault` on AWS Secrets Manager: one secret per user, and the deployment's pepper."""

import hashlib
import hmac
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from botocore.config import Config

from afterglow.adapters.aws import new_client
from afterglow.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_TIMEOUTS = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3})
# Seconds. AWS clears a name a moment after it has answered that the secret is deleted: until then
# the name is neither free nor there.
_WAITS = (0.1, 0.2, 0.4, 0.8, 1.6)


@cache
def _client() -> "SecretsManagerClient":
    return cast("SecretsManagerClient", new_client("secretsmanager", _TIMEOUTS))


@cache
def pepper() -> bytes:
    """Return the secret of this deployment that keys its hashes, read once."""
    return _client().get_secret_value(SecretId=settings().pepper_secret)["SecretString"].encode()


def _create(name: str, api_key: str, key_arn: str) -> str:
    client = _client()
    if not key_arn:
        return client.create_secret(Name=name, SecretString=api_key)["VersionId"]
    return client.create_secret(Name=name, SecretString=api_key, KmsKeyId=key_arn)["VersionId"]


def _store(name: str, api_key: str, key_arn: str) -> str:
    """Create a secret or replace its value, whichever the name's state asks for."""
    client = _client()
    try:
        return _create(name, api_key, key_arn)
    except (
        client.exceptions.ResourceExistsException,
        # What AWS calls a name whose secret waits for its deletion.
        client.exceptions.InvalidRequestException,
    ):
        return _replace(name, api_key)


def _replace(name: str, api_key: str) -> str:
    client = _client()
    try:
        return client.put_secret_value(SecretId=name, SecretString=api_key)["VersionId"]
    except client.exceptions.InvalidRequestException:
        client.restore_secret(SecretId=name)
        return client.put_secret_value(SecretId=name, SecretString=api_key)["VersionId"]


@dataclass(frozen=True, slots=True)
class SecretsManagerVault:
    """Secrets named `<prefix><user id in hex>`. `prefix` ends with a slash.

    A new secret is encrypted with the KMS key of that ARN, or with AWS's own for this account.
    """

    prefix: str
    key_arn: str = ""

    def put(self, user_id: int, api_key: str) -> str:
        """Keep a user's key as the newest of that user's and return which version it is."""
        known, name = _client().exceptions, self._name(user_id)
        for wait in _WAITS:
            try:
                return _store(name, api_key, self.key_arn)
            except (
                known.ResourceNotFoundException,
                known.InvalidRequestException,
                known.ResourceExistsException,
            ):
                time.sleep(wait)
        return _store(name, api_key, self.key_arn)

    def get(self, user_id: int, version: str) -> str | None:
        """Return a version of a user's key, or None."""
        client = _client()
        try:
            found = client.get_secret_value(SecretId=self._name(user_id), VersionId=version)
        except (
            client.exceptions.ResourceNotFoundException,
            client.exceptions.InvalidRequestException,
        ):
            return None
        return found["SecretString"]

    def delete(self, user_id: int) -> None:
        """Have every version of a user's key gone at once; that there is none is no error."""
        client = _client()
        with suppress(client.exceptions.ResourceNotFoundException):
            # What could be restored for days would be no deletion, and it would block the name.
            client.delete_secret(SecretId=self._name(user_id), ForceDeleteWithoutRecovery=True)

    def fingerprint(self, api_key: str) -> str:
        """Return the key's HMAC-SHA256 under the deployment's pepper, in hex."""
        return hmac.new(pepper(), api_key.encode(), hashlib.sha256).hexdigest()

    def _name(self, user_id: int) -> str:
        # No hyphen: Secrets Manager takes a name that ends in one and six characters for an ARN.
        return f"{self.prefix}{user_id:014x}"
