"""The least that our stack can be: Powertools' resolver with validation, and PynamoDB.

With a key in FLOOR_OPENAI_KEY, OpenAI's client as well, imported as everyone does.
"""

import os

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from pydantic import BaseModel
from pynamodb.connection import Connection

app = APIGatewayRestResolver(enable_validation=True)
connection = Connection()
if key := os.environ.get("FLOOR_OPENAI_KEY"):
    from openai import OpenAI

    openai = OpenAI(api_key=key)


class UserOut(BaseModel):
    """Who is signed in."""

    name: str


@app.get("/user")
def read_user() -> UserOut:
    """Read one item."""
    table = os.environ["USERS_TABLE"]
    key = {"owner": {"S": "nobody"}, "item": {"S": "PROFILE"}}
    connection.client.get_item(TableName=table, Key=key)
    return UserOut(name="nobody")


def lambda_handler(event, context):  # noqa: ANN001, ANN201 - as short as it can be
    """Answer API Gateway."""
    return app.resolve(event, context)
