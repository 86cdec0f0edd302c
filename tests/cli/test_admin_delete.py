"""`afterglow admin delete`: what the user's own request would have done, after a question."""

from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from afterglow.adapters.dynamodb.accounts import DynamoAccountRepository
from afterglow.domain.models import User
from afterglow_cli.app import app
from tests.cli.conftest import Afterglow, Stack
from tests.examples import a_session, a_user
from tests.tables import empty_tables, fingerprint, items


def written(user: User) -> list[dict[str, Any]]:
    """Return what is stored, but for when it was written."""
    assert DynamoAccountRepository().get(user.id) is None
    stored = [
        {name: value for name, value in item.items() if name not in {"deleted_at", "requested_at"}}
        for item in items()
    ]
    return sorted(stored, key=str)


@pytest.mark.parametrize("is_disabled", [False, True])
def test_it_writes_what_the_users_own_request_writes(
    afterglow: Afterglow, *, is_disabled: bool
) -> None:
    accounts, user = DynamoAccountRepository(), a_user(username="ada", is_disabled=is_disabled)
    session = a_session(user)
    accounts.create(user, session)
    accounts.delete(user.id, datetime.now(UTC))
    by_themselves = written(user)
    empty_tables()
    accounts.create(user, session)

    done = afterglow("admin", "delete", "ADA", "--yes")

    assert (done.exit_code, done.stdout) == (
        0,
        "ada is gone; what they have is cleared away from now on.\n",
    )
    assert '"action": "admin.delete"' in done.stderr
    assert written(user) == by_themselves
    assert any(item["item"] == {"S": "USER"} for item in by_themselves)
    again = afterglow("admin", "delete", "ada", "--yes")
    assert (again.exit_code, again.stderr) == (1, "Error: No user is called ada\n")


@pytest.mark.parametrize("answer", ["n\n", "", "ada\n"])
def test_nothing_is_deleted_without_a_yes(stack: Stack, ada: User, answer: str) -> None:
    before = fingerprint()

    asked = CliRunner().invoke(app, ["admin", "delete", "ada"], input=answer)

    is_no = answer == "n\n"
    assert asked.exit_code == (1 if is_no else 130)
    assert ("Nothing was changed." in asked.stderr) == is_no
    assert "Nothing brings it back" in asked.stderr
    assert fingerprint() == before
    assert (stack.asked, ada.username) == ([], "ada")


def test_a_yes_is_enough(stack: Stack, ada: User) -> None:
    asked = CliRunner().invoke(app, ["admin", "delete", "ada"], input="y\n")

    assert asked.exit_code == 0
    assert stack.asked
    assert DynamoAccountRepository().get(ada.id) is None
