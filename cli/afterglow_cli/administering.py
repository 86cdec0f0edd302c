"""What `afterglow admin` does. It loads AWS's library, which no other command needs."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from afterglow.domain.models import User
from afterglow.services.administration import AdministrationService, Decision
from afterglow_cli import audit
from afterglow_cli.aws_failures import aws_reason
from afterglow_cli.deployment import Target, administration
from afterglow_cli.speech import ask, explained, printable, tell


class Action(NamedTuple):
    """A decision, and what to say of it: that it was made, or that it was made before."""

    decide: Callable[[AdministrationService, str], Decision]
    done: str
    already: str


ACTIONS = {
    "grant": Action(AdministrationService.grant, "is an admin now", "is an admin already"),
    "revoke": Action(AdministrationService.revoke, "is no admin any more", "is no admin"),
    "disable": Action(
        AdministrationService.disable,
        "is disabled, every session and token is over",
        "is disabled already",
    ),
    "enable": Action(AdministrationService.enable, "may sign in again", "is not disabled"),
    "delete": Action(
        AdministrationService.delete,
        "is gone; what they have is cleared away from now on",
        "is gone",
    ),
}
LAST_QUESTION = "Delete {} and all they have, here and at OpenAI? Nothing brings it back."


def delete(username: str, target: Target, *, confirmed: bool) -> None:
    """Have a user gone who may not be able to ask for it; asks before, unless it is confirmed."""
    with explained(aws_reason):
        if not confirmed:
            ask(LAST_QUESTION.format(printable(username)))
    decide("delete", username, target)


def decide(verb: str, username: str, target: Target) -> None:
    """Make a decision about a user, record whose it is, and say what came of it."""
    action = ACTIONS[verb]
    with explained(aws_reason):
        service = administration(target)
        # First: what nobody can be held to is not done.
        by = audit.identity()
        decision = action.decide(service, username)
        audit.record(verb, decision, by=by, stack=target.stack)
        said = action.done if decision.is_change else action.already
        tell(f"{printable(decision.user.username)} {said}.")


def show_users(target: Target, *, everyone: bool) -> None:
    """Print the admins, or every user."""
    with explained(aws_reason):
        service = administration(target)
        users = service.everyone() if everyone else service.admins()
        if users:
            Console().print(_table(users))
        else:
            tell("Nobody has registered." if everyone else "Nobody is an admin.")


def _table(users: Iterable[User]) -> Table:
    table = Table("username", "role", "disabled", "created", box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    for user in users:
        disabled = "yes" if user.is_disabled else "no"
        # Not a text: it could hold markup.
        name, created = Text(printable(user.username)), f"{user.created_at:%Y-%m-%d %H:%M}"
        table.add_row(name, user.role.value, disabled, created)
    return table
