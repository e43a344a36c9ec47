"""Answers kept per trace, so that a client can run again on what it got before."""
