"""Tests for a function, instrumented for the client."""
