"""What became of the candidates: facts that a client reports."""
