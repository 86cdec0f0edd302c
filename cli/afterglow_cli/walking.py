"""Which files a folder has, and which of them are to be sent."""

import os
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from afterglow_cli.errors import CommandError
from afterglow_cli.ignoring import IgnoreRules

MAX_FILE_BYTES = 512 * 1024**2
GIT = ".git"


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file to be sent: where it is, and its path as the service is to know it; `size` in bytes.

    `path` begins with the folder's name. It is composed (NFC), whatever the file system does.
    """

    location: Path
    path: str
    size: int


@dataclass(slots=True)
class Found:
    """What a folder has. `passed_over` counts what is not meant, by why it is not.

    `failures` are paths that cannot be sent, with the reason.
    """

    name: str
    files: list[LocalFile] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many bytes its files have."""
        return sum(file.size for file in self.files)


class _Folder(NamedTuple):
    """A folder to look into: its path from the root ("" for that), and the rules above it."""

    location: Path
    relative: str
    rules: IgnoreRules


def walk(root: Path, rules: IgnoreRules, *, hidden: bool) -> Found:
    """Return what is under a folder, by path. No symbolic link is followed below it.

    Raises CommandError if there is no such folder, or its patterns are unreadable.
    """
    top = Path(os.path.abspath(root))  # noqa: PTH100 - resolve() would rename a linked folder
    if not top.is_dir():
        is_there = top.exists()
        raise CommandError(f"{'This is no folder' if is_there else 'There is no folder'}: {root}")
    if not top.name:
        raise CommandError(f"A folder without a name cannot be sent: {root}")
    found = Found(_composed(top.name))
    folders = [_Folder(top, "", rules)]
    while folders:
        folders += _look_into(folders.pop(), found, hidden=hidden)
    _set_apart(found)
    return found


def _look_into(folder: _Folder, found: Found, *, hidden: bool) -> list[_Folder]:
    """Take a folder's files into account, and return the folders in it."""
    rules = folder.rules.within(folder.location, folder.relative)
    inner = []
    for entry in _listed(folder, found):
        relative = f"{folder.relative}/{entry.name}" if folder.relative else entry.name
        if reason := _unwanted(entry, relative, rules, hidden=hidden):
            found.passed_over[reason] += 1
        elif entry.is_dir(follow_symlinks=False):
            inner.append(_Folder(Path(entry.path), relative, rules))
        else:
            _take(entry, f"{found.name}/{_composed(relative)}", found)
    return inner


def _listed(folder: _Folder, found: Found) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder.location) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        path = f"{found.name}/{_composed(folder.relative)}".rstrip("/")
        found.failures[path] = str(error.strerror)
        return []


def _unwanted(
    entry: os.DirEntry[str], relative: str, rules: IgnoreRules, *, hidden: bool
) -> str | None:
    """Return in a word why something is not meant, None if it is."""
    is_folder = entry.is_dir(follow_symlinks=False)
    if entry.name == GIT or (entry.name.startswith(".") and not hidden):
        return "hidden"
    if rules.exclude(relative, is_folder=is_folder):
        return "excluded"
    if entry.is_symlink():
        return "symbolic link"
    return None if is_folder or entry.is_file(follow_symlinks=False) else "no file"


def _take(entry: os.DirEntry[str], path: str, found: Found) -> None:
    """Note a file, or why it cannot be sent."""
    try:
        size = entry.stat(follow_symlinks=False).st_size
        path.encode()
    except OSError as error:
        found.failures[path] = str(error.strerror)
    except UnicodeEncodeError:
        found.failures[path] = "Its name is not UTF-8"
    else:
        if size == 0:
            found.passed_over["empty"] += 1
        elif size > MAX_FILE_BYTES:
            found.failures[path] = "Bigger than 512 MB"
        else:
            found.files.append(LocalFile(Path(entry.path), path, size))


def _set_apart(found: Found) -> None:
    """Sort the files by path, and let no two have the same."""
    distinct: dict[str, LocalFile] = {}
    for file in sorted(found.files, key=lambda file: (file.path, file.location)):
        if distinct.setdefault(file.path, file) is not file:
            found.failures[file.path] = "Another file has the same name, spelt otherwise"
    found.files = list(distinct.values())


def _composed(path: str) -> str:
    return unicodedata.normalize("NFC", path)
