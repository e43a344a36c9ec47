"""Steps for a continuous integration workflow."""
