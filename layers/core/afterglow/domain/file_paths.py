"""The names of files: paths in a staging area and names of uploads. None reaches a file system."""

import re
import unicodedata

from afterglow.domain.errors import Detail, InvalidInputError

MAX_BYTES = 255
MAX_SEGMENTS = 10
# Composing makes one code point of four at most.
_MAX_RAW_CODE_POINTS = 4 * MAX_BYTES

_CONTROL = (
    "\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
    # What turns the direction of text around, and so shows `exe.pdf` for `fdp.exe`.
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
)
_HAS_CONTROL = re.compile(f"[{_CONTROL}]")
_FORBIDDEN = re.compile(rf"[\\%{_CONTROL}]|\$\(")
_UPWARDS = re.compile(r"(?:\A|/)\.\.(?:/|\Z)")
# A scheme or a drive, but not the `Re: ` of a title.
_ABSOLUTE = re.compile(r"[/~]|[A-Za-z][A-Za-z0-9+.-]*:(?:[!-~]|\Z)")
_NO_NAMES = frozenset({"", ".", ".."})


def normalised_path(text: str, *, field: str = "path") -> str:
    r"""Return the one form of a staged file's relative path: NFC, segments between single `/`.

    `.` and empty segments are dropped. Raises InvalidInputError, naming the `field`, for a path
    that names no file, has a `..`, a `\`, a `%`, a `$(` or a control or bidirectional character,
    that starts with `/`, `~` or a scheme, has more than 10 segments or 255 bytes: as it is, or as
    NFKC makes it.
    """
    path = _relative(text, field)
    if not path or unicodedata.normalize("NFC", text).endswith(("/", "/.")):
        raise _refused(field, "no_file", "The path names no file")
    return path


def normalised_directory(text: str, *, field: str = "dir") -> str:
    """Return the one form of a staged folder's path, "" for the whole staging area (``, `.`, `./`).

    There is no `/` at its end: files are in it whose paths start with it and a `/`. Raises
    InvalidInputError as `normalised_path` does.
    """
    return _relative(text, field)


def upload_name(filename: str, *, field: str = "file") -> str:
    r"""Return the name of an uploaded file: the last segment, between `/` or `\`, in NFC.

    Raises InvalidInputError, naming the `field`, if that is no name, has control or bidirectional
    characters, or more than 255 bytes.
    """
    _check_length(filename, field)
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", filename)[-1])
    if _HAS_CONTROL.search(name):
        raise _refused(field, "forbidden_character", "A file's name has no control characters")
    if unicodedata.normalize("NFKC", name).strip() in _NO_NAMES:
        raise _refused(field, "no_file", "The file has no name")
    _check_bytes(name, field)
    return name


def _relative(text: str, field: str) -> str:
    _check_length(text, field)
    raw = unicodedata.normalize("NFC", text)
    path = _joined(raw)
    for form in (raw, path):
        # NFKC shows what could be taken for another, such as full-width dots. Names are kept in
        # NFC, which leaves `x²` and `x2` two names.
        for seen in (form, unicodedata.normalize("NFKC", form)):
            _check(seen, field)
            _check(_joined(seen), field)
    _check_bytes(path, field)
    return path


def _joined(path: str) -> str:
    return "/".join(segment for segment in path.split("/") if segment not in {"", "."})


def _check(path: str, field: str) -> None:
    if _ABSOLUTE.match(path):
        raise _refused(field, "not_relative", "A path starts with neither / nor ~ nor a scheme")
    if _UPWARDS.search(path):
        raise _refused(field, "upwards", "A path has no ..")
    if _FORBIDDEN.search(path):
        raise _refused(
            field, "forbidden_character", r"A path has no \, %, $( or control characters"
        )
    if len(_joined(path).split("/")) > MAX_SEGMENTS:
        raise _refused(field, "too_deep", f"At most {MAX_SEGMENTS} segments")


def _check_length(text: str, field: str) -> None:
    # Before normalizing, which takes time that grows with the square of what is out of order.
    if len(text) > _MAX_RAW_CODE_POINTS:
        raise _too_long(field)


def _check_bytes(path: str, field: str) -> None:
    if len(path.encode()) > MAX_BYTES:
        raise _too_long(field)


def _too_long(field: str) -> InvalidInputError:
    return _refused(field, "too_long", f"At most {MAX_BYTES} bytes")


def _refused(field: str, code: str, message: str) -> InvalidInputError:
    detail: Detail = {"field": field, "code": code, "message": message}
    return InvalidInputError("Validation failed", details=(detail,))
