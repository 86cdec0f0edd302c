"""The search finds a value wherever and however it is written, and nothing else."""

import base64
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.canaries import canary, canary_key
from tests.searching import SHORTEST, STRIDE, Sought

ODD = 'He said: "Nobody/knows+it", é€\U0001f600'
SPELLINGS: list[Callable[[str], str]] = [
    str,
    lambda value: json.dumps({"a": value}),
    lambda value: json.dumps({"a": value}, ensure_ascii=False),
    lambda value: json.dumps(json.dumps({"a": value})),
    lambda value: f"https://example.com/?a={quote(value, safe='')}&b=1",
    *[
        lambda value, before=before: base64.b64encode(f"{before}{value}:x".encode()).decode()
        for before in ("", "a", "ab", "abc")
    ],
    lambda value: base64.urlsafe_b64encode(f"ab{value}".encode()).decode(),
]


@pytest.mark.parametrize(
    "value",
    [canary_key(), canary("password"), ODD, "x" * SHORTEST],
    ids=["key", "password", "odd", "short"],
)
@pytest.mark.parametrize("spell", SPELLINGS)
def test_a_value_is_found_in_every_spelling(value: str, spell: Callable[[str], str]) -> None:
    sought = Sought([value, canary_key(), canary("another")])

    for before in range(STRIDE * 2):
        text = "." * before + spell(value) + "."
        assert sought.found_in(text.encode()) == {value}, before


def test_nothing_is_found_where_nothing_is() -> None:
    key = canary_key()
    text = json.dumps({"a": canary_key(), "b": key[:-1], "c": key[::-1], "d": key[1:]})

    assert Sought([key]).found_in(text.encode()) == set()


def test_of_many_values_all_that_are_there_are_found() -> None:
    values = [canary_key() for _ in range(500)]
    text = " and ".join(values[:300])

    assert Sought(values).found_in(text.encode()) == set(values[:300])


def test_a_long_text_is_found_by_its_beginning() -> None:
    message = " ".join(re.findall("..", canary("message") * 20))

    assert Sought([message]).found_in(f"message: {message[:70]}...".encode()) == {message}


def test_what_is_short_is_said_to_be_so() -> None:
    sought = Sought(["Hello!", canary_key()])

    assert sought.too_short == {"Hello!"}
    assert sought.found_in(b"Hello! Hello! Hello! Hello!") == set()
