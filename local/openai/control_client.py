"""A typed client of the control API, for tests. The rules it sends are named after what they do."""

from dataclasses import dataclass
from hashlib import sha256
from types import TracebackType
from typing import Any, Final, Self

import httpx2

Json = dict[str, Any]

RESPONSES: Final = "/v1/responses"
POLLS: Final = "/v1/responses/resp_*"
HTML: Final = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


def fingerprint(key: str) -> str:
    """What the journal calls a key."""
    return sha256(key.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Call:
    """One call the stand-in got. `status` is None while it is open or if it was dropped."""

    sequence: int
    at: float
    method: str
    path: str
    query: str
    key: str
    request_id: str
    body: Any
    status: int | None
    fault: str | None
    run: str | None


class ControlClient:
    """`with ControlClient("http://127.0.0.1:4690") as openai: openai.fail(429, ...)`."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.Client(base_url=url.rstrip("/").removesuffix("/v1"), timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def reset(self, *, objects: bool = False) -> None:
        """Forget rules, plans, settings and journal; with `objects` everything."""
        self._send("POST", "/reset", params={"objects": str(objects).lower()})

    def journal(self, method: str | None = None, path: str | None = None) -> list[Call]:
        """The calls so far, oldest first, of one method and one exact path if named."""
        calls = [Call(**call) for call in self._send("GET", "/journal")["calls"]]
        return [c for c in calls if method in {None, c.method} and path in {None, c.path}]

    def audit(self) -> Json:
        """`runs`: calls, keys and responses of each `metadata.run_id`; `remaining` responses."""
        return self._send("GET", "/audit")

    def objects(self, key: str | None = None) -> list[Json]:
        """What exists: `project`, `object`, `parent`, `id`; of one key if given."""
        found: list[Json] = self._send("GET", "/objects")["objects"]
        return [o for o in found if key is None or o["project"] == fingerprint(key)]

    def configure(self, **settings: float) -> Json:
        """`response_seconds`, `indexing_seconds`, `upload_seconds`, `hold` and the like."""
        return self._send("PATCH", "/settings", json=settings)

    def plan(self, text: str | None = None, **plan: Any) -> None:
        """Script one answer: the fields of `control.plans.ResponsePlan`."""
        self._send("POST", "/script", json={"text": text, **plan})

    def script(self) -> list[Json]:
        """The scripted answers that no request has taken yet."""
        waiting: list[Json] = self._send("GET", "/script")["plans"]
        return waiting

    def hold(self, response_id: str) -> Json:
        return self._send("POST", f"/responses/{response_id}/hold")

    def release(self, response_id: str, **plan: Any) -> Json:
        """Let it end now, as scripted if a plan is given."""
        return self._send("POST", f"/responses/{response_id}/release", json=plan)

    def index(self, filename: str = "*", **rule: Any) -> str:
        """How files like `*.pdf` are indexed: the fields of `control.indexing.IndexingRule`.

        `seconds` they take, `hold` until released, `error` they fail with. Answers the rule's id.
        """
        return str(self._send("POST", "/indexing", json={"filename": filename, **rule})["id"])

    def indexing(self) -> list[Json]:
        """These rules: `id`, `files` they were for, `held`, `rule`."""
        found: list[Json] = self._send("GET", "/indexing")["rules"]
        return found

    def go_on(self, rule_id: str | None = None) -> None:
        """Let the files that a rule holds, or any rule, be indexed."""
        self._send("POST", "/indexing/release", json={"id": rule_id})

    def vanish(self, object_id: str) -> None:
        """A file or a vector store is gone: its id is answered 404."""
        self._send("POST", "/vanish", json={"id": object_id})

    def faults(self) -> list[Json]:
        found: list[Json] = self._send("GET", "/faults")["faults"]
        return found

    def rule(self, path: str = RESPONSES, method: str | None = "POST", **rule: Any) -> str:
        """Any rule: the fields of `control.faults.FaultRule`. Answers its id."""
        return str(
            self._send("POST", "/faults", json={"path": path, "method": method, **rule})["id"]
        )

    def fail(self, status: int, error: Json | None = None, **rule: Any) -> str:
        """An error in OpenAI's envelope."""
        return self.rule(status=status, error=error or {}, **rule)

    def rate_limit(self, retry_after: int | None = None, **rule: Any) -> str:
        headers = {} if retry_after is None else {"retry-after": str(retry_after)}
        error = {"type": "requests", "code": "rate_limit_exceeded", "message": "Rate limit reached"}
        return self.fail(429, error, headers=headers, **rule)

    def no_credit(self, **rule: Any) -> str:
        kind = "insufficient_quota"
        error = {"type": kind, "code": kind, "message": "You exceeded your current quota"}
        return self.fail(429, error, **rule)

    def missing_scope(self, scope: str, **rule: Any) -> str:
        message = f"You have insufficient permissions for this operation. Missing scopes: {scope}."
        return self.fail(401, {"type": "invalid_request_error", "message": message}, **rule)

    def drop_before(self, **rule: Any) -> str:
        """The connection is cut; nothing was done."""
        return self.rule(drop=True, moment="before", **rule)

    def drop_after(self, **rule: Any) -> str:
        """The connection is cut; the work was done."""
        return self.rule(drop=True, moment="after", **rule)

    def slow(self, seconds: float, **rule: Any) -> str:
        return self.rule(delay=seconds, **rule)

    def html_502(self, **rule: Any) -> str:
        return self.rule(status=502, headers={"content-type": "text/html"}, body=HTML, **rule)

    def redirect(self, location: str, status: int = 307, **rule: Any) -> str:
        return self.rule(status=status, headers={"location": location}, body="", **rule)

    def damage(self, how: str, **rule: Any) -> str:
        """The work was done, the body is `malformed`, `truncated`, `stalled` or `empty`."""
        return self.rule(damage=how, moment="after", **rule)

    def cut_stream(self, after_events: int, **rule: Any) -> str:
        """The stream ends in good order, too early; `drop=True` cuts its connection instead."""
        return self.rule(after_events=after_events, moment="after", **rule)

    def patch(self, fields: Json, **rule: Any) -> str:
        """Other values in the answered JSON: an unknown status, a wrong id."""
        return self.rule(patch=fields, moment="after", **rule)

    def lose(self, **rule: Any) -> str:
        """Polls answer 404."""
        error = {"type": "invalid_request_error", "message": "Response not found."}
        return self.fail(404, error, **{"path": POLLS, "method": "GET", **rule})

    def _send(self, method: str, path: str, **options: Any) -> Json:
        response = self._http.request(method, f"/_control{path}", **options)
        body: Json = response.raise_for_status().json()
        return body
