"""Keys, organizations, and who a request comes from."""
