"""Which files are not meant: patterns as in `.gitignore`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from pathspec import GitIgnoreSpec

from afterglow_cli.errors import CommandError

# What stands in the second wins over the first.
IGNORE_FILES = (".gitignore", ".afterglowignore")


class _Layer(NamedTuple):
    """The patterns of a folder. `base` is the folder's path, with a slash at its end, or ""."""

    base: str
    spec: GitIgnoreSpec


class IgnoreRules:
    """What a folder's patterns and those of the folders above it exclude, the nearest first."""

    def __init__(self, layers: Sequence[_Layer]) -> None:
        self._layers = layers

    @classmethod
    def of(cls, patterns: Iterable[str]) -> Self:
        """Return rules that win over those of every folder. Raises CommandError."""
        return cls([_Layer("", _spec(patterns, "--exclude"))])

    def within(self, folder: Path, relative: str) -> "IgnoreRules":
        """Return the rules inside a folder, whose path from the root is `relative`, "" for it.

        Raises CommandError for patterns that cannot be read: what they exclude is not known.
        """
        lines = [line for name in IGNORE_FILES for line in _lines(folder / name)]
        if not lines:
            return self
        base = f"{relative}/" if relative else ""
        first, *rest = self._layers
        return IgnoreRules([first, _Layer(base, _spec(lines, str(folder))), *rest])

    def exclude(self, relative: str, *, is_folder: bool) -> bool:
        """Tell whether something is excluded, by its path from the root."""
        for base, spec in self._layers:
            path = relative.removeprefix(base) + ("/" if is_folder else "")
            if (verdict := spec.check_file(path).include) is not None:
                return verdict
        return False


def _lines(file: Path) -> list[str]:
    try:
        # As git, it does not follow a link: that may lead to what is not the folder's.
        if file.is_symlink() or not file.is_file():
            return []
        return file.read_text(encoding="utf-8-sig", errors="surrogateescape").splitlines()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from None


def _spec(lines: Iterable[str], source: str) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError as error:
        raise CommandError(f"{source}: {error}") from None
