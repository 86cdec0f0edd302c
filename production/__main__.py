"""`python -m production template --stage prod`, `… record --replacing NAME`, `… snapshots`."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from samtranslator.yaml_helper import yaml_parse

from production.lasting import record, replaced
from production.settled import parameters_of, settled
from production.snapstart import release, with_snapshots
from production.transformed import TEMPLATE, read, transformed

RECORD = TEMPLATE.parent / "tests" / "template" / "lasting.json"
BUILD = TEMPLATE.parent / ".aws-sam" / "build"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a stage's template, or write down what lasts; 1 if that would replace anything."""
    parser = argparse.ArgumentParser(prog="python -m production")
    commands = parser.add_subparsers(dest="command", required=True)
    template = commands.add_parser("template", help="print what a stage deploys, as JSON")
    template.add_argument("--stage", default="prod")
    write = commands.add_parser("record", help="write down what an upgrade must not replace")
    write.add_argument("--replacing", action="append", default=[], metavar="NAME")
    snapshots = commands.add_parser("snapshots", help="have SnapStart in what `sam build` made")
    snapshots.add_argument("--stage", default="prod")
    snapshots.add_argument("--build", type=Path, default=BUILD)
    given = parser.parse_args(arguments)
    if given.command == "snapshots":
        _have_snapshots(given.build, parameters_of(given.stage))
        return 0
    if given.command == "template":
        plain = settled(transformed(read()), parameters_of(given.stage))
        # The routes once more, which no check looks at and checkov spends a minute on.
        plain["Resources"]["Api"]["Properties"].pop("Body")
        sys.stdout.write(json.dumps(plain, indent=1) + "\n")
        return 0
    return _write(RECORD, set(given.replacing))


def _have_snapshots(build: Path, parameters: Mapping[str, str]) -> None:
    """Write the built template again, with SnapStart. Raises FileNotFoundError if none is there."""
    path = build / "template.yaml"
    with_it = with_snapshots(yaml_parse(path.read_text()), release(build, parameters))
    path.write_text(yaml.safe_dump(with_it, sort_keys=False))


def _write(path: Path, meant: set[str]) -> int:
    """Write the record; not if it takes away what is in it and is not `meant` to go."""
    after = record(transformed(read()))
    before = json.loads(path.read_text()) if path.exists() else {}
    if lost := sorted(set(replaced(before, after)) - meant):
        sys.stderr.write(f"An upgrade would delete or replace: {', '.join(lost)}.\n")
        sys.stderr.write("If that is meant, say --replacing NAME for each.\n")
        return 1
    path.write_text(json.dumps(after, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
