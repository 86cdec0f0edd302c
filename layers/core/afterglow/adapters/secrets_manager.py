"""`KeyVault` on AWS Secrets Manager: one secret per user, and the deployment's pepper."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from afterglow.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_TIMEOUTS = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3})


@cache
def _client() -> "SecretsManagerClient":
    return boto3.client("secretsmanager", config=_TIMEOUTS)


@cache
def _pepper() -> bytes:
    return _client().get_secret_value(SecretId=settings().pepper_secret)["SecretString"].encode()


def _replace(name: str, api_key: str) -> str:
    client = _client()
    try:
        return client.put_secret_value(SecretId=name, SecretString=api_key)["VersionId"]
    except client.exceptions.InvalidRequestException:
        client.restore_secret(SecretId=name)
        return client.put_secret_value(SecretId=name, SecretString=api_key)["VersionId"]


@dataclass(frozen=True, slots=True)
class SecretsManagerVault:
    """Secrets named `<prefix><user id in hex>`. `prefix` ends with a slash."""

    prefix: str

    def put(self, user_id: int, api_key: str) -> str:
        """Keep a user's key as the newest of that user's and return which version it is."""
        client, name = _client(), self._name(user_id)
        try:
            return client.create_secret(Name=name, SecretString=api_key)["VersionId"]
        except (
            client.exceptions.ResourceExistsException,
            # What AWS calls a name whose secret waits for its deletion.
            client.exceptions.InvalidRequestException,
        ):
            return _replace(name, api_key)

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

    def fingerprint(self, api_key: str) -> str:
        """Return the key's HMAC-SHA256 under the deployment's pepper, in hex."""
        return hmac.new(_pepper(), api_key.encode(), hashlib.sha256).hexdigest()

    def _name(self, user_id: int) -> str:
        # No hyphen: Secrets Manager takes a name that ends in one and six characters for an ARN.
        return f"{self.prefix}{user_id:014x}"
