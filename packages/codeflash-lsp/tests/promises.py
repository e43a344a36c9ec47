"""Every method and command of the server, with the test that keeps what it promises.

:mod:`test_promises` sees that each test exists, that those of our own methods and commands call them, that no method of
the server is left out, and that nothing is promised that the server does not have.
"""

from __future__ import annotations

CONFIGURATION = "requests/test_configuration.py"
DOCUMENTS = "requests/test_documents.py"
OPTIMIZE = "requests/test_optimize.py"
ANSWERS = "requests/test_answers.py"
COMMANDS = "requests/test_execute_command.py"

OF_METHODS: dict[str, tuple[str, str]] = {
    "initialize": (CONFIGURATION, "test_the_unit_of_columns_is_negotiated"),
    "initialized": (CONFIGURATION, "test_the_editor_is_asked_and_told_what_was_not_understood"),
    "shutdown": ("test_transports.py", "test_an_editor_may_come_over_a_socket"),
    "workspace/didChangeConfiguration": (
        CONFIGURATION,
        "test_a_client_that_only_sends_settings_is_listened_to",
    ),
    "workspace/didChangeWorkspaceFolders": (CONFIGURATION, "test_two_workspaces_have_settings_of_their_own"),
    "window/workDoneProgress/cancel": (OPTIMIZE, "test_a_client_cancels_by_the_progress_or_by_the_request"),
    "textDocument/didOpen": (
        DOCUMENTS,
        "test_findings_are_shown_when_a_document_is_opened_and_gone_when_it_is_closed",
    ),
    "textDocument/didChange": (DOCUMENTS, "test_edits_in_the_clients_unit_are_followed"),
    "textDocument/didSave": (DOCUMENTS, "test_saving_reads_the_records_again"),
    "textDocument/didClose": (
        DOCUMENTS,
        "test_findings_are_shown_when_a_document_is_opened_and_gone_when_it_is_closed",
    ),
    "notebookDocument/didOpen": (DOCUMENTS, "test_cells_of_notebooks_have_findings_and_are_not_optimized"),
    "notebookDocument/didChange": (DOCUMENTS, "test_cells_of_notebooks_have_findings_and_are_not_optimized"),
    "notebookDocument/didClose": (DOCUMENTS, "test_cells_of_notebooks_have_findings_and_are_not_optimized"),
    "textDocument/diagnostic": (
        "requests/test_diagnostics.py",
        "test_a_client_that_asks_is_answered_and_sent_nothing",
    ),
    "textDocument/codeLens": (ANSWERS, "test_functions_and_methods_carry_lenses"),
    "textDocument/hover": (ANSWERS, "test_a_hover_on_the_name_tells_the_evidence"),
    "textDocument/codeAction": (
        "requests/test_code_action.py",
        "test_only_the_kinds_that_are_wanted_are_told",
    ),
    "codeAction/resolve": (
        "requests/test_code_action.py",
        "test_a_rule_is_applied_unproven_and_never_preferred",
    ),
    "codeflash/optimize": (
        OPTIMIZE,
        "test_what_the_editor_holds_is_optimized_and_only_the_editor_changes_it",
    ),
    "codeflash/results": (ANSWERS, "test_results_of_a_document_are_plain_data"),
    "codeflash/explain": (ANSWERS, "test_an_explanation_is_for_people_and_programs"),
}
OF_COMMANDS: dict[str, tuple[str, str, str]] = {
    "codeflash.optimize": (
        OPTIMIZE,
        "test_a_client_cancels_by_the_progress_or_by_the_request",
        "test_an_edit_of_the_function_stops_the_run",
    ),
    "codeflash.apply": (
        COMMANDS,
        "test_the_proven_version_is_applied_by_the_editor_and_no_file_is_written",
        "test_commands_that_can_not_be_carried_out_say_why_and_what_to_do",
    ),
    "codeflash.rewrite": (
        COMMANDS,
        "test_a_rule_is_applied_by_the_editor_that_can_not_tell_versions",
        "test_a_rule_is_applied_by_the_editor_that_can_not_tell_versions",
    ),
    "codeflash.explain": (
        COMMANDS,
        "test_what_the_editor_refuses_is_told",
        "test_commands_that_can_not_be_carried_out_say_why_and_what_to_do",
    ),
}
