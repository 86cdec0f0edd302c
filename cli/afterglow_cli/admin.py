"""`afterglow admin`: what the operator decides about users."""

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Who is an admin, who may come in, who has to go.")

DEFAULT_STACK = "afterglow-dev"
Username = Annotated[str, typer.Argument(help="Of somebody who has registered.")]
Stack = Annotated[str, typer.Option(envvar="AFTERGLOW_STACK", help="As in samconfig.toml.")]
Region = Annotated[
    str | None, typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="Of the stack.")
]
Profile = Annotated[str | None, typer.Option(help="Of your AWS credentials.")]
Everyone = Annotated[bool, typer.Option("--all", help="Every user, not only admins.")]

Confirmed = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command()
def grant(
    username: Username, stack: Stack = DEFAULT_STACK, region: Region = None, profile: Profile = None
) -> None:
    """Make a user an admin."""
    _decide("grant", username, stack, region, profile)


@app.command()
def revoke(
    username: Username, stack: Stack = DEFAULT_STACK, region: Region = None, profile: Profile = None
) -> None:
    """Make an admin a user like any other, from the next request on."""
    _decide("revoke", username, stack, region, profile)


@app.command()
def disable(
    username: Username, stack: Stack = DEFAULT_STACK, region: Region = None, profile: Profile = None
) -> None:
    """Let a user in no more; every session and token is over at once."""
    _decide("disable", username, stack, region, profile)


@app.command()
def enable(
    username: Username, stack: Stack = DEFAULT_STACK, region: Region = None, profile: Profile = None
) -> None:
    """Let a user sign in again."""
    _decide("enable", username, stack, region, profile)


@app.command()
def delete(
    username: Username,
    *,
    confirmed: Confirmed = False,
    stack: Stack = DEFAULT_STACK,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """Have a user gone with all they have, as if they had asked for it themselves."""
    from afterglow_cli.administering import delete as delete_user
    from afterglow_cli.deployment import Target

    delete_user(username, Target(stack, region, profile), confirmed=confirmed)


@app.command("list")
def list_users(
    *,
    everyone: Everyone = False,
    stack: Stack = DEFAULT_STACK,
    region: Region = None,
    profile: Profile = None,
) -> None:
    """List the admins, or every user."""
    from afterglow_cli.administering import show_users
    from afterglow_cli.deployment import Target

    show_users(Target(stack, region, profile), everyone=everyone)


def _decide(verb: str, username: str, stack: str, region: str | None, profile: str | None) -> None:
    from afterglow_cli.administering import decide
    from afterglow_cli.deployment import Target

    decide(verb, username, Target(stack, region, profile))
