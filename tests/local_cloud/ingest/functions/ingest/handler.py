"""Writes down what comes from the queue; of what it is told to, it says that it has failed."""

import os
from typing import Any

import boto3


def lambda_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Note every message, each time that it comes."""
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    failed = []
    for record in event["Records"]:
        table.put_item(
            Item={
                "id": f"{record['messageId']} {record['attributes']['ApproximateReceiveCount']}",
                "body": record["body"],
            }
        )
        if "poison" in record["body"]:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
