"""`afterglow admin`: what the operator decides about users."""

from collections.abc import Callable, Iterable
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from afterglow.domain.models import User
from afterglow.services.administration import AdministrationService, Decision
from afterglow_cli import audit
from afterglow_cli.deployment import Target, administration
from afterglow_cli.speech import explained, tell

app = typer.Typer(no_args_is_help=True, help="Who is an admin, and who may come in.")

DEFAULT_STACK = "afterglow-dev"
Username = Annotated[str, typer.Argument(help="Of somebody who has registered.")]
Stack = Annotated[str, typer.Option(envvar="AFTERGLOW_STACK", help="As in samconfig.toml.")]
Region = Annotated[
    str | None, typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="Of the stack.")
]
Profile = Annotated[str | None, typer.Option(help="Of your AWS credentials.")]
Everyone = Annotated[bool, typer.Option("--all", help="Every user, not only admins.")]


class Action(NamedTuple):
    """A decision, and what to say of it: that it was made, or that it was made before."""

    decide: Callable[[AdministrationService, str], Decision]
    done: str
    already: str


GRANT = Action(AdministrationService.grant, "is an admin now", "is an admin already")
REVOKE = Action(AdministrationService.revoke, "is no admin any more", "is no admin")
DISABLE = Action(
    AdministrationService.disable,
    "is disabled, every session and token is over",
    "is disabled already",
)
ENABLE = Action(AdministrationService.enable, "may sign in again", "is not disabled")


@app.command()
def grant(
    username: Username, stack: Stack = DEFAULT_STACK, region: Region = None, profile: Profile = None
) -> None:
    """Make a user an admin."""
    _decide(GRANT, username, Target(stack, region, profile))


@app.command()
def revoke(
    username: Username, stack: Stack = DEFAULT_STACK, region: Region = None, profile: Profile = None
) -> None:
    """Make an admin a user like any other, from the next request on."""
    _decide(REVOKE, username, Target(stack, region, profile))


@app.command()
def disable(
    username: Username, stack: Stack = DEFAULT_STACK, region: Region = None, profile: Profile = None
) -> None:
    """Let a user in no more; every session and token is over at once."""
    _decide(DISABLE, username, Target(stack, region, profile))


@app.command()
def enable(
    username: Username, stack: Stack = DEFAULT_STACK, region: Region = None, profile: Profile = None
) -> None:
    """Let a user sign in again."""
    _decide(ENABLE, username, Target(stack, region, profile))


@app.command("list")
def list_users(
    *,
    everyone: Everyone = False,
    stack: Stack = DEFAULT_STACK,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """List the admins, or every user."""
    with explained():
        service = administration(Target(stack, region, profile))
        users = service.everyone() if everyone else service.admins()
        if users:
            Console().print(_table(users))
        else:
            tell("Nobody has registered." if everyone else "Nobody is an admin.")


def _decide(action: Action, username: str, target: Target) -> None:
    with explained():
        service = administration(target)
        # First: what nobody can be held to is not done.
        by = audit.identity()
        decision = action.decide(service, username)
        audit.record(action.decide.__name__, decision, by=by, stack=target.stack)
        said = action.done if decision.is_change else action.already
        tell(f"{decision.user.username} {said}.")


def _table(users: Iterable[User]) -> Table:
    table = Table("username", "role", "disabled", "created", box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for user in users:
        disabled = "yes" if user.is_disabled else "no"
        table.add_row(user.username, user.role.value, disabled, f"{user.created_at:%Y-%m-%d %H:%M}")
    return table
