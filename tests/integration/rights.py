"""What a call to AWS takes, and what a function's role in template.yaml grants."""

import os
from collections.abc import Iterator
from typing import Any

from tests.tables import table_names
from tests.template.document import FUNCTIONS, GLOBALS, ROLES, role_of
from tests.wiretap import AwsCall

# An action, and what it is done to: a table or an index, or one of these.
Right = tuple[str, str]
KEYS, PEPPER, CONTENTS, MACHINE = "keys", "Pepper", "ContentBucket", "RunPoller"
SUBSTITUTED = {
    "secret:/afterglow/${Stage}/openai/*": KEYS,
    "${ContentBucket.Arn}/answers/*": CONTENTS,
    "${RunsTable.Arn}/index/DueRuns": "DueRuns",
    GLOBALS["Environment"]["Variables"]["RUN_POLLER_ARN"]["Fn::Sub"]: MACHINE,
}
TRANSACTED = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}
# The calls whose right has another name.
S3_ACTIONS = {"ListObjectsV2": "ListBucket", "DeleteObjects": "DeleteObject"}


def used(call: AwsCall) -> Iterator[Right]:
    """Return the rights that a call needs."""
    parameters = call.parameters
    if call.service == "secrets-manager":
        name = parameters.get("SecretId") or parameters["Name"]
        resource = PEPPER if name == os.environ["PEPPER_SECRET"] else KEYS
        yield f"secretsmanager:{call.operation}", resource
    elif call.service == "s3":
        assert os.environ["CONTENT_BUCKET"] in parameters["url"]
        yield f"s3:{S3_ACTIONS.get(call.operation, call.operation)}", CONTENTS
    elif call.service == "sfn":
        assert parameters["stateMachineArn"] == os.environ["RUN_POLLER_ARN"]
        yield f"states:{call.operation}", MACHINE
    else:
        yield from _used_of_tables(call)


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


def granted(function: str) -> set[Right]:
    """Return the rights of a function's role, but to its log."""
    properties = next(f for f in FUNCTIONS.values() if f["CodeUri"] == f"functions/{function}")
    (policy,) = ROLES[role_of(properties)]["Policies"]
    return {
        (action, _name(statement["Resource"]))
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
        if not action.startswith("logs:")
    }


def _name(resource: Any) -> str:
    if "Fn::Sub" in resource:
        text = resource["Fn::Sub"]
        return next(name for end, name in SUBSTITUTED.items() if text.endswith(end))
    return str(resource["Ref"] if "Ref" in resource else resource["Fn::GetAtt"][0])
