"""Just enough English to turn *my name is* into *your name is* and to know a question."""

import re
from collections.abc import Mapping
from typing import Final

SWAPPED: Final[Mapping[str, str]] = {
    "i am": "you are", "i'm": "you're", "i was": "you were", "i've": "you've",
    "i'll": "you'll", "i'd": "you'd", "i": "you", "me": "you", "my": "your", "mine": "yours",
    "myself": "yourself", "we're": "you're", "we": "you", "us": "you", "our": "your",
    "ours": "yours", "you are": "I am", "you're": "I'm", "you": "me", "your": "my",
    "yours": "mine",
}  # fmt: skip
PERSONS: Final = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, SWAPPED), key=len, reverse=True)) + r")\b",
    re.IGNORECASE,
)
QUESTION: Final = re.compile(
    r"(?:who|whom|whose|what|when|where|why|how|which|is|are|am|do|does|did|can|could|will|would|"
    r"should|may|has|have|tell me|remind me|show me|find|list|name|explain|give me)\b",
    re.IGNORECASE,
)
STATEMENT: Final = re.compile(
    r"\b(?:i|my|we|our|i'm|is|are|was|were|has|have|called|named|costs?|means?|lives?|likes?)\b",
    re.IGNORECASE,
)
REQUEST: Final = re.compile(
    r"(?:please|summari[sz]e|write|translate|compose|draft|make|create|generate|compare|describe|"
    r"explain|help|use|read|look|search|answer|reply|say)\b",
    re.IGNORECASE,
)
GREETING: Final = re.compile(
    r"(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings)\b[\s,!.]*",
    re.IGNORECASE,
)
THANKS: Final = re.compile(r"(?:many )?(?:thanks|thank you|cheers)\b", re.IGNORECASE)
LOWERED: Final = "a an the my our your you we this that these those it there he she they"
APOSTROPHE: Final = "\u2019"


def swap_persons(sentence: str) -> str:
    """What the user said, as said back to the user."""
    plain = sentence.replace(APOSTROPHE, "'")
    return PERSONS.sub(lambda found: SWAPPED[found[0].lower()], plain)


def is_question(sentence: str) -> bool:
    return sentence.rstrip().endswith("?") or bool(QUESTION.match(sentence))


def is_statement(sentence: str) -> bool:
    if is_question(sentence) or REQUEST.match(sentence):
        return False
    return bool(STATEMENT.search(sentence.replace(APOSTROPHE, "'")))


def without_greeting(sentence: str) -> str:
    return GREETING.sub("", sentence, count=1) if GREETING.match(sentence) else sentence


def begin(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def go_on(sentence: str) -> str:
    """The sentence as it reads after other words."""
    first = sentence.split(" ", 1)[0].lower().split("'")[0]
    return sentence[:1].lower() + sentence[1:] if first in LOWERED.split() else sentence


def close(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."
