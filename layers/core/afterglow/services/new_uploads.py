"""Uploads that have just begun."""

from datetime import datetime, timedelta

from afterglow.domain.identifiers import new_ordered_id
from afterglow.domain.models import Upload, UploadKind

# What the state machine works off; the sweeper comes in when it should be done by far.
WORKING = timedelta(minutes=15)


def new_upload(
    user_id: int,
    kind: UploadKind,
    now: datetime,
    assistant_id: int | None = None,
    *,
    total: int = 0,
) -> Upload:
    """Return an upload that nobody has worked at."""
    return Upload(
        id=new_ordered_id("upload_", now),
        user_id=user_id,
        kind=kind,
        created_at=now,
        lease_until=now,
        assistant_id=assistant_id,
        total=total,
    )
