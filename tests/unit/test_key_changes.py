"""Storing another key when there are files: whoever dies on the way, they follow."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from afterglow.domain.models import UploadKind
from afterglow.services.credentials import CredentialService
from tests.fakes.engine import ScriptedEngine
from tests.mortality import Killed, Life
from tests.unit.departed import Mortal
from tests.unit.library import KEY, OTHER_KEY, TEXT, Reading


class Watched:
    """A port; `told` is asked before and after each of its calls."""

    def __init__(self, target: object, told: Callable[[], None]) -> None:
        self._target = target
        self._told = told

    def __getattr__(self, name: str) -> Any:
        """Return a method of the port."""

        def call(*arguments: object, **options: object) -> object:
            self._told()
            result = getattr(self._target, name)(*arguments, **options)
            self._told()
            return result

        return call


def settings(reading: Reading, life: Life | None = None) -> CredentialService:
    """Return the service of keys, in a process that ends with the life if there is one."""

    def seen(port: Any) -> Any:
        return port if life is None else Mortal(port, life)

    mover = replace(
        reading.mover,
        files=seen(reading.files),
        uploads=seen(reading.uploads),
        queue=seen(reading.queue),
    )
    return CredentialService(
        accounts=seen(reading.accounts),
        vault=seen(reading.vault),
        engines=ScriptedEngine().opened_with,
        mover=mover,
        charge_key_change=lambda _: None,
        now=reading.clock,
    )


def moves(reading: Reading) -> int:
    return sum(upload.kind is UploadKind.MOVE for upload in reading.shelves.opened.values())


def finish(reading: Reading) -> None:
    reading.deliver()
    for upload_id in reading.launcher.launched:
        reading.work_off(reading.uploads.get(reading.user.id, upload_id))


@pytest.fixture
def reading() -> Reading:
    """Return a user with a file."""
    reading = Reading()
    reading.upload()
    return reading


def test_files_follow_the_key_that_is_stored(reading: Reading) -> None:
    settings(reading).set_api_key(reading.user, OTHER_KEY)
    finish(reading)

    assert reading.searchable(OTHER_KEY) == {TEXT}
    assert reading.files.library(reading.user.id).is_settled


def test_the_same_key_again_moves_nothing(reading: Reading) -> None:
    settings(reading).set_api_key(reading.user, KEY)

    assert (moves(reading), reading.queue.sent) == (0, [])
    assert reading.files.library(reading.user.id).is_settled


def test_the_same_as_when_the_request_came_may_be_another_by_now(reading: Reading) -> None:
    settings(reading).set_api_key(reading.user, OTHER_KEY)
    finish(reading)

    # This request has read the user before.
    settings(reading).set_api_key(reading.user, KEY)
    finish(reading)

    assert moves(reading) == 2
    assert reading.searchable() == {TEXT}


def test_a_key_taken_back_and_stored_again_finds_its_files(reading: Reading) -> None:
    service = settings(reading)
    service.delete_api_key(reading.user)

    service.set_api_key(reading.user, KEY)
    finish(reading)

    assert reading.files.library(reading.user.id).is_settled
    assert reading.upstream.called("upload") == 1


def test_without_files_nothing_is_left_to_look_at() -> None:
    reading = Reading()

    settings(reading).set_api_key(reading.user, OTHER_KEY)

    assert (moves(reading), reading.queue.sent) == (0, [])


def test_no_run_may_look_where_the_key_does_not_lead(reading: Reading) -> None:
    seen: list[bool] = []

    def look() -> None:
        user = reading.accounts.get(reading.user.id)
        assert user is not None
        assert user.api_key is not None
        is_other = user.api_key.last4 == OTHER_KEY[-4:]
        library = reading.files.library(reading.user.id)
        seen.append(is_other)
        assert not (is_other and library.is_settled)

    service = settings(reading)
    mover = replace(
        service.mover,
        files=Watched(reading.files, look),
        uploads=Watched(reading.uploads, look),
        queue=Watched(reading.queue, look),
    )
    accounts = Watched(reading.accounts, look)
    replace(service, accounts=accounts, mover=mover).set_api_key(reading.user, OTHER_KEY)

    assert set(seen) == {False, True}


def test_who_looked_before_the_key_was_stored_looked_in_vain() -> None:
    """Nothing upstream vouches for what only code reads: the note must be good."""
    reading = Reading()
    reading.allow_code()
    reading.upload("data.csv", b"a,b\n1,2\n")
    service = settings(reading)
    earlier = service.mover.hold(reading.user.id)
    assert earlier is not None
    store = reading.accounts.set_api_key

    def late(*arguments: Any, **options: Any) -> None:
        reading.work.plan(reading.user.id, earlier.id)
        finish(reading)
        assert reading.files.library(reading.user.id).is_settled
        store(*arguments, **options)

    with patch.object(reading.accounts, "set_api_key", late):
        service.set_api_key(reading.user, OTHER_KEY)
    finish(reading)

    (file,) = reading.mine()
    assert file.upstream_id in reading.upstream.projects[OTHER_KEY].files


@pytest.mark.parametrize("unanswered", [False, True])
def test_killed_anywhere_the_files_are_where_the_key_leads(unanswered: bool) -> None:  # noqa: FBT001 - a parameter
    calls = 0
    while True:
        reading = Reading()
        reading.upload()
        try:
            service = settings(reading, Life(calls, unanswered=unanswered))
            service.set_api_key(reading.user, OTHER_KEY)
        except Killed:
            reading.recover()
        else:
            break
        user = reading.accounts.get(reading.user.id)
        assert user is not None
        assert user.api_key is not None
        stored = OTHER_KEY if user.api_key.last4 == OTHER_KEY[-4:] else KEY
        assert reading.searchable(stored) == {TEXT}
        assert reading.files.library(reading.user.id).is_settled
        calls += 1
    assert calls > 7


def test_the_same_key_has_it_looked_again_until_somebody_has(reading: Reading) -> None:
    service = settings(reading)
    service.set_api_key(reading.user, KEY)
    assert moves(reading) == 0
    reading.files.unsettle(reading.user.id)

    service.set_api_key(reading.user, KEY)
    assert moves(reading) == 1
    finish(reading)

    assert reading.files.library(reading.user.id).is_settled
    assert reading.searchable() == {TEXT}
