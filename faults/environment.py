"""What the functions are told by the template, told to the harness's own processes."""

import os
import re
from typing import Any

from local.deploy.template import Template, read
from local.runtime.serve import PROJECT

# Nobody waits for a limit here, and a request's time is short.
PARAMETERS = {
    "Stage": "local",
    "ChatsPerMinute": "1000000",
    "ChatsPerDay": "1000000",
    "ThreadsPerHour": "1000000",
    "TurnBudgetSeconds": "1",
}
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "000000000000"}


def project_template() -> Template:
    """Return the project's template."""
    return read((PROJECT / "template.yaml").read_text())


def physical_name(logical_id: str) -> str:
    """Return how the harness calls a resource of the template."""
    return f"faults-{logical_id.lower()}"


def enter(cloud_url: str, openai_url: str) -> None:
    """Set this process's environment; only then may anything import `afterglow`."""
    template = project_template()
    declared = template["Globals"]["Function"]["Environment"]["Variables"]
    given = PARAMETERS | {"OpenAIBaseUrl": f"{openai_url}/v1"}
    for name in [name for name in os.environ if name.startswith(("AWS_", "OPENAI_"))]:
        del os.environ[name]
    texts = {name: _text(at, template, given) for name, at in declared.items()}
    os.environ.update(
        {name: text for name, text in texts.items() if text is not None}
        | {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": PSEUDO["AWS::Region"],
            "AWS_ENDPOINT_URL": cloud_url,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "no_proxy": "127.0.0.1",
        }
    )


def _text(value: Any, template: Template, given: dict[str, str]) -> str | None:
    """Return what a variable's value is, None where the template leaves it away."""
    match value:
        case {"Ref": name}:
            return _referred(name, template, given)
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([^}]+)\}", lambda m: _referred(m[1], template, given), text)
        case {"Fn::If": [_, _, otherwise]}:
            # No condition of the template holds here.
            return None if otherwise == {"Ref": "AWS::NoValue"} else str(otherwise)
    return str(value)


def _referred(name: str, template: Template, given: dict[str, str]) -> str:
    if name in template["Parameters"]:
        return given.get(name, str(template["Parameters"][name].get("Default", "")))
    return PSEUDO.get(name) or physical_name(name)
