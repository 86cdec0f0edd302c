"""The one parser of multipart bodies."""

import base64
import logging
import tracemalloc
import unicodedata
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterglow.api.form_parts import MAX_PARTS
from afterglow.api.multipart import MAX_FILE_BYTES, UploadForm, parse_upload_form
from afterglow.domain.errors import (
    InvalidInputError,
    PayloadTooLargeError,
    UnsupportedFormatError,
)
from tests.audits import file_system_calls
from tests.events import event

BOUNDARY = "x-boundary"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
FILE = 'form-data; name="file"; filename="guide.md"'
SCRAPS = st.lists(
    st.sampled_from(
        [
            b"\r\n",
            b"\r",
            b"\n",
            b"--",
            b"--x-boundary",
            b"\r\n--x-boundary\r\n",
            b"\r\n--x-boundary--",
            b"Content-Disposition: form-data",
            b'; name="file"',
            b'; filename="a.md"',
            b"; name=",
            b'; filename="',
            b"; filename*=utf-8''a",
            b"Content-Type: multipart/mixed; boundary=y",
            b"Content-Transfer-Encoding: base64",
            b": ",
            b'"',
            b"\\",
            b"\x00",
            b"\xff",
            b"text",
            b" ",
        ]
    ),
    max_size=20,
).map(b"".join)
# Letters and marks of any language, symbols and spaces. A client sends `"` as `%22`.
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"], exclude_characters='/\\"'),
    max_size=50,
)


def part(disposition: str | bytes | None, content: bytes = b"text", *headers: str) -> bytes:
    """Return a part of a body, without a boundary."""
    raw = disposition.encode() if isinstance(disposition, str) else disposition
    first = [] if raw is None else [b"Content-Disposition: " + raw]
    lines = first + [header.encode() for header in headers]
    return b"".join(line + b"\r\n" for line in lines) + b"\r\n" + content


def form(*parts: bytes, end: bytes = b"--\r\n") -> bytes:
    """Return a body of parts."""
    opening = b"--" + BOUNDARY.encode()
    return b"".join(opening + b"\r\n" + each + b"\r\n" for each in parts) + opening + end


def request(body: bytes, content_type: str = CONTENT_TYPE) -> dict[str, Any]:
    """Return the event of a request, as the gateway makes it of bytes."""
    raw = base64.b64encode(body).decode()
    headers = {"Content-Type": content_type}
    made = event("POST", "/api/upload", raw=raw, headers=headers)
    return made | {"isBase64Encoded": True}


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


@given(
    content=st.binary(max_size=200) | SCRAPS.filter(lambda raw: b"--x-boundary" not in raw),
    name=NAMES.map("{}.md".format),
    fields=st.dictionaries(
        st.text("abc", min_size=1),
        st.text(st.characters(exclude_characters="\x00", codec="utf-8")),
        max_size=5,
    ),
)
@settings(max_examples=300)
def test_what_a_client_sends_is_read(content: bytes, name: str, fields: dict[str, str]) -> None:
    sent = httpx2.Request(
        "POST", "http://127.0.0.1/api/upload", data=fields, files={"file": (name, content)}
    )
    found = parse_upload_form(request(sent.read(), sent.headers["content-type"]))
    assert found.content == content
    assert found.fields == fields
    assert found.file_name == unicodedata.normalize("NFC", name)


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
        f"multipart/form-data; boundary={'x' * 71}",
        "multipart/form-data; charset=utf-8",
    ],
)
def test_a_boundary_is_needed(content_type: str) -> None:
    with pytest.raises((InvalidInputError, UnsupportedFormatError)):
        parse_upload_form(request(form(part(FILE)), content_type))


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


def test_a_body_that_came_as_text_is_read_unless_something_was_replaced() -> None:
    body = form(part(FILE, "Grüße".encode())).decode()
    assert parse_upload_form(plainly(body, is_encoded=False)).content == "Grüße".encode()
    for broken in (body.replace("ü", "\ufffd"), body.replace("ü", "\ud800")):
        with pytest.raises(InvalidInputError, match="Invalid multipart body"):
            parse_upload_form(plainly(broken, is_encoded=False))


def judged(made: Mapping[str, Any]) -> UploadForm | None:
    """Return the form, None if it is refused in one of the ways there are."""
    try:
        return parse_upload_form(made)
    except (InvalidInputError, UnsupportedFormatError, PayloadTooLargeError):
        return None


@given(body=SCRAPS | st.binary() | st.lists(SCRAPS, max_size=4).map(lambda parts: form(*parts)))
@settings(max_examples=1000)
def test_any_body_is_a_form_or_refused(body: bytes) -> None:
    with file_system_calls() as calls:
        found = judged(request(body))
    assert calls == []
    assert found is None or (b"filename" in body and found.content in body)


@given(
    body=st.sampled_from(
        [
            form(part(FILE), part('form-data; name="assistantId"', b"7")),
            form(part(FILE, b"\xff" * 99)),
        ]
    ),
    changes=st.lists(
        st.tuples(st.integers(0, 250), st.integers(0, 20), SCRAPS | st.binary(max_size=4)),
        min_size=1,
        max_size=4,
    ),
)
@settings(max_examples=1000)
def test_any_change_of_a_body_leaves_a_form_or_is_refused(
    body: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    for start, length, inserted in changes:
        body = body[:start] + inserted + body[start + length :]
    with file_system_calls() as calls:
        found = judged(request(body))
    assert calls == []
    if found is not None:
        assert found.file_name not in {"", ".", ".."}
        assert not set(found.file_name) & set("/\\\x00\r\n")


@given(content_type=st.text(max_size=80) | st.text(max_size=40).map(CONTENT_TYPE.__add__))
@settings(max_examples=300)
def test_any_content_type_is_a_forms_or_refused(content_type: str) -> None:
    judged(request(form(part(FILE)), content_type))


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
