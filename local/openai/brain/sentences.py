"""Split text into sentences a person would quote."""

import re
from typing import Final

END_OF_SENTENCE: Final = re.compile(r"(?<=[.!?])[\"”']?\s+(?=[^\Wa-z_]|[\"“(])")
LIST_MARK: Final = re.compile(r"^(?:[-*•]|\d+[.)])\s+")
# A line this long that ends without a stop was broken by the page, not by its author.
BROKEN_LINE: Final = 55
LONGEST_QUOTE: Final = 400


def sentences(text: str) -> list[str]:
    return [
        shorten(sentence)
        for line in lines(text)
        for sentence in END_OF_SENTENCE.split(line)
        if any(letter.isalnum() for letter in sentence)
    ]


def lines(text: str) -> list[str]:
    """Lines as meant: broken ones joined, headings put before what they head."""
    result: list[str] = []
    heading, running = "", ""
    for raw in [*text.splitlines(), ""]:
        line = " ".join(raw.split())
        if line.startswith("#") or (line.endswith(":") and not running):
            heading = line.strip("#: ")
            continue
        running = f"{running} {LIST_MARK.sub('', line)}".strip()
        if running and not is_broken(line):
            result.append(f"{heading}: {running}" if heading else running)
            heading, running = "", ""
    return result


def is_broken(line: str) -> bool:
    return len(line) >= BROKEN_LINE and line[-1] not in ".!?:;|"


def shorten(sentence: str) -> str:
    sentence = sentence.strip()
    if len(sentence) <= LONGEST_QUOTE:
        return sentence
    return sentence[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
