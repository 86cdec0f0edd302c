"""Which types of file are taken, by extension and content (S-63), and the tool that reads each.

Archives are not among them, though `code_interpreter` reads some: what is not taken can be no bomb
(S-64). Nor are pickles, which are programs.
"""

from posixpath import splitext
from typing import Protocol

from afterglow.domain.errors import Detail, InvalidInputError
from afterglow.domain.file_signatures import BINARY, begins_as, looks_binary
from afterglow.domain.models import FileUse

_PROGRAMS = {".c", ".cpp", ".cs", ".go", ".java", ".js", ".php", ".py", ".rb", ".sh", ".ts"}
_DOCUMENTS = {".css", ".doc", ".docx", ".html", ".json", ".md", ".pdf", ".pptx", ".tex", ".txt"}

SEARCH_TYPES = frozenset(_PROGRAMS | _DOCUMENTS)
# What `code_interpreter` reads beside those.
CODE_TYPES = frozenset({".csv", ".gif", ".jpeg", ".jpg", ".png", ".xlsx", ".xml"})

_ACCEPTED = (
    f"file_search reads {', '.join(sorted(SEARCH_TYPES))};"
    f" code_interpreter also reads {', '.join(sorted(CODE_TYPES))}"
)


class Content(Protocol):
    """What bytes are: how many, their first 8 KiB, whether all are UTF-8 without a NUL."""

    @property
    def size(self) -> int:
        """How many bytes there are."""
        ...

    @property
    def head(self) -> bytes:
        """The first of them."""
        ...

    @property
    def is_text(self) -> bool:
        """Whether all of them are UTF-8 without a NUL."""
        ...


def use_by_name(path: str, *, has_code_interpreter: bool) -> FileUse:
    """Return the tool that reads files of this name, before there are bytes to look at.

    Raises InvalidInputError, with the list of what is accepted, if none of the assistant's does.
    """
    extension = _extension(path)
    if extension in SEARCH_TYPES:
        return FileUse.SEARCH
    if extension not in CODE_TYPES:
        raise _refused("unsupported_type", f"This type of file is not accepted: {_ACCEPTED}")
    if not has_code_interpreter:
        raise _refused(
            "unsupported_type",
            f"The assistant has no tool that reads {extension} files: {_ACCEPTED}",
        )
    return FileUse.CODE


def use_of(path: str, content: Content, *, has_code_interpreter: bool) -> FileUse:
    """Return the tool that reads a file: its extension must be accepted, and its content agree.

    Text is UTF-8 and begins as no binary type does. The others are told by their first 8 KiB, as
    far as those go (`file_signatures`). What a client says of the type is no
    matter. Raises InvalidInputError with code `unsupported_type`, `empty_file`, `not_utf8` or
    `content_mismatch`.
    """
    use = use_by_name(path, has_code_interpreter=has_code_interpreter)
    if content.size == 0:
        raise _refused("empty_file", "The file is empty")
    extension = _extension(path)
    if extension in BINARY:
        _check_binary(extension, content)
    elif looks_binary(content.head):
        raise _mismatch(extension)
    elif not content.is_text:
        raise _refused("not_utf8", f"A {extension} file must be text in UTF-8")
    return use


def _check_binary(extension: str, content: Content) -> None:
    is_whole = content.size <= len(content.head)
    # A PDF may be all ASCII; each of the others has bytes that no text has.
    is_plausible = extension == ".pdf" or not content.is_text
    if not (is_plausible and begins_as(extension, content.head, is_whole=is_whole)):
        raise _mismatch(extension)


def _extension(path: str) -> str:
    return splitext(path)[1].lower()


def _mismatch(extension: str) -> InvalidInputError:
    return _refused("content_mismatch", f"The content is not that of a {extension} file")


def _refused(code: str, message: str) -> InvalidInputError:
    detail: Detail = {"field": "file", "code": code, "message": message}
    return InvalidInputError(message, code=code, details=(detail,))
