"""What did not go, told by why: each reason once, its files below it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from afterglow_cli.speech import printable


def told_by_reason(failures: Mapping[str, str]) -> Iterator[str]:
    """Yield printable lines that tell of paths, each with its reason.

    A reason may have an explanation after a colon. Reasons that have the same come together, and
    it comes once, after them.
    """
    for explanation, reasons in sorted(_by_reason(failures).items()):
        is_shared = len(reasons) > 1 and explanation
        for what, paths in sorted(reasons.items()):
            is_told = explanation and not is_shared
            yield printable(f"{what}: {explanation}" if is_told else f"{what}:")
            yield from (f"  {printable(path)}" for path in paths)
        if is_shared:
            yield printable(explanation)


def _by_reason(failures: Mapping[str, str]) -> Mapping[str, Mapping[str, list[str]]]:
    """Return paths by what is wrong with them, that by how it is explained, "" if it is not."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path, reason in sorted(failures.items()):
        what, _, explanation = reason.partition(": ")
        found[explanation][what].append(path)
    return found
