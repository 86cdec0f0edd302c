"""A server of the local cloud that notes what passes.

python -m tests.e2e.watch local.front|local.cloud <file> <the server's own arguments>
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Scope

from local.guard import Guard
from tests.e2e.watch.notes import Notes, Recorder

# Who may do anything: no function is it.
ROOT = "Credential=test/"


def is_of_a_function(scope: Scope) -> bool:
    """Tell whether a request to AWS is a function's, or a form of a user's.

    Ours and the deployment's are the root's, and the front's have no name of AWS's.
    """
    headers = Headers(scope=scope)
    authorization = headers.get("authorization", "")
    is_form = headers.get("content-type", "").startswith("multipart/form-data")
    is_called = "Credential=" in authorization and ROOT not in authorization
    return is_called or (is_form and not scope["path"].startswith("/_aws/"))


def watch_front(notes: Notes) -> None:
    """Note what users send and are answered."""
    module: Any = import_module("local.front.__main__")
    create_app = module.create_app
    module.create_app = lambda *arguments: Recorder(create_app(*arguments), notes)


def watch_cloud(notes: Notes) -> None:
    """Note what AWS is asked, what roles are used for, and what is logged."""
    server: Any = import_module("local.cloud.server")

    def guard(app: Any, *arguments: Any, **options: Any) -> Guard:
        # ministack has read its settings by now.
        _watch_logs(notes)
        _watch_rights(notes)
        recorder = Recorder(app, notes, wanted=is_of_a_function, with_answers=False)
        return Guard(recorder, *arguments, **options)

    server.Guard = guard


def _watch_logs(notes: Notes) -> None:
    """Note lines as they come: the local cloud keeps only the latest."""
    logs: Any = import_module("ministack.services.cloudwatch_logs")
    append = logs._append_log_events  # noqa: SLF001 - it has no public hooks; it is pinned

    def appending(stream: Any, events: Any) -> None:
        notes.add("log", [event["message"] for event in events])
        append(stream, events)

    logs._append_log_events = appending  # noqa: SLF001 - as above


def _watch_rights(notes: Notes) -> None:
    """Note who is let do what."""
    evaluator: Any = import_module("ministack.core.iam_evaluator")
    enforce, resolve = evaluator.enforce, evaluator.resolve_principal
    account: Any = import_module("ministack.core.responses")

    def enforcing(access_key: str, action: str, *about: Any, **more: Any) -> Any:
        refusal = enforce(access_key, action, *about, **more)
        principal = resolve(access_key or "", account.get_account_id())
        notes.add("right", [getattr(principal, "arn", ""), action, refusal is None])
        return refusal

    evaluator.enforce = enforcing


def main() -> None:
    """Run the server."""
    module, file, *arguments = sys.argv[1:]
    watch = {"local.front": watch_front, "local.cloud": watch_cloud}[module]
    watch(Notes(Path(file)))
    sys.argv = [module, *arguments]
    import_module(f"{module}.__main__").main()


if __name__ == "__main__":
    main()
