"""Chunks, scores and filters."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from local.openai.retrieval.chunks import chunk
from local.openai.retrieval.filters import matches
from local.openai.retrieval.ranking import scores
from local.openai.retrieval.terms import terms
from local.openai.wire.tools import Filter, Scalar

ATTRIBUTES: dict[str, Scalar] = {"year": 2026, "kind": "rules", "draft": False}


def test_chunks_overlap_and_lose_nothing() -> None:
    words = [f"word{n}" for n in range(3_000)]
    passages = chunk(" ".join(words), size=100, overlap=50)

    assert all(len(passage) <= 400 for passage in passages)
    assert {word for passage in passages for word in passage.split()} >= set(words)
    for one, two in itertools.pairwise(passages):
        assert two[:20] in one


@given(st.text(max_size=3_000), st.integers(100, 200), st.integers(0, 50))
def test_any_text_can_be_cut(text: str, size: int, overlap: int) -> None:
    passages = chunk(text, size=size, overlap=overlap)

    assert all(passage.strip() and len(passage) <= size * 4 for passage in passages)
    assert bool(passages) == bool(text.strip())


@given(st.text(max_size=100), st.lists(st.text(max_size=100), max_size=8))
def test_scores_are_shares(query: str, texts: list[str]) -> None:
    assert all(0 <= score <= 1.0000001 for score in scores(query, texts))


def test_rare_words_count_more() -> None:
    common = "the club meets"
    texts = [f"{common} often", f"{common} today", f"{common} in the sauna", "a sauna"]

    ranked = scores("Where is the club's sauna?", texts)

    assert ranked[3] > ranked[0]
    assert max(ranked) == ranked[2]


@pytest.mark.parametrize(
    ("one", "two"),
    [("opens", "opening"), ("fees", "fee"), ("cities", "city"), ("running", "run"),
     ("founded", "found"), ("Café", "cafe"), ("club’s", "club")],
)  # fmt: skip
def test_forms_of_a_word_meet(one: str, two: str) -> None:
    assert terms(one) == terms(two) != ()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"type": "eq", "key": "kind", "value": "rules"}, True),
        ({"type": "ne", "key": "kind", "value": "rules"}, False),
        ({"type": "gt", "key": "year", "value": 2025}, True),
        ({"type": "gte", "key": "year", "value": 2026}, True),
        ({"type": "lt", "key": "year", "value": 2026}, False),
        ({"type": "lte", "key": "year", "value": 2025}, False),
        ({"type": "in", "key": "kind", "value": ["rules", "fees"]}, True),
        ({"type": "nin", "key": "kind", "value": ["rules", "fees"]}, False),
        ({"type": "eq", "key": "draft", "value": False}, True),
        ({"type": "eq", "key": "missing", "value": "x"}, False),
        ({"type": "ne", "key": "missing", "value": "x"}, True),
        ({"type": "gt", "key": "kind", "value": 1}, False),
        ({"type": "and", "filters": []}, True),
        (
            {
                "type": "or",
                "filters": [
                    {"type": "eq", "key": "year", "value": 1},
                    {"type": "and", "filters": [{"type": "eq", "key": "year", "value": 2026}]},
                ],
            },
            True,
        ),
    ],
)
def test_filters(condition: dict[str, object], expected: bool) -> None:  # noqa: FBT001
    parsed: Filter = TypeAdapter(Filter).validate_python(condition)

    assert matches(parsed, ATTRIBUTES) is expected
