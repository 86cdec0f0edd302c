"""The template's tables, made in moto: tests and deployment share one schema."""

import os
from pathlib import Path

import boto3
from cfnlint.decode.cfn_yaml import load

ROOT = Path(__file__).resolve().parent.parent


def create_tables() -> None:
    """Create every table whose name the environment knows, and the pepper."""
    resources = load(str(ROOT / "template.yaml"))["Resources"]
    client = boto3.client("dynamodb")
    for logical_id, resource in resources.items():
        name = os.environ.get(logical_id.removesuffix("Table").upper() + "_TABLE")
        if resource["Type"] == "AWS::DynamoDB::Table" and name:
            shape = resource["Properties"]
            client.create_table(
                TableName=name,
                BillingMode=shape["BillingMode"],
                AttributeDefinitions=shape["AttributeDefinitions"],
                KeySchema=shape["KeySchema"],
            )
    boto3.client("secretsmanager").create_secret(
        Name=os.environ["PEPPER_SECRET"], SecretString="pepper of the tests"
    )
