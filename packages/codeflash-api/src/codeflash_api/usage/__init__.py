"""What each call used: a row before the work begins, settled when it ends."""
