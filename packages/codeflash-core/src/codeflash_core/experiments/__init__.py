"""Experiment sessions: rules of optimizing by hand or by agent that nobody can forget, because they are enforced."""
