"""A deployment whose keys KMS encrypts, in moto."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import boto3

from afterglow.adapters.dynamodb.sealed_keys import DynamoSealedKeyRepository
from afterglow.adapters.kms import KmsVault
from afterglow.bootstrap import accounts, conversations, ports, runs, uploads
from afterglow.settings import settings

_MODULES = (accounts, conversations, runs, uploads)


def new_kms_vault(stage: str = "local", key_arn: str | None = None) -> KmsVault:
    """Return a vault, with a KMS key of its own unless one is given."""
    return KmsVault(
        key_arn=key_arn or _new_key(),
        stage=stage,
        sealed=DynamoSealedKeyRepository(),
        pepper=ports.pepper,
    )


@contextmanager
def keys_in_kms() -> Iterator[None]:
    """Have the functions told what they are told with `KeyStore=kms`."""
    with patch.dict(os.environ, {"KEY_STORE": "kms", "OPENAI_KEYS_KEY": _new_key()}):
        _forget()
        try:
            yield
        finally:
            _forget()
    settings()


def _new_key() -> str:
    return boto3.client("kms").create_key()["KeyMetadata"]["Arn"]


def _forget() -> None:
    """Let settings be read, and services be made, anew."""
    settings.cache_clear()
    for module in _MODULES:
        for made in vars(module).values():
            if hasattr(made, "cache_clear"):
                made.cache_clear()
