"""Every tool and resource of the server, with the tests that keep what it promises.

For a tool: one test of its answer, one of a refusal. :mod:`test_promises` sees that both exist, that no tool or resource
is left out, and that nothing is promised that the server does not have.
"""

from __future__ import annotations

OF_TOOLS: dict[str, tuple[str, str, str]] = {
    "discover": (
        "tools/test_discover.py",
        "test_functions_are_listed_with_the_names_other_tools_take",
        "test_a_misspelt_target_is_refused_with_the_nearest",
    ),
    "rank": (
        "tools/test_rank.py",
        "test_the_slow_function_stands_first_with_its_share",
        "test_a_workload_that_is_not_there_is_refused",
    ),
    "evaluate_candidate": (
        "tools/test_evaluate_candidate.py",
        "test_an_equal_function_is_judged_and_no_file_changes",
        "test_what_cannot_be_a_candidate_is_refused",
    ),
    "optimize": (
        "tools/test_optimize.py",
        "test_a_search_answers_with_the_decision_for_each_target",
        "test_tests_that_are_not_there_are_refused",
    ),
    "compare": (
        "tools/test_compare.py",
        "test_commands_of_any_language_are_compared",
        "test_a_missing_program_is_refused",
    ),
    "explain_run": (
        "tools/test_explain_run.py",
        "test_a_run_that_was_refused_is_told_with_the_reason",
        "test_without_runs_it_says_so",
    ),
    "rules_for": (
        "tools/test_rules_for.py",
        "test_a_rule_that_applies_is_told_with_its_traps_and_the_diff",
        "test_code_that_does_not_parse_is_refused_with_its_place",
    ),
    **{
        f"session_{step}": ("tools/test_session.py", answer, refusal)
        for step, answer, refusal in (
            (
                "start",
                "test_a_session_is_begun_learnt_from_and_finished",
                "test_a_plateau_that_is_none_is_refused",
            ),
            (
                "profile",
                "test_a_wrong_change_is_refused_with_its_counterexample_and_discarded",
                "test_without_a_session_every_step_says_what_to_do",
            ),
            (
                "baseline",
                "test_a_wrong_change_is_refused_with_its_counterexample_and_discarded",
                "test_steps_out_of_order_are_refused",
            ),
            (
                "experiment",
                "test_a_wrong_change_is_refused_with_its_counterexample_and_discarded",
                "test_steps_out_of_order_are_refused",
            ),
            (
                "evaluate",
                "test_a_wrong_change_is_refused_with_its_counterexample_and_discarded",
                "test_a_change_is_handed_in_in_one_way",
            ),
            ("keep", "test_a_right_change_is_kept_on_a_branch", "test_steps_out_of_order_are_refused"),
            (
                "discard",
                "test_a_wrong_change_is_refused_with_its_counterexample_and_discarded",
                "test_steps_out_of_order_are_refused",
            ),
            (
                "status",
                "test_a_session_is_begun_learnt_from_and_finished",
                "test_without_a_session_every_step_says_what_to_do",
            ),
            (
                "learn",
                "test_a_session_is_begun_learnt_from_and_finished",
                "test_an_empty_learning_is_refused",
            ),
            (
                "finish",
                "test_a_session_is_begun_learnt_from_and_finished",
                "test_without_a_session_every_step_says_what_to_do",
            ),
        )
    },
}
OF_RESOURCES: dict[str, tuple[str, str]] = {
    "codeflash://runs": ("test_resources.py", "test_runs_are_listed_oldest_first"),
    "codeflash://runs/{run}": ("test_resources.py", "test_a_run_is_read_whole"),
    "codeflash://runs/{run}/report": (
        "tools/test_evaluate_candidate.py",
        "test_a_wrong_function_is_refused_with_a_counterexample",
    ),
}
