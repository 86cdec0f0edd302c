"""A run with its answer, as a request is shown it."""

from datetime import datetime, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends, Request

from afterglow import bootstrap
from afterglow.api.dependencies.requests import AnswerBy
from afterglow.api.dependencies.runs import Runs
from afterglow.api.dependencies.threads import Threads
from afterglow.api.later import retry_after
from afterglow.api.schemas.v1.runs import AnsweredRunOut as V1AnsweredRunOut
from afterglow.api.schemas.web.runs import AnsweredRunOut
from afterglow.api.waiting import WaitQuery
from afterglow.domain.models import Run, Thread, User
from afterglow.services.runs import RunService
from afterglow.services.threads import ThreadService


class RunViews:
    """Shows runs. Of a thread that has been deleted nothing is left to be shown."""

    def __init__(
        self, request: Request, runs: RunService, threads: ThreadService, answer_by: datetime
    ) -> None:
        self._user: User = request.context["user"]
        self._headers: dict[str, str] = request.context["response_headers"]
        self._runs = runs
        self._threads = threads
        self._answer_by = answer_by

    def latest(self, query: WaitQuery) -> datetime:
        """Return until when to wait for a run: no longer than the request has."""
        return min(bootstrap.now() + timedelta(seconds=query.wait), self._answer_by)

    def web(self, run: Run) -> AnsweredRunOut:
        """Return a run's body in dialect A. Raises NotFoundError without its thread."""
        self._looked_up(run)
        return AnsweredRunOut.with_answer(run, self._runs.answer(run))

    def v1(self, run: Run) -> V1AnsweredRunOut:
        """Return a run's body in dialect B. Raises NotFoundError without its thread."""
        thread = self._looked_up(run)
        return V1AnsweredRunOut.with_answer(run, thread, self._runs.answer(run))

    def _looked_up(self, run: Run) -> Thread:
        thread = self._threads.get(self._user, run.thread_id)
        if not run.is_over:
            self._headers["Retry-After"] = retry_after(run)
        return thread


def _run_views(request: Request, runs: Runs, threads: Threads, answer_by: AnswerBy) -> RunViews:
    return RunViews(request, runs, threads, answer_by)


RunViewsOf = Annotated[RunViews, Depends(_run_views)]
