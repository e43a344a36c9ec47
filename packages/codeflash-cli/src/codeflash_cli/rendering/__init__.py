"""How events and results look: in a terminal, in a log, as JSON."""
