"""The usual order, on the same tables and the same upstream: store, call, store.

It is here to be seen to fail: a harness that finds nothing in it would find nothing anywhere.
"""

import time

from pynamodb.expressions.update import Action

from afterglow import bootstrap
from afterglow.adapters.dynamodb.records.conversations import message_item
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import ThreadItem
from afterglow.bootstrap import ports
from afterglow.domain.errors import OperationFailedError
from afterglow.domain.identifiers import new_opaque_id
from afterglow.domain.models import Message, MessageRole, Run, Thread
from afterglow.ports.engine import Engine, Prompt, Reply, ReplyState
from afterglow.services.opening import Engines
from afterglow.services.watching import Watcher
from faults.boundaries import Json
from faults.haste import BUDGET, LEASE
from faults.tenants import Question, Tenant


def by_the_usual_order(tenant: Tenant, question: Question) -> Json:
    """Store the message, call the upstream, store the answer. Raises what goes wrong."""
    thread = ports.threads().get(tenant.user_id, question.thread_id)
    run = _run(tenant, thread)
    _add(run, thread.last_message_id + 1, MessageRole.USER, question.content)
    engines = Engines(ports.accounts(), ports.vault(), ports.engine)
    reply = _asked(engines.of(tenant.user), thread, run, question.content)
    if reply.state is not ReplyState.DONE:
        raise OperationFailedError("No answer")
    last = ports.threads().get(tenant.user_id, question.thread_id).last_message_id
    _add(run, last + 1, MessageRole.ASSISTANT, reply.text, head=reply.response_id)
    return {"accepted": True, "run": run.id, "state": "completed", "answer": reply.text}


def _run(tenant: Tenant, thread: Thread) -> Run:
    assistant = ports.assistants().get(tenant.user_id, tenant.assistant_id)
    now = bootstrap.now()
    return Run(
        id=new_opaque_id("run"),
        user_id=tenant.user_id,
        thread_id=thread.id,
        assistant_id=assistant.id,
        openai_assistant_id=assistant.openai_assistant_id,
        message_id=thread.last_message_id + 1,
        spec=assistant.spec,
        created_at=now,
        lease_until=now + LEASE,
        deadline=now + LEASE,
    )


def _asked(engine: Engine, thread: Thread, run: Run, content: str) -> Reply:
    until = bootstrap.now() + BUDGET
    prompt = Prompt(run, content, thread.head_response_id, unseen=(), history=list)
    with engine.start(prompt) as live:
        reply = live.follow(until)
    return Watcher(now=bootstrap.now, sleep=time.sleep).watch(engine, reply, until=until)


def _add(
    run: Run, number: int, role: MessageRole, content: str, *, head: str | None = None
) -> None:
    message_item(
        Message(
            id=number,
            thread_id=run.thread_id,
            user_id=run.user_id,
            role=role,
            content=content,
            openai_message_id=new_opaque_id("msg"),
            run_id=run.id,
            created_at=bootstrap.now(),
        )
    ).save()
    moved: list[Action] = [ThreadItem.last_message_id.set(number)]
    if head is not None:
        moved.append(ThreadItem.head_response_id.set(head))
    ThreadItem(user_key(run.user_id), number_key("T", run.thread_id)).update(actions=moved)
