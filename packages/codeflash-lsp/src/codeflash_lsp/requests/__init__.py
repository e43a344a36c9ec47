"""What an editor asks for, one file a request."""
