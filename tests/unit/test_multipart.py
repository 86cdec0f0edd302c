"""The one parser of multipart bodies."""

import base64
import logging
import tracemalloc
from typing import Any

import pytest

from afterglow.api.form_parts import MAX_PARTS
from afterglow.api.multipart import MAX_FILE_BYTES, UploadForm, parse_upload_form
from afterglow.domain.errors import InvalidInputError, PayloadTooLargeError, UnsupportedFormatError
from tests.audits import file_system_calls
from tests.forms import CONTENT_TYPE, FILE, form, part, request


def read(*parts: bytes) -> UploadForm:
    return parse_upload_form(request(form(*parts)))


def refused(body: bytes, content_type: str = CONTENT_TYPE) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as refusal:
        parse_upload_form(request(body, content_type))
    return refusal.value


def test_a_file_and_a_field_are_read() -> None:
    assert read(part(FILE, b"\x00\xff\r\n"), part('form-data; name="assistantId"', b"7")) == (
        UploadForm("guide.md", b"\x00\xff\r\n", {"assistantId": "7"})
    )


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('form-data; name="file"; filename="../../etc/passwd"', "passwd"),
        (r'form-data; name="file"; filename="C:\fakepath\a.md"', "a.md"),
        ('form-data; name="file"; filename="cafe\u0301.md"', "café.md"),
        ('form-data; name="file"; filename="a;b=\\"c\\".md"', 'a;b="c".md'),
        ("Form-Data; Name=file; Filename=a.md", "a.md"),
        ('form-data; name="file"; filename="a.md"; filename*=utf-8\'\'b.md', "a.md"),
    ],
)
def test_a_file_goes_by_the_last_segment_of_its_name(disposition: str, name: str) -> None:
    assert read(part(disposition)).file_name == name


def test_other_files_and_what_is_around_the_parts_are_dropped() -> None:
    other = part('form-data; name="other"; filename="b"', b"\xff")
    body = b"\r\n" + form(other, part(FILE, b"text", "Content-Type: text/plain")) + b"epilogue\xff"
    assert parse_upload_form(request(body)) == UploadForm("guide.md", b"text", {})


def test_a_file_of_4_mib_is_taken_and_not_a_byte_more() -> None:
    assert len(read(part(FILE, b"a" * MAX_FILE_BYTES)).content) == 4 * 1024 * 1024
    with pytest.raises(PayloadTooLargeError, match="POST /api/uploads"):
        read(part(FILE, b"a" * (MAX_FILE_BYTES + 1)))


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (part('form-data; name="assistantId"', b"7"),),
        (part('form-data; name="file"'),),
        (part('form-data; name="file"; filename=""', b""),),
        (part("form-data; name=\"file\"; filename*=utf-8''a.md"),),
        (part('form-data; name="File"; filename="a.md"'),),
    ],
)
def test_a_form_without_a_file_is_refused(parts: tuple[bytes, ...]) -> None:
    error = refused(form(*parts))
    assert error.details == ({"field": "file", "code": "missing", "message": "No file was sent"},)


@pytest.mark.parametrize("name", ["..", "a/", "\u202efdp.exe", "é" * 128, "a\x1b.md"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    error = refused(form(part(f'form-data; name="file"; filename="{name}"')))
    assert error.details[0]["field"] == "file"


@pytest.mark.parametrize("name", ["file", "assistantId", "other"])
def test_a_field_that_comes_twice_is_refused(name: str) -> None:
    twice = part(f'form-data; name="{name}"; filename="a.md"')
    assert refused(form(part(FILE), twice, twice)).message == "A form field is given twice"


@pytest.mark.parametrize(
    "broken",
    [
        part(None),
        part(None, b"text", "Content-Type: text/plain"),
        part("form-data"),
        part('form-data; filename="a.md"'),
        part('attachment; name="file"; filename="a.md"'),
        part(b'form-data; name="file"; filename="\xff.md"'),
        part(b'form-data; name="\xff"; filename="a.md"'),
        part(b'form-data; name="file"; filename="a\x00.md"'),
        part(FILE, b"text", "Content-Disposition: form-data; name=assistantId"),
        part(FILE, b"dGV4dA==", "Content-Transfer-Encoding: base64"),
        part(FILE, b"text", "content-transfer-encoding: Quoted-Printable"),
        part(FILE, b"--y\r\n\r\ntext\r\n--y--", "Content-Type: Multipart/Mixed; boundary=y"),
        part(FILE, b"text", " folded: x"),
        part(FILE, b"text", "no colon"),
        part(FILE, b"text", ": no name"),
        part(FILE, b"text", *[f"X-{number}: x" for number in range(8)]),
        part(FILE, b"text", "X: " + "x" * 4096),
        part(FILE, b"text", "X" * 4097 + ": x"),
        FILE.encode(),
        b"",
    ],
)
def test_a_broken_part_is_refused(broken: bytes) -> None:
    assert refused(form(broken)).message == "Invalid multipart body"
    assert refused(form(part(FILE), broken)).message == "Invalid multipart body"


@pytest.mark.parametrize("value", [b"\xff", b"a\x00", b"\xed\xa0\x80"])
def test_a_field_is_text(value: bytes) -> None:
    field = part('form-data; name="assistantId"', value)
    assert refused(form(part(FILE), field)).message == "Invalid multipart body"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n",
        b"text",
        b"--x-boundary",
        form(part(FILE), end=b""),
        form(part(FILE), end=b"-"),
        form(part(FILE), end=b"\r\n"),
        form(part(FILE), end=b" x\r\n"),
        form(part(FILE)).replace(b"x-boundary", b"y-boundary"),
        form(part(FILE)).replace(b"\r\n", b"\n"),
        form(*[part(f'form-data; name="{number}"') for number in range(MAX_PARTS)], part(FILE)),
        form(part(FILE))[: -len(b"--\r\n")],
        b"preamble\r\n" + form(part(FILE)),
    ],
)
def test_a_body_that_is_not_whole_is_refused(body: bytes) -> None:
    assert refused(body).message == "Invalid multipart body"


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        "multipart/form-data; boundary*=utf-8''x-boundary",
        "multipart/form-data; boundary=x\ufeffy",
        "multipart/form-data; boundary=\xe9",
        "multipart/form-data; boundary=a\r\nb",
        "multipart/form-data; charset=utf-8",
    ],
)
def test_a_boundary_is_needed(content_type: str) -> None:
    with pytest.raises((InvalidInputError, UnsupportedFormatError)):
        parse_upload_form(request(form(part(FILE)), content_type))


