"""`KeyVault` on AWS KMS: what is kept of a key opens through KMS only, and as its user's only."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from botocore.config import Config

from afterglow.adapters.aws import new_client
from afterglow.ports.sealed_keys import SealedKeyRepository

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_TIMEOUTS = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3})
# The policies of the roles and of the key name it.
PURPOSE = "openai-key"


@cache
def _client() -> "KMSClient":
    return cast("KMSClient", new_client("kms", _TIMEOUTS))


@dataclass(frozen=True, slots=True)
class KmsVault:
    """Keys encrypted by the KMS key of an ARN, for one stage, kept as `sealed`.

    A user's key has 300 characters at most; KMS itself encrypts up to 4,096 bytes, so that there
    is no data key to handle. What KMS answers but a missing key is an error, as when it is out of
    reach: ClientError or BotoCoreError.
    https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
    """

    key_arn: str
    stage: str
    sealed: SealedKeyRepository
    pepper: Callable[[], bytes]

    def put(self, user_id: int, api_key: str) -> str:
        """Keep a user's key as the newest of that user's and return which version it is."""
        version = str(uuid4())
        answer = _client().encrypt(
            KeyId=self.key_arn,
            Plaintext=api_key.encode(),
            EncryptionContext=self._context(user_id),
        )
        self.sealed.store(user_id, version, answer["CiphertextBlob"])
        return version

    def get(self, user_id: int, version: str) -> str | None:
        """Return a version of a user's key, or None.

        Raises InvalidCiphertextException for what was encrypted for somebody else.
        """
        ciphertext = self.sealed.find(user_id, version)
        if ciphertext is None:
            return None
        client = _client()
        try:
            opened = client.decrypt(
                KeyId=self.key_arn,
                CiphertextBlob=ciphertext,
                EncryptionContext=self._context(user_id),
            )
        except client.exceptions.IncorrectKeyException:
            # The deployment had another key once: nothing opens what is left of that time.
            return None
        return opened["Plaintext"].decode()

    def delete(self, user_id: int) -> None:
        """Have every version of a user's key gone at once; that there is none is no error."""
        self.sealed.delete(user_id)

    def fingerprint(self, api_key: str) -> str:
        """Return the key's HMAC-SHA256 under the deployment's pepper, in hex."""
        return hmac.new(self.pepper(), api_key.encode(), hashlib.sha256).hexdigest()

    def _context(self, user_id: int) -> dict[str, str]:
        # CloudTrail shows it as it is: nothing secret.
        return {"purpose": PURPOSE, "stage": self.stage, "user": str(user_id)}
