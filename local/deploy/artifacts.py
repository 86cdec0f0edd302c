"""What a deployment consists of, in a bucket of the local cloud."""

import hashlib
import json
from pathlib import Path
from typing import Any

from local.deploy import bootstrap
from local.deploy import template as templates
from local.deploy.client import client

BUCKET = "afterglow-local-artifacts"


def put(endpoint: str, template: templates.Template, project: Path) -> str:
    """Upload the template as the local cloud gets it and what it points to; return its URL.

    A template of this size is taken from a bucket only, as on AWS. Raises TemplateError if a state
    machine has no definition.
    """
    store = client("s3", endpoint)
    store.create_bucket(Bucket=BUCKET)
    code = _put(store, bootstrap.archive(), "zip")
    definitions = {
        name: f"s3://{BUCKET}/{_put(store, definition, 'json')}"
        for name, definition in templates.definitions(template, project).items()
    }
    body = templates.localise(template, project, f"s3://{BUCKET}/{code}", definitions)
    return f"{endpoint}/{BUCKET}/{_put(store, json.dumps(body).encode(), 'json')}"


def _put(store: Any, content: bytes, suffix: str) -> str:
    key = f"{hashlib.sha256(content).hexdigest()}.{suffix}"
    store.put_object(Bucket=BUCKET, Key=key, Body=content)
    return key
