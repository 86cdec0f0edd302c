"""What is read of a file: which types, how much, and what is refused."""

import io
import zipfile
from pathlib import Path

import pytest
from openai import OpenAI
from pypdf import PdfWriter

from local.openai.retrieval import office
from local.openai.retrieval import pdf as reading
from local.openai.retrieval.extract import LARGEST, LONGEST_TEXT, extract_text
from local.openai.retrieval.pdf import pdf_text
from local.openai.retrieval.unreadable import UnreadableFileError
from tests.openai_standin.documents import pdf, upload

FEE = "The annual fee is 120 euros."
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
HTML = f"""<!doctype html><html><head><title>Fees</title><style>p {{ color: red }}</style>
<script>let fee = "none";</script></head><body><p>The <b>annual</b> fee is 120&nbsp;euros.</p>
<ul><li>One</li><li>{FEE}</li></ul></body></html>"""


def archive(**parts: str) -> bytes:
    """`word_document` is the part `word/document.xml`."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(f"{name.replace('_', '/')}.xml", content)
    return whole.getvalue()


def paragraphs(*texts: str, before: str = "") -> str:
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    return f'{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'


def docx(*texts: str, before: str = "") -> bytes:
    return archive(word_document=paragraphs(*texts, before=before))


def pptx(*slides: str) -> bytes:
    """The last slide first, as an archive may have them."""
    body = '<p:sld xmlns:p="urn:p" xmlns:a="{}"><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>'
    numbered = {
        f"ppt_slides_slide{number}": body.format(DRAWING, text)
        for number, text in enumerate(slides, 1)
    }
    return archive(**dict(reversed(numbered.items())))


def read(name: str, content: bytes) -> str:
    return extract_text(name, io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", FEE.encode()), ("a.md", FEE.encode()), ("a.PY", FEE.encode()),
        ("a.json", b'{"fee": "%s"}' % FEE.encode()), ("a.html", HTML.encode()),
        ("a.tex", FEE.encode()), ("a.ts", FEE.encode()), ("a.c", FEE.encode()),
        ("utf16.txt", FEE.encode("utf-16")), ("marked.txt", FEE.encode("utf-8-sig")),
        ("a.pdf", pdf(FEE)), ("a.docx", docx("Fees", FEE)), ("a.pptx", pptx("Fees", FEE)),
    ],
)  # fmt: skip
def test_what_openai_reads_is_read(client: OpenAI, name: str, content: bytes) -> None:
    store = client.vector_stores.create()
    file = client.vector_stores.files.create_and_poll(
        upload(client, name, content), vector_store_id=store.id, poll_interval_ms=10
    )

    assert (file.status, file.last_error) == ("completed", None)
    (hit,) = client.vector_stores.search(store.id, query="annual fee").data
    assert FEE in hit.content[0].text


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"fee,120", "unsupported_file"),
        ("a.xlsx", archive(xl_workbook="<a/>"), "unsupported_file"),
        ("a.png", b"\x89PNG", "unsupported_file"),
        ("a.jpg", b"\xff\xd8", "unsupported_file"),
        ("none", FEE.encode(), "unsupported_file"),
        ("blank.docx", docx("", " "), "invalid_file"),
        ("blank.html", b"<script>let fee = 120;</script>", "invalid_file"),
        ("other.docx", pptx(FEE), "invalid_file"),
        ("broken.docx", docx(FEE)[:-30], "invalid_file"),
        ("no.docx", b"no archive", "invalid_file"),
        ("bad.docx", archive(word_document="<a>" + FEE), "invalid_file"),
        ("declared.docx", docx(FEE, before="<!DOCTYPE a [<!ENTITY b 'c'>]>"), "invalid_file"),
        ("half.txt", FEE.encode() + "é".encode()[:1], "invalid_file"),
    ],
)
def test_what_openai_does_not_read_fails(
    client: OpenAI, name: str, content: bytes, code: str
) -> None:
    store = client.vector_stores.create()
    file = client.vector_stores.files.create_and_poll(
        upload(client, name, content), vector_store_id=store.id, poll_interval_ms=10
    )

    assert file.status == "failed"
    assert file.last_error
    assert file.last_error.code == code


def test_a_page_is_read_without_its_markup() -> None:
    text = read("a.html", HTML.encode())

    assert "The annual fee is 120\xa0euros.\n" in text
    assert f"One\n\n{FEE}" in text
    assert not {"<", "color", "let"} & set(text.replace(".", " ").split())


def test_slides_come_in_their_order() -> None:
    words = [f"slide{n}." for n in range(1, 12)]

    assert read("a.pptx", pptx(*words)).split() == words


def test_of_a_big_text_the_beginning_is_read() -> None:
    # Ends in the middle of a letter of two bytes.
    content = b"x" + "é".encode() * LONGEST_TEXT

    text = read("a.txt", content)

    assert text == "x" + "é" * (LONGEST_TEXT // 2 - 1)


def test_of_a_big_document_the_beginning_is_read() -> None:
    text = read("a.docx", docx(FEE, *["x" * 1_000] * (LONGEST_TEXT // 1_000 * 2)))

    assert text.startswith(FEE)
    assert len(text) <= LONGEST_TEXT


def test_a_document_is_read_no_further_than_needed() -> None:
    part = io.BytesIO(paragraphs(*[FEE] * 20_000).encode())

    office.Paragraphs(1_000).read(part)

    assert part.tell() <= 2 * office.BLOCK < len(part.getvalue())


def test_a_small_archive_of_much_markup_is_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = docx(FEE, before="<!--" + "a " * 2_000_000 + "-->")
    assert read("a.docx", bomb).strip() == FEE
    monkeypatch.setattr(office, "LARGEST_PART", 1_000_000)

    with pytest.raises(UnreadableFileError, match="no text"):
        read("a.docx", bomb)


def pages(*texts: str) -> io.BytesIO:
    writer, whole = PdfWriter(), io.BytesIO()
    for text in texts:
        writer.append(io.BytesIO(pdf(text)))
    writer.write(whole)
    return whole


@pytest.mark.parametrize("big", [10**9, 0])
def test_of_a_pdf_no_more_pages_are_read_than_needed(
    monkeypatch: pytest.MonkeyPatch, big: int
) -> None:
    monkeypatch.setattr(reading, "BIG", big)
    texts = [FEE, "Page two.", "Page three."]

    assert pdf_text(pages(*texts), 10_000).split("\n\n") == texts
    assert pdf_text(pages(*texts), len(FEE)).split("\n\n") == texts[:2]
    assert pdf_text(pages(*texts), 10).split("\n\n") == texts[:1]


def test_a_big_broken_pdf_is_not_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = pdf(FEE).replace(b"startxref\n", b"startxref\n9")
    assert pdf_text(io.BytesIO(broken), 10_000).strip() == FEE
    monkeypatch.setattr(reading, "BIG", 0)

    with pytest.raises(UnreadableFileError, match="cannot be read"):
        pdf_text(io.BytesIO(broken), 10_000)


def test_a_file_beyond_openai_s_limit_is_not_indexed(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as target:
        target.write(FEE.encode())
        target.truncate(LARGEST + 1)

    with path.open("rb") as source, pytest.raises(UnreadableFileError) as refusal:
        extract_text("big.txt", source)

    assert refusal.value.code == "invalid_file"
