"""Bytes of a file, judged by its name."""

import hashlib

import pytest

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.file_types import use_of
from afterglow.domain.models import FileUse
from afterglow.ports.staging import HEAD_BYTES, Inspection

HTML = b"<html><body><script>alert(1)</script></body></html>"


def inspected(content: bytes) -> Inspection:
    """Return what staging says of bytes."""
    try:
        is_text = "\x00" not in content.decode()
    except UnicodeDecodeError:
        is_text = False
    return Inspection(
        len(content), hashlib.sha256(content).hexdigest(), content[:HEAD_BYTES], is_text
    )


def use(name: str, content: bytes, *, has_code_interpreter: bool = True) -> FileUse:
    return use_of(name, inspected(content), has_code_interpreter=has_code_interpreter)


def refusal(name: str, content: bytes, *, has_code_interpreter: bool = True) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as refused:
        use(name, content, has_code_interpreter=has_code_interpreter)
    assert refused.value.code
    assert refused.value.details == (
        {"field": "file", "code": refused.value.code, "message": refused.value.message},
    )
    return refused.value
