"""What was found of what users sent, where it has no business."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.e2e.watch.places import Text
from tests.e2e.watch.sent import Canaries
from tests.searching import Sought

EVERYWHERE = r"answers|(calls: )?objects|disk: (openai|cloud/s3/.*)|snapshot: (dynamodb|s3)"
# Where what is of a kind belongs: the others belong nowhere.
WHERE = {
    "content": re.compile(EVERYWHERE + r"|(calls: )?table Messages"),
    # A run keeps those that it began with, and an answer may quote them.
    "instructions": re.compile(EVERYWHERE + r"|(calls: )?table (Assistants|Runs|Messages)"),
    "key": re.compile(r"snapshot: secretsmanager"),
}


@dataclass
class Verdict:
    """The figures of a search, and what leaked: kind, place and value."""

    canaries: Canaries
    requests: int = 0
    places: Counter[str] = field(default_factory=Counter)
    leaks: set[tuple[str, str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        # A text that is sent as several is the last of them.
        kinds = {
            "content": self.canaries.contents,
            "instructions": self.canaries.instructions,
            "key": self.canaries.keys,
            "credential": self.canaries.credentials,
        }
        self.kind_of = {value: kind for kind, values in kinds.items() for value in values}
        self._sought = Sought(self.kind_of)

    def search(self, texts: Iterable[Text]) -> None:
        """Look through some texts."""
        for place, text in texts:
            self.places[place] += len(text)
            for value in self._sought.found_in(text):
                kind = self.kind_of[value]
                if not _belongs(kind, place):
                    self.leaks.add((kind, place, value[:80]))

    def __str__(self) -> str:
        sought = len(self.kind_of) - len(self._sought.too_short)
        return (
            f"canaries: requests={self.requests} canaries={sought} places={len(self.places)} "
            f"megabytes={sum(self.places.values()) // 10**6} leaks={len(self.leaks)}"
        )


def _belongs(kind: str, place: str) -> bool:
    return kind in WHERE and WHERE[kind].fullmatch(place) is not None
