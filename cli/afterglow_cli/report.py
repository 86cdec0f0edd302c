"""What became of a folder, or would, as it is told at the end."""

from collections.abc import Collection, Mapping

from rich.filesize import decimal

from afterglow_cli.planning import Plan
from afterglow_cli.refusals import told_by_reason
from afterglow_cli.sending import Dispatch
from afterglow_cli.speech import printable, remark, tell
from afterglow_cli.walking import Found

_UNKNOWN = (
    "Nothing was sent or announced. Only a real run tells what is refused for its content or your"
    " quota, and what an interrupted run has left in the staging area."
)
_NOT_ASKED = (
    "You are not signed in: what is there already, and what the assistant reads, is not known."
)


def tell_plan(found: Found, plan: Plan) -> None:
    """Say what would be sent, what is there already, what would be refused, and what is unknown."""
    for files, remarked in ((plan.going, ""), (plan.known, "  there already")):
        for file in files:
            tell(f"{printable(file.path)}  {decimal(file.size)}{remarked}")
    _tell_count("would go", [file.size for file in plan.going])
    if plan.is_asked:
        _tell_count("there already", [file.size for file in plan.known])
    _tell_rest("would not go", found, plan.failures)
    remark(_UNKNOWN if plan.is_asked else f"{_UNKNOWN} {_NOT_ASKED}")


def tell_outcome(found: Found, dispatch: Dispatch, failures: Mapping[str, str]) -> None:
    """Say what went, what was there already, and what did not go and why.

    What is among the failures is nothing else.
    """
    for label, files in (("went", dispatch.sent), ("there already", dispatch.known)):
        _tell_count(label, [size for path, size in files.items() if path not in failures])
    _tell_rest("did not go", found, failures)
    if not (found.files or failures):
        remark(f"There is no file to send in {printable(found.name)}.")


def _tell_rest(label: str, found: Found, failures: Mapping[str, str]) -> None:
    tell(f"{label:<14}{_count(len(failures)):>14}")
    if found.passed_over:
        reasons = ", ".join(f"{count:,} {why}" for why, count in sorted(found.passed_over.items()))
        tell(f"Passed over: {reasons}")
    for line in told_by_reason(failures):
        tell(line)


def _tell_count(label: str, sizes: Collection[int]) -> None:
    tell(f"{label:<14}{_count(len(sizes)):>14}  {decimal(sum(sizes))}")


def _count(files: int) -> str:
    return f"{files:,} file" if files == 1 else f"{files:,} files"
