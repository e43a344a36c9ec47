"""Joins standard input and output to a socket: the way from an agent in its sandbox to the engine's MCP server outside.

Standard library only: it is run by itself, in the sandbox.
"""

from __future__ import annotations

import os
import socket
import sys
import threading

CHUNK = 65536


def main(path: str) -> None:
    """Carry bytes both ways until the other side closes.

    Args:
        path: The socket.
    """
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    threading.Thread(target=_send, args=(connection,), daemon=True).start()
    while data := connection.recv(CHUNK):
        while data:
            data = data[os.write(1, data) :]


def _send(connection: socket.socket) -> None:
    while data := os.read(0, CHUNK):
        connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main(sys.argv[1])
