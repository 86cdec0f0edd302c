"""What a run's end adds to its thread: the item of an answer, and its text if that is long."""

from pynamodb.transactions import TransactWrite

from afterglow.adapters.dynamodb.contents import content_key, is_long, put_content
from afterglow.adapters.dynamodb.records.conversations import message_item
from afterglow.adapters.dynamodb.tables.base import number_key, user_key
from afterglow.adapters.dynamodb.tables.conversations import MessageItem, ThreadItem
from afterglow.domain.models import Message, Run


def answer_item(run: Run, answer: Message) -> MessageItem:
    """Return the item of an answer, once its text is stored if that is too long for an item."""
    if not is_long(answer.content):
        return message_item(answer)
    key = content_key(run)
    # Whoever has lost the thread will not get the item stored, and nothing would ever clear the
    # text away.
    if _holds_thread(run):
        put_content(key, answer.content)
    return message_item(answer, key)


def save_answer(transaction: TransactWrite, item: MessageItem) -> None:
    """Have the transaction store an answer, and fail if there is one."""
    transaction.save(item, condition=MessageItem.owner.does_not_exist())


def thread_key(run: Run) -> ThreadItem:
    """Return the item of a run's thread, without what is in it."""
    return ThreadItem(user_key(run.user_id), number_key("T", run.thread_id))


def _holds_thread(run: Run) -> bool:
    key = thread_key(run)
    try:
        thread = ThreadItem.get(key.owner, key.item, consistent_read=True)
    except ThreadItem.DoesNotExist:
        return False
    return thread.active_run_id == run.id
