"""A process that counts with the deployed adapters as often as it is told, ten times at once.

    python -m tests.e2e.racers take|attempt|create <times> <name>

Prints how many got through. It runs in the environment of a function.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from afterglow import bootstrap
from afterglow.adapters.dynamodb.assistants import DynamoAssistantRepository
from afterglow.adapters.dynamodb.limits import DynamoRateLimiter
from afterglow.adapters.dynamodb.login_failures import DynamoLoginFailureRepository
from afterglow.domain.errors import LimitExceededError, RateLimitError
from afterglow.domain.identifiers import MAX_INTEGER_ID
from afterglow.domain.rates import Period, Window
from afterglow.services.login_throttle import LoginThrottle
from afterglow.services.subjects import Subjects
from tests.examples import an_assistant

# As many as there are connections to DynamoDB.
THREADS = 10
WINDOWS = (Window(Period.HOUR, 20), Window(Period.DAY, 1000))


class WrongPasswordError(Exception):
    """What a login raises for a wrong password."""


def take(name: str) -> None:
    """Count one of 20 an hour."""
    DynamoRateLimiter(bootstrap.now).take(name, "race", WINDOWS)


def attempt(name: str) -> None:
    """Try a wrong password, of which five are looked at."""
    throttle = LoginThrottle(
        DynamoRateLimiter(bootstrap.now),
        DynamoLoginFailureRepository(),
        Subjects(bootstrap.pepper),
        per_account=5,
        per_address=1000,
        now=bootstrap.now,
    )
    with suppress(WrongPasswordError), throttle.attempt(name, "192.0.2.1"):
        _refuse()


def create(name: str) -> None:
    """Store an assistant of a user who may have one."""
    assistants = DynamoAssistantRepository()
    user_id = int(name, 16) % MAX_INTEGER_ID
    assistant = an_assistant(user_id, assistants.next_id(user_id))
    assistants.add(assistant, limit=1)


def _refuse() -> None:
    raise WrongPasswordError


def passes(race: Callable[[str], None], name: str) -> bool:
    """Tell whether a runner got through."""
    try:
        race(name)
    except (LimitExceededError, RateLimitError):
        return False
    return True


def main() -> None:
    """Run and print how many got through."""
    kind, times, name = sys.argv[1:]
    race = {"take": take, "attempt": attempt, "create": create}[kind]
    with ThreadPoolExecutor(THREADS) as pool:
        got_through = sum(pool.map(lambda _: passes(race, name), range(int(times))))
    sys.stdout.write(str(got_through))


if __name__ == "__main__":
    main()
