"""What is to be uploaded."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from afterglow.api.schemas.base import Body, IntegerId
from afterglow.domain.errors import InvalidInputError
from afterglow.domain.file_paths import MAX_BYTES, normalised_directory, normalised_path
from afterglow.services.announcing import LARGEST_FILE, MOST_FORMS, Announced
from afterglow.services.selecting import MOST_ANNOUNCEMENTS

_UPLOAD_ID = "^upload_[A-Za-z0-9]{1,64}$"
_AN_UPLOAD_ID = "An upload's id is upload_..."
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


def _in_words(words: str) -> WrapValidator:
    """Return what says these words of a bad value, whatever is bad about it, by the same code.

    What is bad about a part of it is said of that part.
    """

    def check(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        try:
            return validate(value)
        except ValidationError as error:
            (first, *_) = error.errors()
            if first["loc"]:
                raise
            raise PydanticCustomError(first["type"], words) from None

    return WrapValidator(check)


class AnnouncedIn(Body):
    """A file that is to come: its path in its folder, its size in bytes, its SHA-256 in hex."""

    path: Annotated[
        str,
        Field(json_schema_extra={"minLength": 1, "maxLength": MAX_BYTES}),
        _in_words("A path is a text, as docs/guide.md"),
        _checked(normalised_path),
    ]
    size: Annotated[
        int,
        Field(ge=1, le=LARGEST_FILE),
        _in_words(f"A size is an integer of bytes, from 1 to {LARGEST_FILE}"),
    ]
    content_type: (
        Annotated[
            str,
            Field(pattern=_MEDIA_TYPE),
            _in_words("A content type is type/subtype, as text/plain, without parameters"),
        ]
        | None
    ) = None
    sha256: (
        Annotated[
            str,
            Field(pattern="^[0-9a-f]{64}$"),
            _in_words("A SHA-256 is 64 hexadecimal digits, in lower case"),
        ]
        | None
    ) = None

    def to_announced(self) -> Announced:
        """Return the file as the service takes it."""
        return Announced(self.path, self.size, self.content_type, self.sha256)


class UploadIn(Body):
    """Files that are to come; without an assistant they wait for `upload-directory`."""

    files: Annotated[
        list[Annotated[AnnouncedIn, _in_words("A file is an object with path and size")]],
        Field(min_length=1, max_length=MOST_FORMS),
        _in_words(f"A list of 1 to {MOST_FORMS} files"),
    ]
    assistant_id: IntegerId | None = None


class DirectoryIn(Body):
    """A folder of what has come without an assistant, and the assistant that gets it.

    With `uploadIds` only what these uploads announced goes, else all that lies in the folder.
    """

    dir: Annotated[
        str,
        Field(json_schema_extra={"maxLength": MAX_BYTES}),
        _in_words("A folder is a text, as docs"),
        _checked(normalised_directory),
    ]
    assistant_id: IntegerId | None = None
    upload_ids: (
        Annotated[
            list[Annotated[str, Field(pattern=_UPLOAD_ID), _in_words(_AN_UPLOAD_ID)]],
            Field(min_length=1, max_length=MOST_ANNOUNCEMENTS),
            _in_words(f"A list of 1 to {MOST_ANNOUNCEMENTS} ids of uploads"),
        ]
        | None
    ) = None
