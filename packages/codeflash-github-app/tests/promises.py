"""Every event that the app carries out, with the tests that keep what it promises.

For each event and action: one test of what it leads to, one of what is ignored or refused. :mod:`test_promises` sees that
all exist, that no route is left out, and that nothing is promised that is not routed. Events that are ignored are promised
as a whole: each has a reason.
"""

from __future__ import annotations

EVENTS = "events/test_events.py"
_CODE = (EVENTS, "test_new_code_of_a_pull_request_is_optimized", "test_a_draft_waits_until_it_is_ready")
_INSTALLED = (
    EVENTS,
    "test_an_installation_is_known_with_its_repositories",
    "test_what_is_not_sent_to_an_installation_is_ignored",
)
_SEEN = (
    EVENTS,
    "test_an_installation_may_see_others",
    "test_what_is_not_sent_to_an_installation_is_ignored",
)
_NAMED = (
    EVENTS,
    "test_a_repository_may_be_named_otherwise",
    "test_what_is_not_sent_to_an_installation_is_ignored",
)
_GONE = (
    EVENTS,
    "test_a_repository_that_is_gone_is_worked_on_no_more",
    "test_what_is_not_sent_to_an_installation_is_ignored",
)

OF_EVENTS: dict[tuple[str, str], tuple[str, str, str]] = {
    ("pull_request", "opened"): _CODE,
    ("pull_request", "synchronize"): _CODE,
    ("pull_request", "reopened"): _CODE,
    ("pull_request", "ready_for_review"): _CODE,
    ("pull_request", "closed"): (
        EVENTS,
        "test_a_closed_pull_request_is_worked_on_no_more",
        "test_a_label_is_no_new_code",
    ),
    ("push", ""): (
        EVENTS,
        "test_a_push_to_the_default_branch_is_reported",
        "test_another_push_is_ignored",
    ),
    ("issue_comment", "created"): (
        EVENTS,
        "test_a_command_in_the_first_line_is_an_order",
        "test_what_is_no_command_is_ignored",
    ),
    ("check_run", "rerequested"): (
        EVENTS,
        "test_a_check_of_ours_is_run_again",
        "test_another_check_is_ignored",
    ),
    ("check_suite", "rerequested"): (
        EVENTS,
        "test_all_checks_of_a_commit_are_run_again",
        "test_another_check_is_ignored",
    ),
    ("installation", "created"): _INSTALLED,
    ("installation", "new_permissions_accepted"): _INSTALLED,
    ("installation", "unsuspend"): _INSTALLED,
    ("installation", "suspend"): (
        EVENTS,
        "test_a_suspended_installation_is_known_to_be",
        "test_what_is_not_sent_to_an_installation_is_ignored",
    ),
    ("installation", "deleted"): (
        EVENTS,
        "test_a_removed_installation_is_forgotten",
        "test_what_is_not_sent_to_an_installation_is_ignored",
    ),
    ("installation_repositories", "added"): _SEEN,
    ("installation_repositories", "removed"): _SEEN,
    ("repository", "renamed"): _NAMED,
    ("repository", "transferred"): _NAMED,
    ("repository", "edited"): _NAMED,
    ("repository", "unarchived"): _NAMED,
    ("repository", "archived"): _GONE,
    ("repository", "deleted"): _GONE,
}
OF_THE_REST = {
    "ignored on purpose": (
        "webhook/test_examples.py",
        "test_every_event_is_routed_or_ignored_with_a_reason_of_its_own",
    ),
    "accepted": ("webhook/test_examples.py", "test_every_payload_is_accepted_and_has_an_outcome"),
    "leads to something": (
        "webhook/test_examples.py",
        "test_every_payload_of_an_installed_app_that_should_lead_to_something_does",
    ),
    "unknown": ("webhook/test_receive.py", "test_an_event_of_the_future_is_ignored_on_purpose"),
    "forged": ("webhook/test_receive.py", "test_a_forged_byte_anywhere_is_refused_by_the_running_app"),
    "replayed": ("webhook/test_receive.py", "test_a_replayed_delivery_is_known_and_nothing_more"),
    "many at once": ("webhook/test_receive.py", "test_a_hundred_deliveries_at_once_are_all_there_once"),
    "never lost": (
        "queue/test_working.py",
        "test_a_server_that_is_killed_between_inbox_and_queue_loses_nothing",
    ),
}
"""What holds of every delivery."""
