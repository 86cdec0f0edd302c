"""Whose call it is: every key is a project of its own."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from local.openai.wire.errors import incorrect_key, missing_key

KEY: Final = re.compile(r"sk-[A-Za-z0-9_-]{17,297}")
REFUSED: Final = "sk-invalid"
FINGERPRINT_LENGTH: Final = 16


def bearer(headers: Mapping[str, str]) -> str:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def fingerprint(key: str) -> str:
    """What the journal knows of a key."""
    return sha256(key.encode()).hexdigest()[:FINGERPRINT_LENGTH] if key else ""


def project_of(headers: Mapping[str, str]) -> str:
    """The caller's project: as secret as a key's fingerprint, which is not at all."""
    key = bearer(headers)
    if not key:
        raise missing_key()
    if not KEY.fullmatch(key) or key.startswith(REFUSED):
        raise incorrect_key(key)
    return fingerprint(key)
