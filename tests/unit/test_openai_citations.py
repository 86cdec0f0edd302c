"""What an answer rests on, as OpenAI says it."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.adapters.openai.citations import MAX_CITATIONS
from afterglow.adapters.openai.wire import read_reply
from afterglow.domain.models import Citation
from afterglow.ports.engine import ReplyState
from tests.unit.test_openai_wire import a_message, a_response

FEE = "The fee is 5%."


def cited(index: object = 13, **facts: object) -> dict[str, Any]:
    """Return an annotation of OpenAI's."""
    annotation = {
        "type": "file_citation",
        "index": index,
        "file_id": "file-abc",
        "filename": "contract.pdf",
    }
    return annotation | facts


def saying(*parts: tuple[str, Sequence[object]]) -> dict[str, Any]:
    """Return a message of parts, each with its annotations."""
    message = a_message(*[text for text, _ in parts])
    for part, (_, annotations) in zip(message["content"], parts, strict=True):
        part["annotations"] = annotations
    return message


def citations_in(*messages: object) -> tuple[Citation, ...]:
    """Return what is read of an answer."""
    reply = read_reply(a_response(output=list(messages)))
    assert reply.state is ReplyState.DONE
    return reply.citations


def test_a_citation_is_read() -> None:
    assert citations_in(saying((FEE, [cited()]))) == (Citation("file-abc", "contract.pdf", 13),)


def test_an_index_is_of_the_whole_answer() -> None:
    first = saying(("One. ", [cited(4)]), (FEE, [cited(13), cited(14)]))
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": []}
    empty = saying(("", [cited(0)]))
    last = saying(("", [cited(0)]), (FEE, [cited(0)]))

    reply = read_reply(a_response(output=[first, reasoning, empty, last]))

    assert reply.text == f"One. {FEE}\n\n{FEE}"
    places = [citation.index for citation in reply.citations]
    assert places == [4, 5 + 13, 5 + 14, len("One. ") + len(FEE) + 2]
    assert reply.text[places[-1] :] == FEE


def test_an_index_counts_code_points() -> None:
    (citation, other) = citations_in(saying(("🦊🦊", [cited(2)]), ("é", [cited(1)])))

    assert (citation.index, other.index) == (2, 3)


def test_a_refusal_may_rest_on_something_too() -> None:
    refusal = a_message("I will not.", kind="refusal")
    refusal["content"][0]["annotations"] = [cited(11)]

    assert [each.index for each in citations_in(refusal)] == [11]


@pytest.mark.parametrize(
    "annotation",
    [
        cited(-1),
        cited(15),
        cited(2**63),
        cited("3"),
        cited(3.0),
        cited(1.5),
        cited(True),  # noqa: FBT003 - as JSON has it
        cited(None),
        cited(type="file_path"),
        cited(type="container_file_citation"),
        cited(type="url_citation", url="https://example.com"),
        cited(type=None),
        cited(file_id=""),
        cited(file_id=None),
        cited(file_id="f" * 257),
        cited(file_id="../models"),
        cited(file_id="file abc\n"),
        cited(filename=""),
        cited(filename=None),
        cited(filename="x" * 256),
        cited(filename="🦊" * 64),
        {},
        None,
        7,
        "file_citation",
        [cited()],
    ],
    ids=lambda annotation: str(annotation)[:80],
)
def test_what_cannot_be_is_left_out_and_the_answer_kept(annotation: object) -> None:
    good = Citation("file-abc", "contract.pdf", 13)

    assert citations_in(saying((FEE, [annotation, cited(), annotation]))) == (good,)


@pytest.mark.parametrize("annotations", [None, {}, "many", 7, {"0": cited()}])
def test_annotations_that_are_no_list_are_none(annotations: Any) -> None:
    assert citations_in(saying((FEE, annotations))) == ()


def test_the_same_twice_is_said_once_and_no_more_than_we_keep() -> None:
    twice = [cited(1), cited(2), cited(1)]
    many = [cited(0, file_id=f"file-{number}") for number in range(MAX_CITATIONS + 1)]

    assert [each.index for each in citations_in(saying((FEE, twice)))] == [1, 2]
    assert len(citations_in(saying((FEE, many)))) == MAX_CITATIONS


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(codec="utf-8")),
        lambda each: st.lists(each) | st.dictionaries(st.sampled_from(sorted(cited())), each),
        max_leaves=8,
    )
)
def test_no_annotation_at_all_costs_the_answer(annotations: Any) -> None:
    for citation in citations_in(saying((FEE, annotations))):
        assert 0 <= citation.index <= len(FEE)


def test_what_there_is_of_an_answer_rests_on_something_too() -> None:
    cut = read_reply(a_response(status="incomplete", output=[saying((FEE, [cited()]))]))

    assert (cut.state, len(cut.citations)) == (ReplyState.INCOMPLETE, 1)
