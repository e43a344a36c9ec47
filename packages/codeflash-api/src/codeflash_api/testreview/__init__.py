"""Reviews of generated tests."""
