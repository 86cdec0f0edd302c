"""The parser of multipart bodies, whatever it is sent."""

import unicodedata
from collections.abc import Mapping
from typing import Any

import httpx2
from hypothesis import given, settings
from hypothesis import strategies as st

from afterglow.api.multipart import UploadForm, parse_upload_form
from afterglow.domain.errors import InvalidInputError, PayloadTooLargeError, UnsupportedFormatError
from tests.audits import file_system_calls
from tests.forms import CONTENT_TYPE, FILE, form, part, request

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


def judged(made: Mapping[str, Any]) -> UploadForm | None:
    """Return the form, None if it is refused in one of the ways there are."""
    try:
        return parse_upload_form(made)
    except (InvalidInputError, UnsupportedFormatError, PayloadTooLargeError):
        return None


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
