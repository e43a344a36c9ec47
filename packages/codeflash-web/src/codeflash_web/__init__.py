"""What every HTTP server of ours needs: sockets and an orderly end, logs without secrets, steady memory."""

__version__ = "0.1.0"
