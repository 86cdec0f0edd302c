"""Whether a tracked file holds something that looks like a secret and is not known to be none.

    python -m release.secret_scan [a folder under git]

It reads what detect-secrets finds, asks nobody whether a secret works, and shows no value.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.plugins.keyword import KeywordDetector
from detect_secrets.settings import default_settings, transient_settings

KNOWN = Path(__file__).with_name("known_constants.toml")
GUESS = KeywordDetector.secret_type
BY_COMMENT = {"path": "detect_secrets.filters.allowlist.is_line_allowlisted"}


@dataclass(frozen=True, slots=True)
class Known:
    """What opens nothing, by value or shape, and what is left out.

    A guess is what a detector makes of the name beside a value, whatever the value looks like.
    """

    values: frozenset[str]
    shapes: tuple[re.Pattern[str], ...]
    detectors_left_out: frozenset[str]
    files_left_out: tuple[str, ...]
    guesses_left_out: tuple[str, ...]

    def covers(self, value: str) -> bool:
        """Return whether this value is known to open nothing."""
        return value in self.values or any(shape.fullmatch(value) for shape in self.shapes)


def known(text: str) -> Known:
    """Read the list of what is known to be no secret."""
    document = tomllib.loads(text)
    return Known(
        frozenset(value for group in document["constants"] for value in group["values"]),
        tuple(re.compile(shape["pattern"]) for shape in document["shapes"]),
        frozenset(document["left_out"]["detectors"]),
        tuple(document["left_out"]["files"]),
        tuple(document["left_out"]["guesses_in"]),
    )


def tracked(root: Path) -> list[str]:
    """Return every file that git tracks there. Raises CalledProcessError."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]


def findings(root: Path, names: Iterable[str], left_out: Known) -> Iterator[PotentialSecret]:
    """Return what the detectors see in these files, whatever is known of it."""
    with default_settings() as default:
        settings = default.json()
    # One list says what is harmless: no comment beside a secret does.
    settings["filters_used"] = [each for each in settings["filters_used"] if each != BY_COMMENT]
    settings["plugins_used"] = [
        plugin
        for plugin in settings["plugins_used"]
        if plugin["name"] not in left_out.detectors_left_out
    ]
    wanted = [name for name in names if not _matches(name, left_out.files_left_out)]
    with transient_settings(settings):
        found = SecretsCollection(str(root))
        found.scan_files(*wanted)
    for name, secret in found:
        if secret.type != GUESS or not _matches(name, left_out.guesses_left_out):
            yield secret


def complaints(found: Iterable[PotentialSecret], harmless: Known) -> list[str]:
    """Return what is wrong, one line each: places of unknown values, and constants nobody uses."""
    lines, unused = [], set(harmless.values)
    for secret in found:
        value = secret.secret_value or ""
        unused.discard(value)
        if not harmless.covers(value):
            lines.append(f"{Path(secret.filename)}:{secret.line_number}: {secret.type}")
    return lines + [f"{KNOWN.name}: {value!r} is not found any more" for value in sorted(unused)]


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def main(root: Path) -> int:
    """Scan the files of a repository, and say what is wrong on stderr."""
    names, harmless = tracked(root), known(KNOWN.read_text("utf-8"))
    lines = complaints(findings(root, names, harmless), harmless)
    for line in sorted(lines):
        print(line, file=sys.stderr)
    if lines:
        print(f"A secret? Take it out, and make it void. A constant? {KNOWN}", file=sys.stderr)
    else:
        print(f"Secrets: none in {len(names)} files.")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
