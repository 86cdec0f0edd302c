"""The content of each type that is told by it: beginnings, packages, pictures."""

import io
import struct
import zipfile

import puremagic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.file_types import CODE_TYPES, SEARCH_TYPES
from afterglow.domain.models import FileUse
from afterglow.ports.staging import HEAD_BYTES
from tests.openai_standin import documents
from tests.samples import SAMPLES, archive, doc, gif, jpeg, office, pdf, png
from tests.unit.inspecting import HTML, refusal, use

MANY = b"<x>%d</x>" * 4000


@pytest.mark.parametrize(
    "preamble",
    [
        b"<html>\n",
        b"%<script>alert(1)</script>\n",
        b"%<SCRIPT>\n",
        b"%<!--\n",
        b"%</x\n",
        b"%<?php\n",
        b"alert(1)\n",
        b"%" + b"x" * HEAD_BYTES + b"\n",
    ],
)
def test_a_pdf_has_nothing_but_comments_before_its_first_object(preamble: bytes) -> None:
    assert refusal("a.pdf", pdf(preamble)).code == "content_mismatch"


@pytest.mark.parametrize(
    "content",
    [
        documents.pdf("The pier burned down in 1919."),
        pdf(b""),
        pdf(b"%\xe2\xe3\xcf\xd3\r\n\r\n  % linearized < 3 pages\r"),
        b"%PDF-2.0\r\n%comment\n\n12  0\nobj<<>>",
    ],
)
def test_pdfs_are_written_in_several_ways(content: bytes) -> None:
    assert use("a.pdf", content) is FileUse.SEARCH


@pytest.mark.parametrize("extension", [".docx", ".pptx", ".xlsx"])
def test_a_zip_is_no_office_package(extension: str) -> None:
    sample = office(extension)
    with zipfile.ZipFile(io.BytesIO(sample)) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    without_types = {name: text for name, text in entries.items() if name[0] != "["}
    without_document = dict(list(entries.items())[:2])
    for wrong in (without_types, without_document, {"a.txt": b"a"}, {}):
        assert refusal(f"a{extension}", archive(wrong)).code == "content_mismatch"
    bigger = archive({"a.html": HTML, **entries, "b": MANY}, method=zipfile.ZIP_STORED)
    assert use(f"a{extension}", bigger)
    bare = archive({"a.html": HTML, "b": MANY}, method=zipfile.ZIP_STORED)
    assert refusal(f"a{extension}", bare).code == "content_mismatch"
    both = archive({**entries, **dict.fromkeys(("word/a", "xl/a", "ppt/a"), b"")})
    assert refusal(f"a{extension}", both).code == "content_mismatch"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_of_a_large_office_package_the_first_entries_are_seen(method: int) -> None:
    """As LibreOffice and openpyxl write them: the list of types is not the first, or the last."""
    inner = office(".xlsx")
    entries = {"docProps/app.xml": b"<x/>", "word/embeddings/a.xlsx": inner, "word/b.xml": MANY}
    last = {"word/media/a.png": bytes(20_000), "[Content_Types].xml": b"<x/>"}
    assert use("a.docx", archive(entries | last, method=method))
    first = {"docProps/thumbnail.jpeg": MANY, "ppt/a.xml": b"<x/>"}
    assert use("a.pptx", archive(first, method=zipfile.ZIP_STORED))


def test_a_package_whose_sizes_follow_its_entries_is_read() -> None:
    class Pipe(io.BytesIO):
        """Knows no position, so that sizes are written after the bytes."""

        def tell(self) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as package:
        for name in ("[Content_Types].xml", "word/document.xml"):
            package.writestr(name, b"<x/>" * 50)
    content = pipe.getvalue()
    flags: int = struct.unpack_from("<H", content, 6)[0]
    assert flags & 8
    assert use("a.docx", content) is FileUse.SEARCH
    assert refusal("a.xlsx", content).code == "content_mismatch"


def test_pictures_are_followed_as_far_as_they_can_be_seen() -> None:
    exif = b"\xff\xe1\xff\xfe" + bytes(65_532)
    large = jpeg()[:2] + exif + jpeg()[2:]
    assert use("a.jpg", large) is FileUse.CODE
    assert refusal("a.jpg", large[:5000]).code == "content_mismatch"
    for behind in (HTML, HTML * 200):
        segment = b"\xff\xe0\x00\x04\x00\x00"
        assert refusal("a.jpg", jpeg()[:2] + segment + behind).code == "content_mismatch"
    assert use("a.gif", b"GIF87a" + gif()[6:]) is FileUse.CODE
    assert refusal("a.gif", gif()[:13] + b"\x00" + gif()[14:19] + b"x").code == "content_mismatch"
    assert refusal("a.gif", b"GIF89a=1;/*aa!*/alert(1)").code == "content_mismatch"
    no_colours = gif()[:10] + b"\x00\x00\x00" + gif()[19:]
    assert use("a.gif", no_colours) is FileUse.CODE
    assert refusal("a.png", png()[:16] + HTML * 9).code == "content_mismatch"


def test_a_compound_file_of_sectors_of_4096_bytes_is_one_too() -> None:
    header = doc()[:24] + struct.pack("<5H", 0x3E, 4, 0xFFFE, 12, 6)
    assert use("a.doc", header + bytes(8000)) is FileUse.SEARCH


@pytest.mark.parametrize("extension", sorted(SAMPLES))
def test_the_samples_are_what_they_are_called(extension: str) -> None:
    """In the eyes of somebody else."""
    found = {match.extension for match in puremagic.magic_string(SAMPLES[extension])}
    assert extension in found


@given(
    name=st.sampled_from(sorted(SEARCH_TYPES | CODE_TYPES)),
    start=st.sampled_from([b"", *SAMPLES.values()]),
    cut=st.integers(0, 600),
    rest=st.binary(max_size=300) | st.text(max_size=100).map(str.encode),
)
@settings(max_examples=1000)
def test_any_content_is_taken_or_refused(name: str, start: bytes, cut: int, rest: bytes) -> None:
    content = start[:cut] + rest
    try:
        use(f"a{name}", content)
    except InvalidInputError:
        return
    if name in SAMPLES:
        assert name in {match.extension for match in puremagic.magic_string(content)}
    else:
        assert "\x00" not in content.decode()
