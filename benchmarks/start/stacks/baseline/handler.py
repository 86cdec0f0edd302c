"""What most people deploy: FastAPI behind Mangum, boto3's DynamoDB resource, OpenAI's client."""

import os
import uuid

import boto3
from fastapi import FastAPI, HTTPException, Request
from mangum import Mangum
from openai import OpenAI
from pydantic import BaseModel, Field

app = FastAPI()
dynamodb = boto3.resource("dynamodb")
users = dynamodb.Table(os.environ["USERS_TABLE"])
messages = dynamodb.Table(os.environ["MESSAGES_TABLE"])
openai = OpenAI(api_key=os.environ["BASELINE_OPENAI_KEY"])


class UserOut(BaseModel):
    """Who is signed in."""

    name: str


class ChatIn(BaseModel):
    """A message."""

    message: str = Field(min_length=1)


class ChatOut(BaseModel):
    """The assistant's answer."""

    answer: str


@app.get("/user")
def read_user(request: Request) -> UserOut:
    """Read one item."""
    name = request.headers.get("x-user", "nobody")
    if "Item" in users.get_item(Key={"owner": name, "item": "PROFILE"}):
        raise HTTPException(500)
    return UserOut(name=name)


@app.post("/chat")
def chat(body: ChatIn, request: Request) -> ChatOut:
    """Read an item, ask, and keep two."""
    name = request.headers.get("x-user", "nobody")
    users.get_item(Key={"owner": name, "item": "PROFILE"})
    answer = openai.responses.create(model="gpt-6-luna", input=body.message).output_text
    for text in (body.message, answer):
        messages.put_item(Item={"owner": "baseline", "item": uuid.uuid4().hex, "text": text})
    return ChatOut(answer=answer)


lambda_handler = Mangum(app, lifespan="off")
