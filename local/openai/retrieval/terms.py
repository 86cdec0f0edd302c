"""Words that carry meaning, cut to their stems so that *opens* finds *opening*."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
SUFFIXES: Final = ("ations", "ation", "ings", "ing", "ies", "ied", "es", "ed", "ly", "s")
SHORTEST_STEM: Final = 3
EMPTY_WORDS: Final = """
    a about all also am an and any are as at be been but by can could did do does for from get
    give had has have he her his how i if in is it its just let many may me might mine much must my
    no not of on or our ours out please say says shall she should so some tell than that the their
    them then there these they this those to too up us was we were what when where which who whom
    whose why will with would you your yours i'm i've i'll i'd it's what's who's where's you're
    know remember told mean name's that's let's
"""
STOPWORDS: Final = frozenset(EMPTY_WORDS.split())


@lru_cache(maxsize=8192)
def terms(text: str) -> tuple[str, ...]:
    words = (word for word in WORD.findall(plain(text)) if word not in STOPWORDS)
    return tuple(stem(word.removesuffix("'s")) for word in words)


def plain(text: str) -> str:
    """In small letters without accents."""
    folded = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).casefold()
    if folded.isascii():
        return folded
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    if word.isdigit():
        return word
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            word = word.removesuffix(suffix) + ("y" if suffix in {"ies", "ied"} else "")
            break
    word = word.removesuffix("e") if len(word) > SHORTEST_STEM else word
    return word[:-1] if len(word) > SHORTEST_STEM and word[-1] == word[-2] else word
