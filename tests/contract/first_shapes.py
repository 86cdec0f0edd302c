"""What the frozen records of the first shape say: some users, and all that is stored of them."""

from dataclasses import replace
from datetime import date, timedelta

from afterglow.domain.login_failures import LoginFailures
from afterglow.domain.models import (
    ApiKeyRecord,
    Assistant,
    AssistantSpec,
    Citation,
    FailureKind,
    File,
    FileUse,
    IdempotencyClaim,
    Library,
    Message,
    MessageRole,
    Role,
    Run,
    RunError,
    RunState,
    Session,
    SessionKind,
    Staged,
    Thread,
    Tool,
    Upload,
    UploadError,
    UploadFile,
    UploadKind,
    UploadState,
    Usage,
    User,
    VectorStore,
    WaitReason,
)
from afterglow.domain.rates import Period, Use, Window
from afterglow.ports.deletions import Deletion, DeletionKind
from tests.fakes.clock import NOON

LATER = NOON + timedelta(seconds=35)
DEADLINE = NOON + timedelta(minutes=15)
ENDED = NOON + timedelta(seconds=5, milliseconds=125)

# Somebody with everything, an admin with next to nothing, and one who is deleted.
KEY = ApiKeyRecord("wxyz", "f" * 64, "version-1", NOON, {"gpt-4o": date(2026, 12, 31)})
USER = User(42, "the-user", "a hash", NOON, default_assistant_id=1, api_key=KEY)
ADMIN = User(43, "admin", "a hash", NOON, Role.ADMIN, session_epoch=2, is_disabled=True)
DELETED = User(44, "deleted", "a hash", NOON)
COOKIE = Session("c" * 64, 42, 0, NOON, LATER, NOON + timedelta(days=7))
BEARER = replace(COOKIE, token_hash="b" * 64, last_seen_at=NOON, kind=SessionKind.BEARER)

SPEC = AssistantSpec(
    name="My Research Assistant",
    model="gpt-4o",
    instructions="You are a helpful research assistant...",
    description="Helps with academic research",
    temperature=0.7,
    tools=(Tool("retrieval"), Tool("code_interpreter")),
)
SCANTY = AssistantSpec("Another", "gpt-6-luna", "")
ASSISTANT = Assistant(1, 42, SPEC, NOON, NOON, "asst_one", is_used=True)
IDLE = Assistant(2, 42, SCANTY, NOON, LATER, "asst_two", is_active=False)
ASSISTANT_LIMIT = 7

THREAD = Thread(
    id=1,
    user_id=42,
    openai_thread_id="thread_one",
    title="Über alles",
    created_at=NOON,
    updated_at=NOON,
    assistant_id=1,
    last_message_id=5,
    head_response_id="resp_1",
    head_message_id=2,
    active_run_id="run_open",
)
EMPTY = Thread(2, 42, "thread_two", "Nothing yet", NOON, LATER, is_archived=True)
GONE = Thread(3, 42, "thread_three", "Gone", NOON, NOON)

COMPLETED = Run(
    id="run_completed",
    user_id=42,
    thread_id=1,
    assistant_id=1,
    openai_assistant_id="asst_one",
    message_id=1,
    spec=SPEC,
    created_at=NOON,
    lease_until=ENDED,
    deadline=DEADLINE,
    state=RunState.COMPLETED,
    response_id="resp_1",
    usage=Usage(11, 22),
    ended_at=ENDED,
)
ERROR = RunError(
    "openai_refused", "No.", FailureKind.INVALID_INPUT, "model", "Take another.", retry_after=3
)
FAILED = replace(
    COMPLETED,
    id="run_failed",
    message_id=3,
    spec=SCANTY,
    state=RunState.FAILED,
    attempt=2,
    failures=1,
    response_id="resp_3",
    is_restarted=True,
    error=ERROR,
    usage=None,
)
OPEN = replace(
    COMPLETED,
    id="run_open",
    message_id=5,
    lease_until=LATER,
    state=RunState.QUEUED,
    waits=1,
    waits_for=WaitReason.FILES,
    response_id=None,
    usage=None,
    ended_at=None,
)
QUESTION = Message(1, 1, 42, MessageRole.USER, "Can you help me?", "msg_1", "run_completed", NOON)
ANSWER = replace(
    QUESTION,
    id=2,
    role=MessageRole.ASSISTANT,
    content="I'd be happy to.",
    openai_message_id="msg_2",
    created_at=ENDED,
    citations=(Citation("file-one", "a.md", 4), Citation(None, "b.md", 9)),
)
AGAIN = replace(QUESTION, id=3, openai_message_id="msg_3", run_id="run_failed")
PARTIAL = replace(
    ANSWER,
    id=4,
    content="Gladly. " * 50_000,
    openai_message_id="msg_4",
    run_id="run_failed",
    is_partial=True,
    citations=(),
)
LAST = replace(QUESTION, id=5, openai_message_id="msg_5", run_id="run_open")
CLAIM = IdempotencyClaim(42, "k" * 64, "p" * 64, NOON + timedelta(days=1))

