"""`afterglow admin`: what it does, says and leaves alone."""

import json
from dataclasses import replace
from typing import Any

import pytest

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.domain.models import Role, User
from afterglow.services.administration import Decision
from afterglow_cli.administering import ACTIONS
from tests.cli.conftest import Afterglow
from tests.examples import a_session, a_user
from tests.tables import fingerprint
from tests.wiretap import Wiretap, answering, refusing

EXPIRED = """<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>
<Message>The security token included in the request is expired</Message></Error></ErrorResponse>"""
ARN = "arn:aws:sts::123456789012:user/moto"


def stored(user: User) -> User | None:
    """Return a user as of now."""
    return DynamoAccountRepository().get(user.id)


@pytest.mark.parametrize(
    ("verb", "before", "after", "done", "already"),
    [
        ("grant", {}, {"role": Role.ADMIN}, "is an admin now", "is an admin already"),
        (
            "revoke",
            {"role": Role.ADMIN},
            {"role": Role.USER},
            "is no admin any more",
            "is no admin",
        ),
        (
            "disable",
            {},
            {"is_disabled": True, "session_epoch": 1},
            "is disabled, every session and token is over",
            "is disabled already",
        ),
        (
            "enable",
            {"is_disabled": True, "session_epoch": 1},
            {"is_disabled": False},
            "may sign in again",
            "is not disabled",
        ),
    ],
)
def test_it_does_what_it_says_once(
    afterglow: Afterglow,
    verb: str,
    before: dict[str, Any],
    after: dict[str, Any],
    done: str,
    already: str,
) -> None:
    user = a_user(username="ada", **before)
    DynamoAccountRepository().create(user, a_session(user))

    first, second = (afterglow("admin", verb, "ADA") for _ in range(2))

    assert (first.exit_code, first.stdout) == (0, f"ada {done}.\n")
    assert (second.exit_code, second.stdout) == (0, f"ada {already}.\n")
    assert stored(user) == replace(user, **after)
    records = [json.loads(result.stderr) for result in (first, second)]
    assert [(record["action"], record["by"]) for record in records] == [(f"admin.{verb}", ARN)] * 2
    assert [record["changed"] for record in records] == [True, False]
    assert {record["userId"] for record in records} == {user.id}


@pytest.mark.parametrize("verb", ["grant", "revoke", "disable", "enable"])
def test_nobody_of_that_name_is_an_error_of_one_line(
    afterglow: Afterglow, ada: User, verb: str
) -> None:
    before = fingerprint()

    result = afterglow("admin", verb, "[bold]bob")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: No user is called [bold]bob\n"
    assert fingerprint() == before
    assert stored(ada) == ada


def test_nothing_is_done_by_nobody(afterglow: Afterglow, aws: Wiretap, ada: User) -> None:
    with aws.breaking("GetCallerIdentity", answering(EXPIRED, 403)):
        result = afterglow("admin", "grant", "ada")

    assert result.exit_code == 1
    assert "ExpiredToken" in result.stderr
    assert stored(ada) == ada


def test_rights_that_lack_are_an_error_of_one_line(
    afterglow: Afterglow, aws: Wiretap, ada: User
) -> None:
    with aws.breaking("UpdateItem", refusing("AccessDeniedException")):
        result = afterglow("admin", "grant", "ada")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "AccessDeniedException" in result.stderr
    assert result.stderr.count("\n") == 1
    assert stored(ada) == ada


def test_admins_are_listed_and_on_demand_everyone(afterglow: Afterglow) -> None:
    names = {"ada": Role.ADMIN, "bob": Role.USER, "c" * 64: Role.ADMIN}
    for name, role in names.items():
        user = a_user(username=name, role=role, password_hash="$argon2id$secret")
        DynamoAccountRepository().create(user, a_session(user))
    afterglow("admin", "disable", "ada")

    admins, everyone = afterglow("admin", "list"), afterglow("admin", "list", "--all")

    lines = [line.split() for line in admins.stdout.splitlines()]
    assert lines[0] == ["username", "role", "disabled", "created"]
    assert lines[1][:3] == ["ada", "admin", "yes"]
    assert lines[2][1:3] == ["admin", "no"]
    assert "bob" not in admins.stdout
    # However narrow the terminal: a name is never cut short.
    assert admins.stdout.count("c") - "username role disabled created".count("c") == 64
    assert "bob" in everyone.stdout
    assert "argon2id" not in everyone.output


def test_a_name_that_the_table_holds_does_nothing_to_a_terminal(
    afterglow: Afterglow, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = a_user(username="ada\x1b]0;owned\x07[bold]")
    DynamoAccountRepository().create(user, a_session(user))

    # No command line could name them.
    decision = Decision(user, is_change=True)
    grant = ACTIONS["grant"]._replace(decide=lambda *_: decision)
    monkeypatch.setitem(ACTIONS, "grant", grant)

    granted, listed = afterglow("admin", "grant", "ada"), afterglow("admin", "list", "--all")

    assert granted.stdout == "ada\\x1b]0;owned\\x07[bold] is an admin now.\n"
    assert "ada\\x1b]0;owned\\x07[bold]" in listed.stdout
    for said in (granted.output, listed.output):
        assert "\x1b" not in said
        assert "\x07" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["list"], "Nobody is an admin.\n"), (["list", "--all"], "Nobody has registered.\n")],
)
def test_an_empty_list_says_so(afterglow: Afterglow, arguments: list[str], said: str) -> None:
    result = afterglow("admin", *arguments)

    assert (result.exit_code, result.stdout) == (0, said)


@pytest.mark.parametrize(
    "arguments", [["admin", "promote", "ada"], ["admin", "grant"], ["admin", "grant", "a", "b"]]
)
def test_a_command_that_there_is_not_is_a_usage_error(
    afterglow: Afterglow, ada: User, arguments: list[str]
) -> None:
    assert afterglow(*arguments).exit_code == 2
    assert stored(ada) == ada
