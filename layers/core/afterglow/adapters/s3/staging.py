"""`Staging` on AWS S3: an object each, at `staging/<user>/<upload>/<number>`."""

from dataclasses import dataclass
from datetime import timedelta

from afterglow.adapters.s3.objects import client, staging_prefix
from afterglow.adapters.s3.reading import Reader, inspected
from afterglow.domain.models import UploadFile
from afterglow.ports.clock import Clock
from afterglow.ports.staging import Form, Inspection

VALIDITY = timedelta(minutes=5)
_ANY_TYPE = "application/octet-stream"


def staging_key(file: UploadFile) -> str:
    """Return where the bytes of a file wait."""
    upload_id, number = file.place
    return f"{staging_prefix(file.user_id)}{upload_id}/{number}"


@dataclass(frozen=True, slots=True)
class S3Staging:
    """The staging bucket, which forgets what is a day old and encrypts what it is given."""

    bucket: str
    now: Clock

    def form(self, file: UploadFile) -> Form:
        """Return a form that takes as many bytes as were stated, of the stated type."""
        expires_at = self.now() + VALIDITY
        typed = {"Content-Type": file.content_type or _ANY_TYPE}
        form = client().generate_presigned_post(
            Bucket=self.bucket,
            Key=staging_key(file),
            Fields=dict(typed),
            Conditions=[typed, ["content-length-range", file.size, file.size]],
            ExpiresIn=int(VALIDITY.total_seconds()),
        )
        return Form(form["url"], form["fields"], expires_at)

    def put(self, file: UploadFile, content: bytes) -> None:
        """Keep bytes that came in a request."""
        client().put_object(
            Bucket=self.bucket,
            Key=staging_key(file),
            Body=content,
            ContentType=file.content_type or _ANY_TYPE,
        )

    def inspect(self, file: UploadFile) -> Inspection | None:
        """Read the bytes of a file once through, None if there are none."""
        try:
            return inspected(Reader(self.bucket, staging_key(file)).chunks())
        except FileNotFoundError:
            return None

    def delete(self, file: UploadFile) -> None:
        """Have the bytes gone; that there are none is no error."""
        client().delete_object(Bucket=self.bucket, Key=staging_key(file))
