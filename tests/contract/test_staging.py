"""Staged bytes and our copies: fake and S3 keep the same promises."""

import hashlib
import os
from dataclasses import replace
from datetime import timedelta

import pytest

from afterglow.ports.staging import HEAD_BYTES
from tests.contract.stores import Stores, a_file, an_entry, stores_in_memory, stores_on_s3
from tests.fakes.clock import NOON

# More than is read at once, wherever that is.
LONG = os.urandom(700_001)
# At every border of what is read at once there is half a character.
STRADDLING = b"a" + "é".encode() * 400_000


@pytest.fixture(params=["in memory", "on AWS"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Return one implementation of both ports."""
    if request.param == "in memory":
        return stores_in_memory()
    request.getfixturevalue("aws")
    return stores_on_s3()


@pytest.mark.parametrize("content", [b"", b"\0", b"Hello.", LONG, STRADDLING], ids=len)
def test_what_was_put_is_inspected(stores: Stores, content: bytes) -> None:
    inspection = stores.staging.inspect(stores.staged(content))

    assert inspection is not None
    assert inspection.size == len(content)
    assert inspection.sha256 == hashlib.sha256(content).hexdigest()
    assert inspection.head == content[:HEAD_BYTES]


@pytest.mark.parametrize(
    ("content", "is_text"),
    [
        (b"", True),
        ("Grüße, 世界".encode(), True),
        (b"\xef\xbb\xbfmarked", True),
        (STRADDLING, True),
        (STRADDLING[:-1], False),
        (STRADDLING + b"\0", False),
        (b"a" * 600_000 + b"\xff", False),
        (b"a\0b", False),
        ("Grüße".encode("latin-1"), False),
        ("\ud800".encode("utf-8", "surrogatepass"), False),
        (LONG, False),
    ],
)
def test_text_is_utf_8_without_a_nul_from_end_to_end(
    stores: Stores, content: bytes, *, is_text: bool
) -> None:
    inspection = stores.staging.inspect(stores.staged(content))

    assert inspection is not None
    assert inspection.is_text is is_text


def test_where_nothing_has_come_there_is_nothing(stores: Stores) -> None:
    file = stores.staged(b"There.")

    assert stores.staging.inspect(replace(file)) is not None
    for other in (
        replace(file, number=30),
        replace(file, upload_id="upload_other"),
        replace(file, user_id=stores.user_id + 1),
    ):
        assert stores.staging.inspect(other) is None


def test_what_comes_later_takes_the_place(stores: Stores) -> None:
    file = stores.staged(b"Before.")
    stores.staging.put(file, b"And after.")

    inspection = stores.staging.inspect(file)

    assert inspection is not None
    assert inspection.head == b"And after."


def test_a_file_may_take_the_bytes_of_another_upload(stores: Stores) -> None:
    there = stores.staged(b"Staged.")
    here = an_entry(stores.user_id, number=9, staged_as=(there.upload_id, there.number))
    file = a_file(stores.user_id, b"Staged.")

    inspection = stores.staging.inspect(here)
    stores.copies.keep(here, file)

    assert inspection is not None
    assert inspection.head == stores.read(file) == b"Staged."


def test_a_form_is_for_one_place_and_one_type(stores: Stores) -> None:
    plain = stores.staging.form(an_entry(42, upload_id="upload_a"))
    typed = stores.staging.form(an_entry(42, number=7, content_type="application/pdf"))

    assert plain.fields["key"] == "staging/0000000000000042/upload_a/3"
    assert plain.fields["Content-Type"] == "application/octet-stream"
    assert typed.fields["key"].endswith("/7")
    assert typed.fields["Content-Type"] == "application/pdf"
    assert typed.expires_at == NOON + timedelta(minutes=5)


def test_a_form_has_no_word_of_the_users(stores: Stores) -> None:
    form = stores.staging.form(an_entry(42, path="secret/../plans.md"))

    assert "plans" not in f"{form.url} {form.fields}"


def test_deleting_what_is_staged_is_done_once_or_twice(stores: Stores) -> None:
    file, other = stores.staged(b"This."), stores.staged(b"That.")

    for _ in range(2):
        stores.staging.delete(file)

    assert stores.staging.inspect(file) is None
    assert stores.staging.inspect(other) is not None


@pytest.mark.parametrize("content", [b"Kept.", LONG], ids=len)
def test_a_copy_is_what_was_staged(stores: Stores, content: bytes) -> None:
    staged, file = stores.staged(content), a_file(stores.user_id, content)

    stores.copies.keep(staged, file)
    stores.staging.delete(staged)

    source = stores.copies.source(file)
    assert (source.name, source.size) == ("Überblick.md", len(content))
    assert b"".join(source.chunks()) == content


@pytest.mark.parametrize(
    ("start", "length"),
    [(0, 10), (1, 1), (262_143, 3), (300_000, 400_001), (699_999, 9), (0, 0), (700_001, 5)],
)
def test_a_part_of_a_copy_is_read(stores: Stores, start: int, length: int) -> None:
    file = stores.kept(LONG)

    assert stores.read(file, start, length) == LONG[start : start + length]
    assert stores.read(file, start) == LONG[start:]


def test_a_copy_is_read_a_little_at_a_time(stores: Stores) -> None:
    chunks = list(stores.copies.source(stores.kept(LONG)).chunks())

    assert len(chunks) > 2
    assert max(map(len, chunks)) <= 256 * 1024


def test_what_is_gone_cannot_be_kept(stores: Stores) -> None:
    staged, file = stores.staged(b"Here."), a_file(stores.user_id, b"Here.")
    stores.staging.delete(staged)

    with pytest.raises(FileNotFoundError):
        stores.copies.keep(staged, file)


def test_what_has_been_replaced_since_it_was_inspected_cannot_be_kept(stores: Stores) -> None:
    staged, file = stores.staged(b"Harmless."), a_file(stores.user_id, b"Harmless.")
    stores.staging.put(staged, b"Harmful!!")

    with pytest.raises(FileNotFoundError):
        stores.copies.keep(staged, file)

    with pytest.raises(FileNotFoundError):
        stores.read(file)


def test_a_copy_is_never_replaced(stores: Stores) -> None:
    staged, file = stores.staged(b"First."), a_file(stores.user_id, b"First.")
    stores.copies.keep(staged, file)
    stores.staging.put(staged, b"Later.")

    stores.copies.keep(staged, file)
    stores.staging.delete(staged)
    stores.copies.keep(staged, file)

    assert stores.read(file) == b"First."


def test_a_copy_that_is_gone_is_said_to_be(stores: Stores) -> None:
    file = stores.kept(b"Gone.")
    for _ in range(2):
        stores.copies.delete(stores.user_id, file.id)

    with pytest.raises(FileNotFoundError):
        stores.read(file)


def test_all_of_a_user_goes_and_nothing_of_another(stores: Stores) -> None:
    neighbour = Stores(stores.staging, stores.copies, user_id=stores.user_id * 10)
    mine = [stores.kept(content) for content in (b"One.", b"Two.")]
    staged = [stores.staged(b"Three."), stores.staged(b"Four.")]
    theirs, their_staged = neighbour.kept(b"Five."), neighbour.staged(b"Six.")

    for _ in range(2):
        stores.copies.delete_all(stores.user_id)

    for file in mine:
        with pytest.raises(FileNotFoundError):
            stores.read(file)
    assert [stores.staging.inspect(file) for file in staged] == [None, None]
    assert neighbour.read(theirs) == b"Five."
    assert neighbour.staging.inspect(their_staged) is not None
