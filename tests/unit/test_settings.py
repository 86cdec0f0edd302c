"""The environment as a typed contract."""

from dataclasses import fields
from datetime import timedelta

import pytest

from afterglow.settings import Settings, settings
from tests.template.document import GLOBALS


def test_every_setting_is_a_variable_of_the_template() -> None:
    variables = set(GLOBALS["Environment"]["Variables"])

    assert {field.name.upper() for field in fields(Settings)} <= variables


@pytest.mark.parametrize("name", ["STAGE", "USERS_TABLE", "PEPPER_SECRET"])
def test_a_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(KeyError, match=name):
        Settings.from_env()


def test_settings_are_read_as_what_they_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = settings()
    for name, value in {"STAGE": "prod", "REGISTRATION": "closed"}.items():
        monkeypatch.setenv(name, value)

    prod = Settings.from_env()

    assert (prod.is_local, prod.registration_open) == (False, False)
    assert settings() is ours
    assert (ours.is_local, ours.registration_open) == (True, True)
    assert prod.turn_budget == timedelta(seconds=24)
