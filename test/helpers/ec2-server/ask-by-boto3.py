"""Asks an EC2 by boto3, one call after the other, and prints what came of each as a JSON list.

On its standard input: {"endpoint", "keys": {"accessKeyId", "secretAccessKey"}, "names": {...}, "calls": [{"call", "parameters",
"shows", "keeps"}]}. "{name}" in a parameter stands for a name that was given, or kept from an earlier answer; `shows` and what
`keeps` holds are JMESPath expressions over the answer. Nothing is checked or tried again on this side.
"""

import json
import re
import sys

import boto3
import jmespath
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

request = json.load(sys.stdin)
names = request["names"]
client = boto3.client(
    "ec2",
    region_name="us-east-1",
    endpoint_url=request["endpoint"],
    aws_access_key_id=request["keys"]["accessKeyId"],
    aws_secret_access_key=request["keys"]["secretAccessKey"],
    config=Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=60),
)


def filled(value):
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda match: names.get(match[1], ""), value)
    if isinstance(value, list):
        return [filled(one) for one in value]
    if isinstance(value, dict):
        return {name: filled(one) for name, one in value.items()}
    return value


def asked(call):
    try:
        answer = getattr(client, xform_name(call["call"]))(**filled(call["parameters"]))
    except ClientError as error:
        return {"code": error.response["Error"]["Code"]}
    except (BotoCoreError, ResponseParserError) as error:
        # No answer of EC2 at all.
        return {"code": type(error).__name__}
    for name, expression in call.get("keeps", {}).items():
        names[name] = jmespath.search(expression, answer) or ""
    shows = call.get("shows")
    return {"shows": jmespath.search(filled(shows), answer) if shows else None}


print(json.dumps([asked(call) for call in request["calls"]], default=str))
