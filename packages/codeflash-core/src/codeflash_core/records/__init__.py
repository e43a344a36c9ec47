"""What is kept on disk: journals of runs, and the blobs they refer to."""
