"""Which files of a staging area are meant: those that some uploads announced."""

from collections.abc import Collection, Sequence

from afterglow.domain.models import Staged
from afterglow.ports.uploads import UploadRepository

# A hundred files each; some are announced again, when their form was too old.
MOST_ANNOUNCEMENTS = 200


def announced_by(
    uploads: UploadRepository, user_id: int, upload_ids: Collection[str], staged: Sequence[Staged]
) -> Sequence[Staged]:
    """Return what is staged and was announced by these uploads, in the same order.

    Their own bytes, or the same path with the same SHA-256 from elsewhere. What another upload
    staged under a path of theirs is not meant, even if theirs never came. Raises NotFoundError if
    one is not the user's.
    """
    places: set[tuple[str, int]] = set()
    contents: set[tuple[str, str | None]] = set()
    for upload_id in frozenset(upload_ids):
        uploads.get(user_id, upload_id)
        for entry in uploads.files(user_id, upload_id):
            places.add(entry.place)
            contents.add((entry.path, entry.sha256))
    return [
        each
        for each in staged
        if (each.upload_id, each.number) in places
        or (each.sha256 is not None and (each.path, each.sha256) in contents)
    ]
