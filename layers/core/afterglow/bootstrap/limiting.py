"""What users and addresses may do."""

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

from afterglow.bootstrap.ports import now, pepper, rate_limiter
from afterglow.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterglow.services.limiting import Limits
    from afterglow.services.login_throttle import LoginThrottle
    from afterglow.services.subjects import Subjects


@cache
def limits() -> "Limits":
    """Return what users and addresses may do, and how often."""
    from afterglow.services.limiting import Allowances, Limits

    names = [field.name for field in fields(Allowances)]
    allowances = Allowances(**{name: getattr(settings(), name) for name in names})
    return Limits(rate_limiter(), subjects(), allowances, now)


def anonymous_limit() -> "Callable[[str], None]":
    """Return what counts a request of nobody known, by its address."""
    return limits().anonymous


def subjects() -> "Subjects":
    from afterglow.services.subjects import Subjects

    return Subjects(pepper)


def login_throttle() -> "LoginThrottle":
    from afterglow.adapters.dynamodb.login_failures import DynamoLoginFailureRepository
    from afterglow.services.login_throttle import LoginThrottle

    return LoginThrottle(
        limiter=rate_limiter(),
        failures=DynamoLoginFailureRepository(),
        subjects=subjects(),
        per_account=settings().login_failures_per_account,
        per_address=settings().login_failures_per_address,
        now=now,
    )
