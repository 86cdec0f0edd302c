"""What is to be uploaded."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from afterglow.api.schemas.base import Body, IntegerId
from afterglow.domain.errors import InvalidInputError
from afterglow.domain.file_paths import MAX_BYTES, normalised_directory, normalised_path
from afterglow.services.announcing import LARGEST_FILE, MOST_FORMS, Announced
from afterglow.services.selecting import MOST_ANNOUNCEMENTS

_UPLOAD_ID = "^upload_[A-Za-z0-9]{1,64}$"
_MEDIA_TYPE = "^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,62}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,62}$"


def _checked(normalise: Callable[[str], str]) -> AfterValidator:
    """Return a rule of the domain as a validator, so that an error names its field in the body."""

    def check(text: str) -> str:
        try:
            return normalise(text)
        except InvalidInputError as error:
            (detail,) = error.details
            message = detail.get("message", error.message).replace("{", "{{").replace("}", "}}")
            raise PydanticCustomError(detail["code"], message) from None

    return AfterValidator(check)


class AnnouncedIn(Body):
    """A file that is to come: its path in its folder, its size in bytes, its SHA-256 in hex."""

    path: Annotated[
        str,
        Field(json_schema_extra={"minLength": 1, "maxLength": MAX_BYTES}),
        _checked(normalised_path),
    ]
    size: Annotated[int, Field(ge=1, le=LARGEST_FILE)]
    content_type: Annotated[str, Field(pattern=_MEDIA_TYPE)] | None = None
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None

    def to_announced(self) -> Announced:
        """Return the file as the service takes it."""
        return Announced(self.path, self.size, self.content_type, self.sha256)


class UploadIn(Body):
    """Files that are to come; without an assistant they wait for `upload-directory`."""

    files: Annotated[list[AnnouncedIn], Field(min_length=1, max_length=MOST_FORMS)]
    assistant_id: IntegerId | None = None


class DirectoryIn(Body):
    """A folder of what has come without an assistant, and the assistant that gets it.

    With `uploadIds` only what these uploads announced goes, else all that lies in the folder.
    """

    dir: Annotated[
        str, Field(json_schema_extra={"maxLength": MAX_BYTES}), _checked(normalised_directory)
    ]
    assistant_id: IntegerId | None = None
    upload_ids: (
        Annotated[
            list[Annotated[str, Field(pattern=_UPLOAD_ID)]],
            Field(min_length=1, max_length=MOST_ANNOUNCEMENTS),
        ]
        | None
    ) = None
