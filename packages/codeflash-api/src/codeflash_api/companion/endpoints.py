"""The companion API under ``/cfapi``: keys, hashes and outcomes, and what is to be delivered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse

from codeflash_api.companion import repository
from codeflash_api.companion.access import Companion, Known
from codeflash_api.companion.delivery import carry_out
from codeflash_api.companion.github import GitHubApp
from codeflash_api.companion.schemas import (
    CompletionRequest,
    ExistingRequest,
    HashRequest,
    Mail,
    Noted,
    OptimizedAnswer,
    OptimizedRequest,
    OutcomeRequest,
    PullRequestRequest,
    StagingRequest,
    SuggestionRequest,
    WorkflowFileAnswer,
    WorkflowFileRequest,
)
from codeflash_api.errors import bad_gateway, invalid
from codeflash_api.http.errors import ERRORS
from codeflash_api.http.schemas import check_text
from codeflash_api.resources import Resources, get_resources

router = APIRouter(prefix="/cfapi", tags=["companion"], responses=ERRORS)
Shared = Annotated[Resources, Depends(get_resources)]


def _text(description: str, example: str) -> dict[int | str, dict[str, object]]:
    return {200: {"description": description, "content": {"text/plain": {"example": example}}}}


@router.get(
    "/cli-get-user",
    response_class=PlainTextResponse,
    responses=_text("The key's user, as bare text", "ada"),
)
async def cli_get_user(principal: Known) -> PlainTextResponse:
    """Say whom a key belongs to; 403 when it does not count."""
    return PlainTextResponse(principal.user_id)


@router.get(
    "/is-github-app-installed",
    response_class=PlainTextResponse,
    responses=_text("true or false, as bare text", "true"),
)
async def is_github_app_installed(
    principal: Companion,
    resources: Shared,
    repo: Annotated[str, Query(max_length=200)],
    owner: Annotated[str, Query(max_length=200)],
) -> PlainTextResponse:
    """Say whether the GitHub app may write to a repository; without an app it may not."""
    try:
        check_text([repo, owner])
    except ValueError as problem:
        raise invalid(f"The request can't be used: {problem}.") from problem
    app = GitHubApp(resources.settings)
    found = app.configured and await app.installed(owner, repo)
    return PlainTextResponse("true" if found else "false")


@router.post(
    "/create-pr",
    response_class=PlainTextResponse,
    responses=_text("The pull request's number, as bare text", "7"),
)
async def create_pr(body: PullRequestRequest, principal: Companion, resources: Shared) -> PlainTextResponse:
    """Open a pull request."""
    receipt = await carry_out(resources, principal, body.order("pull-request", body.owner, body.repo))
    if receipt.pr_number is None:
        raise bad_gateway("the GitHub app took the change and named no pull request")
    return PlainTextResponse(str(receipt.pr_number))


@router.post("/suggest-pr-changes")
async def suggest_pr_changes(body: SuggestionRequest, principal: Companion, resources: Shared) -> Noted:
    """Suggest a change on an open pull request."""
    order = body.order("suggestion", body.owner, body.repo, body.pull_number)
    await carry_out(resources, principal, order)
    return Noted()


@router.post("/create-staging")
async def create_staging(body: StagingRequest, principal: Companion, resources: Shared) -> Noted:
    """Lay a change out for somebody to look at."""
    await carry_out(resources, principal, body.order("staging"))
    return Noted()


@router.post("/setup-github-actions")
async def setup_github_actions(
    body: WorkflowFileRequest, principal: Companion, resources: Shared
) -> WorkflowFileAnswer:
    """Add a workflow file by a pull request."""
    receipt = await carry_out(resources, principal, body.order())
    return WorkflowFileAnswer(success=True, pr_url=receipt.pr_url, pr_number=receipt.pr_number)


@router.post("/verify-existing-optimizations")
async def verify_existing_optimizations(
    body: ExistingRequest, principal: Companion, resources: Shared
) -> dict[str, list[str]]:
    """List the functions that a pull request optimizes already, by file, such as ``arrange()``."""
    found = await repository.delivered(
        resources.database, principal, body.repo_owner, body.repo_name, body.pr_number
    )
    return {path: [f"{name}()" for name in names] for path, names in found.items()}


@router.post("/is-already-optimized")
async def is_already_optimized(
    body: OptimizedRequest, principal: Companion, resources: Shared
) -> OptimizedAnswer:
    """List those functions whose code was optimized before."""
    hashes = (context.code_hash for context in body.code_contexts)
    known = await repository.known_hashes(resources.database, principal, body.owner, body.repo, hashes)
    return OptimizedAnswer(
        already_optimized_tuples=[
            [context.file_path, context.function_name]
            for context in body.code_contexts
            if context.code_hash in known
        ]
    )


@router.post("/add-code-hash")
async def add_code_hash(body: HashRequest, principal: Companion, resources: Shared) -> Noted:
    """Note that a function's code was optimized."""
    await repository.add_hash(
        resources.database, principal, body.owner, body.repo, body.code_hash, body.pr_number
    )
    return Noted()


@router.post("/mark-as-success")
async def mark_as_success(body: OutcomeRequest, principal: Companion, resources: Shared) -> Noted:
    """Note whether an optimization was found."""
    await repository.mark(resources.database, principal, body.trace_id, body.is_optimization_found)
    return Noted()


@router.post("/send-completion-email")
async def send_completion_email(body: CompletionRequest, principal: Companion) -> Mail:
    """Take note that a run has ended; this service sends no mail."""
    return Mail(sent=False, message="this service sends no mail")
