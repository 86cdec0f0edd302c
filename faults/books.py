"""The invariants of a turn, held against what is stored."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from afterglow.adapters.dynamodb.tables.base import user_key
from afterglow.adapters.dynamodb.tables.conversations import OpenRunsItem, RunItem
from afterglow.bootstrap import ports
from afterglow.domain.models import Message, MessageRole, Run, RunState, Thread
from faults.boundaries import Json
from faults.endings import judge_ending
from faults.plan import Plan
from faults.records import TurnRecord
from faults.tenants import Question

# What each question has of its own, and the stand-in repeats.
TOKEN = re.compile(r"turn-\d+-\d{5}")


@dataclass(frozen=True)
class Books:
    """What is stored around a question, after everything has come to rest."""

    question: Question
    messages: Sequence[Message]
    run: Run | None
    thread: Thread
    runs: Sequence[Run]

    @classmethod
    def of(cls, question: Question, run: Run | None) -> "Books":
        """Read them."""
        messages = list(ports.threads().messages(question.user_id, question.thread_id))
        thread = ports.threads().get(question.user_id, question.thread_id)
        return cls(question, messages, run, thread, list(ports.runs().list(thread)))

    @property
    def asked(self) -> list[Message]:
        """The question, as often as it is stored."""
        return [m for m in self.messages if m.content == self.question.content]

    @property
    def answers(self) -> list[Message]:
        """The answers to it."""
        runs = {message.run_id for message in self.asked}
        return [m for m in self.messages if m.role is MessageRole.ASSISTANT and m.run_id in runs]


def check(record: TurnRecord, plan: Plan, told: Sequence[Json], books: Books) -> None:
    """Write into the record what is lost, doubled, out of order or still locked."""
    _check_loss(record, plan, told, books)
    record.duplicated = max(0, len(books.asked) - 1) + max(0, len(books.answers) - 1)
    if record.duplicated:
        record.whys.append(f"{len(books.asked)} questions, {len(books.answers)} answers")
    for why in _disorder(books):
        record.reordered = 1
        record.whys.append(why)
    for why in _locks(books):
        record.locked = 1
        record.whys.append(why)


def _check_loss(record: TurnRecord, plan: Plan, told: Sequence[Json], books: Books) -> None:
    accepted = [each for each in told if each.get("accepted")]
    losses = []
    if accepted and not books.asked:
        losses.append("acknowledged, and not there")
    if len({each["run"] for each in accepted}) > 1 and books.run is not None:
        losses.append("one key, two runs")
    texts = {message.content for message in books.answers}
    losses += ["another answer" for each in accepted if each["answer"] not in {None, *texts}]
    losses += _wrong_answers(books)
    if books.run is not None:
        losses += judge_ending(record, plan, books.run)
    elif books.asked and not books.answers:
        losses.append("no answer")
    record.lost = len(losses)
    record.whys += losses


def _wrong_answers(books: Books) -> list[str]:
    """Return which answers are to another question, or of a run that has none."""
    own, run = books.question.token, books.run
    wrong = [
        f"message {answer.id} answers something else"
        for answer in books.answers
        if set(TOKEN.findall(answer.content)) != {own}
    ]
    whole = [answer for answer in books.answers if not answer.is_partial]
    if run is not None and bool(whole) != (run.state is RunState.COMPLETED):
        wrong.append(f"{len(whole)} answers of a run that is {run.state}")
    return wrong


def _disorder(books: Books) -> list[str]:
    ids = [message.id for message in books.messages]
    found = [] if ids == list(range(1, len(ids) + 1)) else [f"ids {ids}"]
    for before, after in zip(books.messages, books.messages[1:], strict=False):
        is_answer = after.role is MessageRole.ASSISTANT
        if is_answer and (before.role is MessageRole.ASSISTANT or before.run_id != after.run_id):
            found.append(f"message {after.id} answers another")
        if not is_answer and before.role is MessageRole.USER and _has_answer(before, books):
            found.append(f"message {after.id} comes before an answer")
    return found + ([] if books.run is None else _wrong_heads(books))


def _wrong_heads(books: Books) -> list[str]:
    """Return where the thread's next message would be said in another context than its last."""
    answered = [run for run in books.runs if run.state is RunState.COMPLETED]
    last = max(answered, key=lambda run: run.message_id, default=None)
    answers = [m.id for m in books.messages if last is not None and m.run_id == last.id]
    wanted = (last and last.response_id, max(answers, default=0))
    head = (books.thread.head_response_id, books.thread.head_message_id)
    return [] if head == wanted else [f"the head is {head}, not {wanted}"]


def _has_answer(question: Message, books: Books) -> bool:
    return any(
        m.role is MessageRole.ASSISTANT and m.run_id == question.run_id for m in books.messages
    )


def _locks(books: Books) -> list[str]:
    thread, run = books.thread, books.run
    found = [] if thread.active_run_id is None else ["the thread is locked"]
    if books.messages and thread.last_message_id != books.messages[-1].id:
        found.append(f"the thread counts {thread.last_message_id}")
    if run is None:
        return found
    if not run.is_over:
        found.append(f"the run is {run.state}")
    item = RunItem.get(user_key(run.user_id), f"R#{run.id}", consistent_read=True)
    if run.is_over and (item.lease_until is not None or item.due_shard is not None):
        found.append("an ended run is due")
    if run.id in counted_open(run.user_id):
        found.append("the run is counted as open")
    return found


def counted_open(user_id: int) -> set[str]:
    """Return which runs are counted as open of a user."""
    try:
        item = OpenRunsItem.get(user_key(user_id), "OPEN", consistent_read=True)
    except OpenRunsItem.DoesNotExist:
        return set()
    return set(item.run_ids or ())
