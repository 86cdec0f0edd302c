"""Runs: how the work on a message stands, in both dialects."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from afterglow.api.answers import NO_RUN, NO_THREAD, OR_WHEN_TO_ASK_AGAIN
from afterglow.api.app import Api
from afterglow.api.dependencies.requests import CurrentUser
from afterglow.api.dependencies.runs import Runs
from afterglow.api.paging import PageParameters, PagesOf
from afterglow.api.references import PathId, PathRun, PathThread
from afterglow.api.run_views import RunViewsOf
from afterglow.api.schemas.v1 import runs as v1
from afterglow.api.schemas.web.runs import AnsweredRunOut, RunOut
from afterglow.api.waiting import WaitParameters

app = Api()


@app.get("/api/runs/<run_id>", responses=OR_WHEN_TO_ASK_AGAIN | NO_RUN)
def get_run(
    run_id: PathRun,
    query: WaitParameters,
    user: CurrentUser,
    runs: Runs,
    views: RunViewsOf,
) -> AnsweredRunOut:
    """Return a run, once it is over or when the wait is."""
    run = runs.get(user, run_id, wait_until=views.latest(query))
    return views.web(run)


@app.post("/api/runs/<run_id>/cancel", responses=OR_WHEN_TO_ASK_AGAIN | NO_RUN)
def cancel_run(run_id: PathRun, user: CurrentUser, runs: Runs, views: RunViewsOf) -> AnsweredRunOut:
    """Stop a run, and return it as that left it: one that is over stays as it is."""
    return views.web(runs.cancel(user, run_id))


@app.get("/api/threads/<thread_id>/runs", responses=NO_THREAD)
def list_runs(
    thread_id: PathId, query: PageParameters, user: CurrentUser, runs: Runs, pages: PagesOf
) -> list[RunOut]:
    page = pages.page(query)
    found = runs.list(user, thread_id, before=page.number, page_size=page.size)
    return page.fill(found, RunOut.of, lambda run: run.message_id)


@app.get("/api/v1/runs/<run_id>", responses=OR_WHEN_TO_ASK_AGAIN | NO_RUN)
def get_run_v1(
    run_id: PathRun,
    query: WaitParameters,
    user: CurrentUser,
    runs: Runs,
    views: RunViewsOf,
) -> v1.AnsweredRunOut:
    """Return a run, once it is over or when the wait is."""
    run = runs.get(user, run_id, wait_until=views.latest(query))
    return views.v1(run)


@app.post("/api/v1/runs/<run_id>/cancel", responses=OR_WHEN_TO_ASK_AGAIN | NO_RUN)
def cancel_run_v1(
    run_id: PathRun, user: CurrentUser, runs: Runs, views: RunViewsOf
) -> v1.AnsweredRunOut:
    """Stop a run, and return it as that left it: one that is over stays as it is."""
    return views.v1(runs.cancel(user, run_id))


@app.get("/api/v1/thread/<gpt_id>/runs", responses=NO_THREAD)
def list_runs_v1(
    gpt_id: PathThread, query: PageParameters, user: CurrentUser, runs: Runs, pages: PagesOf
) -> list[v1.RunOut]:
    page = pages.page(query)
    found = runs.list(user, gpt_id, before=page.number, page_size=page.size)
    return page.fill(found, lambda run: v1.RunOut.of(run, gpt_id), lambda run: run.message_id)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway."""
    return app.resolve(event, context)
