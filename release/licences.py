"""Whether every package that is delivered comes under a licence that we take.

python -m release.licences dist/sbom/lambda.cdx.json ...
"""

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ALLOWED = Path(__file__).with_name("licences.toml")


@dataclass(frozen=True, slots=True)
class Rules:
    """Which licences we take from everybody, and which from one package only: {name: licences}."""

    allowed: frozenset[str]
    exceptions: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Package:
    """A component of an SBOM, and what it says its licences are."""

    name: str
    version: str
    licences: frozenset[str]


def rules(text: str) -> Rules:
    """Read the allow list. Raises KeyError for an exception that has no reason."""
    document = tomllib.loads(text)
    exceptions = {}
    for exception in document["exceptions"]:
        if not exception["because"].strip():
            raise KeyError(exception["package"])
        exceptions[exception["package"]] = frozenset(exception["licences"])
    return Rules(frozenset(document["allowed"]), exceptions)


def packages(sbom: dict[str, Any]) -> Iterator[Package]:
    """Return the components of a CycloneDX document (1.6, JSON)."""
    for component in sbom["components"]:
        declared = frozenset(_words(choice) for choice in component.get("licenses", ()))
        yield Package(component["name"], component["version"], declared)


def _words(choice: dict[str, Any]) -> str:
    """Return what stands in one of the three places for a licence: an expression, an id, a name."""
    if "expression" in choice:
        return str(choice["expression"])
    licence = choice["license"]
    return str(licence.get("id") or licence["name"])


def complaints(delivered: Iterable[Package], taken: Rules) -> list[str]:
    """Return what is wrong, one line each: unknown licences, and exceptions nobody needs."""
    found = []
    unneeded = set(taken.exceptions)
    for package in delivered:
        unknown = package.licences - taken.allowed
        if package.licences and not unknown:
            continue
        unneeded.discard(package.name)
        # Without any licence nothing is granted: that takes an exception with a reason as well.
        if package.name not in taken.exceptions or unknown - taken.exceptions[package.name]:
            said = ", ".join(sorted(unknown)) or "no licence"
            found.append(f"{package.name} {package.version}: {said}")
    return found + [f"{name}: the exception is not needed" for name in sorted(unneeded)]


def main(paths: list[str]) -> int:
    """Judge these documents together, and say what is wrong on stderr."""
    delivered = {
        package for path in paths for package in packages(json.loads(Path(path).read_text("utf-8")))
    }
    found = complaints(delivered, rules(ALLOWED.read_text("utf-8")))
    if not delivered:
        found = ["No package was found: that is no answer."]
    for line in sorted(found):
        print(line, file=sys.stderr)
    if not found:
        print(f"Licences: {len(delivered)} packages, all under licences in {ALLOWED.name}.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
