"""What the roles of a deployment were used for, and what was refused to them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.watch.notes import read
from tests.template.document import ROLES

ROLE = re.compile(r"assumed-role/[\w-]+?-(\w+Role)-\w+/")
# A test takes this one away, and sees it refused.
TAKEN_AWAY = ("AssistantsRole", "dynamodb:Query")

Right = tuple[str, str]


@dataclass
class Rights:
    """How often a role of the template was let do something, and how often it was not."""

    allowed: Counter[Right] = field(default_factory=Counter)
    refused: Counter[Right] = field(default_factory=Counter)

    def __str__(self) -> str:
        roles, actions = ({right[part] for right in self.allowed} for part in (0, 1))
        return (
            f"rights: calls={self.allowed.total()} actions={len(actions)} "
            f"roles={len(roles)} of {len(ROLES)} refused={len(self.refused)}"
        )


def rights_in(notes: Path) -> Rights:
    """Return what was decided on calls of functions and state machines."""
    rights = Rights()
    for right, is_allowed in _decided(read(notes, "right")):
        if is_allowed:
            rights.allowed[right] += 1
        elif right != TAKEN_AWAY:
            rights.refused[right] += 1
    return rights


def _decided(noted: Iterable[object]) -> Iterable[tuple[Right, bool]]:
    for decision in noted:
        assert isinstance(decision, list)
        principal, action, is_allowed = decision
        role = ROLE.search(principal)
        if role:
            yield (role[1], action), is_allowed