@pytest.mark.parametrize("boundary", ["x" * 71, "a<b", "a@b", "a*b", '"a b "', '"a\\\\b"'])
def test_a_boundary_is_as_the_standard_has_it(boundary: str) -> None:
    used = boundary.strip('"').replace("\\\\", "\\").encode()
    body = form(part(FILE)).replace(b"x-boundary", used)
    error = refused(body, f"multipart/form-data; boundary={boundary}")
    assert error.message == "Invalid multipart body"


@pytest.mark.parametrize(
    "content_type",
    ["Multipart/Form-Data; Boundary=x-boundary", f'{CONTENT_TYPE}; charset="utf-8"', CONTENT_TYPE],
)
def test_a_content_type_is_spelled_in_several_ways(content_type: str) -> None:
    assert parse_upload_form(request(form(part(FILE)), content_type)).content == b"text"


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "multipart/mixed; boundary=x-boundary", "text/plain", "x", "\u2028"],
)
def test_other_formats_are_not_read(content_type: str) -> None:
    with pytest.raises(UnsupportedFormatError):
        parse_upload_form(request(form(part(FILE)), content_type))


@pytest.mark.parametrize("values", [[], [CONTENT_TYPE, "application/json"]])
def test_there_is_one_content_type(values: list[str]) -> None:
    made = request(form(part(FILE))) | {"multiValueHeaders": {"content-type": values}}
    with pytest.raises(UnsupportedFormatError):
        parse_upload_form(made)


def plainly(body: str | None, *, is_encoded: bool) -> dict[str, Any]:
    return request(b"") | {"body": body, "isBase64Encoded": is_encoded}


@pytest.mark.parametrize("body", [None, "", "?", "YQ", "é", "YQ==\n", form(part(FILE)).decode()])
def test_what_is_no_base64_is_refused(body: str | None) -> None:
    with pytest.raises(InvalidInputError, match="Invalid multipart body"):
        parse_upload_form(plainly(body, is_encoded=True))


@pytest.mark.parametrize("stray", ["!", "\n", " ", "=", "é"])
def test_nothing_strays_into_base64(stray: str) -> None:
    body = base64.b64encode(form(part(FILE))).decode()
    assert parse_upload_form(plainly(body, is_encoded=True)).content == b"text"
    with pytest.raises(InvalidInputError, match="Invalid multipart body"):
        parse_upload_form(plainly(f"{body[:8]}{stray}{body[8:]}", is_encoded=True))


def test_a_body_that_came_as_text_is_read_unless_something_was_replaced() -> None:
    body = form(part(FILE, "Grüße".encode())).decode()
    assert parse_upload_form(plainly(body, is_encoded=False)).content == "Grüße".encode()
    for broken in (body.replace("ü", "\ufffd"), body.replace("ü", "\ud800")):
        with pytest.raises(InvalidInputError, match="Invalid multipart body"):
            parse_upload_form(plainly(broken, is_encoded=False))


def test_a_large_file_with_a_hostile_name_stays_in_memory() -> None:
    body = form(part('form-data; name="file"; filename="/tmp/canary.md"', b"\r\n--x-b" * 400_000))
    made = request(body)
    tracemalloc.start()
    try:
        with file_system_calls() as calls:
            assert parse_upload_form(made).file_name == "canary.md"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert calls == []
    # The body, the file, and the file again: no more.
    assert peak < 3.5 * len(body)


def test_nothing_of_a_broken_body_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for body in (b"text", form(part(FILE, b"text", "X\u00ff: x")), form(part(None))):
        refused(body)
    assert caplog.records == []
