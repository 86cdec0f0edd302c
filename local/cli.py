"""The commands of `python -m local`."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import EndpointConnectionError
from rich.console import Console

from local.demo.conversation import Conversation, DemoError
from local.deploy.stack import DeploymentError
from local.executions import NoExecutionError, told
from local.folder import FolderTakenError
from local.logs import recent
from local.operator import become_admin_command
from local.ports import HOST, Ports, PortTakenError
from local.process import StartError
from local.running import NotRunningError, running_on
from local.up import LocalCloud
from local.upstream import UpstreamError, choose

app = typer.Typer(add_completion=False)
console = Console(highlight=False, soft_wrap=True)
KNOWN_ERRORS = (
    DemoError,
    DeploymentError,
    EndpointConnectionError,
    FolderTakenError,
    NoExecutionError,
    NotRunningError,
    PortTakenError,
    StartError,
    UpstreamError,
)
PortOption = Annotated[int, typer.Option(envvar="PORT", help="The API's; two more follow it.")]
DataOption = Annotated[Path, typer.Option(help="Folder for everything that is kept.")]
DATA = Path(".afterglow")
DemoOption = Annotated[bool, typer.Option(help="Hold a short conversation first.")]


@app.callback()
def main() -> None:
    """Afterglow on this machine."""


@app.command()
def up(*, demo: DemoOption = True, port: PortOption = 8080, data: DataOption = DATA) -> None:
    """Bring everything up, hold a conversation, stay up until Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with _explained():
        upstream = choose(os.environ, needs_key=demo)
        cloud = LocalCloud(Ports.following(port), data, openai_base_url=upstream.base_url)
        _run(cloud, upstream.key if demo else None)


@app.command()
def deploy(*, data: DataOption = DATA) -> None:
    """Deploy a changed template.yaml on the local cloud that is up."""
    with _explained():
        ports, openai_base_url = running_on(data)
        cloud = LocalCloud(ports, data, openai_base_url=openai_base_url)
        cloud.deploy()
        console.print("Deployed." if cloud.deployed else "Nothing has changed.")


@app.command()
def logs(
    *,
    minutes: Annotated[int, typer.Option(help="How far to look back.")] = 10,
    data: DataOption = DATA,
) -> None:
    """Print what the functions logged, oldest first."""
    with _explained():
        for event in recent(_endpoint(data), minutes):
            console.print(f"[dim]{event.time:%H:%M:%S} {event.function}[/]", end=" ")
            console.print(event.message, markup=False)


@app.command()
def executions(
    name: Annotated[str, typer.Argument(help="One of them, to be told step by step.")] = "",
    *,
    count: Annotated[int, typer.Option(help="How many of the newest.")] = 20,
    data: DataOption = DATA,
) -> None:
    """Print what the state machine did: all executions, newest first, or the steps of one."""
    with _explained():
        for line in told(_endpoint(data), name, count):
            console.print(line, markup=False)


@app.command()
def admin(action: str, username: str, *, data: DataOption = DATA) -> None:
    """Decide about a user, as `afterglow admin` does: grant, revoke, disable or enable."""
    with _explained():
        become_admin_command(_endpoint(data), action, username)


def _endpoint(data: Path) -> str:
    return f"http://{HOST}:{running_on(data).ports.cloud}"


@contextmanager
def _explained() -> Iterator[None]:
    """Say what went wrong instead of showing where."""
    try:
        yield
    except KeyboardInterrupt:
        console.print("\nEverything is stopped. What was said is kept for the next start.")
    except KNOWN_ERRORS as error:
        console.print("\n[bold red]Error:[/]", end=" ")
        console.print(str(error), markup=False)
        raise typer.Exit(1) from None


def _run(cloud: LocalCloud, key: str | None) -> None:
    began = time.perf_counter()
    console.print("Starting the local cloud …")
    with cloud:
        deployed = (
            "template.yaml deployed" if cloud.deployed else "template.yaml as deployed before"
        )
        console.print(f"Up in {time.perf_counter() - began:.1f} s, {deployed}.\n")
        if key:
            Conversation(cloud, key, console).hold()
        _say_where(cloud)
        while (child := cloud.dead()) is None:
            time.sleep(0.5)
        raise StartError(f"{child.explain()}\nThe rest is stopped, too.")


def _say_where(cloud: LocalCloud) -> None:
    upstream = "the OpenAI stand-in" if cloud.openai_url else "the OpenAI upstream"
    rows = [
        ("the API", f"{cloud.front_url}/api/…"),
        ("its health", f"{cloud.front_url}/health"),
        ("the AWS emulator", f"{cloud.cloud_url}  (AWS_ENDPOINT_URL, key and secret: test)"),
        (upstream, cloud.openai_base_url),
        ("logs and data", os.path.relpath(cloud.data)),
    ]
    for name, value in rows:
        console.print(f"  {name:<20} {value}", markup=False)
    console.print("\nCtrl-C ends it.")
