"""A brain without a model: it finds the sentence that answers best and quotes it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from local.openai.brain import grammar
from local.openai.brain.sentences import sentences
from local.openai.brain.turn import Citation, Excerpt, Reply, Turn
from local.openai.retrieval.ranking import scores
from local.openai.retrieval.terms import terms

SIGNATURE: Final = "\n\n(Afterglow's local demo model: it quotes, it does not reason.)"
ABILITIES: Final = (
    "I remember what you tell me in this conversation and look things up in the files you give me."
)
UNKNOWN: Final = (
    "I found no answer to that in our conversation or in your files. "
    "Tell me, or upload a file that says it, and ask again."
)
GOOD_ENOUGH: Final = 0.34
HINT: Final = 0.1
WHO_AM_I: Final = re.compile(r"\bwho am i\b|\bwhat(?:'s| is) my name\b", re.IGNORECASE)
INTRODUCTION: Final = re.compile(r"\b(?:my name is|i am|i'm|call me)\b", re.IGNORECASE)
ABOUT_YOU: Final = re.compile(r"\b(?:who|what) are you\b|\bwhat can you do\b", re.IGNORECASE)
OVERVIEW: Final = re.compile(
    r"\bsummar|\boverview\b|\b(?:what|which) (?:is|does|do|are).*\b(?:file|document|about)\b",
    re.IGNORECASE,
)
# What a question asks for → what a sentence that tells it looks like.
HINTS: Final = tuple(
    (re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), re.compile(told))
    for asked, told in (
        ("how (?:much|many|long|old|far)|when", r"\d"),
        ("when", r"(?i)\b(?:\w+day|[ap]m|noon|midnight)\b"),
        ("where", r"\b(?:in|at|near|on) [A-Z]"),
        ("who", r"\b[a-z,]+ [A-Z][a-z]+|^[A-Z]\w+ (?:is|was)\b"),
        ("why", r"(?i)\b(?:because|since|so that)\b"),
    )
)


@dataclass(frozen=True)
class Candidate:
    sentence: str
    excerpt: Excerpt | None = None
    said_by_user: bool = False


class ExtractiveBrain:
    """Deterministic and instant."""

    async def answer(self, turn: Turn) -> Reply:
        reply = compose(turn)
        return Reply(reply.text + SIGNATURE, reply.citations)


def compose(turn: Turn) -> Reply:
    said = sentences(turn.question)
    question = next((s for s in reversed(said) if grammar.is_question(s)), None)
    if small_talk := courtesy(turn, question):
        return Reply(small_talk)
    if OVERVIEW.search(turn.question) and turn.excerpts:
        return overview(turn)
    facts = [s for s in map(grammar.without_greeting, said) if grammar.is_statement(s)]
    if question is None and facts:
        return Reply(noted(facts))
    best = best_candidate(turn, question or turn.question)
    return quote(best) if best else Reply(UNKNOWN)


def courtesy(turn: Turn, question: str | None) -> str | None:
    text = turn.question.strip()
    if ABOUT_YOU.search(text) or (question is None and not terms(without_courtesy(text))):
        if grammar.THANKS.match(text):
            return "You are welcome."
        role = sentences(turn.instructions)[:1]
        purpose = f" My instructions begin: “{role[0]}”" if role else ""
        return f"Hello! I am the demo model that runs on your own machine. {ABILITIES}{purpose}"
    return None


def without_courtesy(text: str) -> str:
    return grammar.THANKS.sub("", grammar.without_greeting(text))


def noted(facts: list[str]) -> str:
    told = grammar.close(grammar.go_on(grammar.swap_persons(facts[0])))
    return f"Noted: {told} Ask me about it later, and you will see that I remember."


def overview(turn: Turn) -> Reply:
    """The beginning of what was found."""
    excerpt = turn.excerpts[0]
    return cite(excerpt, " ".join(sentences(excerpt.text)[:2]))


def best_candidate(turn: Turn, question: str) -> Candidate | None:
    found = list(candidates(turn, question))
    wanted = f"{question} name" if WHO_AM_I.search(question) else question
    ratings = scores(wanted, [candidate.sentence for candidate in found])
    rated = [
        (rating + bonus(question, candidate), candidate)
        for rating, candidate in zip(ratings, found, strict=True)
        if rating >= GOOD_ENOUGH or introduces(question, candidate)
    ]
    # The first of equals wins, and what was said last comes first.
    return max(rated, key=lambda pair: pair[0])[1] if rated else None


def introduces(question: str, candidate: Candidate) -> bool:
    asked = WHO_AM_I.search(question) and candidate.said_by_user
    return bool(asked and INTRODUCTION.search(candidate.sentence))


def bonus(question: str, candidate: Candidate) -> float:
    fitting = sum(
        bool(asks.search(question) and tells.search(candidate.sentence)) for asks, tells in HINTS
    )
    return HINT * fitting + introduces(question, candidate)


def candidates(turn: Turn, question: str) -> Iterator[Candidate]:
    for message in reversed(turn.messages):
        if message.role == "user":
            for sentence in reversed(sentences(message.text)):
                statement = grammar.without_greeting(sentence)
                if sentence != question and statement and not grammar.is_question(statement):
                    yield Candidate(statement, said_by_user=True)
    for excerpt in turn.excerpts:
        yield from (Candidate(sentence, excerpt) for sentence in sentences(excerpt.text))
    developer = [m.text for m in turn.messages if m.role in {"developer", "system"}]
    for text in (turn.instructions, *developer):
        yield from (Candidate(sentence) for sentence in sentences(text))


def quote(candidate: Candidate) -> Reply:
    if candidate.excerpt:
        return cite(candidate.excerpt, candidate.sentence)
    if candidate.said_by_user:
        told = grammar.close(grammar.begin(grammar.swap_persons(candidate.sentence)))
        return Reply(f"{told} You told me so in this conversation.")
    return Reply(f"My instructions say: “{candidate.sentence}”")


def cite(excerpt: Excerpt, sentence: str) -> Reply:
    text = f"{excerpt.filename} says: “{sentence}”"
    return Reply(text, (Citation(excerpt, len(text)),) if excerpt.file_id else ())
