"""Orders targets by the time that a fix could win."""
