"""The program ``git``, asked for facts and for commits, without touching the user's index, branch or hooks."""
