"""Which event is whose: every event that GitHub has is carried out by a maker of orders, or ignored on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from codeflash_github_app.events import (
    check_run,
    installation,
    installation_repositories,
    issue_comment,
    pull_request,
    push,
    repository,
)
from codeflash_github_app.events.fields import Payload, found
from codeflash_github_app.events.own import Own
from codeflash_github_app.orders import Ignored, Order

Maker = Callable[[Payload, Own], Order]

ROUTES: Mapping[tuple[str, str], Maker] = {
    ("pull_request", "opened"): pull_request.changed,
    ("pull_request", "synchronize"): pull_request.changed,
    ("pull_request", "reopened"): pull_request.changed,
    ("pull_request", "ready_for_review"): pull_request.changed,
    ("pull_request", "closed"): pull_request.closed,
    ("push", ""): push.pushed,
    ("issue_comment", "created"): issue_comment.written,
    ("check_run", "rerequested"): check_run.run_again,
    ("check_suite", "rerequested"): check_run.suite_again,
    ("installation", "created"): installation.installed,
    ("installation", "new_permissions_accepted"): installation.installed,
    ("installation", "unsuspend"): installation.installed,
    ("installation", "suspend"): installation.suspended,
    ("installation", "deleted"): installation.deleted,
    ("installation_repositories", "added"): installation_repositories.changed,
    ("installation_repositories", "removed"): installation_repositories.changed,
    ("repository", "renamed"): repository.changed,
    ("repository", "transferred"): repository.changed,
    ("repository", "edited"): repository.changed,
    ("repository", "unarchived"): repository.changed,
    ("repository", "archived"): repository.gone,
    ("repository", "deleted"): repository.gone,
}
"""What is carried out, by event and action."""

_NO_CODE = "it changes no code"
_ELSEWHERE = "the app has no part in it"
_MONEY = "the app sells nothing"
IGNORED: Mapping[str, str] = {
    "ping": "GitHub only says that it is there",
    "pull_request": "of a pull request, only what brings new code or ends it counts",
    "issue_comment": "of comments, only new ones may hold a command",
    "check_run": "of checks, only those that are wanted again count",
    "check_suite": "of checks, only those that are wanted again count",
    "installation": "of installations, only where the app is and may work counts",
    "installation_repositories": "of installations, only which repositories may be seen counts",
    "repository": "of repositories, only their names, default branches and ends count",
    "create": "a new branch or tag is told again by what is pushed to it",
    "delete": "nothing is done for a branch that is gone",
    "status": "the app makes checks and reads none",
    "workflow_job": "the app makes checks and reads none",
    "workflow_run": "the app makes checks and reads none",
    "pull_request_review": _NO_CODE,
    "pull_request_review_comment": "commands are comments on the pull request, not on its lines",
    "pull_request_review_thread": _NO_CODE,
    "installation_target": "repositories tell their new names themselves",
    "github_app_authorization": "the app acts for nobody",
    "merge_group": "what is merged was looked at as a pull request",
    "marketplace_purchase": _MONEY,
    "sponsorship": _MONEY,
    **dict.fromkeys(
        (
            "commit_comment",
            "discussion",
            "discussion_comment",
            "fork",
            "gollum",
            "issues",
            "issue_dependencies",
            "label",
            "milestone",
            "page_build",
            "package",
            "project",
            "project_card",
            "project_column",
            "projects_v2",
            "projects_v2_item",
            "projects_v2_status_update",
            "public",
            "registry_package",
            "release",
            "repository_import",
            "star",
            "sub_issues",
            "watch",
        ),
        _NO_CODE,
    ),
    **dict.fromkeys(
        (
            "branch_protection_configuration",
            "branch_protection_rule",
            "bypass_request_push_ruleset",
            "bypass_request_secret_scanning",
            "code_scanning_alert",
            "content_reference",
            "custom_property",
            "custom_property_values",
            "dependabot_alert",
            "deploy_key",
            "deployment",
            "deployment_protection_rule",
            "deployment_review",
            "deployment_status",
            "dismissal_request_code_scanning",
            "dismissal_request_dependabot",
            "dismissal_request_secret_scanning",
            "exemption_request_push_ruleset",
            "exemption_request_secret_scanning",
            "member",
            "membership",
            "meta",
            "org_block",
            "organization",
            "personal_access_token_request",
            "repository_advisory",
            "repository_dispatch",
            "repository_ruleset",
            "repository_vulnerability_alert",
            "secret_scanning_alert",
            "secret_scanning_alert_location",
            "secret_scanning_scan",
            "security_advisory",
            "security_and_analysis",
            "team",
            "team_add",
            "workflow_dispatch",
        ),
        _ELSEWHERE,
    ),
}
"""Why nothing is done: of events without a maker, and of the other actions of those with one."""


def routed(event: str, payload: Payload, own: Own) -> Order:
    """What a delivery asks for.

    Args:
        event: The event's name.
        payload: The payload.
        own: The app.

    Raises:
        UnreadablePayload: It lacks what the event always has.
    """
    action = action_of(payload)
    maker = ROUTES.get((event, action)) or ROUTES.get((event, ""))
    if maker is None:
        return Ignored(IGNORED.get(event, "an event that this version does not know"))
    if found(payload, "installation.id") is None:
        return Ignored("it was not sent to an installation of the app")
    return maker(payload, own)


def action_of(payload: Payload) -> str:
    """What happened, in a word; empty where the event has no actions."""
    action = payload.get("action")
    return action if isinstance(action, str) and action.isidentifier() and len(action) <= 100 else ""