FILE = File(
    id="file-one",
    user_id=42,
    path="docs/Überblick.md",
    size=6,
    sha256="1" * 64,
    use=FileUse.SEARCH,
    created_at=NOON,
    upstream_id="file-upstream1",
    assistant_ids=frozenset({1}),
)
UNSENT = replace(
    FILE,
    id="file-two",
    path="table.csv",
    sha256="2" * 64,
    use=FileUse.CODE,
    upstream_id=None,
    assistant_ids=frozenset(),
)
LEFT = replace(FILE, id="file-three", path="gone.md", upstream_id="file-upstream3")
LIBRARY = Library(42, files=2, size=12, is_settled=False, key_changes=1)
STORE = VectorStore(42, 1, "vs_1", 0)

FORMS = Upload("upload_1", 42, UploadKind.FORMS, NOON, NOON, 1, total=4, completed=1, failed=1)
FORMS = replace(FORMS, known=1)
FOLDER = Upload("upload_2", 42, UploadKind.DIRECTORY, NOON, LATER, 1, "docs", is_planned=False)
OPENING = Upload("upload_3", 42, UploadKind.DIRECT, NOON, NOON)
DONE = UploadFile(
    user_id=42,
    upload_id="upload_1",
    number=0,
    path="docs/Überblick.md",
    size=6,
    state=UploadState.COMPLETED,
    created_at=NOON,
    lease_until=LATER,
    assistant_id=1,
    sha256="1" * 64,
    content_type="text/markdown",
    attempt=1,
    failures=1,
    file_id="file-one",
    is_known=True,
)
USELESS = UploadError("checksum_mismatch", "Another content", FailureKind.INVALID_INPUT)
REFUSED = replace(
    DONE,
    number=1,
    path="b.md",
    state=UploadState.FAILED,
    lease_until=NOON,
    attempt=0,
    failures=0,
    file_id=None,
    is_known=False,
    error=USELESS,
)
TAKEN = replace(
    REFUSED,
    number=2,
    state=UploadState.IN_PROGRESS,
    lease_until=LATER,
    staged_as=("upload_9", 7),
    error=None,
)
AWAITED = replace(TAKEN, number=3, state=UploadState.AWAITING, staged_as=None)
AWAITED = replace(AWAITED, lease_until=NOON, sha256=None, content_type=None)
BYTES = Staged(42, "docs/c.md", 6, "upload_9", 7, NOON, "3" * 64)
OURS = Staged(42, "docs/d.md", 6, "upload_9", 8, NOON, file_id="file-one")

DELETIONS = (
    Deletion(42, DeletionKind.THREAD, "3", NOON, attempts=1),
    Deletion(42, DeletionKind.FILE, "file-three", NOON, 0, frozenset({"file-upstream3"})),
    Deletion(44, DeletionKind.USER, "", NOON),
)
USE = Use("user#42", "chat", (Window(Period.MINUTE, 3), Window(Period.DAY, 500)), 3, NOON)
FAILURES = LoginFailures(2, 1, NOON + timedelta(minutes=15), LATER)
