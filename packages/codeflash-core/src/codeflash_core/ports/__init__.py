"""What the engine asks of the outside: small protocols, implemented elsewhere."""
