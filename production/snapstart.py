"""SnapStart for the functions that people wait for, in what `sam build` has made.

It is no parameter of template.yaml: an alias cannot have a condition, and by itself SAM publishes
no new version when a layer or a parameter changes, so that an alias would go on with the old ones.
Here the version is named after all of them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from production.transformed import Template

WAITED_FOR = ("AssistantsFunction", "AuthFunction", "ChatFunction", "ThreadsFunction")
ALIAS = "live"


def with_snapshots(template: Template, release: str) -> Template:
    """Return the template with an alias, and snapshots, for these functions.

    The former version is deleted: each is billed for as long as it is there. Raises KeyError where
    a function is not in the template.
    """
    resources = dict(template["Resources"])
    for name in WAITED_FOR:
        properties = resources[name]["Properties"] | {
            "AutoPublishAlias": ALIAS,
            "AutoPublishCodeSha256": release,
            "SnapStart": {"ApplyOn": "PublishedVersions"},
            "VersionDeletionPolicy": "Delete",
        }
        resources[name] = resources[name] | {"Properties": properties}
    return template | {"Resources": resources}


def release(build: Path, parameters: Mapping[str, str]) -> str:
    """Return a SHA-256, in hex, of everything that is built and of the parameters given."""
    digest = hashlib.sha256(json.dumps(parameters, sort_keys=True).encode())
    for path in _files(build):
        digest.update(f"\0{path.relative_to(build)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(build: Path) -> Iterable[Path]:
    """Return what is deployed, the template among it."""
    return sorted(path for path in build.rglob("*") if path.is_file() and path.suffix != ".pyc")
