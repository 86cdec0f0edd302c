"""Documents made for a test, and their way into the stand-in."""

from openai import OpenAI

HANDBOOK = b"The annual fee is 120 euros.\nThe club was founded in 1921."


def upload(client: OpenAI, name: str = "handbook.txt", content: bytes = HANDBOOK) -> str:
    return client.files.create(file=(name, content), purpose="assistants").id


def indexed(client: OpenAI, *names: str) -> str:
    """A store that holds a handbook under each name."""
    store = client.vector_stores.create()
    batch = client.vector_stores.file_batches.create_and_poll(
        store.id, file_ids=[upload(client, name) for name in names], poll_interval_ms=10
    )
    assert (batch.status, batch.file_counts.completed) == ("completed", len(names))
    return store.id


def pdf(text: str) -> bytes:
    """A one-page PDF that says this, written by hand: no library here writes text."""
    content = f"BT /F1 18 Tf 72 720 Td ({text}) Tj ET".encode()
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        font,
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer
