"""Shows the event, keeps an item, fails in the ways a function can fail."""

import json
import os
import time
from typing import Any

import boto3
from shared import GREETING

Answer = dict[str, Any]


def lambda_handler(event: Answer, context: Any) -> Answer:
    """Do what the last part of the path names."""
    action = (event["pathParameters"] or {"action": "show_page"})["action"]
    return ACTIONS[action](event, context)


def answer(body: Any, status: int = 200, **more: Any) -> Answer:
    """A response of a proxy integration."""
    return {"statusCode": status, "body": json.dumps(body), **more}


def show_event(event: Answer, _: Any) -> Answer:
    return answer(event)


def show_process(_: Answer, context: Any) -> Answer:
    names = (
        "STAGE",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_ACCESS_KEY_ID",
        "OPENAI_API_KEY",
        "AUTH",
        "LOG_LEVEL",
    )
    environment = {name: os.environ.get(name) for name in names}
    left = context.get_remaining_time_in_millis()
    return answer({"pid": os.getpid(), "environment": environment, "left": left})


def greet(_: Answer, __: Any) -> Answer:
    return answer(GREETING)


def set_cookies(_: Answer, __: Any) -> Answer:
    cookies = ["a=1; Path=/; HttpOnly", "b=2; Path=/"]
    return answer({}, multiValueHeaders={"Set-Cookie": cookies})


def share(event: Answer, _: Any) -> Answer:
    return answer({}, headers={"Access-Control-Allow-Origin": event["headers"]["origin"]})


def preflight(event: Answer, _: Any) -> Answer:
    origin = event["headers"]["origin"]
    return answer(event["httpMethod"], headers={"Access-Control-Allow-Origin": origin})


def show_page(event: Answer, _: Any) -> Answer:
    return {"statusCode": 200, "body": event["path"], "headers": {"Content-Type": "text/html"}}


def refuse(_: Answer, __: Any) -> Answer:
    return answer({"error": "Bad gateway of its own"}, status=502)


def fail(_: Answer, __: Any) -> Answer:
    raise ValueError("secret of the stack trace")


def die(_: Answer, __: Any) -> Answer:
    os._exit(3)


def sleep(event: Answer, _: Any) -> Answer:
    time.sleep(float((event["queryStringParameters"] or {}).get("seconds", 1)))
    return answer({"pid": os.getpid()})


def keep(event: Answer, _: Any) -> Answer:
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    table.put_item(Item={"id": event["queryStringParameters"]["id"]})
    return answer("kept", status=201)


def find(event: Answer, _: Any) -> Answer:
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    item = table.get_item(Key={"id": event["queryStringParameters"]["id"]}).get("Item")
    return answer(item, status=200 if item else 404)


def overreach(_: Answer, __: Any) -> Answer:
    try:
        boto3.resource("dynamodb").Table(os.environ["TABLE"]).scan()
    except boto3.client("dynamodb").exceptions.ClientError as error:
        return answer(error.response["Error"]["Code"], status=403)
    return answer("scanned")


ACTIONS = {
    each.__name__: each
    for each in (
        show_event,
        show_process,
        greet,
        set_cookies,
        share,
        preflight,
        show_page,
        refuse,
        fail,
        die,
        sleep,
        keep,
        find,
        overreach,
    )
}
