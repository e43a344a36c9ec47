"""The app's own token, and tokens for where it is installed."""
