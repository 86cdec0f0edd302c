"""The product's waits made short in the harness's processes: what takes minutes takes seconds.

What is not found under its name raises: the product has moved it, and the harness would wait.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any

from botocore.retries.standard import ExponentialBackoff
from httpx2 import Timeout

# How long a request waits for its answer. A lease is longer, as in the product.
BUDGET = timedelta(seconds=1)
LEASE = timedelta(seconds=2)
DEADLINE = timedelta(minutes=15)
# For an upstream that never ends.
SHORT_DEADLINE = timedelta(seconds=4)
_RETRIES_FASTER = 0.05

_SHORTER: Mapping[str, Mapping[str, Any]] = {
    "afterglow.services.starting": {
        "LEASE": LEASE,
        "BACK_OFF": (0.05, 0.1, 0.2),
        "LEAST_TIME_TO_BEGIN": timedelta(seconds=0.3),
    },
    "afterglow.services.watching": {"FIRST_WAIT": 0.02, "LONGEST_WAIT": 0.2},
    "afterglow.services.polling": {
        "SHORTEST_WAIT": timedelta(seconds=0.3),
        "LONGEST_WAIT": timedelta(seconds=1),
        "LAST_CHANCE": timedelta(seconds=2),
    },
    "afterglow.ports.engine": {"TIME_TO_BEGIN": timedelta(seconds=1)},
    "afterglow.adapters.openai.engine": {
        "TIMEOUT": Timeout(1.0, connect=1.0),
        "POLL_TIMEOUT": Timeout(0.5, connect=0.5),
        "CANCEL_TIMEOUT": Timeout(0.5, connect=0.5),
        "DELETE_TIMEOUT": Timeout(0.5, connect=0.5),
    },
}


def make_haste() -> None:
    """Shorten every wait in this process and its children."""
    for module, constants in _SHORTER.items():
        for name, value in constants.items():
            replace_constant(module, name, value)
    real: Callable[[Any, Any], float] = ExponentialBackoff.delay_amount
    ExponentialBackoff.delay_amount = (  # type: ignore[method-assign]
        lambda self, context: real(self, context) * _RETRIES_FASTER
    )


def replace_constant(module: str, name: str, value: Any) -> None:
    """Give a constant another value, wherever it was imported or became a default."""
    old = getattr(import_module(module), name)
    for loaded in [each for key, each in sys.modules.items() if key.startswith("afterglow")]:
        if getattr(loaded, name, None) is old:
            setattr(loaded, name, value)
        for part in [each for each in vars(loaded).values() if isinstance(each, type)]:
            _replace_default(part, old, value)


def _replace_default(part: type, old: object, value: object) -> None:
    defaults = getattr(vars(part).get("__init__"), "__kwdefaults__", None) or {}
    for name in [name for name, default in defaults.items() if default is old]:
        defaults[name] = value
