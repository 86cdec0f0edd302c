"""When OpenAI's models end, and what is said of one that has."""

from datetime import date, timedelta

import pytest

from afterglow.domain.model_lifecycle import (
    MAX_SHUTDOWNS,
    model_not_found,
    shutdown_date_of,
    upcoming_shutdowns,
)
from afterglow.domain.models import ApiKeyRecord
from tests.fakes.clock import NOON

TODAY = date(2026, 11, 22)
LAST_DAY = date(2027, 1, 14)
BASE = "gpt-4o-mini-2024-07-18"


def knowing(**shutdowns: date) -> ApiKeyRecord:
    """Return the record of a key that these models were seen through; `_` stands for a hyphen."""
    seen = {model.replace("_", "-"): day for model, day in shutdowns.items()}
    return ApiKeyRecord("WXYZ", "f" * 64, "1", NOON, model_shutdowns=seen)


@pytest.mark.parametrize(
    ("days", "is_told"), [(61, False), (60, True), (59, True), (1, True), (0, True), (-1, True)]
)
def test_a_models_last_day_is_told_60_days_ahead(days: int, *, is_told: bool) -> None:
    record, today = knowing(gpt_4o=LAST_DAY), LAST_DAY - timedelta(days=days)

    assert shutdown_date_of("gpt-4o", record, today) == (LAST_DAY if is_told else None)


def test_nothing_is_told_where_nothing_is_known() -> None:
    assert shutdown_date_of("gpt-4o", None, LAST_DAY) is None
    assert shutdown_date_of("gpt-4o", knowing(), LAST_DAY) is None
    assert shutdown_date_of("gpt-6-luna", knowing(gpt_4o=LAST_DAY), LAST_DAY) is None


@pytest.mark.parametrize(
    "model", ["gpt-4o-2024-08-06", "gpt-4o-mini", "gpt-4", "GPT-4o", "gpt-4o:x"]
)
def test_a_snapshot_has_a_day_of_its_own(model: str) -> None:
    assert shutdown_date_of(model, knowing(gpt_4o=LAST_DAY), LAST_DAY) is None


def test_a_fine_tuned_model_ends_with_its_base() -> None:
    tuned = f"ft:{BASE}:acme::a1B2c3"
    record = ApiKeyRecord("WXYZ", "f" * 64, "1", NOON, model_shutdowns={BASE: LAST_DAY})

    assert shutdown_date_of(tuned, record, LAST_DAY) == LAST_DAY
    assert shutdown_date_of("ft:gpt-6-luna:acme::a1B2c3", record, LAST_DAY) is None
    assert shutdown_date_of("ft:", record, LAST_DAY) is None


def test_a_fine_tuned_models_own_day_counts() -> None:
    tuned, own = f"ft:{BASE}:acme::a1B2c3", LAST_DAY - timedelta(days=9)
    shutdowns = {BASE: LAST_DAY, tuned: own}
    record = ApiKeyRecord("WXYZ", "f" * 64, "1", NOON, model_shutdowns=shutdowns)

    assert shutdown_date_of(tuned, record, TODAY) == own


def test_only_what_is_ahead_is_kept_and_today_is_ahead() -> None:
    shutdowns = {
        "late": TODAY + timedelta(days=400),
        "gone": TODAY - timedelta(days=1),
        "today": TODAY,
    }

    assert list(upcoming_shutdowns(shutdowns, TODAY).items()) == [
        ("today", TODAY),
        ("late", TODAY + timedelta(days=400)),
    ]


def test_of_very_many_the_soonest_are_kept() -> None:
    shutdowns = {f"m-{n}": TODAY + timedelta(days=n) for n in reversed(range(MAX_SHUTDOWNS + 50))}

    kept = upcoming_shutdowns(shutdowns, TODAY)

    assert len(kept) == MAX_SHUTDOWNS
    assert max(kept.values()) == TODAY + timedelta(days=MAX_SHUTDOWNS - 1)


def test_a_model_that_is_gone_is_named_with_what_replaces_it() -> None:
    error = model_not_found("gpt-4-turbo", "gpt-6-luna")

    assert error.message == (
        "OpenAI does not offer the model gpt-4-turbo to the stored key; "
        "OpenAI names gpt-6-luna as its replacement"
    )
    assert error.code == "model_not_found"
    assert error.details == (
        {"code": "model_not_found", "field": "model", "message": "Use gpt-6-luna"},
    )


@pytest.mark.parametrize("model", [None, "", "two words", "gpt-6\n", "m" * 101, "<b>"])
def test_what_is_no_models_name_is_not_repeated(model: str | None) -> None:
    error = model_not_found(model)

    assert error.message == "OpenAI does not offer this model to the stored key"
    assert error.details == (
        {"code": "model_not_found", "field": "model", "message": "Choose another model"},
    )
