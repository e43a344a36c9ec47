"""The project's own tests as evidence: which to run, and what their outcome says."""
