"""`CopyRepository` on AWS S3: an object each, at `files/<user>/<file>`."""

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from afterglow.adapters.s3.objects import LATE, clear, client, copies_prefix, staging_prefix
from afterglow.adapters.s3.reading import Reader, inspected
from afterglow.adapters.s3.staging import staging_key
from afterglow.domain.models import File, UploadFile

# There is no such object, or it has been replaced since.
_GONE = {"NoSuchKey", "PreconditionFailed", "404", "412"}


@dataclass(frozen=True, slots=True)
class S3Source:
    """`Source` of one copy."""

    bucket: str
    file: File

    @property
    def name(self) -> str:
        """The file's name."""
        return self.file.name

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.file.size

    def chunks(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` on, `length` in all, a few at a time."""
        end = self.size if length is None else min(start + length, self.size)
        if start < end:
            yield from Reader(self.bucket, _key(self.file.user_id, self.file.id)).chunks(start, end)


@dataclass(frozen=True, slots=True)
class S3Copies:
    """Copies in one bucket, of what was staged in the other."""

    bucket: str
    staging_bucket: str

    def keep(self, staged: UploadFile, file: File) -> None:
        """Copy staged bytes, as they were inspected. Raises FileNotFoundError if they are gone.

        Whoever has a form may send other bytes until it expires: what is copied is read again
        before, and a copy that is there is never replaced.
        """
        if self._has(file):
            return
        source = Reader(self.staging_bucket, staging_key(staged))
        if inspected(source.chunks()).sha256 != file.sha256:
            raise FileNotFoundError(source.key)
        self._copy(source, _key(file.user_id, file.id))

    def source(self, file: File) -> S3Source:
        """Return the bytes of a file."""
        return S3Source(self.bucket, file)

    def delete(self, user_id: int, file_id: str) -> None:
        """Have a copy gone; that there is none is no error."""
        client().delete_object(Bucket=self.bucket, Key=_key(user_id, file_id))

    def delete_all(self, user_id: int) -> None:
        """Have all copies and staged bytes of a user gone. Raises ClearingFailedError."""
        clear(self.staging_bucket, staging_prefix(user_id))
        clear(self.bucket, copies_prefix(user_id))

    def _has(self, file: File) -> bool:
        try:
            client().head_object(Bucket=self.bucket, Key=_key(file.user_id, file.id))
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return False
            raise
        return True

    def _copy(self, source: Reader, key: str) -> None:
        try:
            client(LATE).copy_object(
                Bucket=self.bucket,
                Key=key,
                CopySource={"Bucket": source.bucket, "Key": source.key},
                CopySourceIfMatch=source.etag or "",
                # A type that somebody stated is not ours to repeat.
                MetadataDirective="REPLACE",
                ContentType="application/octet-stream",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                raise FileNotFoundError(source.key) from None
            raise


def _key(user_id: int, file_id: str) -> str:
    return f"{copies_prefix(user_id)}{file_id}"
