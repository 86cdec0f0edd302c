"""The same, with OpenAI's client imported as everyone does."""

import os

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from openai import OpenAI
from pydantic import BaseModel
from pynamodb.connection import Connection

app = APIGatewayRestResolver(enable_validation=True)
connection = Connection()
openai = OpenAI(api_key=os.environ["BASELINE_OPENAI_KEY"])


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
