"""What is timed, and the samples that come back."""
