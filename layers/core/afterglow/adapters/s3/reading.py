"""Reading an object a little at a time, and what its bytes are."""

import codecs
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import IncompleteReadError, ReadTimeoutError, ResponseStreamingError

from afterglow.adapters.s3.objects import client
from afterglow.ports.staging import HEAD_BYTES, Inspection

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

CHUNK_BYTES = 256 * 1024
ATTEMPTS = 4
_CUT_OFF = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)


@dataclass(slots=True)
class Reader:
    """One version of an object. `etag` names it once a first byte has been asked for."""

    bucket: str
    key: str
    etag: str | None = None

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to `end`, which is beyond `start`.

        Where the connection is cut it goes on. Raises FileNotFoundError if there is no such object,
        botocore's errors if S3 does not answer or has another version meanwhile.
        """
        for left in reversed(range(ATTEMPTS)):
            try:
                for chunk in self._open(start, end).iter_chunks(CHUNK_BYTES):
                    start += len(chunk)
                    yield chunk
            except _CUT_OFF:
                if not left:
                    raise
            else:
                return

    def _open(self, start: int, end: int | None) -> "StreamingBody":
        asked: GetObjectRequestTypeDef = {"Bucket": self.bucket, "Key": self.key}
        if start or end is not None:
            asked["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
        if self.etag is not None:
            asked["IfMatch"] = self.etag
        try:
            found = client().get_object(**asked)
        except client().exceptions.NoSuchKey:
            raise FileNotFoundError(self.key) from None
        self.etag = found["ETag"]
        return found["Body"]


def inspected(chunks: Iterable[bytes]) -> Inspection:
    """Return what bytes are, holding none but their head."""
    digest, size, head, text = hashlib.sha256(), 0, b"", _TextCheck()
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        head += chunk[: HEAD_BYTES - len(head)]
        text.feed(chunk)
    return Inspection(size, digest.hexdigest(), head, is_text=text.ended())


class _TextCheck:
    """Whether bytes are UTF-8 without a NUL. A character may be in two chunks."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_text = True

    def feed(self, chunk: bytes, *, is_last: bool = False) -> None:
        if not self._is_text:
            return
        try:
            self._is_text = "\0" not in self._decoder.decode(chunk, is_last)
        except UnicodeDecodeError:
            self._is_text = False

    def ended(self) -> bool:
        self.feed(b"", is_last=True)
        return self._is_text
