"""Which files of a folder are meant."""

import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from afterglow_cli.errors import CommandError
from afterglow_cli.ignoring import IgnoreRules
from afterglow_cli.walking import MAX_FILE_BYTES, Found, walk


def found_in(root: Path, *patterns: str, hidden: bool = False) -> Found:
    """Return what is under a folder."""
    return walk(root, IgnoreRules.of(patterns), hidden=hidden)


def paths(found: Found) -> list[str]:
    """Return the paths of the files found, without the folder's name."""
    return [file.path.partition("/")[2] for file in found.files]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a folder with something in it."""
    docs = tmp_path / "docs"
    write(docs, "a.md", "b/c.md", "b/d/e.md", "b/d/e.log")
    return docs


def write(root: Path, *names: str, text: str = "text") -> None:
    """Write some files of a line."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_files_are_found_by_path_under_the_folders_name(docs: Path) -> None:
    found = found_in(docs)

    assert [file.path for file in found.files] == [
        "docs/a.md",
        "docs/b/c.md",
        "docs/b/d/e.log",
        "docs/b/d/e.md",
    ]
    assert {file.size for file in found.files} == {4}
    assert found.size == 16
    assert not found.failures
    assert not found.passed_over


@pytest.mark.parametrize("given", [".", "../docs", "../docs/", "b/.."])
def test_a_folder_has_its_name_however_it_is_given(
    docs: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.chdir(docs)

    assert found_in(Path(given)).name == "docs"


@pytest.mark.parametrize("given", ["absent", "a.md", "/"])
def test_what_is_no_folder_with_a_name_is_an_error(docs: Path, given: str) -> None:
    with pytest.raises(CommandError):
        found_in(docs / given)


@pytest.mark.parametrize(
    ("ignored", "expected"),
    [
        ({".gitignore": "*.log"}, ["a.md", "b/c.md", "b/d/e.md"]),
        ({".afterglowignore": "*.log"}, ["a.md", "b/c.md", "b/d/e.md"]),
        ({".gitignore": "b/"}, ["a.md"]),
        ({".gitignore": "/e.log"}, ["a.md", "b/c.md", "b/d/e.log", "b/d/e.md"]),
        ({"b/d/.gitignore": "/e.log"}, ["a.md", "b/c.md", "b/d/e.md"]),
        ({"b/.gitignore": "*.md"}, ["a.md", "b/d/e.log"]),
        ({".gitignore": "*.md", "b/.gitignore": "!c.md"}, ["b/c.md", "b/d/e.log"]),
        ({".gitignore": "*.md", ".afterglowignore": "!a.md"}, ["a.md", "b/d/e.log"]),
        ({".gitignore": "b/d", "b/d/.gitignore": "!e.md"}, ["a.md", "b/c.md"]),
        ({".gitignore": "# *.md\n\nb/*/*.md\n"}, ["a.md", "b/c.md", "b/d/e.log"]),
        ({".gitignore": "\ufeff*.md"}, ["b/d/e.log"]),
    ],
)
def test_patterns_are_heeded_as_git_does(
    docs: Path, ignored: dict[str, str], expected: list[str]
) -> None:
    for name, text in ignored.items():
        (docs / name).write_text(text)

    assert paths(found_in(docs)) == expected


def test_patterns_of_the_call_win(docs: Path) -> None:
    (docs / ".gitignore").write_text("!a.md\n*.log\n")

    found = found_in(docs, "a.md", "!e.log")

    assert paths(found) == ["b/c.md", "b/d/e.log", "b/d/e.md"]
    assert found.passed_over == {"excluded": 1, "hidden": 1}


def test_what_is_hidden_goes_on_demand_only_and_gits_own_never(docs: Path) -> None:
    write(docs, ".hidden.md", ".git/config", "b/.cache/x.md")

    found = found_in(docs)

    assert paths(found) == ["a.md", "b/c.md", "b/d/e.log", "b/d/e.md"]
    assert found.passed_over == {"hidden": 3}
    assert ".hidden.md" in paths(found_in(docs, hidden=True))
    assert "b/.cache/x.md" in paths(found_in(docs, hidden=True))
    assert ".git/config" not in paths(found_in(docs, hidden=True))


def test_no_link_is_followed(docs: Path, tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.md")
    (docs / "file.md").symlink_to(tmp_path / "outside" / "secret.md")
    (docs / "folder").symlink_to(tmp_path / "outside")
    (docs / "round").symlink_to(docs)
    (docs / "b" / ".gitignore").symlink_to(tmp_path / "patterns")
    write(tmp_path, "patterns", text="*.md")

    found = found_in(docs)

    assert paths(found) == ["a.md", "b/c.md", "b/d/e.log", "b/d/e.md"]
    assert found.passed_over == {"symbolic link": 3, "hidden": 1}


def test_a_linked_folder_that_is_named_itself_is_walked_under_the_links_name(
    docs: Path, tmp_path: Path
) -> None:
    (tmp_path / "manual").symlink_to(docs)

    assert found_in(tmp_path / "manual").files[0].path == "manual/a.md"


def test_what_cannot_be_sent_is_told_apart(docs: Path) -> None:
    write(docs, "empty.md", text="")
    os.mkfifo(docs / "pipe")
    with (docs / "big.md").open("wb") as big:
        big.truncate(MAX_FILE_BYTES + 1)
    with (docs / "full.md").open("wb") as full:
        full.truncate(MAX_FILE_BYTES)

    found = found_in(docs)

    assert paths(found) == ["a.md", "b/c.md", "b/d/e.log", "b/d/e.md", "full.md"]
    assert found.passed_over == {"empty": 1, "no file": 1}
    assert found.failures == {"docs/big.md": "Bigger than 512 MB"}


def test_names_are_composed_and_two_that_become_one_are_told(docs: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "größe.md")
    write(docs, decomposed, "größe.md", "文書.md")

    found = found_in(docs)

    assert paths(found)[-2:] == ["größe.md", "文書.md"]
    assert found.failures == {"docs/größe.md": "Another file has the same name, spelt otherwise"}


def test_a_name_that_is_no_text_is_told(docs: Path) -> None:
    with open(os.fsencode(docs) + b"/\xff.md", "w", encoding="ascii") as file:  # noqa: PTH123
        file.write("text")

    found = found_in(docs)

    assert found.failures == {"docs/\udcff.md": "Its name is not UTF-8"}


@pytest.mark.parametrize("name", [".gitignore", "b/.afterglowignore"])
def test_patterns_that_cannot_be_understood_are_an_error(docs: Path, name: str) -> None:
    (docs / name).write_text("!")

    with pytest.raises(CommandError, match="Invalid git pattern"):
        found_in(docs)


def test_a_folder_that_is_gone_while_it_is_walked_is_told(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def gone(path: Path) -> Any:
        if path.name == "d":
            raise FileNotFoundError(2, "No such file or directory")
        return scandir(path)

    monkeypatch.setattr("os.scandir", gone)

    found = found_in(docs)

    assert paths(found) == ["a.md", "b/c.md"]
    assert found.failures == {"docs/b/d": "No such file or directory"}
