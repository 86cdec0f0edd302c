"""What a call to AWS takes, and what a function's role in template.yaml grants."""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from tests.tables import table_names
from tests.template.document import FUNCTIONS, GLOBALS, KEY_STORES, ROLES, resolved, role_of
from tests.wiretap import AwsCall

# An action, and what it is done to: a table or an index, or one of these.
Right = tuple[str, str]
KEYS, PEPPER, MACHINE, DIRECTORIES = "keys", "Pepper", "RunPoller", "DirectoryIngest"
ANSWERS, COPIES, STAGED = "answers/", "files/", "staging/"
BUCKETS = {ANSWERS: "ContentBucket", COPIES: "ContentBucket", STAGED: "StagingBucket"}
SUBSTITUTED = {
    "secret:/afterglow/${Stage}/openai/*": KEYS,
    "${ContentBucket.Arn}/answers/*": ANSWERS,
    "${ContentBucket.Arn}/files/*": COPIES,
    "${StagingBucket.Arn}/staging/*": STAGED,
    "${RunsTable.Arn}/index/DueRuns": "DueRuns",
    "${UploadsTable.Arn}/index/DueUploads": "DueUploads",
    GLOBALS["Environment"]["Variables"]["RUN_POLLER_ARN"]["Fn::Sub"]: MACHINE,
    GLOBALS["Environment"]["Variables"]["DIRECTORY_INGEST_ARN"]["Fn::Sub"]: DIRECTORIES,
}
# What Lambda itself does for a function that a queue calls.
OF_THE_QUEUE = {
    ("sqs:DeleteMessage", "IngestQueue"),
    ("sqs:GetQueueAttributes", "IngestQueue"),
    ("sqs:ReceiveMessage", "IngestQueue"),
}
TRANSACTED = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}
# The calls whose right has another name.
S3_ACTIONS = {
    "CopyObject": "PutObject",
    "DeleteObjects": "DeleteObject",
    "HeadObject": "GetObject",
}


def used(call: AwsCall) -> Iterator[Right]:
    """Return the rights that a call needs."""
    parameters = call.parameters
    if call.service == "secrets-manager":
        name = parameters.get("SecretId") or parameters["Name"]
        resource = PEPPER if name == os.environ["PEPPER_SECRET"] else KEYS
        yield f"secretsmanager:{call.operation}", resource
    elif call.service == "kms":
        yield f"kms:{call.operation}", "OpenAIKeysKey"
    elif call.service == "s3":
        yield from _used_of_buckets(call)
    elif call.service == "sqs":
        assert parameters["QueueUrl"] == os.environ["INGEST_QUEUE_URL"]
        yield f"sqs:{call.operation.removesuffix('Batch')}", "IngestQueue"
    elif call.service == "sfn":
        machines = {"RUN_POLLER_ARN": MACHINE, "DIRECTORY_INGEST_ARN": DIRECTORIES}
        named = {os.environ[name]: machine for name, machine in machines.items()}
        yield f"states:{call.operation}", named[parameters["stateMachineArn"]]
    else:
        yield from _used_of_tables(call)


def _used_of_buckets(call: AwsCall) -> Iterator[Right]:
    url = unquote(call.parameters["url"])
    meant = url + call.parameters["few"].decode()
    prefix = next(prefix for prefix in BUCKETS if prefix in meant)
    names = {"ContentBucket": "CONTENT_BUCKET", "StagingBucket": "STAGING_BUCKET"}
    assert os.environ[names[BUCKETS[prefix]]] in url
    if call.operation == "ListObjectsV2":
        yield "s3:ListBucket", BUCKETS[prefix]
        return
    yield f"s3:{S3_ACTIONS.get(call.operation, call.operation)}", prefix
    if call.parameters["source"]:
        yield "s3:GetObject", STAGED
    if call.operation in {"GetObject", "HeadObject"} and prefix != ANSWERS:
        # Without it AWS would say of what is not there that it is forbidden.
        yield "s3:ListBucket", BUCKETS[prefix]


def _used_of_tables(call: AwsCall) -> Iterator[Right]:
    tables = {name: table for table, name in table_names().items()}
    if call.operation == "TransactWriteItems":
        for item in call.parameters["TransactItems"]:
            ((verb, body),) = item.items()
            yield f"dynamodb:{TRANSACTED[verb]}", tables[body["TableName"]]
    elif call.operation in {"BatchGetItem", "BatchWriteItem"}:
        for name in call.parameters["RequestItems"]:
            yield f"dynamodb:{call.operation}", tables[name]
    else:
        table = tables[call.parameters["TableName"]]
        yield f"dynamodb:{call.operation}", call.parameters.get("IndexName") or table


def granted(function: str, store: str = "secrets-manager") -> set[Right]:
    """Return the rights of a function's role, but to its log, with users' keys in some store."""
    properties = next(f for f in FUNCTIONS.values() if f["CodeUri"] == f"functions/{function}")
    (policy,) = ROLES[role_of(properties)]["Policies"]
    return {
        (action, _name(statement["Resource"]))
        for statement in resolved(policy["PolicyDocument"]["Statement"], KEY_STORES[store])
        for action in statement["Action"]
        if not action.startswith("logs:")
    } - OF_THE_QUEUE


def _name(resource: Any) -> str:
    if "Fn::Sub" in resource:
        text = resource["Fn::Sub"]
        return next(name for end, name in SUBSTITUTED.items() if text.endswith(end))
    return str(resource["Ref"] if "Ref" in resource else resource["Fn::GetAtt"][0])
