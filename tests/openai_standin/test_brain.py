"""The extractive brain: what it remembers, finds and admits."""

import asyncio
from collections.abc import Sequence

import pytest

from local.openai.brain.extractive import SIGNATURE, ExtractiveBrain
from local.openai.brain.sentences import sentences
from local.openai.brain.turn import Excerpt, Message, Reply, Turn

CLUB = """# Opening hours
Monday to Friday 9 to 17, Saturday 10 to 14.

# Fees
The annual fee is 120 euros, payable in January.
Members under 18 pay half. The club was founded in 1921 by Hjalmar Nilsen because the old
pier had burned down and the fishermen needed a place to moor.

- Boats longer than 12 metres need a permit.
- Dogs must be kept on a leash.

The chairwoman is Ingrid Dahl. Complaints go to complaints@pier.example.
Guests may stay for three nights. The sauna costs 4 euros an hour.
Address: Strandgaten 5, Bergen
"""
SAID = [
    "Hello! My name is Ada and I collect lighthouses.",
    "I'm from Oslo. My sister is called Grace.",
    "We have two dogs, Rex and Luna. My favourite colour is green.",
]


def ask(
    question: str,
    said: Sequence[str] = (),
    excerpts: Sequence[Excerpt] = (),
    instructions: str = "",
) -> Reply:
    history = [Message(role, text) for told in said for role, text in turn_of(told)]
    messages = [*history, Message("user", question)]
    return asyncio.run(ExtractiveBrain().answer(Turn(messages, instructions, excerpts)))


def turn_of(told: str) -> list[tuple[str, str]]:
    return [("user", told), ("assistant", "Noted.")]


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("What is my name?", "Your name is Ada"),
        ("what's my name", "Your name is Ada"),
        ("Who am I?", "Your name is Ada"),
        ("Do you remember my name?", "Your name is Ada"),
        ("Tell me what I collect.", "you collect lighthouses"),
        ("What is my sister's name?", "Your sister is called Grace"),
        ("How many dogs do we have?", "You have two dogs, Rex and Luna"),
        ("What is my favorite colour?", "Your favourite colour is green"),
    ],
)
def test_it_remembers_what_it_was_told(question: str, fact: str) -> None:
    reply = ask(question, SAID)

    assert fact in reply.text
    assert reply.text.endswith(SIGNATURE)


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("What are the opening hours?", "Monday to Friday 9 to 17"),
        ("When is it open on Saturday?", "Saturday 10 to 14"),
        ("How much is the annual fee?", "120 euros"),
        ("When is the fee payable?", "January"),
        ("What do members under 18 pay?", "pay half"),
        ("Who founded the club?", "Hjalmar Nilsen"),
        ("When was the club founded?", "1921"),
        ("Why was the club founded?", "burned down"),
        ("Which boats need a permit?", "longer than 12 metres"),
        ("Are dogs allowed without a leash?", "Dogs must be kept on a leash"),
        ("Who is the chairwoman?", "Ingrid Dahl"),
        ("Where do complaints go?", "complaints@pier.example"),
        ("How long may guests stay?", "three nights"),
        ("What does the sauna cost?", "4 euros an hour"),
        ("What is the address?", "Strandgaten 5, Bergen"),
        ("Summarise the file", "Monday to Friday"),
        ("What is this document about?", "Monday to Friday"),
    ],
)
def test_it_finds_what_a_file_says(question: str, fact: str) -> None:
    reply = ask(question, SAID, [Excerpt("club.md", CLUB, "file-1")])

    assert fact in reply.text
    (citation,) = reply.citations
    assert reply.text[: citation.index].endswith("”")


def test_what_was_said_last_wins() -> None:
    reply = ask("Where do I live?", ["I live in Oslo.", "I live in Bergen."])

    assert "Bergen" in reply.text
    assert "Oslo" not in reply.text


def test_its_own_words_are_no_facts() -> None:
    turn = Turn([Message("assistant", "Your name is Bob."), Message("user", "What is my name?")])
    reply = asyncio.run(ExtractiveBrain().answer(turn))

    assert "Bob" not in reply.text


@pytest.mark.parametrize("question", ["What is the capital of France?", "Write a poem", "?", "🦉"])
def test_it_does_not_make_things_up(question: str) -> None:
    reply = ask(question, SAID, [Excerpt("club.md", CLUB, "file-1")])

    assert "Ada" not in reply.text
    assert reply.citations == ()
    assert reply.text.endswith(SIGNATURE)


def test_it_acknowledges_what_it_is_told() -> None:
    told = ask("I’m Ada and my boat is called Skua.")

    assert told.text.startswith("Noted: you're Ada and your boat is called Skua.")


@pytest.mark.parametrize("greeting", ["Hello", "hi there!", "Good morning", "What can you do?"])
def test_it_introduces_itself(greeting: str) -> None:
    reply = ask(greeting, instructions="You are a tutor for sailors. Be kind.")

    assert "demo model" in reply.text
    assert "You are a tutor for sailors." in reply.text


def test_it_takes_thanks() -> None:
    assert ask("Thank you!", SAID).text.startswith("You are welcome.")


def test_instructions_can_hold_the_answer() -> None:
    reply = ask("What is the refund period?", instructions="Refunds: the period is 30 days.")

    assert reply.text.startswith("My instructions say: “Refunds: the period is 30 days.”")


def test_the_same_question_has_the_same_answer() -> None:
    excerpts = [Excerpt("club.md", CLUB, "file-1")]

    assert len({ask("How much is the fee?", SAID, excerpts).text for _ in range(5)}) == 1


def test_lines_broken_by_a_page_are_joined() -> None:
    text = (
        "The committee that was elected in the spring of last year meets on\nMondays. Guests wait."
    )

    assert sentences(text) == [
        "The committee that was elected in the spring of last year meets on Mondays.",
        "Guests wait.",
    ]
