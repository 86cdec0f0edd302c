"""The names of files: what is taken, in which form, and what is not."""

import posixpath
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterglow.domain.errors import InvalidInputError
from afterglow.domain.file_paths import normalised_directory, normalised_path, upload_name
from tests.audits import file_system_calls
from tests.hostile_paths import CORPUS, hostile_paths

READERS = (normalised_path, normalised_directory, upload_name)
SCRAPS = st.lists(
    st.sampled_from(
        [*"./~\\%$():a", "..", "．", "／", "℀", "‥", "e\u0301", "\u0301", "\u202e", "C:", "s3://"]  # noqa: RUF001
    ),
    max_size=24,
).map("".join)
TEXTS = st.text() | st.text(st.characters()) | SCRAPS


def code_of(read: Callable[[str], str], text: str) -> str | None:
    """Return why a name is refused, None if it is not."""
    try:
        read(text)
    except InvalidInputError as error:
        return error.details[0]["code"]
    return None


@pytest.mark.parametrize("path", CORPUS)
def test_the_corpus_of_hostile_paths_is_refused(path: str) -> None:
    for read, field in ((normalised_path, "path"), (normalised_directory, "dir")):
        with pytest.raises(InvalidInputError) as refusal:
            read(path)
        assert refusal.value.details[0]["field"] == field


def test_ten_thousand_hostile_paths_are_refused_without_a_look_at_the_file_system() -> None:
    paths = list(hostile_paths(10_000))
    assert len(set(paths)) == 10_000
    with file_system_calls() as calls:
        taken = [
            path
            for path in paths
            for read in (normalised_path, normalised_directory)
            if code_of(read, path) is None
        ]
        for path in paths:
            code_of(upload_name, path)
    assert taken == []
    assert calls == []


@given(TEXTS)
@settings(max_examples=1000)
def test_whatever_is_taken_is_below_its_folder_and_in_one_form(text: str) -> None:
    for read in (normalised_path, normalised_directory):
        if code_of(read, text) is not None:
            continue
        path = read(text)
        assert read(path) == path == unicodedata.normalize("NFC", path)
        assert "." not in path.split("/")
        assert len(path.encode()) <= 255
        for seen in (path, unicodedata.normalize("NFKC", path)):
            assert posixpath.normpath(f"/root/{seen}").startswith("/root")
            assert ".." not in seen.split("/")
            assert not seen.startswith(("/", "~"))
            assert not set(seen) & set("\\%\x00\n\u202e")


@given(TEXTS)
@settings(max_examples=1000)
def test_whatever_name_is_taken_is_one_segment(text: str) -> None:
    if code_of(upload_name, text) is None:
        name = upload_name(text)
        assert upload_name(name) == name == unicodedata.normalize("NFC", name)
        assert name not in {"", ".", ".."}
        assert not set(name) & set("/\\\x00\n\u202e")
        assert len(name.encode()) <= 255


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("guide.md", "guide.md"),
        ("./guide.md", "guide.md"),
        ("documentation/./a//b.md", "documentation/a/b.md"),
        ("a/..b/c...md", "a/..b/c...md"),
        ("cafe\u0301.md", "café.md"),
        ("x².md", "x².md"),
        ("文件/Re: offer.md", "文件/Re: offer.md"),
        ("Re: offer.md", "Re: offer.md"),
        ("a/~b/c:d.md", "a/~b/c:d.md"),
        ("پی\u200cنوشت.md", "پی\u200cنوشت.md"),
        ("a/b/c/d/e/f/g/h/i/j.md", "a/b/c/d/e/f/g/h/i/j.md"),
        (f"{'x' * 252}.md", f"{'x' * 252}.md"),
        (" ", " "),
    ],
)
def test_a_path_has_one_form(text: str, path: str) -> None:
    assert normalised_path(text) == path


@pytest.mark.parametrize(
    ("text", "directory"),
    [
        ("", ""),
        (".", ""),
        ("./", ""),
        ("./documentation", "documentation"),
        ("documentation/", "documentation"),
        ("./documentation/./guides//", "documentation/guides"),
    ],
)
def test_a_directory_may_be_all_there_is(text: str, directory: str) -> None:
    assert normalised_directory(text) == directory


@pytest.mark.parametrize("text", ["", ".", "./", "a/", "a/.", "a/./"])
def test_a_path_names_a_file(text: str) -> None:
    assert code_of(normalised_path, text) == "no_file"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a/../b", "upwards"),
        ("/a", "not_relative"),
        ("./~/a", "not_relative"),
        ("./／etc/passwd", "not_relative"),  # noqa: RUF001 - full-width
        ("．/~root", "not_relative"),  # noqa: RUF001 - full-width
        ("javascript:alert(1)", "not_relative"),
        ("C:", "not_relative"),
        ("a\\b", "forbidden_character"),
        ("100%", "forbidden_character"),
        ("\u202egnp.exe", "forbidden_character"),
        ("\ud800", "forbidden_character"),
        ("a/b/c/d/e/f/g/h/i/j/k", "too_deep"),
        ("a/b/c/d/e/f/g/h/i/\u2100", "too_deep"),
        (f"{'x' * 253}.md", "too_long"),
        ("é" * 128, "too_long"),
        ("./" * 1000 + "a", "too_long"),
    ],
)
def test_a_refusal_says_why(text: str, code: str) -> None:
    for read in (normalised_path, normalised_directory):
        assert code_of(read, text) == code


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("guide.md", "guide.md"),
        ("C:\\fakepath\\guide.md", "guide.md"),
        ("../../etc/passwd", "passwd"),
        ("/proc/self/environ", "environ"),
        ("\\\\host\\share\\x.txt", "x.txt"),
        ("cafe\u0301.md", "café.md"),
        ("say %22hi%22 100%.md", "say %22hi%22 100%.md"),
        ("👩\u200d🚀.md", "👩\u200d🚀.md"),
    ],
)
def test_of_an_uploads_name_the_last_segment_counts(filename: str, name: str) -> None:
    assert upload_name(filename) == name


@pytest.mark.parametrize(
    ("filename", "code"),
    [
        ("", "no_file"),
        ("a/", "no_file"),
        (" . ", "no_file"),
        ("a\\..", "no_file"),
        ("．．", "no_file"),  # noqa: RUF001 - full-width
        ("a\x00.md", "forbidden_character"),
        ("a\r\n.md", "forbidden_character"),
        ("\u202efdp.exe", "forbidden_character"),
        ("\ud800.md", "forbidden_character"),
        ("é" * 128, "too_long"),
        ("x" * 5000, "too_long"),
        ("x/" * 1000 + "a.md", "too_long"),
    ],
)
def test_a_name_that_is_none_is_refused(filename: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        upload_name(filename)
    assert (refusal.value.details[0]["field"], refusal.value.details[0]["code"]) == ("file", code)


def test_the_field_that_is_named_is_the_callers() -> None:
    for read in READERS:
        with pytest.raises(InvalidInputError) as refusal:
            read("\x00", field="files.3.path")
        assert refusal.value.details[0]["field"] == "files.3.path"
