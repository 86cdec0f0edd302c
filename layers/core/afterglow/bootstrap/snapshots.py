"""SnapStart: what a snapshot of a function holds, and what is made anew in each copy of it.

https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

import os
import pkgutil
import random
from importlib import import_module

SNAPSTART = "snap-start"


def prepare_snapshot() -> None:
    """Have everything imported before a snapshot is taken, if one is; else nothing happens.

    Imports make no client, read no secret and draw no number: none is in the snapshot.
    """
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != SNAPSTART:
        return
    # Lambda's runtime brings it.
    from snapshot_restore_py import register_after_restore, register_before_snapshot

    register_before_snapshot(_import_adapters)
    # Copies would back off in step. What must not be guessed comes from the system, not from here.
    register_after_restore(random.seed)


def _import_adapters() -> None:
    from afterglow import adapters

    for module in pkgutil.walk_packages(adapters.__path__, f"{adapters.__name__}."):
        import_module(module.name)
