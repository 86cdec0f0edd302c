"""Cut a text into overlapping passages of OpenAI's sizes."""

from typing import Final

CHARACTERS_PER_TOKEN: Final = 4


def token_count(text: str) -> int:
    """An estimate: English has about four characters to a token."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def chunk(text: str, *, size: int = 800, overlap: int = 400) -> list[str]:
    """Passages of at most `size` tokens; each repeats the last `overlap` of the one before."""
    length, step = size * CHARACTERS_PER_TOKEN, (size - overlap) * CHARACTERS_PER_TOKEN
    passages, start = [], 0
    while start < len(text):
        passages.append(text[start : start + length].strip())
        if start + length >= len(text):
            break
        start = word_start(text, start + step)
    return [passage for passage in passages if passage]


def word_start(text: str, position: int) -> int:
    """The next word's beginning, unless that is far away."""
    space = text.find(" ", position, position + 50)
    return position if space < 0 else space + 1
