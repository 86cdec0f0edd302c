"""What cannot be announced, and the words that say why: ours, by the name of the field."""

from typing import Any

import pytest

from afterglow.services.announcing import LARGEST_FILE
from tests.browser import Browser
from tests.events import Answer
from tests.tables import fingerprint
from tests.uploading import announce

A_PATH = "A path is a text, as docs/guide.md"
A_SIZE = "A size is an integer of bytes, from 1 to 536870912"
A_TYPE = "A content type is type/subtype, as text/plain, without parameters"
A_DIGEST = "A SHA-256 is 64 hexadecimal digits, in lower case"
FILES = "A list of 1 to 100 files"
A_FILE = "A file is an object with path and size"
UPLOADS = "A list of 1 to 200 ids of uploads"
AN_UPLOAD = "An upload's id is upload_..."
GOOD = {"path": "docs/a.md", "size": 7}


def told(answer: Answer) -> list[tuple[str, str, str]]:
    """Return field, code and message of each detail of a refusal."""
    assert (answer.status, answer.body["error"]) == (400, "Validation failed")
    return [(each["field"], each["code"], each["message"]) for each in answer.body["details"]]


@pytest.mark.parametrize(
    ("field", "value", "code", "message"),
    [
        ("path", "../a.md", "upwards", "A path has no .."),
        ("path", "/a.md", "not_relative", "A path starts with neither / nor ~ nor a scheme"),
        ("path", "docs/", "no_file", "The path names no file"),
        ("path", "", "no_file", "The path names no file"),
        ("path", "a" * 256, "too_long", "At most 255 bytes"),
        ("path", None, "type", A_PATH),
        ("path", 7, "type", A_PATH),
        ("size", 0, "greater_than_equal", A_SIZE),
        ("size", -1, "greater_than_equal", A_SIZE),
        ("size", LARGEST_FILE + 1, "less_than_equal", A_SIZE),
        ("size", "7", "int_type", A_SIZE),
        ("size", 7.5, "int_type", A_SIZE),
        ("size", True, "int_type", A_SIZE),
        ("size", None, "int_type", A_SIZE),
        ("sha256", "A" * 64, "pattern_mismatch", A_DIGEST),
        ("sha256", "a" * 63, "pattern_mismatch", A_DIGEST),
        ("sha256", "a" * 64 + "\n", "pattern_mismatch", A_DIGEST),
        ("sha256", 7, "type", A_DIGEST),
        ("contentType", "text/html\r\nX: y", "pattern_mismatch", A_TYPE),
        ("contentType", "nonsense", "pattern_mismatch", A_TYPE),
        ("contentType", [], "type", A_TYPE),
    ],
)
def test_what_is_bad_about_a_file_is_said_in_our_words(
    user: Browser, field: str, value: object, code: str, message: str
) -> None:
    before = fingerprint()

    answer = announce(user, {"path": "docs/b.md", "size": 1}, GOOD | {field: value})

    assert told(answer) == [(f"files.1.{field}", code, message)]
    assert fingerprint() == before


@pytest.mark.parametrize(
    ("files", "field", "code", "message"),
    [
        ([], "files", "too_short", FILES),
        ([GOOD] * 101, "files", "too_long", FILES),
        (None, "files", "list_type", FILES),
        ({}, "files", "list_type", FILES),
        ([GOOD, "docs/a.md"], "files.1", "model_attributes_type", A_FILE),
        ([None], "files.0", "model_attributes_type", A_FILE),
        ([{"size": 7}], "files.0.path", "missing", "Field required"),
        ([GOOD, GOOD], "files", "repeated", "A path comes twice"),
    ],
)
def test_what_is_bad_about_their_list_is_said_in_our_words(
    user: Browser, files: object, field: str, code: str, message: str
) -> None:
    answer = user.post("/api/uploads", {"files": files})

    assert told(answer) == [(field, code, message)]


def test_all_that_is_bad_is_said_at_once(user: Browser) -> None:
    answer = announce(user, {"path": 7, "size": 0, "sha256": "x"}, GOOD, {"path": "..", "size": 1})

    assert told(answer) == [
        ("files.0.path", "type", A_PATH),
        ("files.0.size", "greater_than_equal", A_SIZE),
        ("files.0.sha256", "pattern_mismatch", A_DIGEST),
        ("files.2.path", "upwards", "A path has no .."),
    ]


@pytest.mark.parametrize(
    ("facts", "field", "code", "message"),
    [
        ({"dir": 7}, "dir", "type", "A folder is a text, as docs"),
        ({"dir": ".."}, "dir", "upwards", "A path has no .."),
        ({"uploadIds": []}, "uploadIds", "too_short", UPLOADS),
        ({"uploadIds": "upload_1"}, "uploadIds", "list_type", UPLOADS),
        ({"uploadIds": ["run_1"]}, "uploadIds.0", "pattern_mismatch", AN_UPLOAD),
        ({"uploadIds": ["upload_1", 7]}, "uploadIds.1", "type", AN_UPLOAD),
    ],
)
def test_a_folder_is_refused_in_our_words(
    user: Browser, facts: dict[str, Any], field: str, code: str, message: str
) -> None:
    answer = user.post("/api/upload-directory", {"dir": "docs"} | facts)

    assert told(answer) == [(field, code, message)]
