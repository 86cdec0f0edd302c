"""Which files are taken: by extension and by content."""

import pytest

from afterglow.domain.file_types import CODE_TYPES, SEARCH_TYPES, use_by_name
from afterglow.domain.models import FileUse
from tests.samples import SAMPLES, pdf
from tests.unit.inspecting import HTML, refusal, use

TEXT_TYPES = (SEARCH_TYPES | CODE_TYPES) - SAMPLES.keys()
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def test_the_types_are_those_of_the_two_tools() -> None:
    assert len(SEARCH_TYPES) == 21
    assert not SEARCH_TYPES & CODE_TYPES
    assert {".csv", ".xlsx", ".png", ".jpg", ".jpeg", ".gif", ".xml"} == CODE_TYPES


@pytest.mark.parametrize("extension", sorted(SEARCH_TYPES | CODE_TYPES))
def test_a_file_of_each_type_is_taken_for_its_tool(extension: str) -> None:
    content = SAMPLES.get(extension, "Grüße\n".encode())
    expected = FileUse.SEARCH if extension in SEARCH_TYPES else FileUse.CODE
    assert use(f"a/b.c/name{extension}", content) is expected
    assert use(f"NAME{extension.upper()}", content) is expected
    assert use_by_name(f"name{extension}", has_code_interpreter=True) is expected


@pytest.mark.parametrize("extension", sorted(SEARCH_TYPES))
def test_what_file_search_reads_needs_no_code_interpreter(extension: str) -> None:
    content = SAMPLES.get(extension, b"text")
    assert use(f"name{extension}", content, has_code_interpreter=False) is FileUse.SEARCH


@pytest.mark.parametrize("extension", sorted(CODE_TYPES))
def test_what_only_code_interpreter_reads_needs_it(extension: str) -> None:
    error = refusal(f"name{extension}", SAMPLES.get(extension, b"a"), has_code_interpreter=False)
    assert error.code == "unsupported_type"
    accepted = error.message.partition("file_search reads ")[2]
    search, _, code = accepted.partition("; code_interpreter also reads ")
    assert set(search.split(", ")) == SEARCH_TYPES
    assert set(code.split(", ")) == CODE_TYPES
    assert f" {extension} files" in error.message


@pytest.mark.parametrize(
    "name",
    ["a.exe", "a.pdf.exe", "a.zip", "a.tar", "a.pkl", "a", ".md", "a.", "a.pdf ", "md", "a.md/b"],
)
def test_other_types_are_refused_with_the_list_of_what_is_accepted(name: str) -> None:
    error = refusal(name, SAMPLES[".pdf"])
    assert error.code == "unsupported_type"
    assert ".docx" in error.message
    assert ".csv" in error.message


@pytest.mark.parametrize("extension", sorted(SEARCH_TYPES | CODE_TYPES))
def test_an_empty_file_is_refused(extension: str) -> None:
    assert refusal(f"a{extension}", b"").code == "empty_file"


@pytest.mark.parametrize("extension", sorted(SAMPLES))
def test_no_other_content_goes_by_a_binary_types_name(extension: str) -> None:
    alike = {extension, ".jpg", ".jpeg"} if extension in {".jpg", ".jpeg"} else {extension}
    others = [content for other, content in SAMPLES.items() if other not in alike]
    for content in (*others, HTML, EICAR, b"text", b"\x00" * 20_000, b"MZ\x90\x00" + bytes(9000)):
        assert refusal(f"a{extension}", content).code == "content_mismatch"


@pytest.mark.parametrize("extension", sorted(SAMPLES))
def test_what_follows_a_header_must_agree_too(extension: str) -> None:
    """A header and HTML, at every length of the header; something else before it."""
    content = SAMPLES[extension]
    for length in range(1, 12):
        assert refusal(f"a{extension}", content[:length] + HTML).code == "content_mismatch"
    for before in (b"\n", b"\r\n", b"\xef\xbb\xbf", HTML, b"MZ", bytes(8)):
        assert refusal(f"a{extension}", before + content).code == "content_mismatch"


@pytest.mark.parametrize("extension", sorted(TEXT_TYPES))
def test_text_is_utf_8_and_nothing_binary(extension: str) -> None:
    name = f"a{extension}"
    assert use(name, EICAR + HTML)
    for content in (
        b"gr\xfc\xdfe",
        b"a\x00b",
        "a".encode("utf-16"),
        b"MZ\x90\x00\x03",
        b"\x7fELF\x00",
    ):
        assert refusal(name, content).code == "not_utf8"
    # The second half of a file counts as the first does.
    assert refusal(name, b"a" * 100_000 + b"\xff").code == "not_utf8"
    for content in (*SAMPLES.values(), pdf(b""), b"GIF89a=1;alert(1)", b"PK\x03\x04"):
        assert refusal(name, content).code == "content_mismatch"
