"""The one parser of bodies."""

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterglow.api.json_body import MAX_DEPTH, MAX_NODES, parse_json_body
from afterglow.domain.errors import InvalidInputError

# JSON as we take it: no NUL, no surrogates.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXTS,
    lambda children: st.lists(children) | st.dictionaries(TEXTS, children),
    max_leaves=8,
)
# JSON's own characters in any order come closer to breaking a parser than random text does.
SCRAPS = st.lists(
    st.sampled_from(
        [
            *'{}[]",:\\',
            "\\u0000",
            "\\ud800",
            "\\udc00",
            "1e999",
            "-0",
            "NaN",
            "null",
            '"a":',
            "\x00",
        ]
    )
)


def nested(depth: int) -> str:
    """Return an object of so many levels."""
    return '{"a":' * (depth - 1) + "{}" + "}" * (depth - 1)


@given(st.dictionaries(TEXTS, VALUES))
def test_an_object_is_read_as_it_was_written(body: dict[str, Any]) -> None:
    for text in (json.dumps(body), json.dumps(body, ensure_ascii=False, indent=1)):
        assert parse_json_body(text) == body


@given(st.text() | SCRAPS.map("".join) | SCRAPS.map(lambda parts: '{"a":' + "".join(parts) + "}"))
@settings(max_examples=1500)
def test_anything_else_is_an_object_or_refused(text: str) -> None:
    try:
        body = parse_json_body(text)
    except InvalidInputError:
        return
    assert type(body) is dict


@given(st.binary())
def test_bytes_of_any_kind_are_an_object_or_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInputError):
        parse_json_body(raw.decode(errors="surrogateescape") + "!")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "null",
        "true",
        "1",
        '"x"',
        "[]",
        '[{"a":1}]',
        "{",
        "{}}",
        "{} {}",
        '{"a":1,}',
        "{'a':1}",
        "{a:1}",
        '{"a":01}',
        '{"a":+1}',
        '{"a":.5}',
        '{"a":0x1}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":-Infinity}',
        '{"a":1e999}',
        '{"a":[[-1e999]]}',
        '{"a":1,"a":2}',
        '{"b":{"a":1,"\\u0061":2}}',
        '{"a":"\\u0000"}',
        '{"a":"\x00"}',
        '{"\\u0000":1}',
        '{"a":"\\ud800"}',
        '{"a":"\\udc00\\ud800"}',
        '{"a":"\ud800"}',
        '{"a":"\n"}',
        '{"a":"\\x41"}',
        "\ufeff{}",
        "{}\x00",
        "/* */ {}",
        '{"a":' + "9" * 5000 + "}",
        '{"a":' + "[" * 100_000,
        '{"a":' * 100_000,
        nested(MAX_DEPTH + 1),
        # With the object, the key and the list one too many.
        json.dumps({"a": [0] * (MAX_NODES - 2)}),
        json.dumps({str(n): n for n in range(MAX_NODES)}),
    ],
    ids=lambda text: text[:20].encode("unicode_escape").decode() + f" {len(text)}",
)
def test_what_is_no_plain_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="Invalid JSON body"):
        parse_json_body(text)


def test_what_is_just_within_the_limits_is_taken() -> None:
    deep = parse_json_body(nested(MAX_DEPTH))
    wide = parse_json_body(json.dumps({"a": [0] * (MAX_NODES - 3)}))

    assert json.dumps(deep).count("{") == MAX_DEPTH
    assert len(wide["a"]) == MAX_NODES - 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"\\ud83e\\udd8a"', "🦊"),
        ('"\\/\\b\\u001f"', "/\b\x1f"),
        ("1e308", 1e308),
        ("-0.0", -0.0),
        (str(2**63), 2**63),
        ("1.0", 1.0),
    ],
)
def test_odd_but_good_values_are_kept(text: str, value: object) -> None:
    read = parse_json_body(f' {{"a" : {text} }}\r\n')["a"]

    assert read == value
    assert type(read) is type(value)
    assert not isinstance(read, float) or math.copysign(1, read) == math.copysign(1, float(text))
