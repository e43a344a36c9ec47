"""What a page about using the service needs: free ports in the place of its own."""

import contextlib
import re
import socket

from attrs import frozen

PORTS = ("8000", "3001")


@frozen
class Ports:
    """Free ports by those of the page."""

    ports: dict[str, str]
    environment: dict[str, str]

    def replaced(self, command):
        for port, other in self.ports.items():
            command = re.sub(rf"(?<=localhost:){port}\b", other, command)
        return command

    def check(self):
        """The page's commands say all there is to say."""


@contextlib.contextmanager
def surroundings(folder):
    """Nothing is started: the page does so itself."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in PORTS]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        ports = {name: str(each.getsockname()[1]) for name, each in zip(PORTS, sockets, strict=True)}
    environment = {
        "CODEFLASH_API_PORT": ports["8000"],
        "CODEFLASH_API_COMPANION_PORT": ports["3001"],
        "NO_PROXY": "127.0.0.1,localhost",
    }
    yield Ports(ports, environment)
