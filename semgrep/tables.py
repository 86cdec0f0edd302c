from pynamodb.expressions.operand import Path

from afterglow.adapters.dynamodb.records.deletions import DeletionItem


def ask(client, table, name, field):
    # ruleid: no-expression-from-text
    client.query(TableName=table, KeyConditionExpression=f"owner = {name}")
    # ruleid: no-expression-from-text
    client.query(TableName=table, FilterExpression="owner = " + name)
    # ruleid: no-expression-from-text
    client.execute_statement(Statement="SELECT * FROM t WHERE owner = '%s'" % name)
    # ruleid: no-expression-from-text
    request = {"TableName": table, "UpdateExpression": f"SET {field} = :value"}
    # ok: no-expression-from-text
    client.query(TableName=table, KeyConditionExpression="owner = :owner")
    # ok: no-expression-from-text
    client.query(TableName=f"afterglow-{name}", Limit=1 + 1)
    # ruleid: no-path-from-text
    Path(field)
    # ok: no-path-from-text
    Path("count")
    return request


def everything(client):
    # ruleid: no-scan
    yield from DeletionItem.scan()
    # ruleid: no-scan
    yield from client.get_paginator("scan").paginate()
    # ok: no-scan
    yield from DeletionItem.query("U#1")
