"""What the program does on a working day, small enough to profile."""

from app import report

for _ in range(30):
    report(400)
