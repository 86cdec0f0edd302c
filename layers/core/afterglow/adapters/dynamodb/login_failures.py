"""`LoginFailureRepository` on DynamoDB."""

from collections.abc import Callable
from datetime import timedelta

from pynamodb.expressions.condition import Condition
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random

from afterglow.adapters.dynamodb.tables.limits import LoginFailuresItem
from afterglow.adapters.dynamodb.transactions import ConditionFailedError, conditional_write
from afterglow.domain.errors import RateLimitError
from afterglow.domain.login_failures import LoginFailures

# 100 free guesses in 100 days are no more than the one a day that comes after them.
_KEPT = timedelta(days=100)

_Change = Callable[[LoginFailures | None], LoginFailures]


class DynamoLoginFailureRepository:
    """Wrong passwords, by account."""

    def change(self, account: str, change: _Change) -> LoginFailures:
        """Store and return what `change` makes of what is known, as if nobody else were there.

        Raises RateLimitError if too many others are there to get through.
        """
        try:
            return _change(account, change)
        except ConditionFailedError:
            raise RateLimitError("Rate limit exceeded", retry_after=1) from None

    def clear(self, account: str) -> None:
        """Forget an account's failures."""
        _item(account).delete()


@retry(
    retry=retry_if_exception_type(ConditionFailedError),
    wait=wait_random(max=0.05),
    stop=stop_after_delay(2),
    reraise=True,
)
def _change(account: str, change: _Change) -> LoginFailures:
    try:
        item = LoginFailuresItem.get(account, "LOGIN", consistent_read=True)
    except LoginFailuresItem.DoesNotExist:
        return _store(account, change(None), LoginFailuresItem.owner.does_not_exist())
    known = LoginFailures(
        in_a_row=int(item.in_a_row),
        recent=int(item.recent),
        forget_at=item.forget_at,
        wait_until=item.wait_until,
    )
    return _store(account, change(known), LoginFailuresItem.in_a_row == known.in_a_row)


def _store(account: str, failures: LoginFailures, condition: Condition) -> LoginFailures:
    with conditional_write():
        _item(account).update(
            actions=[
                LoginFailuresItem.in_a_row.set(failures.in_a_row),
                LoginFailuresItem.recent.set(failures.recent),
                LoginFailuresItem.forget_at.set(failures.forget_at),
                LoginFailuresItem.wait_until.set(failures.wait_until),
                LoginFailuresItem.expires_at.set(failures.wait_until + _KEPT),
                LoginFailuresItem.begun(),
            ],
            condition=condition,
        )
    return failures


def _item(account: str) -> LoginFailuresItem:
    return LoginFailuresItem(account, "LOGIN")
