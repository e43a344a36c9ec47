"""Is B faster than A, and by how much: pure functions from raw samples to decisions.

Start at `sequential`, the test that decides; `blocks` makes its input, `control`, `growth` and
`screening` surround it. Nothing here reads a clock, a file or a random number.
"""
