"""Paths that nobody means well with: the corpus of S-62, and any number made of such pieces."""

import random
from collections.abc import Iterator

CORPUS = (
    "../../etc/passwd",
    "/proc/self/environ",
    "/var/task",
    "..%2f",
    "%252e",
    "．．／",  # noqa: RUF001 - full-width
    "file://",
    "C:\\",
    "\\\\host\\x",
    "./documentation/../..",
    "s3://",
    "$(id)",
)

_PLAIN = ("a", "documentation", "guide.md", ".", "x y", "ü", "文件", ".env", "~", "-rf", "a.b.c")
# Each of them wherever it is in a path,
_ANYWHERE = (
    "..",
    "‥",
    "．．",  # noqa: RUF001 - full-width
    "%2e%2e",
    "%00",
    "％2f",  # noqa: RUF001 - full-width
    "\\",
    "..\\..\\windows",
    "＼",  # noqa: RUF001 - full-width
    "\x00",
    "a\x00.md",
    "\r\nHost: x",
    "\x1b[2J",
    "\x7f",
    "\x85",
    "\u2028",
    "\u202efdp.exe",
    "\u2066",
    "\ud800",
    "$(id)",
    "＄(id)",  # noqa: RUF001 - full-width
    "/".join("abcdefghijk"),
    "x" * 256,
    "é" * 128,
)
# and each of these at its beginning.
_AT_FIRST = (
    "/",
    "//",
    "／",  # noqa: RUF001 - full-width
    "~/",
    "~root/",
    "./~/",
    "././/~/",
    "/proc/self/",
    "/var/task/",
    "file:etc/",
    "file:///",
    "./s3://bucket/",
    "C:/",
    "c:windows/",
    "http：//host/",  # noqa: RUF001 - full-width
    "data:text/html,",
    "../",
    "./../",
)


def hostile_paths(count: int, seed: int = 62) -> Iterator[str]:
    """Return so many different paths, always the same ones, none of which may be taken."""
    yield from CORPUS[:count]
    chance = random.Random(seed)  # noqa: S311 - to repeat, not to hide
    seen = set(CORPUS)
    while len(seen) < count:
        path = _hostile(chance)
        if path not in seen:
            seen.add(path)
            yield path


def _hostile(chance: random.Random) -> str:
    segments = chance.choices(_PLAIN, k=chance.randint(0, 6))
    first = ""
    if chance.random() < 0.3:
        first = chance.choice(_AT_FIRST)
    else:
        segments.insert(chance.randint(0, len(segments)), chance.choice(_ANYWHERE))
    slash = chance.choice(("/", "/", "//", "/./"))
    return first + slash.join(segments)
