"""Many values looked for at once, in every spelling in which they may lie about."""

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote

# Bytes: shorter values are not looked for, since they turn up by chance.
SHORTEST = 16
GRAM = 8
STRIDE = SHORTEST - GRAM + 1
# Of a long text, the beginning stands for it: who logs a text may cut it off.
LONGEST = 64


def spellings(value: str) -> Iterator[bytes]:
    """Return how a value may be written: as it is, in JSON once or twice, in a URL, in Base64."""
    plain = value.encode()
    yield plain
    for escaped in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        yield escaped[1:-1].encode()
        yield json.dumps(escaped[1:-1])[1:-1].encode()
    yield quote(value, safe="").encode()
    for before in range(3):
        # Only the letters that no neighbour has a part in.
        first, last = -(-8 * before // 6), 8 * (before + len(plain)) // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + plain)[first:last]


class Sought:
    """Values that are looked for. Of any number of them, a text is read once.

    `too_short` are the values that are not looked for: less than 16 bytes of UTF-8.
    """

    def __init__(self, values: Iterable[str]) -> None:
        every = set(values)
        self.too_short = {value for value in every if len(value.encode()) < SHORTEST}
        self.values = every - self.too_short
        # Every place where a gram of a spelling can begin within one stride.
        self._grams: dict[bytes, list[tuple[int, bytes, str]]] = {}
        for value in self.values:
            for spelling in set(spellings(value[:LONGEST])):
                for offset in range(STRIDE):
                    gram = spelling[offset : offset + GRAM]
                    self._grams.setdefault(gram, []).append((offset, spelling, value))

    def found_in(self, text: bytes) -> set[str]:
        """Return which values a text holds."""
        found: set[str] = set()
        grams = self._grams
        for at in range(0, len(text) - GRAM + 1, STRIDE):
            candidates = grams.get(text[at : at + GRAM])
            if candidates:
                found.update(
                    value
                    for offset, spelling, value in candidates
                    if at >= offset and text.startswith(spelling, at - offset)
                )
        return found
